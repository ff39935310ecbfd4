"""What of a proof does not verify, and when the service was down: pure decisions over links, records and runs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.notify.proof.domain import (
    Archived,
    Downtime,
    Flaw,
    Link,
    Told,
    down_at,
    downtimes,
    issued,
    read_links,
    verify,
)
from shared.chain import link_hash
from shared.clock import end_of_day
from shared.events.deadlines import NoticeIssued
from shared.events.envelope import Meta, render
from shared.testing import envelope
from tests.notify.made import JUNE_30, at, task_registered

NOON = at(date(2023, 6, 20), 12)
HOUR = timedelta(hours=1)


def notice(**changes: object) -> NoticeIssued:
    made = {
        "notice_id": "n1",
        "task_id": "t1",
        "clock": "finish",
        "due_at": end_of_day(JUNE_30),
        "rung": "due",
        "offset_days": 0,
        "recipient": "u1",
        "planned_at": NOON,
        "decided_at": NOON,
    }
    return NoticeIssued.model_validate(made | changes)


def archived(event: NoticeIssued, position: int = 1) -> Archived:
    return Archived(position, position, "00", envelope(event))


def told(**changes: object) -> Told:
    fields = notice().model_dump(exclude={"notice_id"})
    return replace(Told("n1", "n1", fields), **changes)  # type: ignore[arg-type]  # The tests name the fields.


def link(payload: bytes = b"") -> Link:
    raw = payload or render(notice(), meta=Meta("e1", "/services/notify", NOON), sequence=7)
    own = link_hash(b"before", "deadlines", 7, raw)
    return Link(3, "deadlines", 7, raw, b"before", own, before=b"before", behind=own)


def flaws(one: Told, *events: Archived) -> list[Flaw]:
    return [problem.flaw for problem in verify([one], issued(events))]


def test_an_intact_link_is_read() -> None:
    [found], problems = read_links([link()])

    assert (found.position, found.sequence, found.event.data, problems) == (3, 7, notice(), [])


@pytest.mark.parametrize(
    ("broken", "flaw"),
    [
        (link()._replace(payload=b"{}"), Flaw.ALTERED),
        (link()._replace(sequence=8), Flaw.ALTERED),
        (link()._replace(before=b"another"), Flaw.RELINKED),
        (link()._replace(behind=b"another"), Flaw.RELINKED),
        (link(b"no event"), Flaw.UNREADABLE),
    ],
)
def test_a_broken_link_is_named_and_not_believed(broken: Link, flaw: Flaw) -> None:
    found, [problem] = read_links([broken])

    assert (found, problem.flaw, problem.about) == ([], flaw, "3")


def test_a_notice_that_the_archive_has_once_with_the_same_content_verifies() -> None:
    assert flaws(told(), archived(notice())) == []


@pytest.mark.parametrize(
    ("one", "events", "found"),
    [
        (told(), [], [Flaw.MISSING]),
        (told(), [notice(), notice()], [Flaw.DOUBLED]),
        (told(), [notice(recipient="u2")], [Flaw.DIFFERENT]),
        (told(proper_id="n2"), [notice()], [Flaw.FORGED_KEY]),
        (told(), [notice(), notice(notice_id="n2")], [Flaw.UNRECORDED]),
    ],
)
def test_what_does_not_verify_is_named(one: Told, events: list[NoticeIssued], found: list[Flaw]) -> None:
    assert flaws(one, *map(archived, events)) == found


def test_an_event_about_something_else_is_no_notice() -> None:
    other = Archived(1, 1, "00", envelope(task_registered()))

    assert issued([other]) == {}


def test_the_service_was_down_when_no_replica_ran() -> None:
    runs = [(NOON, NOON + 3 * HOUR), (NOON + HOUR, NOON + 2 * HOUR), (NOON + 5 * HOUR, NOON + 6 * HOUR)]

    found = downtimes(runs)

    assert found == [Downtime(NOON + 3 * HOUR, NOON + 5 * HOUR)]
    assert down_at(NOON + 4 * HOUR, found) == found[0]
    assert down_at(NOON + 5 * HOUR, found) is None


def test_a_service_that_never_ran_was_never_down() -> None:
    assert downtimes([]) == []
