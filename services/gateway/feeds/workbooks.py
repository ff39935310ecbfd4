"""Reads a workbook of records after it was looked through for what hurts; a sheet's first row is its header."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from shared.errors import DubanError, Invalid
from shared.workbooks import MAX_COLUMNS, vet

Record = dict[str, object]
EXACT = 10**15  # Numbers of a cell are exact below this.


def read_rows(content: bytes, *, most_rows: int) -> list[tuple[str, int, Record]]:
    """Read the rows of all sheets as (sheet, row, record); cells without a header or a value are left out.

    Raises:
        TooLarge: It is too large.
        Invalid: It is no .xlsx workbook that we would open.
    """
    vet(content, most_rows=most_rows)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        found = [row for sheet in sheets for row in _rows(sheet, most_rows=most_rows)]
    except DubanError:
        raise
    except Exception as error:
        raise _damaged() from error
    if not sheets:
        raise _damaged()
    return found


def _damaged() -> Invalid:
    message = "工作簿无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再报送"
    return Invalid(message, code="sheet.damaged", field="file")


def _rows(sheet: Any, *, most_rows: int) -> Iterator[tuple[str, int, Record]]:  # noqa: ANN401 - openpyxl has no types.
    header: list[str] = []
    rows = sheet.iter_rows(min_row=1, max_row=most_rows, max_col=MAX_COLUMNS, values_only=True)
    for line, cells in enumerate(rows, 1):
        if all(cell is None or cell == "" for cell in cells):
            continue
        if not header:
            header = ["" if cell is None else str(cell).strip() for cell in cells]
            continue
        record = {
            name: _value(cell)
            for name, cell in zip(header, cells, strict=False)
            if name and cell is not None and cell != ""
        }
        yield str(sheet.title), line, record


def _value(cell: object) -> object:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    if isinstance(cell, int | float) and abs(cell) >= EXACT:
        return (
            f"{cell:.6e}"  # Refused as an id: a cell holds 15 digits, the others were lost before we saw it.
        )
    return cell if isinstance(cell, str | int | float | bool | datetime) else str(cell)
