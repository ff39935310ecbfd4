"""Tables unfolded into numbered items with labelled fields, so that every later stage reads one layout.

Read are rows in one line (cells set off by strokes or tabs) and tables out of web pages with one cell a line.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from services.tasks.importer.numbering import CHAPTER, SECTION, read_marker
from services.tasks.importer.table_cells import Cells, CellText, Numbered, joined
from services.tasks.importer.table_rows import (
    UNIT_KINDS,
    ColumnKind,
    align,
    cell_kind,
    column_kind,
    heads_first_column,
    is_header,
    no_part_of_field,
    without_group,
)
from services.tasks.importer.text import clean, shadow, squeeze

LABEL_OF: dict[ColumnKind, str] = {
    "lead": "牵头单位",
    "responsible": "责任单位",
    "cooperating": "配合单位",
    "leader": "责任领导",
    "deadline": "完成时限",
}
_WIDEST_ROW = 60
"""Lines; a row of a table with one cell a line is at most this long."""
_MOST_COLUMNS = 12

_RULE = re.compile(r"[\s|:+-]+")
_NUMBER_CELL = re.compile(r"（?(\d{1,3})）?[.、]?")


def unfold_tables(lines: tuple[str, ...]) -> list[Numbered]:
    """Give the lines of a document with each table of tasks turned into items and fields."""
    numbered = [(number, line) for number, line in enumerate(lines, 1)]
    out: list[Numbered] = []
    at = 0
    while at < len(numbered):
        read = _rows_in_lines(numbered, at) or _cells_in_lines(numbered, at)
        if read is None:
            out.append(numbered[at])
            at += 1
        else:
            items, at = read
            out += items
    return out


def _rows_in_lines(lines: list[Numbered], at: int) -> tuple[list[Numbered], int] | None:
    """Read a table of which every row is one line."""
    headings = _split_row(lines[at][1])
    kinds = [column_kind(cell) for cell in headings] if 3 <= len(headings) <= _MOST_COLUMNS else []
    if not is_header(kinds):
        return None
    columns: list[ColumnKind] = [kind or "other" for kind in kinds]
    items: list[Numbered] = []
    rows = 0
    here = at + 1
    while here < len(lines):
        number, line = lines[here]
        cells = _split_row(line)
        if line.strip() and len(cells) < 2:
            break
        if len(cells) >= 2 and not _RULE.fullmatch(line) and cells != headings:
            rows += 1
            items += _row_of_line([CellText(cell, number) for cell in cells], columns, rows)
        here += 1
    return (items, here) if items else None


def _split_row(line: str) -> list[str]:
    text = clean(line).strip()
    if text.count("|") >= 2:
        return [cell.strip() for cell in text.strip("|").split("|")]
    return [cell.strip() for cell in line.strip().split("\t")] if line.count("\t") >= 2 else []


def _row_of_line(cells: list[CellText], columns: Sequence[ColumnKind], order: int) -> list[Numbered]:
    line = cells[0].number
    if "number" not in columns:
        return _item(str(order), line, align(cells, columns, ruled=True), columns)
    place = columns.index("number") if len(cells) == len(columns) else 0
    digits = _digits(cells[place].text)
    others = [
        cell for n, cell in enumerate(cells) if n != place or not (digits or len(cells) == len(columns))
    ]
    rest = [kind for kind in columns if kind != "number"]
    return _item(digits or str(order), line, align(others, rest, ruled=True), rest)


def _cells_in_lines(lines: list[Numbered], at: int) -> tuple[list[Numbered], int] | None:
    """Read a table of which every cell is a line of its own, with or without a stroke at its end."""
    if not heads_first_column(lines[at][1]):
        return None
    cells = Cells(lines, at)
    kinds = [column_kind(cell.text) for cell in cells.between(0, _MOST_COLUMNS)]
    width = kinds.index(None) if None in kinds else len(kinds)
    place = kinds.index("number") if "number" in kinds[:width] else -1
    if not is_header(kinds[:width]) or not (cells.strokes or place in {0, 1}):
        return None
    columns: list[ColumnKind] = [kind for kind in kinds[place + 1 : width] if kind]
    starts = _row_starts(cells, width)
    if not starts:
        return None
    headings = {cell.text for cell in cells.between(0, width)}
    end = _table_end(cells, starts, columns)
    before = cells.between(width, starts[0])
    items: list[Numbered] = [(cell.number, cell.text) for cell in before if _is_heading(cell.text)]
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        row = [cell for cell in cells.between(start, stop) if cell.text not in headings]
        items += _row_of_cells(row, columns, ruled=cells.strokes)
    return items, cells.line_after(end - 1)


def _row_of_cells(cells: list[CellText], columns: Sequence[ColumnKind], *, ruled: bool) -> list[Numbered]:
    """Write the row that begins with its number; headings that stand in the table follow it."""
    first, *between = cells
    row = without_group([cell for cell in between if not _is_heading(cell.text)], columns)
    item = _item(_digits(first.text), first.number, align(row, columns, ruled=ruled), columns)
    return [*item, *((cell.number, cell.text) for cell in between if _is_heading(cell.text))]


def _row_starts(cells: Cells, width: int) -> list[int]:
    """Find the cells that hold the numbers of the rows, one after another."""
    starts: list[int] = []
    expected: int | None = None
    at = width
    while (cell := cells.get(at)) and at - (starts[-1] if starts else width) <= _WIDEST_ROW:
        digits = _digits(cell.text)
        if digits and (int(digits) == expected or (expected is None and at <= width + 3)):
            starts.append(at)
            expected = int(digits) + 1
        at += 1
    return starts


def _digits(text: str) -> str:
    found = _NUMBER_CELL.fullmatch(squeeze(shadow(text)))
    return found[1] if found else ""


def _is_heading(text: str) -> bool:
    marker = read_marker(shadow(text))
    return marker is not None and marker.rank in {CHAPTER, SECTION} and len(text) <= 40


def _table_end(cells: Cells, starts: list[int], columns: Sequence[ColumnKind]) -> int:
    """Guess where the last row ends: at a heading or prose, or when it is as long as the longest row before it."""
    width = len(columns) + 1
    longest = max([width, *(b - a for a, b in pairwise(starts))])
    at = starts[-1] + 1
    has_fields = False
    while at < starts[-1] + longest and (cell := cells.get(at)):
        prose = has_fields and cell.text.endswith("。")
        beyond = at >= starts[-1] + width and no_part_of_field(cell, columns)
        if prose or beyond or _ends_table(cell.text):
            break
        has_fields = has_fields or cell_kind(cell.text) in {"units", "date"}
        at += 1
    return at


def _ends_table(text: str) -> bool:
    return (
        _is_heading(text)
        or text.startswith(("附件", "注：", "备注：", "说明："))
        or column_kind(text) == "number"
    )


def _item(number: str, line: int, row: list[list[CellText]], columns: Sequence[ColumnKind]) -> list[Numbered]:
    """Write one row as an item: number and words in one line, then a line for each field."""
    words = [joined(cells, "") for cells, kind in zip(row, columns, strict=True) if kind == "text" and cells]
    if not words:
        return []
    items = [(line, f"{number}. " + "。".join(text.rstrip("。") for text in words))]
    for wanted in LABEL_OF:
        for cells, kind in zip(row, columns, strict=True):
            if kind == wanted and cells:
                between = "、" if kind in UNIT_KINDS else ""
                items.append((cells[0].number, f"{LABEL_OF[kind]}：{joined(cells, between)}"))
    last = max(cell.number for cells in row for cell in cells)
    return [*items[:-1], (last, items[-1][1])] if len(items) > 1 else items
