"""Parts of units and extensions are facts; the clock of signing is never taken for the date of a task."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from services.metrics import domain
from services.metrics.domain import PartCell
from services.metrics.models import Base, TaskExtension, TaskState
from shared.clock import end_of_day
from shared.database import Database
from shared.events import supervision
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW

UNITS = (
    {"unit_id": "u1", "role": "lead"},
    {"unit_id": "u2", "role": "responsible"},
    {"unit_id": "u2", "role": "lead"},
    {"unit_id": "u3", "role": "cooperating"},
    {"unit_id": "all", "role": "responsible"},
)


def step(model: type[supervision.TaskEvent], state: str, **more: object) -> supervision.TaskEvent:
    return model.model_validate({"task_id": "p01-1", "state": state, **more})


def everyone() -> supervision.UnitRegistered:
    return supervision.UnitRegistered(unit_id="all", name="各相关部门", kind="collective", collective=True)


async def rows(db: Database, model: type[Base]) -> list[Any]:
    async with db.reading() as session:
        return list(await session.scalars(select(model)))


async def parts(db: Database) -> set[tuple[str, str, int]]:
    return set((await make.pictured(db)).parts)


async def test_every_signing_unit_has_one_part_and_the_answering_one_that_of_the_task(db: Database) -> None:
    facts = (
        everyone(),
        make.registered(units=UNITS),
        make.assigned(),
        step(supervision.TaskAccepted, "accepted"),
    )

    await make.tell(db, *make.told(*facts))

    assert await parts(db) == {("u1", "accepted", 1), ("u2", "assigned", 1)}


async def test_a_part_stands_where_its_unit_left_it_in_whatever_order_that_is_told(db: Database) -> None:
    moved = [make.part_moved(state=state) for state in ("accepted", "in_progress")]
    told = make.told(everyone(), make.registered(units=UNITS), make.assigned(), *moved)

    await make.tell(db, *reversed(told))

    assert await parts(db) == {("u1", "assigned", 1), ("u2", "in_progress", 1)}


@pytest.mark.slow
@pytest.mark.parametrize("model", [supervision.TaskReassigned, supervision.TaskInstructed])
async def test_what_was_told_before_the_units_had_to_sign_anew_counts_no_more(
    db: Database, model: type[supervision.TaskEvent]
) -> None:
    facts = (
        everyone(),
        make.registered(units=UNITS),
        make.assigned(),
        make.part_moved(),
        step(model, "assigned"),
    )

    await make.tell(db, *make.told(*facts))

    assert await parts(db) == {("u1", "assigned", 1), ("u2", "assigned", 1)}


@pytest.mark.parametrize("task", ["registered", "suspended", "cancelled", "closed", "standing"])
def test_a_task_that_waits_for_no_unit_has_no_parts_to_count(task: str) -> None:
    assert domain.count_parts([PartCell("u1", task, answers=True, part="accepted", count=2)]) == ()


def test_parts_of_one_unit_and_state_are_added_up() -> None:
    cells = [
        PartCell("u1", "submitted", answers=True, part=None, count=2),
        PartCell("u1", "verified", answers=True, part="passed", count=1),
        PartCell("u1", "verified", answers=False, part="passed", count=4),
    ]

    assert domain.count_parts(cells) == (("u1", "passed", 4), ("u1", "submitted", 3))


@pytest.mark.parametrize(
    ("decided", "decision"),
    [
        (make.extension_decided(granted_on=date(2023, 7, 31), outcome="granted"), "granted"),
        (make.extension_decided(granted_on=date(2023, 7, 31)), "granted"),
        (make.extension_decided(), "refused"),
        (make.extension_decided(outcome="withdrawn"), "withdrawn"),
    ],
)
async def test_an_extension_is_what_was_decided_of_it(
    db: Database, decided: supervision.ExtensionDecided, decision: str
) -> None:
    told = make.told(make.registered(), make.extension_asked(), make.extension_asked(2), decided)

    await make.tell(db, *reversed(told))

    assert {row.number: row.decision for row in await rows(db, TaskExtension)} == {1: decision, 2: "asked"}
    assert set((await make.pictured(db)).extensions) == {("p01", decision, 1), ("p01", "asked", 1)}


async def test_an_extension_of_another_clock_is_no_extension_of_the_task(db: Database) -> None:
    await make.tell(db, *make.told(make.registered(), make.extension_asked(clock="report")))

    assert (await make.pictured(db)).extensions == ()


async def test_an_extended_task_is_due_by_its_clock_and_never_by_that_of_signing(db: Database) -> None:
    extended = end_of_day(date(2023, 7, 31))
    clocks = (
        make.clock_started(due_at=NOW - DAY, clock="sign"),
        make.clock_started(due_at=end_of_day(date(2023, 6, 30))),
        make.clock_started(due_at=extended),
    )

    await make.tell(db, *make.told(make.registered(), make.assigned(), *clocks))

    picture = await make.pictured(db)
    assert [cell.due_at for cell in picture.tasks] == [extended]
    assert domain.overdue(picture.tasks, now=NOW) == 0


@pytest.mark.parametrize(
    ("more", "done_at", "late"),
    [
        ({"closed_at": NOW - 9 * DAY, "late": True}, NOW - 9 * DAY, True),
        ({}, NOW, False),
    ],
)
async def test_what_becomes_a_routine_stays_done_since_it_was_closed(
    db: Database, more: dict[str, object], done_at: object, *, late: bool
) -> None:
    routine = step(supervision.TaskNormalised, "standing", since=NOW, **more)

    await make.tell(db, *make.told(make.registered(), make.closed(at=NOW - 9 * DAY, late=True), routine))

    [state] = await rows(db, TaskState)
    assert (state.state, state.since, state.done_at, state.late) == ("standing", NOW, done_at, late)


async def test_a_review_that_passed_leaves_the_task_with_its_reviewers(db: Database) -> None:
    passed = step(supervision.ReviewPassed, "submitted", review="authority")

    await make.tell(db, *make.told(make.registered(), make.submitted(), passed))

    assert [row.state for row in await rows(db, TaskState)] == ["submitted"]
