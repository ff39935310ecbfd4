"""Subtasks: registered under a task, due with it at the latest, and done before it is handed in."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.extensions import Request, ask_extension
from services.tasks.ledger.service import move_task
from services.tasks.models import TaskRow
from shared.clock import end_of_day
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import JUNE, OFFICE, PLAN, A, B, head, unit_id
from tests.tasks.test_bulk_deadlines import order, put
from tests.tasks.test_registration_by_hand import entry, register

PARENT = make.task_id("1")
TO_PROGRESS = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS)


async def add(db: Database, **said: Any) -> TaskRow:  # noqa: ANN401 - any field.
    wanted = entry(**{"parent_id": PARENT, "deadline": None, "source": "manual"} | said)
    return await register(db, wanted)


async def move(db: Database, task: TaskRow, *moves: Move, **said: Any) -> TaskRow:  # noqa: ANN401 - any field.
    for one in moves:
        async with db.transaction() as tx:
            command = MoveCommand(task_id=task.id, move=one, reason="理由", **said)
            moved = await move_task(tx, command, make.act(OFFICE, tx.now))
    return moved


async def test_a_subtask_without_a_date_is_due_with_its_parent(ledger: Database) -> None:
    child = await add(ledger)

    assert (child.parent_id, child.deadline, child.plan_id) == (PARENT, JUNE, None)
    assert child.sort_key.startswith("00001.99999.")


async def test_a_subtask_of_an_undated_task_has_none_either(ledger: Database) -> None:
    assert (await add(ledger, parent_id=make.task_id("3"))).deadline is None


async def test_a_subtask_is_not_due_after_its_parent(ledger: Database) -> None:
    with pytest.raises(Invalid, match="晚于上级任务时限"):
        await add(ledger, deadline=date(2023, 7, 1))


async def test_no_move_and_no_order_brings_it_behind_its_parent(ledger: Database) -> None:
    child = await add(ledger)
    await move(ledger, child, *TO_PROGRESS)

    with pytest.raises(Invalid, match="晚于上级任务时限"):
        await move(ledger, child, Move.INSTRUCT, deadline=date(2023, 7, 1))
    undated = await add(ledger, parent_id=make.task_id("3"))
    await put(ledger, order(deadline=JUNE))
    with pytest.raises(Conflict, match="晚于上级任务时限"):
        await put(ledger, order(undated.id, deadline=date(2023, 7, 1)))


async def test_the_parent_is_not_handed_in_while_a_subtask_is_open(ledger: Database) -> None:
    child = await add(ledger)
    await make.walk(ledger, *TO_PROGRESS)

    refused = await make.refusal(ledger, Move.SUBMIT)
    await move(ledger, child, Move.CANCEL)
    await make.walk(ledger, Move.SUBMIT)

    assert (refused.code, refused.details["open"]) == ("task.children_open", 1)


async def test_the_head_of_the_answering_unit_divides_its_task(ledger: Database) -> None:
    wanted = entry(parent_id=PARENT, deadline=None)

    child = await register(ledger, wanted, head(A))

    assert child.parent_id == PARENT
    with pytest.raises(Forbidden, match="登记子任务"):
        await register(ledger, wanted, head(B))


async def test_a_task_that_is_handed_in_gets_no_subtasks(ledger: Database) -> None:
    await make.walk(ledger, *TO_PROGRESS, Move.SUBMIT)

    with pytest.raises(Conflict, match="待审核"):
        await add(ledger)


async def test_a_subtask_belongs_to_its_parent_not_to_a_plan(ledger: Database) -> None:
    with pytest.raises(Invalid, match="plan_id"):
        await add(ledger, plan_id=PLAN)
    with pytest.raises(NotFound):
        await add(ledger, parent_id="t-none")


async def test_a_clock_of_a_subtask_is_not_extended_behind_its_parent(ledger: Database) -> None:
    child = await add(ledger, deadline=date(2023, 6, 28))
    await move(ledger, child, Move.ASSIGN)

    wanted = Request(task_id=child.id, wanted_on=date(2023, 7, 5), reason="理由")
    with pytest.raises(Invalid, match="晚于上级任务时限"):
        async with ledger.transaction() as tx:
            await ask_extension(tx, wanted, make.act(OFFICE, tx.now))

    assert (await ledger_task(ledger, child.id)).due_at == end_of_day(date(2023, 6, 28))


async def ledger_task(db: Database, task_id: str) -> TaskRow:
    async with db.reading() as session:
        return await session.get_one(TaskRow, task_id)


async def test_parent_and_subtasks_are_shown_with_each_other(filled: Caller) -> None:
    parent = make.task_id("3")
    day = (filled.clock.instant + timedelta(days=30)).date().isoformat()
    said: dict[str, Any] = {
        "kind": "action",
        "title": "一部分",
        "source": "manual",
        "parent_id": parent,
        "deadline": day,
    }
    said |= {"units": [{"role": "lead", "unit_id": unit_id(A)}]}

    child = (await filled.post("/tasks", json=said)).json()
    shown = (await filled.get(f"/tasks/{parent}")).json()

    assert (child["parent"]["id"], child["parent"]["state_word"]) == (parent, "立项")
    assert [(one["id"], one["title"]) for one in shown["children"]] == [(child["id"], "一部分")]
