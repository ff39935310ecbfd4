"""The 进展填报表: a unit exports its open tasks, fills in, and the import signs, reports and hands in for it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import hold
from services.tasks.models import PartRow, ReportRow, TaskRow
from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, unit_id
from tests.tasks.sheets.people import form_of, import_form, of_unit, places
from tests.tasks.sheets.workbooks import column, edited, office_book, opened

FIRST = 4  # Row of the first task of a form; its columns: K 签收, L 进展, M 比例, N 问题, O 下一步, P 报审, Q 版本.
REPORTED = {"K4": "是", "L4": "完成一半", "M4": 50, "N4": "缺人", "O4": "招人"}
DONE = {"K4": "是", "L4": "全部完成", "M4": "100%", "P4": "是"}


@pytest_asyncio.fixture
async def behind(filled: Caller, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    """The database behind `filled`, with the plan's tasks assigned to their units."""
    assert filled.clock is clock
    database = sqlite_database("tasks", tmp_path, clock)
    for number in "123":
        await make.move(database, Move.ASSIGN, number=number)
    yield database
    await database.close()


async def part(db: Database, name: str) -> PartRow:
    async with db.reading() as session:
        return await session.get_one(PartRow, (make.task_id("1"), unit_id(name)))


async def test_a_form_has_the_open_tasks_of_its_unit_with_locked_facts(
    filled: Caller, behind: Database
) -> None:
    await make.walk(behind, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, number="2")

    sheet = opened(await form_of(filled.as_(of_unit(A)), A))["进展填报表"]

    assert column(sheet, "督办编号", header_row=3) == [make.task_id("1"), make.task_id("3")]
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert [sheet[place].protection.locked for place in ("C4", "K4", "L4", "P4", "Q4")] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert [sheet[place].value for place in ("E4", "H4", "K4", "L4")] == ["牵头", "交办", None, None]


async def test_lists_and_limits_help_to_fill_in(filled: Caller, behind: Database) -> None:
    assert behind is not None
    sheet = opened(await form_of(filled, A))["进展填报表"]

    rules = {rule.type: (rule.formula1, str(rule.sqref)) for rule in sheet.data_validations.dataValidation}

    assert rules["list"] == ('"是,否"', "K4:K6 P4:P6")
    assert (rules["whole"], rules["textLength"]) == (("0", "M4:M6"), ("10000", "L4:L6"))


async def test_a_filled_in_form_signs_and_reports_once(filled: Caller, behind: Database) -> None:
    content = edited(await form_of(filled.as_(of_unit(A)), A), REPORTED)

    tried = await import_form(filled.as_(of_unit(A)), content, confirm=False)
    untouched = await make.get(behind)
    first = await import_form(filled.as_(of_unit(A)), content)
    again = await import_form(filled.as_(of_unit(A)), content)

    assert (untouched.state, tried["diff"]) == ("assigned", first["diff"])
    assert first["diff"]["changed"] == [{"task_id": make.task_id("1"), "moves": ["accept", "progress"]}]
    assert (counts_of(first), counts_of(again)) == ((1, 2, 0), (0, 3, 0))
    [report] = await make.rows(behind, ReportRow)
    assert (report.note, report.progress, report.problem, report.next_step) == (
        "完成一半",
        50,
        "缺人",
        "招人",
    )


def counts_of(answer: Any) -> tuple[int, int, int]:  # noqa: ANN401 - JSON.
    diff = answer["diff"]
    return len(diff["changed"]), diff["unchanged"], len(diff["faults"])


async def test_a_form_may_hand_in_at_once_and_again_changes_nothing(filled: Caller, behind: Database) -> None:
    content = edited(await form_of(filled.as_(of_unit(A)), A), DONE)

    first = await import_form(filled.as_(of_unit(A)), content)
    again = await import_form(filled.as_(of_unit(A)), content)

    task = await make.get(behind)
    assert first["diff"]["changed"][0]["moves"] == ["accept", "progress", "submit"]
    assert (task.state, task.progress, counts_of(again)) == ("submitted", 100, (0, 3, 0))


async def test_a_responsible_unit_fills_in_its_own_part(filled: Caller, behind: Database) -> None:
    mine = filled.as_(of_unit(B))
    content = edited(await form_of(mine, B), DONE)
    await import_form(filled.as_(of_unit(A)), edited(await form_of(filled, A), REPORTED))

    answer = await import_form(mine, content)

    assert counts_of(answer) == (1, 2, 0)
    assert ((await part(behind, B)).state, (await make.get(behind)).state) == ("passed", "in_progress")


async def test_a_supervisor_fills_in_for_a_unit_and_the_history_says_so(
    filled: Caller, behind: Database
) -> None:
    await import_form(filled, edited(await form_of(filled, A), REPORTED))

    revisions = (await filled.get(f"/tasks/{make.task_id('1')}")).json()["revisions"]

    assert [one["on_behalf_of"] for one in revisions[-2:]] == [unit_id(A)] * 2
    assert (await make.get(behind)).progress == 50


