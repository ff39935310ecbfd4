"""A task's life is read out of its archived events."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.notify.proof.domain import Archived
from services.notify.proof.domain_history import History, read_history
from shared.clock import end_of_day
from shared.events import Event
from shared.events.supervision import (
    ClockStopped,
    ExtensionDecided,
    ExtensionRequested,
    TaskCancelled,
    TaskClosed,
    TaskUnblocked,
)
from shared.testing import envelope
from tests.notify.made import JUNE_30, at, clock_started, task_registered

BEGIN = at(date(2023, 6, 1))
JULY_20 = date(2023, 7, 20)


def day(number: int) -> timedelta:
    return timedelta(days=number)


def history(*events: Event) -> History:
    """Read events that happened a day after each other."""
    found = [
        Archived(number, number, "00", envelope(event, time=BEGIN + day(number), sequence=number))
        for number, event in enumerate(events, 1)
    ]
    return read_history(found)


def dues(found: History) -> Sequence[tuple[str, object, object]]:
    return [(era.clock, era.due_at, era.until) for era in found.eras]


def test_another_due_instant_ends_the_one_before() -> None:
    found = history(clock_started(), clock_started(), clock_started(due=JULY_20))

    assert dues(found) == [
        ("finish", end_of_day(JUNE_30), BEGIN + day(3)),
        ("finish", end_of_day(JULY_20), None),
    ]


def test_a_stop_ends_one_clock_and_a_closing_all() -> None:
    stop = ClockStopped(task_id="t1", clock="sign", stopped_at=BEGIN)
    close = TaskClosed(task_id="t1", state="closed", closed_at=BEGIN + day(9))

    found = history(clock_started(name="sign"), clock_started(), stop, close)

    assert [until for _, _, until in dues(found)] == [BEGIN, BEGIN + day(9)]


def test_a_cancelled_task_ends_when_it_is_cancelled() -> None:
    found = history(clock_started(), TaskCancelled(task_id="t1", state="cancelled"))

    assert [until for _, _, until in dues(found)] == [BEGIN + day(2)]


def test_an_extension_is_asked_for_and_decided() -> None:
    asked = ExtensionRequested(
        task_id="t1", number=1, clock="finish", unit_id="u1", old_due_at=BEGIN, wanted_on=JULY_20
    )
    granted = ExtensionDecided(task_id="t1", number=1, clock="finish", granted_on=JULY_20)
    refused = ExtensionDecided(task_id="t1", number=1, clock="finish")

    outcomes = [history(asked, *rest).extensions[0].outcome for rest in ((), (granted,), (refused,))]

    assert outcomes == ["", "granted", "refused"]
    assert history(granted).extensions == ()  # Nobody asked.


def test_the_units_change_with_a_registration_that_names_others() -> None:
    found = history(task_registered(), task_registered(), task_registered(units=[("u2", "lead")]))

    assert found.roles_at(BEGIN) == ()
    assert found.roles_at(BEGIN + day(2)) == (("u1", "lead"),)
    assert found.roles_at(BEGIN + day(3)) == (("u2", "lead"),)


def test_the_end_of_a_block_is_kept() -> None:
    assert history(TaskUnblocked(task_id="t1", by="t2")).unblocked == (BEGIN + day(1),)
