"""The light of a task follows from its dates by a published rule."""

from datetime import date, datetime, timedelta

import pytest

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_lights import DEFAULT_RULE, Facts, light_of
from shared.clock import at_local, end_of_day

DUE = end_of_day(date(2023, 6, 30))
LATER = DUE + timedelta(seconds=1)


def light(now: datetime, *, submitted_at: datetime | None = None, state: State = State.IN_PROGRESS) -> str:
    return light_of(Facts(state, DUE, submitted_at), DEFAULT_RULE, now=now).light


@pytest.mark.parametrize(
    ("day", "colour"),
    [
        (date(2023, 6, 22), "green"),
        (date(2023, 6, 23), "yellow"),
        (date(2023, 6, 30), "yellow"),
        (date(2023, 7, 1), "red"),
    ],
)
def test_a_task_is_yellow_from_seven_days_before_it_is_due_and_red_after(day: date, colour: str) -> None:
    assert light(at_local(day, 0, 1)) == colour


def test_a_task_is_not_red_in_the_last_second_of_its_day() -> None:
    assert (light(DUE), light(LATER)) == ("yellow", "red")


def test_what_was_submitted_in_time_stays_green_whenever_it_is_verified() -> None:
    assert light(LATER, submitted_at=DUE, state=State.SUBMITTED) == "green"


def test_what_was_submitted_too_late_stays_red() -> None:
    assert light(LATER, submitted_at=LATER, state=State.VERIFIED) == "red"


def test_a_closed_task_is_done_even_when_it_was_late() -> None:
    assert light(LATER, submitted_at=LATER, state=State.CLOSED) == "done"


def test_a_task_without_a_date_has_a_light_of_its_own() -> None:
    assert light_of(Facts(State.ASSIGNED, None, None), DEFAULT_RULE, now=DUE).light == "undated"


def test_a_light_names_its_rule_its_version_and_its_inputs_as_text() -> None:
    lit = light_of(Facts(State.SUBMITTED, DUE, LATER), DEFAULT_RULE, now=LATER)

    assert (lit.rule, lit.version) == ("deadline", 1)
    assert lit.inputs == {
        "state": "submitted",
        "date": "2023-07-01",
        "warn_days": "7",
        "due_at": "2023-06-30T15:59:59+00:00",
        "submitted_at": "2023-06-30T16:00:00+00:00",
    }
