"""The annex of a paper as a workbook: a sheet for each table, A4 or A3 landscape, its header on every page."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from services.notify.papers.domain_content import Column, Sheet
from shared.packing import pack

Worksheet = Any  # openpyxl has no types.
GB2312, ROMAN, SWISS = (
    134,
    1,
    2,
)  # The charset and families by which a missing font is replaced with a Chinese one.
TITLE_FONT = Font(name="方正小标宋简体", size=18, charset=GB2312, family=ROMAN)
NOTE_FONT = Font(name="仿宋_GB2312", size=11, charset=GB2312, family=ROMAN)
HEADER_FONT = Font(name="黑体", size=11, charset=GB2312, family=SWISS)
BODY_FONT = Font(name="仿宋_GB2312", size=11, charset=GB2312, family=ROMAN)
HEADER_FILL = PatternFill("solid", fgColor="E7E6E6")
_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
A3, A4, A4_LANDSCAPE_MM = 8, 9, 262
MM_OF_CHARACTER, INCH = 2.1, 2.54  # Width of a digit in the standard font; cm.
HEADER_ROW, ROW_PT, LINE_PT = 3, 20, 15


def write_xlsx(sheets: Sequence[Sheet], author: str, at: datetime, *, footnote: str = "") -> bytes:
    """Write the annex, with a footnote on every page; the same sheets give the same bytes."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.lastModifiedBy = author, author
    for number, sheet in enumerate(sheets, 1):
        made = book.create_sheet(f"附件{number} {sheet.name}"[:31])
        _write_sheet(made, sheet, number)
        made.oddFooter.right.text, made.oddFooter.right.size = footnote or None, 7
    file = io.BytesIO()
    book.save(file)
    return pack(file.getvalue(), at=at)


def _write_sheet(target: Worksheet, sheet: Sheet, number: int) -> None:
    columns = sheet.table.columns
    last = get_column_letter(len(columns))
    head = ((f"附件{number}　{sheet.name}", TITLE_FONT, CENTRE, 36), (sheet.note, NOTE_FONT, LEFT, 24))
    for row, (text, font, alignment, height) in enumerate(head, 1):
        target.merge_cells(f"A{row}:{last}{row}")
        cell = target.cell(row, 1)
        _say(cell, text)
        cell.font, cell.alignment = font, alignment
        target.row_dimensions[row].height = height
    _write_row(target, HEADER_ROW, columns, [column.header for column in columns], header=True)
    for row, cells in enumerate(sheet.table.rows, HEADER_ROW + 1):
        _write_row(target, row, columns, cells)
    for place, column in enumerate(columns, 1):
        target.column_dimensions[get_column_letter(place)].width = column.width / MM_OF_CHARACTER
    _set_up(target, sum(column.width for column in columns))


def _write_row(
    target: Worksheet,
    row: int,
    columns: Sequence[Column],
    cells: Sequence[str | int],
    *,
    header: bool = False,
) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(columns, cells, strict=True), 1):
        cell = target.cell(row, place)
        _say(cell, value)
        cell.border, cell.font = GRID, HEADER_FONT if header else BODY_FONT
        cell.alignment = CENTRE if header or column.align == "centre" else LEFT
        if header:
            cell.fill = HEADER_FILL
        lines = max(lines, -(-len(str(value)) * 4 // column.width))  # A Chinese character is about 4 mm wide.
    target.row_dimensions[row].height = max(ROW_PT, LINE_PT * lines + 4) + (6 if header else 0)


def _say(cell: Any, value: str | int) -> None:  # noqa: ANN401 - as above.
    """Write a text as text, so that none is ever a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _set_up(target: Worksheet, width: int) -> None:
    target.freeze_panes = f"A{HEADER_ROW + 1}"
    target.page_setup.paperSize = A4 if width <= A4_LANDSCAPE_MM else A3
    target.page_setup.orientation = "landscape"
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    target.print_options.horizontalCentered = True
    margins = target.page_margins
    margins.left = margins.right = 1.5 / INCH
    margins.top, margins.bottom, margins.header, margins.footer = (
        1.8 / INCH,
        1.6 / INCH,
        0.8 / INCH,
        0.8 / INCH,
    )
    footer = target.oddFooter.center
    footer.text, footer.font, footer.size = "第 &P 页　共 &N 页", "宋体,Regular", 10
