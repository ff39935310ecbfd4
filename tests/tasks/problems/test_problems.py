"""Problems: registered with owner, measure, date and what they block; struck off on evidence."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import move_task
from services.tasks.models import ClockRow, ProblemRow, RevisionRow, TaskBlockRow, TaskRow
from services.tasks.problems.domain import age_days, check_category, owners
from services.tasks.problems.repository import Wanted, list_problems
from services.tasks.problems.service import Problem, Remedy, edit_problem, register_problem
from services.tasks.problems.views import show_problems
from shared.clock import at_local
from shared.database import Database
from shared.errors import DubanError, Forbidden, Invalid, NotFound
from shared.events.supervision import TaskBlocked, TaskUnblocked
from shared.testing import FakeClock, published, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import OFFICE, A, B, head, task_id, unit_id, worker

TWO = task_id("2")


def problem(**said: Any) -> Problem:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"title": "红线内有未迁杆线", "units": (unit_id(B),), "category": "land"}
    return Problem(**given | said)


async def register(db: Database, said: Problem, actor: Actor = OFFICE) -> TaskRow:
    async with db.transaction() as tx:
        return await register_problem(tx, said, make.act(actor, tx.now))


async def edit(db: Database, task: TaskRow, said: Remedy, actor: Actor = OFFICE) -> ProblemRow:
    async with db.transaction() as tx:
        return await edit_problem(tx, task.id, said, make.act(actor, tx.now))


async def test_a_problem_is_a_task_with_an_owner_and_what_it_blocks(ledger: Database) -> None:
    task = await register(ledger, problem(units=(unit_id(B), unit_id(A)), blocks=(TWO,), measure="迁改"))

    [row], [block] = await make.rows(ledger, ProblemRow), await make.rows(ledger, TaskBlockRow)
    assert (task.kind, task.answering_unit, task.source) == ("problem", unit_id(B), "manual")
    assert (row.category, row.measure, row.found_on) == ("land", "迁改", date(2023, 6, 20))
    assert (block.blocker_task_id, block.blocked_task_id) == (task.id, TWO)


async def test_a_problem_that_is_assigned_has_a_limit_by_its_kind(ledger: Database) -> None:
    task = await register(ledger, problem(assign=True))

    clocks = {row.name: row.due_at for row in await make.rows(ledger, ClockRow) if row.task_id == task.id}
    assert task.state == "assigned"
    assert clocks["finish"] == at_local(date(2023, 7, 20)) - timedelta(seconds=1)


async def submit(db: Database, task: TaskRow, *evidence: str) -> TaskRow:
    """Sign for a problem, work on it and hand it in."""
    async with db.transaction() as tx:
        act = make.act(at=tx.now)
        for move in (Move.ACCEPT, Move.PROGRESS):
            await move_task(tx, MoveCommand(task_id=task.id, move=move), act)
        report = Report(note="已迁改", evidence=evidence)
        await move_task(tx, MoveCommand(task_id=task.id, move=Move.SUBMIT, report=report), act)
        return await tx.session.get_one(TaskRow, task.id)


async def test_a_problem_is_struck_off_on_evidence_alone(ledger: Database) -> None:
    task = await register(ledger, problem(assign=True))

    with pytest.raises(Invalid, match="须附佐证材料"):
        await submit(ledger, task)

    assert (await submit(ledger, task, "f-1")).state == "submitted"


async def test_a_repeat_of_the_sender_registers_nothing_twice(ledger: Database) -> None:
    first = await register(ledger, problem(client_ref="desk-1", blocks=(TWO,)))

    second = await register(ledger, problem(client_ref="desk-1", blocks=(TWO,)))

    assert (second.id, len(await make.rows(ledger, ProblemRow))) == (first.id, 1)


async def test_the_owner_writes_its_measure_down(ledger: Database) -> None:
    task = await register(ledger, problem())

    row = await edit(ledger, task, Remedy(measure=" 月底前完成迁改 "), head(B))
    await edit(ledger, task, Remedy(measure="月底前完成迁改"), head(B))

    steps = [one for one in await make.rows(ledger, RevisionRow) if one.task_id == task.id]
    assert row.measure == "月底前完成迁改"
    assert [(one.move, one.changes) for one in steps[1:]] == [
        ("problem.edit", {"measure": ["", row.measure]})
    ]


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        (Remedy(measure="改"), head(A), Forbidden),
        (Remedy(measure=" "), OFFICE, Invalid),
        (Remedy(category="weather"), OFFICE, Invalid),
    ],
)
async def test_a_remedy_that_makes_no_sense_is_refused(
    ledger: Database, said: Remedy, actor: Actor, error: type[DubanError]
) -> None:
    task = await register(ledger, problem())

    with pytest.raises(error):
        await edit(ledger, task, said, actor)


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        (problem(), worker(A), Forbidden),
        (problem(category="weather"), OFFICE, Invalid),
        (problem(units=()), OFFICE, Invalid),
        (problem(found_in="i-none"), OFFICE, NotFound),
        (problem(blocks=("t-none",)), OFFICE, NotFound),
    ],
)
async def test_a_problem_that_makes_no_sense_is_not_registered(
    ledger: Database, said: Problem, actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await register(ledger, said, actor)

    assert await make.rows(ledger, ProblemRow) == []


async def test_a_task_that_is_no_problem_has_no_remedy(ledger: Database) -> None:
    with pytest.raises(NotFound, match="没有编号为"):
        await edit(ledger, await make.get(ledger), Remedy(measure="改"))


def test_the_first_owner_answers_and_the_others_do_their_part() -> None:
    assert owners(["u1", "u2"]) == (("lead", "u1"), ("responsible", "u2"))
    with pytest.raises(Invalid, match="必须有责任单位"):
        owners([])


def test_categories_are_a_table() -> None:
    check_category("land")
    with pytest.raises(Invalid, match="用地征迁（land）"):
        check_category("weather")


def test_the_age_of_a_problem_is_counted_in_calendar_days() -> None:
    assert age_days(at_local(date(2023, 6, 20), 9), at_local(date(2023, 6, 22), 1)) == 2


async def test_the_wall_chart_shows_problems_by_owner(ledger: Database, clock: FakeClock) -> None:
    first = await register(ledger, problem(blocks=(TWO,), assign=True))
    await register(ledger, problem(title="资金缺口", units=(unit_id(A),)))

    async with ledger.reading() as session:
        listed = await list_problems(session, Wanted())
        chart = await show_problems(session, listed, clock.now() + timedelta(days=60))

    seen = [(one.unit_name, one.open, one.overdue, one.blocked) for one in chart]
    assert seen == [(B, 1, 1, 1), (A, 1, 0, 0)]
    [shown] = chart[0].problems
    assert (shown.id, shown.age_days, shown.blocks[0].id) == (first.id, 60, TWO)


async def test_the_wall_chart_is_filtered(filled: Caller) -> None:
    made = (
        await filled.post("/problems", json={"title": "杆线", "units": [unit_id(B)], "blocks": [TWO]})
    ).json()
    await filled.post("/problems", json={"title": "资金", "units": [unit_id(A)], "category": "funds"})

    asked: list[dict[str, Any]] = [
        {"unit": unit_id(B)},
        {"blocks": TWO},
        {"category": "funds"},
        {"found_in": "i-1"},
        {"done": True},
    ]
    seen = [(await filled.get("/problems", **one)).json() for one in asked]

    assert [sum(len(owner["problems"]) for owner in one) for one in seen] == [1, 1, 1, 0, 2]
    assert seen[0][0]["problems"][0]["id"] == made["id"]


async def test_the_measure_of_a_problem_is_set_over_http(filled: Caller) -> None:
    made = (await filled.post("/problems", json={"title": "杆线", "units": [unit_id(B)]})).json()

    said = (await filled.put(f"/problems/{made['id']}", {"measure": "月底前迁改", "category": "land"})).json()

    assert (said["measure"], said["category_word"], said["state_word"]) == ("月底前迁改", "用地征迁", "立项")


async def test_both_ends_of_a_block_are_shown(filled: Caller) -> None:
    put = (await filled.put(f"/tasks/{task_id('1')}/blocks", {"blocks": [TWO]})).json()

    other_end = (await filled.get(f"/tasks/{TWO}/blocks")).json()

    assert [one["id"] for one in put["blocks"]] == [TWO]
    assert [one["id"] for one in other_end["blocked_by"]] == [task_id("1")]


async def test_a_problem_that_is_reopened_over_http_blocks_again(filled: Caller, tmp_path: Path) -> None:
    said = {"title": "杆线", "units": [unit_id(B)], "blocks": [TWO], "assign": True}
    problem = (await filled.post("/problems", json=said)).json()["id"]

    before = await blocks_and_notified(filled, problem, tmp_path)
    await filled.post(f"/tasks/{problem}/moves", json={"move": "cancel", "reason": "已自行消除"})
    ended = await blocks_and_notified(filled, problem, tmp_path)
    answer = await filled.post(f"/tasks/{problem}/moves", json={"move": "reopen", "reason": "问题反弹"})
    again = await blocks_and_notified(filled, problem, tmp_path)

    assert answer.status_code == 200
    assert (before, ended) == (([TWO], ["TaskBlocked"]), ([], ["TaskBlocked", "TaskUnblocked"]))
    assert again == ([TWO], ["TaskBlocked", "TaskUnblocked", "TaskBlocked"])


async def blocks_and_notified(caller: Caller, problem: str, folder: Path) -> tuple[list[str], list[str]]:
    """Give what a problem blocks by the API, and what was published about the task that it blocks, in order."""
    shown = (await caller.get(f"/tasks/{problem}/blocks")).json()
    database = sqlite_database("tasks", folder, caller.clock)
    told = [one.data for one in await published(database)]
    await database.close()
    found = [one for one in told if isinstance(one, TaskBlocked | TaskUnblocked)]
    assert {(one.task_id, one.by) for one in found} == {(TWO, problem)}
    return [one["id"] for one in shown["blocks"]], [type(one).__name__ for one in found]
