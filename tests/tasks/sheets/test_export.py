"""The 督办台账 as a workbook: what stands in it, how it prints, and that its data sheet comes in again unchanged."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import Move
from services.tasks.models import ExtensionRow
from services.tasks.sheets.writing import Row, row_xml
from shared.clock import at_local
from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B
from tests.tasks.sheets.people import counts, export, import_ledger
from tests.tasks.sheets.workbooks import column, edited, office_book, opened


async def test_the_printed_sheet_is_set_up_for_a3_with_its_header_on_every_page(filled: Caller) -> None:
    sheet = opened(await export(filled))["督办台账"]

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$3:$3")
    assert (sheet.freeze_panes, str(sheet.oddFooter.center.text)) == ("D4", "第 &P 页　共 &N 页")
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:W1", "A2:W2"}
    assert (sheet["A1"].font.name, sheet["A4"].font.name) == ("方正小标宋简体", "仿宋")
    assert (sheet["C4"].alignment.wrap_text, sheet.row_dimensions[4].height > 20) == (True, True)


async def test_the_note_says_as_of_when_by_which_filter_and_how_many(filled: Caller) -> None:
    note = opened(await export(filled, state="registered", plan=make.PLAN, kind="action"))["督办台账"][
        "A2"
    ].value

    assert (
        f"筛选：方案 {make.TITLE}；类型 重点任务；状态 立项\n共 3 项：红 0 项，黄 0 项，绿 2 项，未定时限 1 项"
        in note
    )
    assert note.startswith("数据截至：20")


async def test_dates_are_text_for_people_and_true_dates_for_machines(filled: Caller) -> None:
    book = opened(await export(filled))

    assert column(book["督办台账"], "办理时限", header_row=3) == ["2023年6月30日", "2023年9月30日", "未定"]
    assert [one and one.date() for one in column(book["数据"], "办理时限", header_row=1)] == [
        date(2023, 6, 30),
        date(2023, 9, 30),
        None,
    ]


async def test_a_light_is_a_filled_cell_with_its_word(filled: Caller) -> None:
    sheet = opened(await export(filled))["督办台账"]
    place = [cell.value for cell in sheet[3]].index("亮灯") + 1

    lights = [(sheet.cell(row, place).value, sheet.cell(row, place).fill.fgColor.rgb) for row in (4, 6)]

    assert lights == [("绿", "00548235"), ("未定时限", "00D9D9D9")]


async def test_filters_choose_and_a_mistyped_one_is_refused(filled: Caller) -> None:
    sheet = opened(await export(filled, due_to="2023-06-30"))["督办台账"]
    refused = await filled.get("/ledger.xlsx", colour="red")

    assert column(sheet, "督办编号", header_row=3) == [make.task_id("1")]
    assert (refused.status_code, refused.json()["code"]) == (422, "query.filter_unknown")


async def test_what_was_reported_and_judged_stands_in_its_columns(
    filled: Caller, clock: FakeClock, tmp_path: Path
) -> None:
    database = sqlite_database("tasks", tmp_path, clock)
    report = Report(note="完成一半", problem="缺人", next_step="招人")
    await make.walk(database, Move.ASSIGN, Move.ACCEPT)
    await make.move(database, Move.PROGRESS, progress=50, report=report)
    await make.walk(database, Move.SUBMIT, Move.RETURN)
    await database.close()

    sheet = opened(await export(filled))["督办台账"]

    said = [
        column(sheet, name, header_row=3)[0]
        for name in ("进展情况", "存在问题", "下一步", "审核意见", "办理状态")
    ]
    assert said == ["完成一半", "缺人", "招人", "退回：有待补充", "退回重办"]


async def test_the_data_sheet_comes_in_again_unchanged(filled: Caller) -> None:
    await import_ledger(filled, office_book(), confirm=True)

    again = await import_ledger(filled, await export(filled))

    assert counts(again["diff"]) == (0, 0, 6, 0)
    assert "工作表“督办台账”" in again["ignored"]


async def test_an_edit_in_the_data_sheet_comes_in_as_a_change(filled: Caller) -> None:
    await import_ledger(filled, office_book(), confirm=True)
    content = await export(filled, q="第2件督办事项")

    found = await import_ledger(
        filled, edited(content, {"B2": "改了名的事项", "J2": B, "L2": A}, "数据"), confirm=True
    )

    assert [one["fields"] for one in found["diff"]["changed"]] == [["事项名称", "牵头单位"]]


async def test_an_empty_ledger_is_exported_too(office: Caller) -> None:
    sheet = opened(await export(office))["督办台账"]

    assert ("共 0 项" in sheet["A2"].value, sheet.max_row) == (True, 3)


async def test_the_answer_is_a_file_with_a_chinese_name(filled: Caller) -> None:
    answer = await filled.get("/ledger.xlsx")

    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert 'filename="ledger.xlsx"' in answer.headers["content-disposition"]
    assert "filename*=UTF-8''%E7%9D%A3%E5%8A%9E" in answer.headers["content-disposition"]


def test_a_text_is_never_a_formula_and_odd_signs_do_no_harm() -> None:
    xml = row_xml(4, Row([("=1+1", 3), ("<甲>&\x00", 3), (7, 2), (date(2023, 6, 30), 5), (None, 1)], 30))

    assert '<c r="A4" s="3" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c>' in xml
    assert "&lt;甲&gt;&amp;</t>" in xml
    assert xml.endswith('<c r="C4" s="2"><v>7</v></c><c r="D4" s="5"><v>45107</v></c><c r="E4" s="1"/></row>')


async def test_the_stated_size_of_a_sheet_is_its_real_one(filled: Caller) -> None:
    with zipfile.ZipFile(io.BytesIO(await export(filled))) as archive:
        parts = [archive.read(f"xl/worksheets/sheet{number}.xml") for number in (1, 2)]

    assert [b'<dimension ref="A1:W6"' in parts[0], b'<dimension ref="A1:AD4"' in parts[1]] == [True, True]


async def test_the_ledger_of_a_past_instant_shows_what_stood_in_it_then(
    filled: Caller, clock: FakeClock, tmp_path: Path
) -> None:
    await live_until_july(sqlite_database("tasks", tmp_path, clock))

    then, now = [
        opened(await export(filled, **asked))["督办台账"] for asked in ({"as_of": "2023-06-15T12:00"}, {})
    ]

    assert [first_of(sheet, *WORDS) for sheet in (then, now)] == [
        [A, "办理", "40%", "黄", "已过半", None, None, "0"],
        [A, "完成", "100%", "完成", "全部完成", "办结", "2023年7月1日", "1（原2023年6月30日）"],
    ]


async def test_the_sheet_of_a_past_instant_says_which(
    filled: Caller, clock: FakeClock, tmp_path: Path
) -> None:
    await live_until_july(sqlite_database("tasks", tmp_path, clock))

    answer = await filled.get("/ledger.xlsx", as_of="2023-06-15T12:00", light="yellow")

    note = opened(answer.content)["督办台账"]["A2"].value
    assert note.startswith("数据截至：2023年6月15日12:00（北京时间，历史时点，20")
    assert "筛选：亮灯 黄\n共 1 项：红 0 项，黄 1 项，绿 0 项" in note
    assert "2023%E5%B9%B46%E6%9C%8815%E6%97%A5" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"as_of": "2999-01-01"}, 422, "as_of.future"),
        ({"as_of": "soon"}, 422, "as_of.invalid"),
        ({"as_of": "2023-06-15", "sort": "due"}, 422, "query.sort_as_of"),
        ({"as_of": "2023-04-30"}, 409, "as_of.unrecorded"),
    ],
)
async def test_a_past_that_cannot_be_shown_is_refused_before_the_file_begins(
    filled: Caller, tmp_path: Path, asked: dict[str, str], status: int, code: str
) -> None:
    await live_until_july(sqlite_database("tasks", tmp_path, filled.clock))
    database = sqlite_database("tasks", tmp_path, filled.clock)
    await make.forget_snapshots(database, at_local(date(2023, 5, 1), 12))
    await database.close()

    answer = await filled.get("/ledger.xlsx", **asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


WORDS = ("牵头单位", "办理状态", "完成比例", "亮灯", "进展情况", "审核意见", "销号时间", "延期次数")


def first_of(sheet: Any, *names: str) -> list[Any]:  # noqa: ANN401 - openpyxl has no types.
    return [column(sheet, name, header_row=3)[0] for name in names]


async def live_until_july(database: Database) -> None:
    """Assign in May, report on 1 June, get an extension on the 20th, close on 1 July."""
    may, june, july = (at_local(date(2023, month, 1), 12) for month in (5, 6, 7))
    await make.walk(database, Move.ASSIGN, Move.ACCEPT, at=may)
    await make.move(database, Move.PROGRESS, progress=40, report=Report(note="已过半"), at=june)
    async with database.transaction() as tx:
        row = granted()
        row.decided_at = at_local(date(2023, 6, 20), 9)
        tx.session.add(row)
    await make.move(database, Move.PROGRESS, progress=100, report=Report(note="全部完成"), at=july)
    await make.walk(database, Move.SUBMIT, Move.VERIFY, Move.CLOSE, at=july)
    await database.close()


async def test_an_extension_shows_its_count_and_the_original_date(
    filled: Caller, clock: FakeClock, tmp_path: Path
) -> None:
    database = sqlite_database("tasks", tmp_path, clock)
    await make.move(database, Move.ASSIGN)
    async with database.transaction() as tx:
        tx.session.add(granted())
    await database.close()

    sheet = opened(await export(filled))["督办台账"]

    assert column(sheet, "延期次数", header_row=3) == ["1（原2023年6月30日）", "0", "0"]


def granted() -> ExtensionRow:
    said = make.act()
    row = ExtensionRow(task_id=make.task_id("1"), number=1, clock="finish", state="granted", asked_by="k")
    row.unit_id, row.asked_at, row.reason, row.opinion = make.unit_id(A), said.at, "等待批复", ""
    row.old_due_at, row.wanted_on = said.at, date(2023, 7, 31)
    return row
