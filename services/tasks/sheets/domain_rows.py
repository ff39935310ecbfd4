"""The rows of a 台账 sheet in the ledger's terms, as far as the sheet alone tells; every fault has its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from services.tasks.sheets.domain_cells import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_TITLE,
    CellFault,
    Merged,
    Sheet,
    Term,
    letter,
    read_day,
    read_term,
    read_text,
)
from services.tasks.sheets.domain_faults import Fault, RowReader
from services.tasks.sheets.domain_headers import Header

LONGEST: dict[str, int] = {
    "code": LONGEST_CODE,
    "title": LONGEST_TITLE,
    "kind": LONGEST_NAME,
    "source": LONGEST_NAME,
    "source_ref": LONGEST_NAME,
    "plan": LONGEST_NAME,
    "level": LONGEST_NAME,
    "lead": 2000,
    "responsible": 2000,
    "cooperating": 2000,
}
UNIT_SEPARATORS = "、，,；;\n"


@dataclass(slots=True)
class LedgerRow:
    """One row; a text is empty where the cell is, or where the sheet has no such column (`reader.has` tells)."""

    reader: RowReader
    texts: dict[str, str]
    deadline: Term
    registered: date | None

    def text(self, key: str) -> str:
        """Give the text of a column."""
        return self.texts.get(key, "")

    def units(self, key: str) -> tuple[str, ...]:
        """Give the unit names of a column in their order."""
        text = self.text(key)
        for sign in UNIT_SEPARATORS[1:]:
            text = text.replace(sign, UNIT_SEPARATORS[0])
        return tuple(name.strip() for name in text.split(UNIT_SEPARATORS[0]) if name.strip())


TEXTS = (
    "code",
    "title",
    "kind",
    "source",
    "source_ref",
    "plan",
    "body",
    "lead",
    "responsible",
    "cooperating",
    "level",
)


def read_rows(sheet: Sheet, header: Header) -> list[LedgerRow]:
    """Read the rows below the header; empty ones are passed over."""
    return [_read_row(reader) for reader in row_readers(sheet, header)]


def row_readers(sheet: Sheet, header: Header) -> Iterator[RowReader]:
    """Give a reader for each row below the header in which something stands."""
    for number, cells in enumerate(sheet.rows[header.row :], header.row + 1):
        if not all(cell.empty for cell in cells):
            yield RowReader(sheet.name, number, header.headings, cells)


def _read_row(reader: RowReader) -> LedgerRow:
    texts = {
        key: reader.read(key, partial(read_text, longest=LONGEST[key]) if key in LONGEST else read_text, "")
        for key in TEXTS
    }
    if not texts["title"] and not reader.told("title"):
        reader.fault(
            "title", CellFault("title.missing", "事项名称为空", "填写事项名称；不是事项的说明行请移到表外")
        )
    row = LedgerRow(reader, texts, reader.read("deadline", read_term, Term()), None)
    row.registered = reader.read("registered", read_day, None)
    return row


def merged_faults(sheet: Sheet, header: Header) -> list[Fault]:
    """Name the merged ranges that reach into the header or the rows: what they hide can't be read."""
    known = {heading.column: heading.header for heading in header.headings.values()}
    return [_merged_fault(sheet, one, known) for one in sheet.merged if one.last_row >= header.row]


def _merged_fault(sheet: Sheet, one: Merged, known: dict[int, str]) -> Fault:
    first, last = letter(one.first_column), letter(one.last_column)
    return Fault(
        sheet=sheet.name,
        row=one.first_row,
        column=first,
        header=known.get(one.first_column, ""),
        value=f"{first}{one.first_row}:{last}{one.last_row}",
        code="cell.merged",
        reason="表头或数据区有合并单元格",
        remedy="取消合并，每个单元格填全内容",
    )
