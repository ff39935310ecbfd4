"""Tasks summed up: every count from facts alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.tasks.ledger.domain import State
from services.tasks.radar.domain import Counted, Goal
from services.tasks.summaries import domain
from services.tasks.summaries.domain import Fact
from services.tasks.summaries.domain_due import last_instant
from shared.clock import at_local, end_of_day
from shared.events.summaries import LaggingTask, SummaryCompiled, TaskCounts

JUNE_END = last_instant(date(2023, 6, 30))
DUE = end_of_day(date(2023, 6, 20))
AFTER = DUE + timedelta(days=1)


def fact(number: int = 1, **changes: object) -> Fact:
    said = {
        "task_id": f"t{number}",
        "plan_id": "p1",
        "unit_id": "u1",
        "state": State.IN_PROGRESS,
        "light": "green",
        "due_at": DUE,
    }
    return Fact(**{**said, **changes})  # type: ignore[arg-type]  # The tests name the fields.


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "overdue"),
        ({"state": State.RETURNED, "submitted_at": None}, "overdue"),
        ({"state": State.SUBMITTED, "submitted_at": DUE}, "on_time"),
        ({"state": State.VERIFIED, "submitted_at": AFTER}, "late"),
        ({"state": State.CLOSED, "submitted_at": DUE, "closed_at": AFTER}, "on_time"),
        ({"state": State.STANDING, "closed_at": AFTER}, "late"),
        ({"state": State.SUSPENDED}, None),
        ({"due_at": None}, None),
        ({"due_at": JUNE_END + timedelta(days=1)}, None),
    ],
)
def test_what_came_of_a_task_that_was_due(changes: dict[str, Any], outcome: str | None) -> None:
    assert domain.outcome_of(fact(**changes), JUNE_END) == outcome


def test_the_due_are_those_on_time_late_and_overdue_and_every_task_has_one_light() -> None:
    closed = {"state": State.CLOSED, "light": "done", "submitted_at": DUE, "closed_at": DUE}
    facts = [
        fact(light="red"),
        fact(2, **closed),
        fact(3, due_at=None, light="undated"),
        fact(4, light="red"),
    ]

    counts = TaskCounts(**domain.count(facts, JUNE_END))

    assert (counts.due, counts.on_time + counts.late + counts.overdue) == (3, 3)
    assert counts.tasks == counts.done + counts.green + counts.yellow + counts.red + counts.undated == 4


def test_plans_stand_in_their_order_and_units_in_that_of_the_ledger() -> None:
    facts = [fact(1, plan_id="p2", unit_id="u2"), fact(2), fact(3, unit_id="")]

    plans = domain.by_plan(facts, {"p1": "甲方案", "p2": "乙方案", "p3": "空方案"}, JUNE_END)
    units = domain.by_unit(facts, JUNE_END)

    assert [(one.plan_id, one.tasks) for one in plans] == [("p1", 2), ("p2", 1)]
    assert [(one.unit_id, one.tasks) for one in units] == [("u2", 1), ("u1", 1), ("", 1)]


def test_what_was_done_within_a_time_is_counted_by_its_instant() -> None:
    done = fact(state=State.CLOSED, closed_at=DUE)

    assert domain.finished_within([done, fact(2)], at_local(date(2023, 6, 1)), JUNE_END) == 1
    assert domain.finished_within([done], AFTER, JUNE_END) == 0


def test_red_tasks_come_the_longest_overdue_first_with_why() -> None:
    older = end_of_day(date(2023, 5, 31))
    facts = [
        fact(1, light="red"),
        fact(2, light="red", due_at=older, original_due_at=end_of_day(date(2023, 5, 21))),
        fact(3, light="red", state=State.SUBMITTED, submitted_at=AFTER),
        fact(4, light="red", state=State.RETURNED, due_at=JUNE_END + timedelta(days=5)),
        fact(5, light="red", due_at=None),
        fact(6),
    ]

    lagging = domain.lagging(facts, JUNE_END)

    said = [(one.task_id, one.reason, one.days, one.slip) for one in lagging]
    assert said[:2] == [("t2", "overdue", 30, 10), ("t1", "overdue", 10, 0)]
    assert said[2:] == [("t3", "late", 0, 0), ("t4", "returned", 0, 0), ("t5", "behind", 0, 0)]


def test_goals_in_danger_are_told_with_their_numbers() -> None:
    def goal(number: int, due_on: date, **changes: object) -> Goal:
        return Goal(id=f"g{number}", plan_id="p1", operator=">=", value=60.0, due_on=due_on, **changes)  # type: ignore[arg-type]

    goals = [
        goal(1, date(2023, 9, 30)),
        goal(2, date(2023, 6, 30)),
        replace(goal(3, date(2023, 6, 30)), plan_id="p9"),
    ]
    facts = [fact(counted=Counted(id="t1", due_on=date(2023, 12, 31))), fact(2)]

    looked = domain.outlooks(goals, facts, date(2023, 6, 30))
    danger = domain.goals_in_danger(looked)

    assert [(one.goal_id, one.reading, one.total) for one in danger] == [
        ("g2", "missed", 1),
        ("g1", "out_of_reach", 1),
    ]


def summary(lagging: int) -> SummaryCompiled:
    return SummaryCompiled(
        summary_id="monthly-2023-06-1",
        kind="monthly",
        period="2023-06",
        version=1,
        first_on=date(2023, 6, 1),
        last_on=date(2023, 6, 30),
        as_of=datetime(2023, 6, 30, 15, 59, 59, tzinfo=JUNE_END.tzinfo),
        totals=TaskCounts(red=lagging),
        lagging=tuple(LaggingTask(task_id=f"p12345678-{n}", reason="overdue") for n in range(lagging)),
    )


def test_a_summary_of_430_red_tasks_fits_into_64_kib() -> None:
    assert domain.fit(summary(430)) == summary(430)


def test_a_summary_that_is_too_large_leaves_out_the_least_urgent_and_says_how_many() -> None:
    fitted = domain.fit(summary(2000), 20_000)

    assert len(fitted.model_dump_json(exclude_none=True)) <= 20_000
    assert len(fitted.lagging) + fitted.left_out == fitted.totals.red == 2000
    assert fitted.lagging[0].task_id == "p12345678-0"
