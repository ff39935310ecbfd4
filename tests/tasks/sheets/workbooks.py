"""Workbooks as offices make them, for tests: plain rows, or one that we exported and somebody filled in."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from services.tasks.sheets.domain_cells import Cell, Sheet
from tests.tasks.factories import A, B, C

HEADER = (
    "序号",
    "督办编号",
    "督办事项",
    "任务来源",
    "承办单位",
    "协办单位",
    "完成时限",
    "立项日期",
    "主要内容",
    "领导",
)
SHEET = "2023年台账"


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def office_rows(count: int = 3) -> list[list[Any]]:
    """Make rows as an office keeps them, under HEADER."""
    return [
        [
            number,
            f"督〔2023〕{number}号",
            f"第{number}件督办事项",
            ("领导批示", "会议议定", "上级交办", "文件")[number % 4],
            A,
            f"{B}、{C}",
            f"2023年{6 + number % 6}月{1 + number % 28}日",
            "2023-05-10",
            f"办好第{number}件事。",
            "某领导",
        ]
        for number in range(1, count + 1)
    ]


def office_book(
    rows: Sequence[Sequence[Any]] | None = None,
    header: Sequence[str] = HEADER,
    change: Callable[[Any], None] = lambda _sheet: None,
) -> bytes:
    """Make a workbook with a merged title, a header in row 2 and rows from row 3 on; `change` works on the sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(["督查室2023年督办台账"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(header))
    for row in (header, *(office_rows() if rows is None else rows)):
        sheet.append(list(row))
    change(sheet)
    return saved(book)


def edited(content: bytes, changes: Mapping[str, Any], sheet: str = "") -> bytes:
    """Change cells of a workbook as somebody would by hand; without a name, of the first sheet."""
    book = load_workbook(io.BytesIO(content))
    chosen = book[sheet] if sheet else book.worksheets[0]
    for place, value in changes.items():
        chosen[place] = value
    return saved(book)


def opened(content: bytes) -> Any:  # noqa: ANN401 - openpyxl has no types.
    return load_workbook(io.BytesIO(content))


def column(sheet: Any, header: str, *, header_row: int) -> list[Any]:  # noqa: ANN401 - as above.
    """Give the values below a header."""
    headers = [cell.value for cell in sheet[header_row]]
    place = headers.index(header)
    return [row[place] for row in sheet.iter_rows(min_row=header_row + 1, values_only=True)]


def sheet_of(*rows: Sequence[Any]) -> Sheet:
    """Make a sheet as the reader gives it."""
    return Sheet(SHEET, tuple(tuple(Cell(value) for value in row) for row in rows), ())


def rezipped(content: bytes, change: Mapping[str, bytes | None]) -> bytes:
    """Exchange parts of a workbook; None leaves one out."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
        for name, part in {**parts, **change}.items():
            if part is not None:
                new.writestr(name, part)
    return packed.getvalue()
