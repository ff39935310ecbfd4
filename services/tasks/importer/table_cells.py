"""The cells of a table with one cell a line: where a cell ends is told by strokes, blank lines, or the line end."""

import re
from dataclasses import dataclass
from itertools import pairwise

from services.tasks.importer.numbering import CHAPTER, SECTION, read_marker
from services.tasks.importer.text import clean, shadow
from services.tasks.importer.units import looks_like_unit

Numbered = tuple[int, str]
"""A line of the file: its number from 1, and its text."""

_LONGEST_CELL = 4000
"""Characters; a cell without its closing stroke is cut here."""
_SAMPLE = 80
"""Lines; by so many it is told whether blank lines set the cells of a table apart."""
_MOSTLY = 0.7
_DIGITS = re.compile(r"（?\d{1,3}）?[.、]?")
_SEPARATOR = re.compile("[、，]")


@dataclass(frozen=True, slots=True)
class CellText:
    """The words of a cell and the line of the file where they stand."""

    text: str
    number: int


class Cells:
    """The cells from a line on, read only as far as they are asked for.

    `strokes` says that each cell ends with an upright stroke; else blank lines set the cells apart, or where
    the table has hardly any, each line is a cell.
    """

    def __init__(self, lines: list[Numbered], at: int) -> None:
        """Begin at a line of the document."""
        self.strokes = any(line.rstrip().endswith("|") for line in _next_words(lines, at))
        self._lines = lines
        self._spaced = not self.strokes and _set_apart_by_blanks(lines[at : at + _SAMPLE])
        self._here = at
        self._cells: list[CellText] = []
        self._after: list[int] = []

    def get(self, n: int) -> CellText | None:
        """Give the cell of this place; None behind the last."""
        while len(self._cells) <= n and self._here < len(self._lines):
            self._read_on()
        return self._cells[n] if n < len(self._cells) else None

    def between(self, start: int, stop: int) -> list[CellText]:
        """Give the cells of these places."""
        return [cell for n in range(start, stop) if (cell := self.get(n))]

    def line_after(self, n: int) -> int:
        """Give the index of the line that follows a cell."""
        return self._after[min(n, len(self._after) - 1)]

    def _read_on(self) -> None:
        number, line = self._lines[self._here]
        text = clean(line).strip()
        self._here += 1
        while text and self._here < len(self._lines) and self._goes_on(text):
            following = CellText(clean(self._lines[self._here][1]).strip(), number)
            text = joined([CellText(text, number), following], "、" if self._spaced else "")
            self._here += 1
        if text.strip("| ") or (text and self._cells):
            self._cells.append(CellText(text.rstrip("| "), number))
            self._after.append(self._here)

    def _goes_on(self, text: str) -> bool:
        """Say whether the cell goes on in the next line."""
        if len(text) > _LONGEST_CELL:
            return False
        if self.strokes:
            return not text.endswith("|")
        following = clean(self._lines[self._here][1]).strip()
        return self._spaced and bool(following) and not (_stands_alone(text) or _stands_alone(following))


def joined(cells: list[CellText], between: str) -> str:
    """Join the lines of a cell; whole names on lines of their own are set apart, a broken name is mended."""
    text = ""
    for cell in cells:
        whole = (
            between
            and text
            and looks_like_unit(_SEPARATOR.split(text)[-1])
            and looks_like_unit(_SEPARATOR.split(cell.text)[0])
        )
        text += (between if whole and not text.endswith(("、", "，")) else "") + cell.text
    return text


def _stands_alone(text: str) -> bool:
    """Say whether a line is the number of a row or a heading, which no cell goes on to."""
    shape = shadow(text)
    marker = read_marker(shape)
    return bool(_DIGITS.fullmatch(shape)) or (marker is not None and marker.rank in {CHAPTER, SECTION})


def _set_apart_by_blanks(lines: list[Numbered]) -> bool:
    """Say whether most lines with words are followed by a blank one."""
    filled = [bool(line.strip()) for _, line in lines]
    apart = sum(this and not following for this, following in pairwise(filled))
    return apart >= _MOSTLY * sum(filled)


def _next_words(lines: list[Numbered], at: int) -> list[str]:
    """Give this line and the next that is not empty."""
    following = next((line for _, line in lines[at + 1 : at + 4] if line.strip()), "")
    return [lines[at][1], following]
