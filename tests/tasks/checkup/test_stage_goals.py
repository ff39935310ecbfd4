"""Stage goals against the plan's own deadlines."""

from tests.tasks.checkup.documents import found, plan, task

RULE = "stage-goal-out-of-reach"
GOAL = "对须在年底前完成的任务，确保在6月底前完成60%以上、9月底前完成90%以上。"


def dated(*months: int) -> list[str]:
    return [task(number, due=f"2023年{month}月底前") for number, month in enumerate(months, 1)]


def test_a_goal_is_told_with_both_numbers_and_the_tasks_that_come_too_late() -> None:
    [finding] = found(RULE, plan(*dated(6, 9, 9, 9, 12), after=GOAL))

    assert finding.tasks == ("p01/2", "p01/3", "p01/4", "p01/5")
    assert finding.lines == ((25, 25),)
    assert (
        "5项有时限的任务，到2023-06-30到期的只有1项（20.0%），目标却是到这一天完成60%以上，差2项"
        in finding.message
    )
    assert "到2023-09-30到期的只有4项（80.0%），目标却是到这一天完成90%以上，差1项" in finding.message


def test_goals_that_the_deadlines_keep_exactly_are_no_finding() -> None:
    assert found(RULE, plan(*dated(6, 6, 6, 9, 9), after=GOAL)) == []


def test_only_the_goal_that_is_missed_is_told() -> None:
    [finding] = found(RULE, plan(*dated(6, 9, 9), after=GOAL))

    assert "09-30" not in finding.message


def test_what_is_due_after_the_year_does_not_count_where_the_goal_is_for_the_year() -> None:
    late = task(4, due="2024年6月底前")

    assert found(RULE, plan(*dated(6, 6, 9), late, after=GOAL)) == []
    assert (
        len(found(RULE, plan(*dated(6, 6, 9), late, after=GOAL.replace("对须在年底前完成的任务", "任务"))))
        == 1
    )


def test_a_plan_without_dated_tasks_or_without_goals_has_no_finding() -> None:
    assert found(RULE, plan(task(1, due=""), after=GOAL)) == []
    assert found(RULE, plan(*dated(9, 9))) == []
