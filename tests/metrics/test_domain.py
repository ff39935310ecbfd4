"""The rates and counts, as pure functions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics import domain
from services.metrics.domain import GoalCell, Rate, Standing, TaskCell
from tests.metrics.factories import DAY, NOW


def tasks(state: str = "assigned", count: int = 1, *, due: timedelta | None = DAY, **more: bool) -> TaskCell:
    due_at = None if due is None else NOW + due
    return TaskCell("p01", state, count, due_at, dated=due_at is not None, **more)


def test_a_rate_is_cut_and_never_rounded_up_unless_its_rule_says_so() -> None:
    assert Rate(99_999, 100_000, NOW).value == Decimal("0.9999")
    assert Rate(99_999, 100_000, NOW, decimals=2, half_up=True).value == Decimal("1.00")


def test_more_above_than_below_has_no_value_and_says_so() -> None:
    rate = Rate(3, 2, NOW)

    assert (rate.value, rate.standing) == (None, Standing.INCONSISTENT)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_cut_rate_is_less_than_a_ten_thousandth_below_the_true_one(part: int, whole: int) -> None:
    rate = Rate(min(part, whole), whole, NOW)

    assert rate.value is not None
    assert 0 <= Decimal(rate.numerator) - rate.value * whole < Decimal(whole) / 10_000 + Decimal("1e-9")


def test_a_small_sample_has_no_rate_and_says_why() -> None:
    rate = Rate(29, 29, NOW, minimum=30)

    assert (rate.value, rate.standing) == (None, Standing.INSUFFICIENT)


def test_nothing_at_all_is_not_a_small_sample() -> None:
    rate = Rate(0, 0, NOW)

    assert (rate.value, rate.standing) == (None, Standing.NOTHING)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (tasks(due=-DAY), True),
        (tasks(due=DAY), False),
        (tasks(due=timedelta(0)), False),
        (tasks(due=None), False),
        (tasks("submitted", due=-DAY, in_time=True), False),
        (tasks("submitted", due=-DAY, in_time=False), True),
        (tasks("returned", due=-DAY, in_time=True), True),
        (tasks("closed", due=-DAY), False),
        (tasks("cancelled", due=-DAY), False),
    ],
)
def test_overdue_is_what_is_still_owed_past_its_due_instant(found: TaskCell, *, expected: bool) -> None:
    assert domain.overdue([found], now=NOW) == int(expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (tasks(due=timedelta(0)), True),
        (tasks(due=7 * DAY), True),
        (tasks(due=8 * DAY), False),
        (tasks(due=-DAY), False),
        (tasks(due=None), False),
        (tasks("standing", due=DAY), False),
    ],
)
def test_due_soon_is_what_comes_due_within_seven_days(found: TaskCell, *, expected: bool) -> None:
    assert domain.due_soon([found], now=NOW) == int(expected)


def test_the_on_time_rate_counts_what_was_due_or_is_done() -> None:
    done = [tasks("closed", 6), tasks("closed", 2, late=True)]

    rate = domain.on_time([*done, tasks(count=2, due=-DAY)], as_of=NOW)

    assert (rate.numerator, rate.denominator, rate.value) == (6, 10, Decimal("0.6000"))


def test_the_on_time_rate_names_everything_that_it_leaves_out() -> None:
    waiting = tasks("submitted", 3, due=-DAY, in_time=True)
    left_out = [tasks(count=1, due=DAY), tasks(count=2, due=None), waiting, tasks("cancelled", 4, due=-DAY)]

    rate = domain.on_time(left_out, as_of=NOW)

    assert rate.exclusions == {"not_due": 1, "undated": 2, "handed_in": 3, "cancelled": 4}
    assert rate.standing is Standing.NOTHING


def test_four_tasks_are_too_few_for_an_on_time_rate() -> None:
    assert domain.on_time([tasks("closed", 4)], as_of=NOW).standing is Standing.INSUFFICIENT


def test_a_stage_goal_is_read_from_the_first_task_on() -> None:
    goal = GoalCell("g", "p01", ">=", 60, done=1, total=3)

    assert domain.goal_progress(goal, as_of=NOW).value == Decimal("0.3333")


@pytest.mark.parametrize(
    ("done", "total", "expected"), [(0, 7, 5), (4, 7, 1), (7, 7, 0), (0, 0, 0), (3, 5, 0)]
)
def test_a_stage_goal_says_how_many_tasks_it_still_takes(done: int, total: int, expected: int) -> None:
    assert domain.missing(GoalCell("g", "p01", ">=", 60, done, total)) == expected


@pytest.mark.parametrize(
    ("operator", "value", "value_max", "expected"),
    [
        (">=", 99, None, True),
        (">=", 99.5, None, False),
        ("<=", 99, None, True),
        ("==", 99, None, True),
        ("==", 98, None, False),
        ("==", 90, 99, True),
        ("==", 90, 98, False),
        ("~", 99, None, None),
    ],
)
def test_a_target_is_kept_or_missed_by_its_operator(
    operator: str, value: float, value_max: float | None, *, expected: bool | None
) -> None:
    assert domain.meets(operator, Decimal(99), value, value_max) is expected


def test_cells_are_sorted_by_plan() -> None:
    assert domain.by_plan([tasks()]) == {"p01": [tasks()]}
