"""Headers are found wherever they stand and whatever offices call them."""

import pytest

from services.tasks.sheets.domain_headers import LEDGER_HEADERS, LEDGER_NEEDED, Header, find_header
from tests.tasks.sheets.workbooks import sheet_of


def found(*rows: tuple[object, ...]) -> Header | None:
    sheet = sheet_of(*rows)
    return find_header(sheet.name, sheet.rows, LEDGER_HEADERS, LEDGER_NEEDED)


@pytest.mark.parametrize(
    "title",
    [
        "事项名称",
        "任务名称",
        "督办事项",
        " 事 项\n名称 ",
        "事项名称（必填）",
        "*任务名称：",
        "事项名称(50字)",
    ],
)
def test_synonyms_spaces_and_remarks_make_no_difference(title: str) -> None:
    header = found(("序号", title, "主办部门"))

    assert header is not None
    assert {key: one.column for key, one in header.headings.items()} == {"title": 2, "lead": 3}
    assert header.ignored == ("序号",)


def test_titles_and_notes_may_go_before_the_header() -> None:
    header = found(("督办台账",), (), ("填表说明", "请填全"), ("任务名称", "完成时限"))

    assert (header.row if header else None) == 4


@pytest.mark.parametrize(
    "rows",
    [
        [("序号", "单位")],
        [("事项名称",)],
        [("说明",)] * 10 + [("事项名称", "牵头单位")],
    ],
)
def test_a_sheet_without_a_header_has_none(rows: list[tuple[str, ...]]) -> None:
    assert found(*rows) is None


def test_two_columns_that_mean_the_same_are_a_fault() -> None:
    header = found(("任务名称", "牵头单位", None, "承办单位"))

    assert header is not None
    [fault] = header.faults
    assert (fault.row, fault.column, fault.code, "B 列" in fault.reason) == (1, "D", "header.twice", True)
