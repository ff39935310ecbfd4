"""Requests of enterprises: answered within 24 hours, and none open at the end of two weeks."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import move_task
from services.tasks.models import ClockRow, FieldRow
from services.tasks.requests.views import CycleView, show_cycle
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Invalid
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import OFFICE, A, unit_id, worker

FIRST, LAST = date(2023, 6, 19), date(2023, 7, 2)  # The cycle of the clock's 20 June.


async def register(db: Database, **said: Any) -> str:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"title": "厂区门前积水", "body": "", "source": "enterprise_visit"}
    entry = Entry(**given | {"kind": "request", "units": (("lead", unit_id(A)),)} | said)
    async with db.transaction() as tx:
        task = await register_by_hand(tx, entry, make.act(at=tx.now))
        return task.id


async def walk(db: Database, task: str, *moves: Move, actor: Actor = OFFICE) -> str:
    for move in moves:
        async with db.transaction() as tx:
            await move_task(tx, MoveCommand(task_id=task, move=move), make.act(actor, tx.now))
    return task


async def clocks(db: Database, task: str) -> dict[str, ClockRow]:
    return {row.name: row for row in await make.rows(db, ClockRow) if row.task_id == task}


async def cycle(db: Database, clock: FakeClock, day: date) -> CycleView:
    async with db.reading() as session:
        return await show_cycle(session, day, clock.now())


async def test_a_request_is_answered_within_24_hours_of_being_handed_out(
    ledger: Database, clock: FakeClock
) -> None:
    task, handed_out = await register(ledger), clock.now()
    await walk(ledger, task, Move.ASSIGN)
    clock.advance(timedelta(hours=3))
    await walk(ledger, task, Move.ACCEPT, actor=worker(A))  # Signing is no answer.

    running = await clocks(ledger, task)

    assert {*running} == {"answer", "finish"}
    assert (running["answer"].due_at, running["answer"].stopped_at) == (
        handed_out + timedelta(hours=24),
        None,
    )
    assert running["finish"].due_at == end_of_day(date(2023, 7, 4))


async def test_the_first_report_is_the_answer_and_needs_no_signing(
    ledger: Database, clock: FakeClock
) -> None:
    task = await walk(ledger, await register(ledger), Move.ASSIGN)
    clock.advance(timedelta(hours=1))
    await walk(ledger, task, Move.PROGRESS, actor=worker(A))

    answer = (await clocks(ledger, task))["answer"]

    assert answer.stopped_at == clock.now()


async def test_the_hours_of_a_suspension_are_not_counted(ledger: Database, clock: FakeClock) -> None:
    task = await walk(ledger, await register(ledger), Move.ASSIGN)
    due_at = (await clocks(ledger, task))["answer"].due_at
    for move, hours in ((Move.SUSPEND, 5), (Move.RESUME, 0)):
        async with ledger.transaction() as tx:
            await move_task(tx, MoveCommand(task_id=task, move=move, reason="停电"), make.act(at=tx.now))
        clock.advance(timedelta(hours=hours))

    assert (await clocks(ledger, task))["answer"].due_at == due_at + timedelta(hours=5)


async def test_what_is_open_at_the_end_of_the_cycle_is_listed(ledger: Database, clock: FakeClock) -> None:
    settled, left = await register(ledger), await register(ledger, title="用电增容")
    await walk(ledger, left, Move.ASSIGN)
    steps = (Move.ASSIGN, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)
    await walk(ledger, settled, *steps)
    clock.instant = at_local(date(2023, 7, 4), 9)
    await walk(ledger, left, *steps[1:])

    then, now = await cycle(ledger, clock, FIRST), await cycle(ledger, clock, date(2023, 7, 4))

    assert (then.first, then.last, then.over, then.came_in, then.cleared) == (FIRST, LAST, True, 2, False)
    [listed] = then.open
    assert (listed.id, listed.state, listed.source_word, listed.unit_name) == (
        left,
        "assigned",
        "双包一解",
        A,
    )
    assert (listed.age_days, now.over, now.came_in, now.cleared) == (12, False, 0, True)


@pytest.mark.parametrize("source", ["enterprise_visit", "enterprise_liaison", "stuck_window"])
async def test_its_sources_are_those_of_the_plans(ledger: Database, source: str) -> None:
    assert await register(ledger, source=source)


async def test_a_request_says_what_its_kind_asks_for(ledger: Database) -> None:
    await register(ledger, fields={"category": "用电", "project": " "})

    rows = await make.rows(ledger, FieldRow)

    assert [(row.name, row.value) for row in rows] == [("category", "用电")]
    with pytest.raises(Invalid, match="没有字段 colour"):
        await register(ledger, fields={"colour": "red"})


async def test_the_cycle_is_asked_for_over_http(filled: Caller) -> None:
    said = {"kind": "request", "title": "用电增容", "source": "stuck_window", "fields": {"category": "用电"}}
    made = await filled.post("/tasks", json=said | {"units": [{"role": "lead", "unit_id": unit_id(A)}]})

    shown = (await filled.get("/requests/cycle")).json()

    assert [one["id"] for one in shown["open"]] == [made.json()["id"]]
    assert [(one["word"], one["value"]) for one in made.json()["fields"]] == [("诉求类别", "用电")]
    assert [one["id"] for one in await filled.tasks(kind="request")] == [made.json()["id"]]
    assert (await filled.get("/requests/cycle", on="2023-01-05")).json()["first"] == "2023-01-02"
