"""A text without white space whose characters still know their lines; sentences and clauses are cut from it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks.importer.records import Lines
from services.tasks.importer.soft_lines import Line

_SENTENCE_END = re.compile(r"[。；！？]")
_LONGEST = 1500
"""Characters; a longer stretch without a full stop is no sentence and is cut."""
_CLAUSE_END = re.compile(r"[，。；！？]")


class Dense:
    """The soft lines of an item run together in one shape, white space dropped."""

    def __init__(self, lines: list[Line]) -> None:
        pieces = ["".join(line.shadow.split()) for line in lines]
        self.text = "".join(pieces)
        self._numbers = [line.number for line in lines]
        self._starts: list[int] = []
        at = 0
        for piece in pieces:
            self._starts.append(at)
            at += len(piece)

    def span(self, start: int, end: int) -> Lines:
        """Give the first and last line of the file of these characters; the text must not be empty."""
        return self._line(start), self._line(max(start, end - 1))

    def _line(self, offset: int) -> int:
        return self._numbers[max(0, bisect_right(self._starts, offset) - 1)]

    def sentences(self) -> Iterator["Piece"]:
        """Give the sentences, cut at full stops and semicolons."""
        for piece in _cut(self.text):
            for start in range(0, len(piece.text), _LONGEST):
                yield Piece(piece.text[start : start + _LONGEST], piece.start + start)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a dense text: its words and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Give the place behind the last character."""
        return self.start + len(self.text)

    def clause_at(self, offset: int) -> "Piece":
        """Give the clause (between commas) in which this place of the piece stands."""
        left = max((m.end() for m in _CLAUSE_END.finditer(self.text, 0, offset)), default=0)
        found = _CLAUSE_END.search(self.text, offset)
        right = found.start() if found else len(self.text)
        return Piece(self.text[left:right], self.start + left)


def _cut(text: str) -> Iterator[Piece]:
    at = 0
    for found in _SENTENCE_END.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()], at)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:], at)
