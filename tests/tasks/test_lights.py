"""The light of a task follows from its dates and progress by a published rule."""

from datetime import date, datetime, timedelta

import pytest

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_light_rules import rule_named
from services.tasks.ledger.domain_lights import Facts, elapsed_share, light_of
from shared.clock import at_local, end_of_day

START, DUE = at_local(date(2023, 4, 25), 9), end_of_day(date(2023, 6, 30))
LATER = DUE + timedelta(seconds=1)
RULE = rule_named("deadline-and-pace")


def light(
    now: datetime,
    *,
    submitted_at: datetime | None = None,
    state: State = State.IN_PROGRESS,
    progress: int = 90,
    rule: str = "deadline-and-pace",
) -> str:
    return light_of(Facts(state, DUE, submitted_at, START, progress), rule_named(rule), now=now).light


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


@pytest.mark.parametrize(("progress", "colour"), [(0, "yellow"), (25, "yellow"), (60, "green")])
def test_a_task_far_behind_its_plan_line_is_yellow_long_before_it_is_due(progress: int, colour: str) -> None:
    assert light(at_local(date(2023, 6, 5)), progress=progress) == colour


def test_nobody_is_behind_in_the_first_half_of_the_time() -> None:
    assert light(at_local(date(2023, 5, 20)), progress=0) == "green"


def test_what_was_submitted_in_time_stays_green_whenever_it_is_verified() -> None:
    assert light(LATER, submitted_at=DUE, state=State.SUBMITTED) == "green"


def test_what_was_submitted_too_late_stays_red() -> None:
    assert light(LATER, submitted_at=LATER, state=State.VERIFIED) == "red"


@pytest.mark.parametrize("state", [State.CLOSED, State.STANDING])
def test_what_is_done_is_done_even_when_it_was_late(state: State) -> None:
    assert light(LATER, submitted_at=LATER, state=state) == "done"


@pytest.mark.parametrize("state", [State.SUSPENDED, State.CANCELLED])
def test_no_date_counts_while_a_task_stands_still(state: State) -> None:
    assert light(LATER, state=state) == "undated"


def test_a_task_without_a_date_has_a_light_of_its_own() -> None:
    assert light_of(Facts(State.ASSIGNED, None, None), RULE, now=DUE).light == "undated"


def test_a_light_names_its_rule_its_version_and_its_inputs_as_text() -> None:
    lit = light_of(Facts(State.SUBMITTED, DUE, LATER, START, 100), RULE, now=LATER)

    assert (lit.rule, lit.version) == ("deadline-and-pace", 1)
    assert lit.inputs == {
        "state": "submitted",
        "date": "2023-07-01",
        "due_at": "2023-06-30T15:59:59+00:00",
        "elapsed": "100",
        "progress": "100",
        "submitted_at": "2023-06-30T16:00:00+00:00",
        "reason": "逾期报审",
    }


@pytest.mark.parametrize(
    ("rule", "day", "state", "colour"),
    [
        ("deadline", date(2023, 6, 5), State.IN_PROGRESS, "green"),
        ("yichang", date(2023, 6, 5), State.IN_PROGRESS, "red"),
        ("suqian", date(2023, 5, 10), State.RETURNED, "yellow"),
        ("yulin", date(2023, 6, 23), State.IN_PROGRESS, "green"),
        ("yulin", date(2023, 6, 25), State.IN_PROGRESS, "yellow"),
        ("xian", date(2023, 6, 26), State.IN_PROGRESS, "green"),
        ("xian", date(2023, 6, 27), State.IN_PROGRESS, "yellow"),
    ],
)
def test_rules_of_other_places_judge_in_their_own_way(
    rule: str, day: date, state: State, colour: str
) -> None:
    assert light(at_local(day, 1), rule=rule, state=state, progress=0) == colour


@pytest.mark.parametrize(
    ("now", "share"),
    [(START, 0), (START - timedelta(days=1), 0), (DUE, 100), (START + (DUE - START) / 2, 50)],
)
def test_the_plan_line_runs_from_the_start_to_the_due_instant(now: datetime, share: int) -> None:
    assert elapsed_share(START, DUE, now) == share
    assert elapsed_share(None, DUE, now) == 0