async def test_another_units_form_is_refused(filled: Caller, behind: Database) -> None:
    assert behind is not None
    content = edited(await form_of(filled, A), REPORTED)

    imported = await import_form(filled.as_(of_unit(B)), content)
    exported = await filled.as_(of_unit(B)).get("/forms/progress.xlsx", unit=unit_id(A))
    nobody = await filled.get("/forms/progress.xlsx", unit="u0")

    assert (imported["status"], imported["code"]) == (403, "form.not_yours")
    assert (exported.status_code, nobody.json()["code"]) == (403, "unit.not_found")


async def test_a_units_own_form_needs_no_name(filled: Caller, behind: Database) -> None:
    assert behind is not None
    answer = await filled.as_(of_unit(A)).get("/forms/progress.xlsx")

    assert opened(answer.content)["进展填报表"]["A1"].value == f"{A}督办事项进展填报表"


async def test_a_reminder_since_the_export_is_no_change(filled: Caller, behind: Database) -> None:
    content = edited(await form_of(filled, A), REPORTED)
    async with behind.transaction() as tx:
        held, deed = await hold(tx.session, make.task_id("1")), await begin(tx, make.act())
        note(deed, held, Note(step="measure.urge"))
        settle(deed, held)

    assert counts_of(await import_form(filled, content)) == (1, 2, 0)


async def test_a_task_that_moved_on_since_the_export_is_refused(filled: Caller, behind: Database) -> None:
    content = edited(await form_of(filled, A), REPORTED)
    await make.move(behind, Move.SUSPEND, reason="等待批复")
    await make.move(behind, Move.RESUME)

    answer = await import_form(filled, content)

    assert (answer["code"], places(answer["faults"])) == ("sheet.faulty", {(FIRST, "Q", "task.changed")})
    assert (await make.get(behind)).state == "assigned"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"L4": "有进展"}, ("K", "form.not_signed")),
        ({**DONE, "M4": 80}, ("M", "form.not_complete")),
        ({"K4": "是", "P4": "是"}, ("L", "form.note_missing")),
        ({"K4": "对"}, ("K", "cell.yes_no_wrong")),
        ({"M4": "过半"}, ("M", "cell.percent_wrong")),
        ({"L4": "=B4"}, ("L", "cell.formula")),
        ({**REPORTED, "C4": "另一件事"}, ("C", "title.mismatch")),
        ({**REPORTED, "B4": "没有的编号"}, ("B", "code.unknown")),
        ({**REPORTED, "Q4": "新"}, ("Q", "form.revision_wrong")),
        ({**REPORTED, "N4": "长" * 2001}, ("N", "cell.too_long")),
    ],
)
async def test_a_fault_is_told_by_its_cell_and_nothing_moves(
    filled: Caller, behind: Database, changes: dict[str, Any], wanted: tuple[str, str]
) -> None:
    content = edited(await form_of(filled, A), {**changes, "K5": "是"})

    answer = await import_form(filled, content)

    assert places(answer["faults"]) == {(FIRST, *wanted)}
    assert [(await make.get(behind, number)).state for number in "12"] == ["assigned"] * 2


async def test_a_task_that_stands_twice_is_a_fault(filled: Caller, behind: Database) -> None:
    assert behind is not None
    content = edited(
        await form_of(filled, A), {**REPORTED, "B5": make.task_id("1"), "C5": "第1项示例任务", "K5": "是"}
    )

    answer = await import_form(filled, content, confirm=False)

    assert places(answer["diff"]["faults"]) == {(5, "B", "code.twice")}


async def test_what_the_engine_refuses_is_a_fault_of_its_row(filled: Caller, behind: Database) -> None:
    liaison = filled.as_(of_unit(A, role="liaison"))

    answer = await import_form(liaison, edited(await form_of(liaison, A), DONE))

    assert places(answer["faults"]) == {(FIRST, "P", "task.not_yours")}
    assert (await make.get(behind)).state == "assigned"


async def test_after_a_return_the_same_words_may_be_handed_in_again(filled: Caller, behind: Database) -> None:
    await import_form(filled, edited(await form_of(filled, A), DONE))
    await make.move(behind, Move.RETURN, reason="有待补充")

    answer = await import_form(filled, edited(await form_of(filled, A), {"P4": "是"}))

    assert answer["diff"]["changed"][0]["moves"] == ["progress", "submit"]
    assert [one.note for one in await make.rows(behind, ReportRow)] == ["全部完成", "", "全部完成", ""]


async def test_evidence_can_not_come_by_a_sheet(filled: Caller, behind: Database) -> None:
    async with behind.transaction() as tx:
        (await tx.session.get_one(TaskRow, make.task_id("1"))).kind = "instruction"

    answer = await import_form(filled, edited(await form_of(filled, A), DONE))

    assert places(answer["faults"]) == {(FIRST, "P", "task.evidence_missing")}


async def test_what_is_no_form_of_ours_is_refused(filled: Caller, behind: Database) -> None:
    assert behind is not None
    changed = edited(await form_of(filled, A), {"K3": "签字"})

    answers = [await import_form(filled, content) for content in (office_book(), changed)]

    assert [one["code"] for one in answers] == ["form.unknown", "form.header_changed"]


async def test_a_unit_without_open_tasks_gets_an_empty_form(filled: Caller) -> None:
    content = await form_of(filled, A)

    assert counts_of(await import_form(filled, content)) == (0, 0, 0)
