"""A stage goal is read from the tasks of its plan, for any day."""

from dataclasses import replace
from datetime import date

import pytest

from services.tasks.radar.domain import Counted, Goal, Outlook, Reading, look, needed_of, sentence

JUNE_25, JUNE_30, JULY_1 = date(2023, 6, 25), date(2023, 6, 30), date(2023, 7, 1)
GOAL = Goal(id="g", plan_id="p", operator=">=", value=60.0, due_on=JUNE_30)


def tasks(*, done: int = 0, june: int = 0, september: int = 0, overdue: int = 0) -> list[Counted]:
    """Make so many tasks of each sort; their ids say which."""
    return [
        *(Counted(id=f"done-{n}", done_on=date(2023, 6, 1), due_on=JUNE_30) for n in range(done)),
        *(Counted(id=f"june-{n}", due_on=JUNE_30, progress=n) for n in range(june)),
        *(Counted(id=f"sept-{n}", due_on=date(2023, 9, 30)) for n in range(september)),
        *(Counted(id=f"late-{n}", due_on=date(2023, 5, 31)) for n in range(overdue)),
    ]


def read(on: date = JUNE_25, goal: Goal = GOAL, **counts: int) -> Outlook:
    return look(goal, tasks(**counts), on)


def test_the_goal_is_reached_when_enough_is_done() -> None:
    assert read(done=6, september=4).reading is Reading.REACHED


def test_what_is_due_by_the_day_can_still_fill_the_gap() -> None:
    outlook = read(done=4, june=3, september=3)

    assert (outlook.reading, outlook.needed, outlook.reachable) == (Reading.ON_COURSE, 6, 7)
    assert (outlook.deciding, outlook.spare) == (("june-2", "june-1"), 1)


def test_deadlines_after_the_day_put_the_goal_out_of_reach() -> None:
    assert read(done=2, june=3, september=5).reading is Reading.OUT_OF_REACH


def test_a_goal_that_takes_overdue_tasks_is_at_risk() -> None:
    assert read(done=4, june=1, overdue=1, september=4).reading is Reading.AT_RISK


def test_a_missed_duty_is_missed_and_a_missed_wish_fell_short() -> None:
    wish = replace(GOAL, strength="strive")

    assert read(JUNE_30, done=5, june=5).reading is Reading.MISSED
    assert read(JULY_1, wish, done=5, june=5).reading is Reading.FELL_SHORT


def test_what_was_done_after_the_day_does_not_count_for_it() -> None:
    late = [*tasks(done=5, september=4), Counted(id="late", done_on=JULY_1, due_on=JUNE_30)]

    assert look(GOAL, late, date(2023, 7, 2)).done == 5


def test_what_is_handed_in_comes_first_among_those_that_decide() -> None:
    waiting = Counted(id="waiting", due_on=date(2023, 9, 30), handed_in=True)

    outlook = look(GOAL, [*tasks(done=5, june=2, september=2), waiting], JUNE_25)

    assert (outlook.deciding, outlook.handed_in) == (("waiting",), 1)


def test_a_goal_for_the_year_end_leaves_out_what_is_owed_later() -> None:
    goal = replace(GOAL, scope="须在年底前完成的任务")
    later = Counted(id="later", in_year=False)

    assert look(goal, [*tasks(done=6, june=4), later], JUNE_25).total == 10
    assert look(GOAL, [*tasks(done=6, june=4), later], JUNE_25).total == 11


@pytest.mark.parametrize(
    ("operator", "value", "total", "needed"),
    [(">=", 60.0, 10, 6), (">", 60.0, 10, 7), (">=", 60.0, 11, 7), (">=", 0.1, 3000, 3), (">=", 90.0, 0, 0)],
)
def test_the_number_needed_is_exact(operator: str, value: float, total: int, needed: int) -> None:
    assert needed_of(replace(GOAL, operator=operator, value=value), total) == needed


def test_mean_progress_counts_what_is_done_as_a_hundred() -> None:
    outlook = look(GOAL, [*tasks(done=1), Counted(id="half", progress=50)], JUNE_25)

    assert outlook.progress == 75.0


def test_a_plan_without_tasks_has_nothing_to_reach() -> None:
    outlook = look(GOAL, [], JUNE_25)

    assert (outlook.reading, outlook.progress, outlook.share(0)) == (Reading.REACHED, 0.0, 0.0)


def test_the_sentence_says_what_is_done_what_is_possible_and_how_many_decide() -> None:
    said = sentence(read(done=4, june=3, september=3))

    assert said == (
        "6月30日须完成 60%（6/10 项）；已完成 40.0%（4 项），一周内到期的都完成则 70.0%（7 项），"
        "6月30日前到期的都完成则 70.0%（7 项）；由 2 项任务决定，另有 1 项可作补充。可达成。"
    )


def test_the_sentence_of_a_past_goal_says_only_what_was() -> None:
    said = sentence(read(JUNE_30, replace(GOAL, strength="strive"), done=5, september=5))

    assert said == "6月30日力争完成 60%（6/10 项）；已完成 50.0%（5 项）。力争目标未达（不亮红灯）。"


def test_nothing_decides_a_goal_whose_tasks_all_come_later() -> None:
    outlook = read(done=1, september=9)

    assert (outlook.deciding, "决定" in sentence(outlook)) == ((), False)
