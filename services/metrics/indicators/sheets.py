"""A table of values that was sent, CSV or xlsx, read into lines; what can't be read is named by row and field."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from services.metrics.indicators.domain_values import Said
from services.metrics.indicators.service_values import Fault, Line, refused
from shared.errors import Invalid
from shared.workbooks import MAX_COLUMNS, MAX_ROWS, check_size, vet

HEADERS: Mapping[str, str] = {
    "指标编号": "indicator_id",
    "数值": "value",
    "计量单位": "unit",
    "截止日": "on",
    "说明代码": "note",
    "佐证": "evidence",
    "原因": "why",
    "更正编号": "corrects",
}
NEEDED = ("指标编号", "数值", "截止日", "佐证")
Cells = Sequence[str]


def read_table(content: bytes) -> list[Line]:
    """Read a table with a header row.

    Raises:
        TooLarge: It is too large.
        Invalid: It is no table that we know; or a line makes no sense, then the detail `faults` names each.
    """
    rows = list(_workbook(content) if content.startswith(b"PK") else _csv(content))
    if not rows:
        raise Invalid("表格为空，请按模板填写", code="indicator.table", field="file")
    columns = [_column(one) for one in rows[0][1]]
    if missing := [name for name in NEEDED if HEADERS[name] not in columns]:
        message = f"表格缺少“{missing[0]}”列，表头可用：{'、'.join(HEADERS)}"
        raise Invalid(message, code="indicator.table", field="file")
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in rows[1:]:
        try:
            lines.append(_line(number, dict(zip(columns, cells, strict=False))))
        except Invalid as error:
            faults.append(Fault(number, error.field, error.code, error.message))
    if faults:
        raise refused(faults)
    return lines


def _csv(content: bytes) -> Iterator[tuple[int, Cells]]:
    check_size(len(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel writes CSV in the code page of China.
        text = content.decode("gb18030", errors="replace")
    yield from _filled(csv.reader(io.StringIO(text, newline="")))


def _workbook(content: bytes) -> Iterator[tuple[int, Cells]]:
    vet(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False, data_only=True)
        sheet: Any = book.worksheets[0]
        rows = sheet.iter_rows(min_row=1, max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
        yield from _filled([_text(cell) for cell in row] for row in rows)
    except Invalid:
        raise
    except Exception as error:
        message = "工作簿无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
        raise Invalid(message, code="sheet.damaged", field="file") from error


def _filled(rows: Iterator[list[str]]) -> Iterator[tuple[int, Cells]]:
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            message = f"表格超过 {MAX_ROWS} 行，请分批导入"
            raise Invalid(message, code="indicator.table", field="file")
        if any(cell.strip() for cell in row):
            yield number, [cell.strip() for cell in row]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _column(header: str) -> str:
    name = header.strip()
    if name in HEADERS.values() or not name:
        return name
    if name in HEADERS:
        return HEADERS[name]
    message = f"表格有未知的列“{name[:20]}”，可用：{'、'.join(HEADERS)}"
    raise Invalid(message, code="indicator.table", field="file")


def _line(number: int, cells: Mapping[str, str]) -> Line:
    evidence = cells.get("evidence", "").replace("；", ";").replace("、", ";").split(";")
    said = Said(
        value=cells.get("value", ""),
        on=_day(cells.get("on", "")),
        unit=cells.get("unit", ""),
        note=cells.get("note", ""),
        evidence=tuple(one.strip() for one in evidence if one.strip()),
        why=cells.get("why", "")[:500],
        corrects=cells.get("corrects") or None,
    )
    return Line(number, cells.get("indicator_id", ""), said)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError as error:
        message = f"截止日的取值 {text[:20]} 无效，请写成 2023-06-30"
        raise Invalid(message, code="indicator.on", field="on") from error
