"""Faults of a sheet, each with its place and its remedy; one of them and nothing is imported."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from services.tasks.sheets.domain_cells import EMPTY, Cell, CellFault, letter, shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong at one place of a workbook.

    Attributes:
        row: Counted from 1, as Excel shows it.
        column: Its letter, empty when the whole row is meant.
        header: What the sheet calls the column.
        value: What stands there.
        code: Stable English identifier.
    """

    sheet: str
    row: int
    column: str
    header: str
    value: str
    code: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a column that we know stands: `column` counted from 1, `header` as the sheet has it."""

    column: int
    header: str


@dataclass(slots=True)
class RowReader:
    """Reads one row by the keys of its columns, and keeps the faults that it meets.

    Attributes:
        number: Counted from 1, as Excel shows it.
    """

    sheet: str
    number: int
    headings: Mapping[str, Heading]
    cells: tuple[Cell, ...]
    faults: list[Fault] = field(default_factory=list)

    def has(self, key: str) -> bool:
        """Tell whether the sheet has the column."""
        return key in self.headings

    def cell(self, key: str) -> Cell:
        """Give the cell of a column; an empty one where the sheet has no such column, or the row ends before it."""
        heading = self.headings.get(key)
        return self.cells[heading.column - 1] if heading and heading.column <= len(self.cells) else EMPTY

    def read(self, key: str, how: Callable[[Cell], T], default: T) -> T:
        """Read a cell; a fault is kept, and the default given."""
        try:
            return how(self.cell(key))
        except CellFault as fault:
            self.fault(key, fault)
            return default

    def told(self, key: str) -> bool:
        """Tell whether a fault of a column was kept already."""
        heading = self.headings.get(key)
        return heading is not None and letter(heading.column) in {one.column for one in self.faults}

    def fault(self, key: str, fault: CellFault) -> None:
        """Keep a fault of a column's cell; of the whole row where the sheet has no such column."""
        heading = self.headings.get(key)
        self.faults.append(
            Fault(
                sheet=self.sheet,
                row=self.number,
                column=letter(heading.column) if heading else "",
                header=heading.header if heading else "",
                value=shown(self.cell(key)),
                code=fault.code,
                reason=fault.reason,
                remedy=fault.remedy,
            )
        )


def collect_faults(readers: Iterable[RowReader]) -> list[Fault]:
    """Give the faults of rows, each row's in the order of its columns."""
    return [
        fault
        for reader in readers
        for fault in sorted(reader.faults, key=lambda one: (len(one.column), one.column))
    ]
