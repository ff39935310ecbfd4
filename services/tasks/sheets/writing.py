"""Workbooks written as a stream: openpyxl makes the frame (styles, set-up, header), the rows are added one by one.

Invariant: memory holds one page of rows; what was written is handed on at once, so no temporary file is needed. A text
is always written as text, so that no cell of ours is ever a formula.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from openpyxl.utils.datetime import to_excel

from services.tasks.sheets.domain_cells import cell_text, letter

Written: TypeAlias = str | int | date | None
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells as (value, style), and its height in points."""

    cells: Sequence[tuple[Written, int]]
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A workbook without its rows, as openpyxl wrote it: its parts by name, in their order."""

    parts: dict[str, bytes]


def frame_of(book: Any) -> Frame:  # noqa: ANN401 - openpyxl has no types.
    """Take the frame of a workbook."""
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as archive:
        return Frame({name: archive.read(name) for name in archive.namelist()})


class _Sink:
    """Where the archive writes to: bytes wait here until they are handed on."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        """Take bytes."""
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Do nothing: there is nothing below."""

    def take(self) -> bytes:
        """Give what waits, and forget it."""
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


class WorkbookStream:
    """Writes a workbook part by part; every method gives the bytes that are ready.

    Args:
        frame: The workbook without its rows.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]  # A file that only writes is enough.
        self._part: Any = None
        self._row = 0
        self._tail = b""

    def begin(self, *, streamed: int) -> bytes:
        """Write all parts but the first `streamed` sheets, whose rows are to come."""
        waiting = {part_of(number) for number in range(1, streamed + 1)}
        for name, content in self._frame.parts.items():
            if name not in waiting:
                self._archive.writestr(name, content)
        return self._sink.take()

    def begin_sheet(self, number: int, *, rows: int, columns: int, first_row: int) -> bytes:
        """Write the sheet `number` (from 1) up to its rows.

        Args:
            number: Its place in the workbook.
            rows: How many rows there will be in all, those of the frame among them.
            columns: How many columns.
            first_row: Number of the first row to come, behind those of the frame.
        """
        name = part_of(number)
        head, self._tail = split_sheet(self._frame.parts[name], f"A1:{letter(columns)}{max(rows, 1)}")
        self._part = self._archive.open(name, "w", force_zip64=False)
        self._part.write(head)
        self._row = first_row
        return self._sink.take()

    def add_rows(self, rows: Iterable[Row]) -> bytes:
        """Write rows."""
        text = "".join(self._numbered(rows))
        self._part.write(text.encode())
        return self._sink.take()

    def _numbered(self, rows: Iterable[Row]) -> Iterator[str]:
        for row in rows:
            yield row_xml(self._row, row)
            self._row += 1

    def end_sheet(self) -> bytes:
        """Write what follows the rows of a sheet."""
        self._part.write(self._tail)
        self._part.close()
        return self._sink.take()

    def end(self) -> bytes:
        """Write the archive's directory: the workbook is whole."""
        self._archive.close()
        return self._sink.take()


def part_of(number: int) -> str:
    """Name the part of a workbook that holds the sheet `number` (from 1)."""
    return f"xl/worksheets/sheet{number}.xml"


def split_sheet(content: bytes, dimension: str) -> tuple[bytes, bytes]:
    """Cut a sheet of the frame behind its last row, and say how large it will be."""
    stated = _DIMENSION.sub(f'<dimension ref="{dimension}"'.encode(), content, count=1)
    head, end, tail = stated.rpartition(b"</sheetData>")
    return head, end + tail


def row_xml(number: int, row: Row) -> str:
    """Write one row."""
    cells = "".join(
        _cell_xml(f"{letter(column)}{number}", value, style)
        for column, (value, style) in enumerate(row.cells, 1)
    )
    return f'<row r="{number}" ht="{row.height:g}" customHeight="1">{cells}</row>'


def _cell_xml(place: str, value: Written, style: int) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, str):
        text = escape(cell_text(value))
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    number = int(to_excel(value)) if isinstance(value, date) else value
    return f'<c r="{place}" s="{style}"><v>{number}</v></c>'
