"""A file of a thousand rows: twenty planted faults are all told and nothing comes in; corrected, it comes in once."""

from typing import Any

import pytest

from tests.tasks.apps import Caller
from tests.tasks.factories import A, B
from tests.tasks.sheets.people import counts, import_ledger
from tests.tasks.sheets.workbooks import SHEET, office_book, office_rows

ROWS = 1000
FIRST = 3  # The first row below title and header.
# Row → (column, what is put there, code of the fault).
PLANTED: dict[int, tuple[str, Any, str]] = {
    5: ("B", "督〔2023〕1号", "code.twice"),
    17: ("B", "督" * 65, "cell.too_long"),
    41: ("C", None, "title.missing"),
    63: ("C", "事" * 501, "cell.too_long"),
    99: ("C", "=A1&B1", "cell.formula"),
    120: ("D", "道听途说", "source.unknown"),
    155: ("D", "方案", "source.plan"),
    201: ("E", "不存在的单位", "unit.unknown"),
    222: ("E", "甲部们", "unit.unknown"),
    260: ("F", A, "unit.two_roles"),
    301: ("F", f"{B}，{B}", "unit.two_roles"),
    350: ("G", "2023年2月30日", "cell.date_wrong"),
    402: ("G", "六月底", "cell.date_wrong"),
    455: ("G", 45107, "cell.date_wrong"),
    500: ("G", "2023年5月1日", "deadline.before_registration"),
    580: ("G", "=TODAY()", "cell.formula"),
    640: ("H", "2099-01-01", "registered.future"),
    700: ("H", "昨天", "cell.date_wrong"),
    803: ("I", "#REF!", "cell.error"),
    # 20: a merged range, see `plant`.
}
MERGED = (901, "E901:F902")


def plant(sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no types.
    for row, (column, value, _code) in PLANTED.items():
        sheet[f"{column}{row}"] = value
    sheet.merge_cells(MERGED[1])


@pytest.mark.slow
async def test_twenty_planted_faults_are_each_told_and_nothing_is_imported(filled: Caller) -> None:
    content = office_book(office_rows(ROWS), change=plant)

    found = await import_ledger(filled, content, confirm=True)

    wanted = {(row, column, code) for row, (column, _value, code) in PLANTED.items()}
    told = {(one["row"], one["column"], one["code"]) for one in found["faults"]}
    assert (len(wanted) + 1, len(found["faults"])) == (20, 20)
    assert told == wanted | {(MERGED[0], "E", "cell.merged")}
    assert found["code"] == "sheet.faulty"
    assert all(
        one["sheet"] == SHEET and one["header"] and one["reason"] and one["remedy"] for one in found["faults"]
    )
    assert len(await filled.tasks(limit=500)) == 3


@pytest.mark.slow
async def test_the_dry_run_tells_the_same_faults_with_their_values(filled: Caller) -> None:
    content = office_book(office_rows(ROWS), change=plant)

    found = (await import_ledger(filled, content))["diff"]["faults"]

    values = {one["row"]: one["value"] for one in found}
    remedies = {one["row"]: one["remedy"] for one in found}
    assert (len(found), values[350], values[201], values[MERGED[0]]) == (
        20,
        "2023年2月30日",
        "不存在的单位",
        MERGED[1],
    )
    assert remedies[222].startswith("是否为“甲部门”？")


@pytest.mark.slow
async def test_corrected_the_file_comes_in_once_and_again_changes_nothing(filled: Caller) -> None:
    content = office_book(office_rows(ROWS))

    tried = await import_ledger(filled, content)
    first = await import_ledger(filled, content, confirm=True)
    second = await import_ledger(filled, content, confirm=True)

    assert counts(tried["diff"]) == counts(first["diff"]) == (ROWS, 0, 0, 0)
    assert counts(second["diff"]) == (0, 0, ROWS, 0)
    assert (tried["confirmed"], first["confirmed"], first["ignored"]) == (
        False,
        True,
        [f"“{SHEET}”的列“序号”", f"“{SHEET}”的列“领导”"],
    )
