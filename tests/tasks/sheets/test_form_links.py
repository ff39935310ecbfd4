"""Linked tasks in the 进展填报表: one row serves its whole link, and rows that gainsay each other are refused."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from services.tasks.ledger.domain import Move
from services.tasks.ledger.links import make_link
from services.tasks.models import ReportRow
from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A
from tests.tasks.sheets.people import form_of, import_form, of_unit
from tests.tasks.sheets.workbooks import column, edited, opened

ONE, TWO, THREE = (make.task_id(number) for number in "123")
# Rows 4 to 6 are tasks 1 to 3; K 签收, L 进展, M 比例, N 问题, O 下一步, P 报审.
REPORTED = {"K4": "是", "L4": "完成一半", "M4": 50}
SAME = {**REPORTED, "K5": "是", "L5": "完成一半", "M5": 50}


@pytest_asyncio.fixture
async def linked(filled: Caller, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    """The database behind `filled`: three assigned tasks, the first two of them linked."""
    assert filled.clock is clock
    database = sqlite_database("tasks", tmp_path, clock)
    for number in "123":
        await make.move(database, Move.ASSIGN, number=number)
    async with database.transaction() as tx:
        await make_link(tx, (ONE, TWO), "内容相同", make.act(at=tx.now))
    yield database
    await database.close()


async def sent(filled: Caller, changes: dict[str, Any], *, confirm: bool = True) -> Any:  # noqa: ANN401 - JSON.
    unit = filled.as_(of_unit(A))
    return await import_form(unit, edited(await form_of(unit, A), changes), confirm=confirm)


async def reported(db: Database) -> list[tuple[str, str, int | None]]:
    return [(row.task_id, row.note, row.progress) for row in await make.rows(db, ReportRow)]


async def test_one_row_serves_all_tasks_of_its_link(filled: Caller, linked: Database) -> None:
    diff = (await sent(filled, REPORTED))["diff"]

    assert diff["changed"] == [{"task_id": ONE, "moves": ["accept", "progress"]}]
    assert diff["followed"] == [{"task_id": TWO, "moves": ["accept", "progress"]}]
    assert (diff["not_followed"], diff["unchanged"]) == ([], 2)
    assert await reported(linked) == [(ONE, "完成一半", 50), (TWO, "完成一半", 50)]
    assert [(await make.get(linked, number)).state for number in "123"] == [
        "in_progress",
        "in_progress",
        "assigned",
    ]


async def test_the_history_names_the_link_as_after_a_report_by_the_api(
    filled: Caller, linked: Database
) -> None:
    await sent(filled, REPORTED)

    first, second = [(await make.history(linked, number))[-1].changes for number in "12"]

    assert (second["follows"], second["link"]) == (ONE, first["link"])


async def test_several_rows_of_one_link_that_say_the_same_report_once(
    filled: Caller, linked: Database
) -> None:
    diff = (await sent(filled, SAME))["diff"]

    assert ([one["task_id"] for one in diff["changed"]], diff["faults"]) == ([ONE], [])
    assert await reported(linked) == [(ONE, "完成一半", 50), (TWO, "完成一半", 50)]


async def test_one_signature_signs_for_every_row_of_the_link(filled: Caller, linked: Database) -> None:
    diff = (await sent(filled, {"K5": "是", "L4": "完成一半", "M4": 50}))["diff"]

    assert diff["changed"] == [{"task_id": ONE, "moves": ["accept", "progress"]}]
    assert len(await reported(linked)) == 2


async def test_rows_of_one_link_that_differ_are_a_fault_that_names_both(
    filled: Caller, linked: Database
) -> None:
    answer = await sent(filled, {**SAME, "M5": 60})

    [fault] = answer["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (5, "M", "link.conflict")
    assert fault["reason"] == f"第 4 行（{ONE}）与第 5 行（{TWO}）是联动事项，填报不一致"
    assert await reported(linked) == []


async def test_to_hand_in_on_one_row_only_is_a_conflict_too(filled: Caller, linked: Database) -> None:
    assert linked is not None
    done = {"K4": "是", "L4": "全部完成", "P4": "是", "K5": "是", "L5": "全部完成"}

    answer = await sent(filled, done, confirm=False)

    assert [(one["column"], one["code"]) for one in answer["diff"]["faults"]] == [("P", "link.conflict")]


async def test_the_same_form_again_changes_nothing(filled: Caller, linked: Database) -> None:
    unit = filled.as_(of_unit(A))
    content = edited(await form_of(unit, A), SAME)

    await import_form(unit, content)
    diff = (await import_form(unit, content))["diff"]

    assert (diff["changed"], diff["followed"], diff["unchanged"], diff["faults"]) == ([], [], 3, [])
    assert len(await reported(linked)) == 2


async def test_a_task_that_was_signed_before_takes_the_report_alone(filled: Caller, linked: Database) -> None:
    await make.move(linked, Move.ACCEPT, number="2")

    diff = (await sent(filled, REPORTED))["diff"]

    assert (diff["followed"], diff["not_followed"]) == ([{"task_id": TWO, "moves": ["progress"]}], [])


async def test_a_task_that_can_not_follow_is_named_with_the_reason(filled: Caller, linked: Database) -> None:
    unit = filled.as_(of_unit(A))
    content = edited(await form_of(unit, A), REPORTED)
    await make.move(linked, Move.SUSPEND, number="2", reason="等待批复")

    diff = (await import_form(unit, content))["diff"]

    assert [(one["task_id"], one["code"]) for one in diff["not_followed"]] == [(TWO, "task.move_illegal")]
    assert await reported(linked) == [(ONE, "完成一半", 50)]


async def test_a_form_says_which_rows_are_linked(filled: Caller, linked: Database) -> None:
    assert linked is not None
    sheet = opened(await form_of(filled.as_(of_unit(A)), A))["进展填报表"]

    said = column(sheet, "任务来源", header_row=3)

    assert [text.removeprefix(make.TITLE) for text in said] == [
        "（与第2项联动，填一项即可）",
        "（与第1项联动，填一项即可）",
        "",
    ]
