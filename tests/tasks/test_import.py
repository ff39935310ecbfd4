"""A document goes into the ledger once, whole, and with its doubts."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from services.tasks.models import (
    CadenceRow,
    DocumentRow,
    DoubtRow,
    SectionRow,
    TargetRow,
    TaskRow,
    TaskUnitRow,
)
from services.tasks.plans.outcome import Outcome
from services.tasks.plans.service import preview
from services.tasks.plans.study import Origin
from shared.database import Database
from shared.errors import Invalid
from shared.events.supervision import (
    PlanConfirmed,
    StageGoalSet,
    TargetSet,
    TaskLit,
    TaskRegistered,
    UnitRegistered,
    UnitRole,
)
from shared.testing import events_of, published
from tests.tasks import factories as make
from tests.tasks.factories import PLAN, A, B, unit_id


async def test_a_confirmed_document_is_published_part_by_part(ledger: Database) -> None:
    counts = {
        model: len(await events_of(ledger, model))
        for model in (UnitRegistered, PlanConfirmed, StageGoalSet, TargetSet, TaskRegistered, TaskLit)
    }

    assert list(counts.values()) == [4, 1, 1, 1, 3, 3]


async def test_a_task_is_registered_with_units_by_role_and_its_date(ledger: Database) -> None:
    first = (await events_of(ledger, TaskRegistered))[0]

    assert (first.task_id, first.plan_id, first.number, first.kind) == (f"{PLAN}-1", PLAN, "1", "action")
    assert first.units == (
        UnitRole(unit_id=unit_id(A), role="lead"),
        UnitRole(unit_id=unit_id(B), role="responsible"),
    )
    assert (first.answering_unit, first.due_on) == (unit_id(A), make.JUNE)


async def test_a_goal_and_a_target_carry_value_date_and_strength(ledger: Database) -> None:
    [goal], [target] = await events_of(ledger, StageGoalSet), await events_of(ledger, TargetSet)

    assert (goal.goal_id, goal.value, goal.due_on, goal.strength) == (f"{PLAN}-m01", 60.0, make.JUNE, "must")
    assert (target.target_id, target.task_id, target.strength) == (f"{PLAN}-t001", f"{PLAN}-1", "strive")


async def test_events_are_dated_by_the_deed(ledger: Database) -> None:
    assert {one.time for one in await published(ledger)} == {make.act().at}


async def test_the_same_document_twice_changes_nothing(ledger: Database) -> None:
    before = await published(ledger)

    outcome = await make.confirm(ledger, make.document())

    assert (outcome.unchanged, outcome.added, await published(ledger)) == (True, [], before)


async def test_the_same_words_in_another_file_publish_nothing(ledger: Database) -> None:
    before = await published(ledger)

    outcome = await make.confirm(ledger, make.document(), content="saved again")

    assert (outcome.changed, await published(ledger)) == ([], before)
    assert len(await make.rows(ledger, DocumentRow)) == 2


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(db: Database) -> None:
    async with db.reading() as session:
        outcome = await preview(session, make.document(), Origin("plan.txt", "0" * 64))

    assert (outcome.confirmed, len(outcome.added), outcome.counts["tasks"]) == (False, 3, 3)
    assert sorted(outcome.new_units) == sorted([A, B, make.C, make.EVERYONE])
    assert (await published(db), await make.rows(db, TaskRow)) == ([], [])


async def test_the_answer_names_plans_counts_and_doubts(db: Database) -> None:
    outcome = await make.confirm(db, make.document())

    [plan], [doubt] = outcome.plans, outcome.doubts
    assert (plan.plan_id, plan.tasks, plan.stage_goals, plan.targets, plan.cadences) == (PLAN, 3, 1, 1, 1)
    assert (doubt.code, doubt.task_id, doubt.lines) == ("lead_assumed", f"{PLAN}-1", (10, 13))
    assert outcome.counts["units"] == 4


async def test_everything_keeps_its_lines(ledger: Database) -> None:
    [target], [doubt] = await make.rows(ledger, TargetRow), await make.rows(ledger, DoubtRow)
    [section], [cadence] = await make.rows(ledger, SectionRow), await make.rows(ledger, CadenceRow)
    task = await make.get(ledger)

    assert (task.first_line, task.last_line) == (10, 13)
    assert [part.lines for part in (target, doubt, section, cadence)] == [
        (11, 11),
        (10, 13),
        (5, 5),
        (12, 12),
    ]


async def test_two_printed_names_of_one_unit_in_one_role_stand_once(db: Database) -> None:
    units = (*make.UNITS, make.unit("甲部", A))
    await make.confirm(db, make.document([make.task(lead=(A, "甲部"))], units=units))

    assert [(row.role, row.unit_id) for row in await make.rows(db, TaskUnitRow)] == [
        ("lead", unit_id(A)),
        ("responsible", unit_id(B)),
    ]


async def test_a_unit_may_stand_in_two_roles(db: Database) -> None:
    await make.confirm(db, make.document([make.task(responsible=(A,))]))

    assert len(await make.rows(db, TaskUnitRow)) == 2


async def test_a_unit_that_the_reader_did_not_list_is_registered_as_unknown(db: Database) -> None:
    await make.confirm(db, make.document([make.task(lead=("某站",))]))

    assert ("某站", "unknown") in [(one.name, one.kind) for one in await events_of(db, UnitRegistered)]


async def test_numbers_that_come_back_get_ids_of_their_own(db: Database) -> None:
    tasks = [
        make.task("1", section_id=None),
        replace(make.task("1"), id="p01-（一）", number="（一）"),
        make.task("1", id="p01-①"),
    ]
    await make.confirm(db, make.document(tasks))

    assert [row.id for row in await make.rows(db, TaskRow)] == [f"{PLAN}-1", f"{PLAN}-1~2", f"{PLAN}-z1"]


async def test_without_a_day_of_issue_the_year_is_that_of_most_dates(db: Database) -> None:
    late = make.task("4", deadline=date(2024, 3, 31))
    tasks = (*make.document().tasks, late)
    await make.confirm(db, make.document(tasks, issued_on=None))

    assert [row.in_year_scope for row in await make.rows(db, TaskRow)] == [True, True, True, False]


async def test_without_any_date_everything_is_of_the_year(db: Database) -> None:
    await make.confirm(db, make.document([make.task(deadline=None)], issued_on=None))

    assert (await make.get(db)).in_year_scope


async def test_a_document_without_tasks_is_refused(db: Database) -> None:
    parsed = make.document([], targets=(), cadences=(), doubts=())

    with pytest.raises(Invalid, match="没有识别出方案任务"):
        await make.confirm(db, parsed)


async def test_confirming_at_the_same_time_registers_every_task_once(db: Database) -> None:
    attempts = (make.confirm(db, make.document()) for _ in range(4))

    answers = await asyncio.gather(*attempts, return_exceptions=True)

    assert all(isinstance(one, Outcome | IntegrityError) for one in answers)
    assert len(await events_of(db, TaskRegistered)) == 3
