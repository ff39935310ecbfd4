"""Tasks that no document prints are registered by hand, once, and corrected by hand."""

# ruff: noqa: ANN401 - a factory takes any field.

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger.by_hand import Entry, edit_task, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_permits import check_impartial, unit_acting
from services.tasks.ledger.domain_sources import LEVELS, SOURCES, check_level, check_source, source_word
from services.tasks.ledger.service import move_task
from services.tasks.models import ClockRow, RevisionRow, TaskRow
from shared.clock import end_of_day
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.supervision import TaskRegistered
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import OFFICE, PLAN, A, B, head, unit_id

DAY = date(2023, 7, 14)


def entry(**said: Any) -> Entry:
    given: dict[str, Any] = {
        "kind": "instruction",
        "title": "核查办事大厅排队问题",
        "body": "请核查并提出整改意见。",
        "units": (("lead", unit_id(A)), ("cooperating", unit_id(B))),
        "source": "instruction",
        "source_ref": "示例批〔2023〕7号",
        "deadline": DAY,
    }
    return Entry(**given | said)


async def register(db: Database, wanted: Entry | None = None, actor: Actor = OFFICE) -> TaskRow:
    async with db.transaction() as tx:
        return await register_by_hand(tx, wanted or entry(), make.act(actor, tx.now))


async def edit(db: Database, task_id: str, actor: Actor = OFFICE, **said: Any) -> TaskRow:
    async with db.transaction() as tx:
        return await edit_task(tx, task_id, said, make.act(actor, tx.now))


async def history(db: Database, task_id: str) -> list[RevisionRow]:
    return [row for row in await make.rows(db, RevisionRow) if row.task_id == task_id]


async def test_an_instruction_is_registered_with_its_source(ledger: Database) -> None:
    task = await register(ledger)

    assert (task.state, task.kind, task.source, task.source_ref) == (
        "registered",
        "instruction",
        "instruction",
        "示例批〔2023〕7号",
    )
    assert (task.answering_unit, task.deadline, task.level) == (unit_id(A), DAY, "normal")
    assert [row.move for row in await history(ledger, task.id)] == ["register"]


async def test_it_is_told_to_all_and_stands_behind_the_plans(ledger: Database) -> None:
    task = await register(ledger)
    [told] = [one for one in await events_of(ledger, TaskRegistered) if one.task_id == task.id]
    keys = [row.sort_key for row in await make.rows(ledger, TaskRow) if row.id != task.id]

    assert (told.kind, told.plan_id, told.due_on, told.answering_unit) == (
        "instruction",
        None,
        DAY,
        unit_id(A),
    )
    assert all(key < task.sort_key for key in keys)
    assert len(task.id) == 13
    assert task.id.isalnum()


async def test_its_date_is_the_paper_s_own(ledger: Database) -> None:
    task = await register(ledger)
    async with ledger.transaction() as tx:
        command = MoveCommand(task_id=task.id, move=Move.ASSIGN)
        await move_task(tx, command, make.act(at=tx.now))

    finish = [row for row in await make.rows(ledger, ClockRow) if row.name == "finish"]

    assert [(row.due_at, row.printed) for row in finish] == [(end_of_day(DAY), True)]


async def test_one_added_to_a_plan_counts_there_and_survives_the_next_import(ledger: Database) -> None:
    task = await register(ledger, entry(plan_id=PLAN, kind="action", deadline=date(2024, 1, 31)))
    places = sorted(row.sort_key for row in await make.rows(ledger, TaskRow))

    outcome = await make.confirm(ledger, make.document([make.task("1")]), content="second")

    assert (places[-1], task.in_year_scope) == (task.sort_key, False)
    assert [one.number for one in outcome.removed] == ["2", "3"]
    with pytest.raises(NotFound, match="方案"):
        await register(ledger, entry(plan_id="p-none"))


async def test_the_same_client_ref_is_the_same_task(ledger: Database) -> None:
    first = await register(ledger, entry(client_ref="oa-17"))
    again = await register(ledger, entry(client_ref="oa-17", title=" 核查办事大厅排队问题 "))
    other = await register(ledger, entry(client_ref="oa-18"))

    assert (first.id == again.id, first.id == other.id) == (True, False)
    assert len(await history(ledger, first.id)) == 1
    with pytest.raises(Conflict, match="内容不同"):
        await register(ledger, entry(client_ref="oa-17", title="另一件事"))


async def test_a_repeat_still_means_the_task_after_it_was_edited(ledger: Database) -> None:
    task = await register(ledger, entry(client_ref="oa-17"))
    await edit(ledger, task.id, title="核查排队问题")

    assert (await register(ledger, entry(client_ref="oa-17"))).title == "核查排队问题"


