"""A running text made of several lines that still knows the line of every character."""

from bisect import bisect_right
from collections.abc import Iterable

from services.tasks.importer.records import Lines
from services.tasks.importer.soft_lines import Line


class Flow:
    """Lines joined by line feeds; `shadow` is the same text in one shape, offset by offset."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = list(lines)
        self.text = "\n".join(line.text for line in self.lines)
        self.shadow = "\n".join(line.shadow for line in self.lines)
        self._starts: list[int] = []
        at = 0
        for line in self.lines:
            self._starts.append(at)
            at += len(line.text) + 1

    def line_at(self, offset: int) -> int:
        """Give the line of the file in which the character stands; the text must not be empty."""
        return self.lines[max(0, bisect_right(self._starts, offset) - 1)].number

    def span(self, start: int, end: int) -> Lines:
        """Give the first and last line of the characters from `start` up to, not including, `end`."""
        return self.line_at(start), self.line_at(max(start, end - 1))
