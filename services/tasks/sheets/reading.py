"""A workbook that was sent, read into sheets of cells; pure computing, so it runs in a thread."""

import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from services.tasks.sheets.domain_cells import EMPTY, Cell, Merged, Sheet, Value
from shared.errors import Invalid
from shared.workbooks import MAX_COLUMNS, MAX_ROWS, vet


def read_workbook(content: bytes) -> list[Sheet]:
    """Read a workbook.

    Raises:
        TooLarge: It is too large.
        Invalid: It is no .xlsx workbook that we would open.
    """
    vetted = vet(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        return [_read_sheet(one, vetted.merged) for one in book.worksheets]
    except Invalid:
        raise
    except Exception as error:
        message = "工作簿无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
        raise Invalid(message, code="sheet.damaged", field="file") from error


def _read_sheet(sheet: Any, merged: dict[str, list[str]]) -> Sheet:  # noqa: ANN401 - openpyxl has no types.
    part = str(sheet._worksheet_path)  # noqa: SLF001 - the only way from a sheet to the part that was vetted.
    if part not in merged:
        message = "工作簿内部结构异常，请新建工作簿并复制数值后再导入"
        raise Invalid(message, code="sheet.damaged", field="file")
    rows = list(_rows(sheet))
    while rows and all(cell.empty for cell in rows[-1]):
        rows.pop()
    return Sheet(sheet.title, tuple(rows), tuple(_merged(reference) for reference in merged[part]))


def _rows(sheet: Any) -> Iterator[tuple[Cell, ...]]:  # noqa: ANN401 - as above.
    for row in sheet.iter_rows(min_row=1, max_row=MAX_ROWS, max_col=MAX_COLUMNS):
        yield tuple(EMPTY if cell.value is None else _cell(cell) for cell in row)


def _cell(cell: Any) -> Cell:  # noqa: ANN401 - as above.
    percent = "%" in str(cell.number_format)
    return Cell(_value(cell.value), formula=cell.data_type == "f", percent=percent)


def _value(value: Any) -> Value:  # noqa: ANN401 - as above.
    if isinstance(value, str | int | float | datetime):
        return value
    return str(value) if isinstance(value, time | timedelta) else "?"


def _merged(reference: str) -> Merged:
    try:
        bounds = [int(bound) for bound in range_boundaries(reference) if bound is not None]
        return Merged(*bounds)
    except (ValueError, TypeError) as error:
        message = f"合并单元格 {reference[:20]} 无法读取，请取消合并后再导入"
        raise Invalid(message, code="sheet.damaged", field="file") from error
