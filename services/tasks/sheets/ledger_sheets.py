"""The workbook of the 督办台账: a sheet to print, and a data sheet with true dates that can be imported again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties

from services.tasks.sheets import looks
from services.tasks.sheets.domain_cells import letter
from services.tasks.sheets.domain_fit import row_height
from services.tasks.sheets.ledger_columns import DATA, PRINTED, Column
from services.tasks.sheets.records import Record
from services.tasks.sheets.writing import Frame, Row, frame_of

PRINT_SHEET, DATA_SHEET = "督办台账", "数据"
DATA_HEIGHT = 30.0  # Points: this sheet is for working with, so long texts don't stretch it.
HEADER_ROW = 3  # Below the title and the note.
Widths: TypeAlias = Sequence[tuple[str, float]]  # (header, width) of columns.
NUMBER = Column("序号", 5, lambda _record: None, "centre")
COLUMNS = (NUMBER, *PRINTED)


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The frame of the workbook, and the styles of its rows by column."""

    frame: Frame
    printed: dict[str, int]
    lights: dict[str, int]
    data: dict[str, int]

    def print_rows(self, records: Sequence[Record], first: int) -> Iterator[Row]:
        """Give the rows of the printed sheet; `first` is the 序号 of the first."""
        for number, record in enumerate(records, first):
            light = self.lights.get(record.light, self.printed["centre"])
            styles = self.printed | {"light": light}
            values = [(column.printed(record), styles[column.look]) for column in PRINTED]
            texts = [(str(value), column.width) for (value, _), column in zip(values, PRINTED, strict=True)]
            yield Row([(number, styles["centre"]), *values], row_height(texts))

    def data_rows(self, records: Sequence[Record]) -> Iterator[Row]:
        """Give the rows of the data sheet."""
        for record in records:
            yield Row([(column.value(record), self.data[column.look]) for column in DATA], DATA_HEIGHT)


def build_book(title: str, note: str) -> LedgerBook:
    """Make the workbook without its rows; `note` says as of when, by which filter and how many."""
    book = Workbook()
    sheet = book.active
    sheet.title = PRINT_SHEET
    _head_print_sheet(sheet, title, note)
    data = book.create_sheet(DATA_SHEET)
    _head_data_sheet(data)
    printed = {
        "centre": looks.body_style(sheet, looks.CENTRE),
        "left": looks.body_style(sheet, looks.LEFT),
    }
    plain = looks.body_style(data, looks.LEFT)
    dated = looks.body_style(data, looks.LEFT, number_format=looks.DATE_FORMAT)
    lights = looks.light_styles(sheet)
    return LedgerBook(frame_of(book), printed, lights, {"left": plain, "centre": plain, "date": dated})


def _head_print_sheet(sheet: Any, title: str, note: str) -> None:  # noqa: ANN401 - openpyxl has no types.
    write_head(sheet, (title, note), [(column.header, column.width) for column in COLUMNS], HEADER_ROW)
    sheet.freeze_panes = f"D{HEADER_ROW + 1}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    looks.set_up_print(sheet, header_row=HEADER_ROW)


def _head_data_sheet(sheet: Any) -> None:  # noqa: ANN401 - as above.
    _write_header(sheet, 1, [(column.header, column.width) for column in DATA])
    sheet.freeze_panes = "C2"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    looks.set_up_print(sheet, header_row=1)


def write_head(sheet: Any, texts: tuple[str, str], columns: Widths, header_row: int) -> None:  # noqa: ANN401 - as above.
    """Write what goes above the rows: title and note over the whole width, and the header."""
    last = letter(len(columns))
    looks_of = ((looks.TITLE_FONT, looks.CENTRE, 40), (looks.NOTE_FONT, looks.LEFT, 42))
    for row, (text, (font, alignment, height)) in enumerate(zip(texts, looks_of, strict=True), 1):
        sheet.merge_cells(f"A{row}:{last}{row}")
        cell = sheet.cell(row, 1, text)
        cell.data_type, cell.font, cell.alignment = "s", font, alignment
        sheet.row_dimensions[row].height = height
    _write_header(sheet, header_row, columns)


def _write_header(sheet: Any, row: int, columns: Widths) -> None:  # noqa: ANN401 - as above.
    for number, (header, width) in enumerate(columns, 1):
        cell = sheet.cell(row, number, header)
        cell.font, cell.fill = looks.HEADER_FONT, looks.HEADER_FILL
        cell.border, cell.alignment = looks.GRID, looks.CENTRE
        sheet.column_dimensions[letter(number)].width = width
    sheet.row_dimensions[row].height = 34
