"""Every branch of the measures of tasks, as pure functions over steps."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.metrics.measuring import registry
from services.metrics.measuring.domain import Scope
from services.metrics.measuring.domain_counting import answered
from services.metrics.measuring.domain_history import History, Step, histories
from shared.clock import end_of_day
from tests.metrics.factories import DAY, NOW

DUE = end_of_day(date(2023, 6, 10))
SCOPE = Scope(NOW)


def step(kind: str, sequence: int, state: str = "", at: datetime = NOW - DAY, **changes: Any) -> Step:  # noqa: ANN401
    plain = Step("t1", sequence, kind, at, at, state, None, False, None, "", "", None, None, False)  # noqa: FBT003
    return plain._replace(**changes)


def registered(sequence: int = 1, **changes: Any) -> Step:  # noqa: ANN401 - fields of any type.
    about: dict[str, Any] = {
        "task_kind": "action",
        "plan_id": "p01",
        "unit_id": "u1",
        "in_year_scope": True,
        "due_at": DUE,
    }
    return step("registered", sequence, **(about | changes))


def said(name: str, scope: Scope, *steps: Step) -> Counter[tuple[str, str]]:
    """Count what a measure says of one task, by part and reason."""
    found = [one for task in histories(steps) for one in registry.OF_TASKS[name].judge(task, scope)]
    return Counter((one.part, one.reason) for one in found)


CLOSED = step("closed", 5, "closed", at=DUE - DAY)
LATE = CLOSED._replace(late=True, late_by_original=True)
CANCELLED = step("cancelled", 6, "cancelled")
SPAN = Scope(NOW, first=date(2023, 6, 1), last=date(2023, 6, 30))
BACK = step("returned", 4, "returned")


@pytest.mark.parametrize(
    ("name", "scope", "steps", "expected"),
    [
        ("tasks.on_time", SCOPE, [registered(), CLOSED], ("numerator", "")),
        ("tasks.on_time", SCOPE, [registered(), LATE], ("denominator", "late")),
        ("tasks.on_time", SCOPE, [registered()], ("denominator", "overdue")),
        ("tasks.on_time", SPAN, [registered(due_at=None)], ("excluded", "undated")),
        ("tasks.on_time", Scope(NOW, first=date(2023, 6, 11)), [registered()], None),
        ("tasks.on_time", Scope(NOW, last=date(2023, 6, 9)), [registered()], None),
        (
            "tasks.on_time_original",
            SCOPE,
            [registered(), CLOSED._replace(late_by_original=True)],
            ("denominator", "late"),
        ),
        ("tasks.on_time_original", SCOPE, [registered(), CLOSED], ("numerator", "")),
        ("tasks.on_time_original", SCOPE, [registered()], ("denominator", "overdue")),
        ("tasks.completed", SCOPE, [registered(), CLOSED], ("numerator", "")),
        ("tasks.completed", SCOPE, [registered(), CANCELLED], ("excluded", "cancelled")),
        ("tasks.completed", SPAN, [registered(due_at=None)], ("excluded", "undated")),
        ("tasks.completed", SCOPE, [registered(due_at=None)], ("denominator", "")),
        ("tasks.completed", Scope(NOW, unit_id="u2"), [registered()], None),
        ("tasks.completed", SCOPE, [CLOSED], None),
        ("tasks.overdue", SCOPE, [registered()], ("numerator", "")),
        ("tasks.overdue", SCOPE, [registered(due_at=NOW + DAY)], ("denominator", "")),
        ("tasks.overdue", SCOPE, [registered(), CANCELLED], ("excluded", "cancelled")),
        ("tasks.overdue", SCOPE, [registered(), CLOSED], None),
        ("tasks.late", SCOPE, [registered(), LATE], ("numerator", "")),
        ("tasks.late", SCOPE, [registered(), CLOSED], ("denominator", "")),
        ("tasks.late", SCOPE, [registered()], None),
        ("tasks.returned", SCOPE, [registered(), BACK], ("numerator", "")),
        ("tasks.returned", SCOPE, [registered()], ("denominator", "")),
        ("tasks.returned", SCOPE, [registered(), BACK, CANCELLED], ("excluded", "cancelled")),
        ("tasks.returned", Scope(NOW, plan_id="p02"), [registered(), BACK], None),
        ("tasks.returned", Scope(NOW, unit_id="u2"), [registered(), BACK], None),
        ("tasks.returned", Scope(NOW, first=date(2023, 6, 20)), [registered(), BACK], ("denominator", "")),
        ("tasks.returned", Scope(NOW, last=date(2023, 6, 18)), [registered(), BACK], ("denominator", "")),
        ("tasks.returned", Scope(NOW, unit_id="u1"), [registered(9), BACK], ("numerator", "")),
        (
            "tasks.extended",
            SCOPE,
            [registered(), step("extension_granted", 2, word="finish")],
            ("numerator", ""),
        ),
        (
            "tasks.extended",
            SCOPE,
            [registered(), step("extension_granted", 2, word="sign")],
            ("denominator", ""),
        ),
        ("measures.plate", SCOPE, [registered(), step("measure_taken", 2, word="plate")], ("numerator", "")),
        ("measures.talk", SCOPE, [registered(), step("measure_taken", 2, word="plate")], ("denominator", "")),
        ("goals.progress", SCOPE, [registered(), CLOSED], ("numerator", "")),
        ("goals.progress", Scope(NOW, last=date(2023, 6, 1)), [registered(), CLOSED], ("denominator", "")),
        ("goals.progress", SCOPE, [registered(), CANCELLED], ("excluded", "cancelled")),
        ("goals.progress", SCOPE, [registered(in_year_scope=False)], ("excluded", "out_of_scope")),
        ("goals.progress", Scope(NOW, unit_id="u2"), [registered()], None),
    ],
)
def test_a_measure_says_of_a_task_in_which_part_it_stands(
    name: str, scope: Scope, steps: list[Step], expected: tuple[str, str] | None
) -> None:
    assert said(name, scope, *steps) == Counter([expected] if expected else [])


def test_a_task_stands_where_its_last_step_of_the_stream_says() -> None:
    clock = step("clock_started", 3, word="finish", due_at=NOW + DAY)
    steps = [CLOSED, registered(), clock, step("submitted", 4, "submitted"), step("measure_taken", 9)]

    (task,) = histories(steps)

    assert (task.state, task.due_at, task.done_at, task.last.sequence) == ("closed", NOW + DAY, DUE - DAY, 9)
    assert (task.kind, task.plan_id, task.unit_id, task.unit_at(3)) == ("action", "p01", "u1", "u1")
    assert (task.cell.dated, task.cell.due_at, task.cell.in_time) == (True, None, True)


def test_of_a_task_that_was_not_registered_nothing_is_known() -> None:
    task = History("t1", (BACK,))

    assert (task.kind, task.plan_id, task.unit_id, task.due_at, task.done_at) == ("", None, None, None, None)
    assert (task.late_by_original, History("t1", (registered(),)).late) == (False, False)
    assert (task.unit_at(9), History("t1", (registered(),)).state) == (None, "registered")


def test_a_share_has_a_value_from_the_minimum_on_and_a_count_always() -> None:
    findings = list(registry.OF_TASKS["tasks.on_time"].judge(History("t1", (registered(), CLOSED)), SCOPE))

    few = answered("x", "%", findings, minimum=2, version=1)
    enough = replace(answered("x", "%", findings, minimum=1, version=1), measure="y")
    none = answered("x", "次", [], minimum=1, version=1)

    assert [(one.value, one.why) for one in (few, enough, none)] == [
        (None, "样本不足"),
        (100, "已测量"),
        (0, "已测量"),
    ]