async def test_without_a_client_ref_each_entry_is_a_task(ledger: Database) -> None:
    assert (await register(ledger)).id != (await register(ledger)).id


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "whim"}, "kind.unknown"),
        ({"source": "plan"}, "task.source_unknown"),
        ({"level": "huge"}, "task.level_unknown"),
        ({"title": "  "}, "task.title_missing"),
        ({"deadline": date(2023, 6, 19)}, "task.deadline_past"),
        ({"units": (("lead", "u-none"),)}, "unit.unknown"),
    ],
)
async def test_an_entry_that_makes_no_sense_is_refused(
    ledger: Database, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await register(ledger, entry(**said))

    assert refused.value.code == code


async def test_only_supervisors_register_and_correct(ledger: Database) -> None:
    task = await register(ledger)

    with pytest.raises(Forbidden, match="只有督查人员可以登记事项"):
        await register(ledger, actor=head(A))
    with pytest.raises(Forbidden, match="只有督查人员可以修改事项"):
        await edit(ledger, task.id, head(A), title="新标题")


async def test_a_correction_names_what_changed(ledger: Database) -> None:
    task = await register(ledger)

    await edit(ledger, task.id, title="核查排队问题", level="urgent", source_ref=None, body=task.body)
    last = (await history(ledger, task.id))[-1]

    assert last.move == "edit"
    assert last.changes == {
        "title": ["核查办事大厅排队问题", "核查排队问题"],
        "level": ["normal", "urgent"],
        "source_ref": ["示例批〔2023〕7号", None],
    }
    assert last.snapshot is not None
    assert last.snapshot["title"] == "核查排队问题"


async def test_a_correction_that_changes_nothing_leaves_no_trace(ledger: Database) -> None:
    task = await register(ledger)

    await edit(ledger, task.id, title=task.title)

    assert len(await history(ledger, task.id)) == 1


@pytest.mark.parametrize(
    ("said", "code"), [({"title": " "}, "task.title_missing"), ({"level": "x"}, "task.level_unknown")]
)
async def test_a_correction_that_makes_no_sense_is_refused(
    ledger: Database, said: dict[str, Any], code: str
) -> None:
    task = await register(ledger)

    with pytest.raises(Invalid) as refused:
        await edit(ledger, task.id, **said)

    assert refused.value.code == code


async def test_what_a_document_prints_is_not_corrected_by_hand(ledger: Database) -> None:
    with pytest.raises(Conflict, match="以方案文件为准"):
        await edit(ledger, make.task_id("1"), title="新标题")


def test_every_source_and_level_has_its_word() -> None:
    for source in SOURCES:
        check_source(source)
    for level in LEVELS:
        check_level(level)

    assert [source_word(one) for one in ("plan", "meeting", "ledger")] == ["方案", "会议议定", "ledger"]


def test_a_unit_s_business_is_its_head_s_or_a_supervisor_s() -> None:
    assert unit_acting(head(A), unit_id(A), None, word="办理") == unit_id(A)
    assert unit_acting(OFFICE, unit_id(A), unit_id(A), word="办理") == unit_id(A)
    with pytest.raises(Invalid, match="还没有可以负责的单位"):
        unit_acting(OFFICE, None, None, word="办理")


def test_a_supervisor_of_no_signing_unit_is_impartial() -> None:
    check_impartial(Actor(id="x", role="supervisor", unit=unit_id(B)), [unit_id(A)], word="批复")


async def test_a_task_is_registered_shown_and_corrected_over_http(filled: Caller) -> None:
    day = (filled.clock.instant + timedelta(days=30)).date().isoformat()
    said = {
        "kind": "instruction",
        "title": "核查排队问题",
        "units": [{"role": "lead", "unit_id": unit_id(A)}],
        "source": "meeting",
        "deadline": day,
        "client_ref": "oa-1",
    }

    made = (await filled.post("/tasks", json=said)).json()
    path = f"/tasks/{made['id']}"
    edited = await filled.patch(path, {"level": "urgent"})

    assert (made["source_word"], made["kind_word"], made["deadline"]) == ("会议议定", "批示交办事项", day)
    assert (edited.json()["level"], edited.json()["revisions"][-1]["move"]) == ("urgent", "edit")
    assert (await filled.post("/tasks", json=said)).json()["id"] == made["id"]


async def test_a_field_that_is_none_is_refused_over_http(filled: Caller) -> None:
    answer = await filled.post("/tasks", json={"kind": "instruction", "colour": "red"})

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_words_are_those_of_the_kind(filled: Caller) -> None:
    said: dict[str, Any] = {"kind": "instruction", "title": "核查", "source": "manual"}
    said |= {"units": [{"role": "lead", "unit_id": unit_id(A)}]}
    task = (await filled.post("/tasks", json=said)).json()["id"]
    moves = ("assign", "accept", "progress")
    for move in moves:
        await filled.post(f"/tasks/{task}/moves", json={"move": move})
    proof = {"move": "submit", "report": {"note": "已办结", "evidence": ["a1"]}}

    submitted = (await filled.post(f"/tasks/{task}/moves", json=proof)).json()
    verified = (await filled.post(f"/tasks/{task}/moves", json={"move": "verify"})).json()

    assert submitted["review_turn"]["word"] == "督查室复核"
    assert (submitted["reports"][0]["note"], submitted["reports"][0]["evidence"]) == ("已办结", ["a1"])
    assert (verified["move_words"]["close"], verified["review_turn"]) == ("办结", None)


@pytest.mark.parametrize("kind", ["project", "problem", "arrears"])
async def test_a_kind_with_rows_of_its_own_is_registered_where_they_are_written(
    filled: Caller, kind: str
) -> None:
    said = {"kind": kind, "title": "示例", "source": "manual"}

    refused = await filled.post("/tasks", json=said | {"units": [{"role": "lead", "unit_id": unit_id(A)}]})

    assert (refused.status_code, refused.json()["code"]) == (422, "kind.registered_elsewhere")
