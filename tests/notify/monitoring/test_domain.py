"""Where a service stands, and which of its rungs it asks for."""

from datetime import date, datetime, timedelta
from itertools import islice

import pytest

from services.notify.domain import PlannedRung
from services.notify.monitoring.domain import (
    State,
    asked,
    known_from,
    resumed_at,
    run_of,
    standing,
    subject_of,
)
from shared.clock import at_local, end_of_day
from shared.service_limits import Pause, Promise
from shared.workdays import WorkCalendar
from tests.notify.monitoring.made import ACCEPTED, service

CALENDAR = WorkCalendar()
DUE = end_of_day(date(2023, 6, 27))


def june(day: int, hour: int = 9) -> datetime:
    return at_local(date(2023, 6, day), hour)


def rung(kind: str, when: datetime, occurrence: int = 1) -> PlannedRung:
    return PlannedRung(kind, 0, occurrence, when, ("lead",))  # type: ignore[arg-type]  # One of the rungs.


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"accepted_at": None}, State.UNHEARD),
        ({"accepted_at": None, "completed_at": june(13)}, State.UNHEARD),
        ({}, State.OPEN),
        ({"pauses": (Pause(june(13)),)}, State.PAUSED),
        ({"pauses": (Pause(june(29)),)}, State.OPEN),  # After the limit passed: it stays overdue.
        ({"promise": Promise("promised")}, State.UNLIMITED),
        ({"completed_at": DUE}, State.COMPLETED),
        ({"completed_at": DUE + timedelta(seconds=1)}, State.COMPLETED_LATE),
        ({"completed_at": june(29), "pauses": (Pause(june(13)),)}, State.COMPLETED),
        ({"completed_at": june(29), "promise": Promise("promised")}, State.COMPLETED),
    ],
)
def test_a_service_stands_where_its_facts_say(changes: dict[str, object], state: State) -> None:
    assert standing(service(**changes), CALENDAR).state is state


def test_an_id_that_is_too_long_for_a_clock_gives_way_to_one_that_follows_from_it() -> None:
    long = "s" * 65

    assert subject_of("s1:1") == "s1:1"
    assert (len(subject_of(long)), subject_of(long)) == (64, subject_of(long))
    assert subject_of(long) != subject_of("t" * 65)


def test_the_share_of_a_limit_in_days_is_that_of_what_was_promised_without_its_pauses() -> None:
    watched = service(promise=Promise("promised", 10, "days"), pauses=(Pause(june(14), june(19)),))
    run = run_of(watched, standing(watched, CALENDAR).due)

    assert run is not None
    assert (run.due_at, run.started_at) == (end_of_day(date(2023, 6, 27)), ACCEPTED + timedelta(days=2))


def test_a_service_without_a_limit_has_no_clock() -> None:
    watched = service(promise=Promise("promised"))

    assert run_of(watched, standing(watched, CALENDAR).due) is None


def test_the_last_pause_before_the_due_instant_counts() -> None:
    pauses = (Pause(june(15), june(16)), Pause(june(13), june(14)), Pause(june(28), june(29)))

    assert resumed_at(service(pauses=pauses), DUE) == june(16)
    assert resumed_at(service(), DUE) is None


def test_a_rung_that_fell_into_a_pause_is_asked_for_at_its_end_but_no_warning_on_the_last_day() -> None:
    planned = [rung("warned", june(25)), rung("due", june(27)), rung("overdue", june(28))]
    paused = service(pauses=(Pause(june(27, 8), june(27, 11)),))

    found = list(islice(asked(iter(planned), paused, DUE, june(27)), 3))

    assert [(one.rung, one.planned_at) for one in found] == [("due", june(27, 11)), ("overdue", june(28))]


def test_of_a_service_that_was_finished_late_the_first_report_and_what_came_before_its_end_are_asked_for() -> (
    None
):
    planned = [rung("overdue", june(day), number) for number, day in enumerate((20, 21, 23, 25, 30), 1)]
    done = service(completed_at=june(22))

    found = list(asked(iter(planned), done, DUE, june(26)))

    assert [one.occurrence for one in found] == [1, 2, 5]


def test_what_passed_before_a_service_was_heard_of_is_skipped_but_for_the_last_report() -> None:
    planned = [rung("due", june(20)), rung("overdue", june(21)), rung("overdue", june(25), 2)]

    assert known_from(planned, june(26)) == june(25)
    assert known_from(planned, june(20, 10)) == june(20, 10)
