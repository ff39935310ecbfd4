"""One row of a table: which of its cells belong to which column, told by what the cells look like."""

import re
from collections.abc import Sequence
from typing import Literal

from services.tasks.importer.dates import Calendar, is_bare_deadline
from services.tasks.importer.labels import kind_of, kind_of_ending
from services.tasks.importer.numbering import read_marker
from services.tasks.importer.table_cells import CellText
from services.tasks.importer.text import shadow, squeeze
from services.tasks.importer.units import looks_like_unit, split_units
from services.tasks.importer.vocabulary import (
    NUMBER_COLUMNS,
    OTHER_COLUMNS,
    TASK_COLUMN_ENDINGS,
    TASK_COLUMNS,
)

ColumnKind = Literal["number", "text", "lead", "responsible", "cooperating", "leader", "deadline", "other"]
CellKind = Literal["units", "date", "person", "text"]

UNIT_KINDS = frozenset({"lead", "responsible", "cooperating"})

_NOTE = re.compile(r"（[^（）]{0,20}）")
_NAME = r"(?:[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff][ \u3000]{1,2}[\u4e00-\u9fff])"
_PERSON = re.compile(rf"{_NAME}(?:[、 ,，/]{_NAME})*")
_SPAN = re.compile(
    r"全年|持续.{0,6}|长期.{0,6}|常年.{0,4}|年内|每[月季年日周].{0,4}|20\d\d年|20\d\d年?度?|\d{1,2}月(?:底|份)?|即日起.{0,8}"
)
_ANY_CALENDAR = Calendar(2000)


def column_kind(header: str) -> ColumnKind | None:
    """Tell what a column holds by its heading; None where the words are no heading that we know."""
    flat = _NOTE.sub("", squeeze(shadow(header))).strip("|：:*")
    if not flat or read_marker(flat) is not None:
        return None
    if flat in NUMBER_COLUMNS:
        return "number"
    if kind := kind_of(flat):
        return kind
    if flat in TASK_COLUMNS:
        return "text"
    if flat in OTHER_COLUMNS:
        return "other"
    return _by_ending(flat) if 2 <= len(flat) <= 12 else None


def heads_first_column(header: str) -> bool:
    """Say whether the words may head the first column: a number, or groups of rows by a word of the table alone."""
    flat = squeeze(header).strip("|")
    return flat in TASK_COLUMNS or flat in OTHER_COLUMNS or column_kind(header) == "number"


def _by_ending(flat: str) -> ColumnKind | None:
    if kind := kind_of_ending(flat):
        return kind
    return "text" if flat.endswith(TASK_COLUMN_ENDINGS) else None


def is_header(kinds: list[ColumnKind | None]) -> bool:
    """Say whether cells are the heading row of a table of tasks: a column of tasks and one of units or dates."""
    known = [kind for kind in kinds if kind is not None]
    if len(known) < 3 or len(known) < len(kinds) - 1:
        return False
    return "text" in known and any(kind in UNIT_KINDS or kind == "deadline" for kind in known)


def cell_kind(text: str) -> CellKind:
    """Tell what a cell holds by its words alone."""
    flat = squeeze(text)
    if is_bare_deadline(flat, _ANY_CALENDAR) or _SPAN.fullmatch(flat):
        return "date"
    names = split_units(text)
    if names and sum(map(looks_like_unit, names)) * 2 > len(names):
        return "units"
    return "person" if _PERSON.fullmatch(text.strip()) else "text"


def no_part_of_field(cell: CellText, columns: Sequence[ColumnKind]) -> bool:
    """Say whether a cell can't belong to the last column, since that holds units, persons or dates."""
    return columns[-1] not in {"text", "other"} and cell_kind(cell.text) == "text"


def without_group(row: list[CellText], columns: Sequence[ColumnKind]) -> list[CellText]:
    """Drop the name of the next group of rows, which stands behind the last field of a row (a cell over rows)."""
    wanted: CellKind | None = _KIND_OF_COLUMN.get(columns[-1])
    complete = wanted is not None and any(cell_kind(cell.text) == wanted for cell in row[:-1])
    return row[:-1] if complete and no_part_of_field(row[-1], columns) else row


_KIND_OF_COLUMN: dict[ColumnKind, CellKind] = {
    "lead": "units",
    "responsible": "units",
    "cooperating": "units",
    "leader": "person",
    "deadline": "date",
}

_FIT: dict[str, dict[CellKind, float]] = {
    "text": {"text": 2.0, "units": -1.5, "date": -2.0, "person": -0.5},
    "units": {"text": -3.0, "units": 3.0, "date": -3.0, "person": -1.0},
    "leader": {"text": -3.0, "units": -2.0, "date": -3.0, "person": 3.0},
    "deadline": {"text": -2.5, "units": -3.0, "date": 3.0, "person": -2.0},
    "other": {"text": -1.0, "units": -1.0, "date": -1.0, "person": -1.0},
}
_SKIPPED = -0.5
_WITHOUT_TASK = -8.0
"""A row whose column of tasks stays empty is no row."""
_SECOND_IN_CELL = -0.3


def align(cells: list[CellText], columns: Sequence[ColumnKind], *, ruled: bool) -> list[list[CellText]]:
    """Hand the cells of a row, in order, to the columns they fit best; a cell may be broken over several lines.

    In a `ruled` table, whose cells are set off by strokes, a row with a cell for each column is taken as it is.
    """
    if ruled and len(cells) == len(columns):
        return [[cell] if cell.text else [] for cell in cells]
    kept = [cell for cell in cells if cell.text]
    best = _best(kept, columns)
    row: list[list[CellText]] = [[] for _ in columns]
    at, column = 0, 0
    while at < len(kept) and column < len(columns):
        taken = best[column][at][1]
        row[column] = kept[at : at + taken]
        at, column = at + taken, column + 1
    return row


def _best(cells: list[CellText], columns: Sequence[ColumnKind]) -> list[list[tuple[float, int]]]:
    """Give, for each column and first cell, the best score from there and how many cells the column takes."""
    kinds = [cell_kind(cell.text) for cell in cells]
    rest = [(float("-5") * (len(cells) - at), 0) for at in range(len(cells) + 1)]
    table = [rest]
    texts = columns.count("text")
    for column in reversed(columns):
        below = table[0]
        skipped = _WITHOUT_TASK if column == "text" and texts == 1 else _SKIPPED
        fits = [_FIT["units" if column in UNIT_KINDS else column].get(kind, -2.0) for kind in kinds]
        table.insert(0, [_best_from(at, cells, fits, (below, skipped)) for at in range(len(cells) + 1)])
    return table


def _best_from(
    at: int, cells: list[CellText], fits: list[float], rest: tuple[list[tuple[float, int]], float]
) -> tuple[float, int]:
    below, skipped = rest
    best = (below[at][0] + skipped, 0)
    score = 0.0
    for taken in range(1, min(len(cells) - at, 40) + 1):
        broken = taken > 1 and cells[at + taken - 2].text.rstrip().endswith(("、", "，", ","))
        score += fits[at + taken - 1] + (0.0 if taken == 1 else 0.4 if broken else _SECOND_IN_CELL)
        best = max(best, (score + below[at + taken][0], taken))
    return best
