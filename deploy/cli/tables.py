"""Tables for people in a terminal, where a Chinese character takes the room of two letters."""

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import east_asian_width

GAP = "  "


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table, each column as wide as its widest cell; nothing but the heads for no rows."""
    lines = [heads, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield GAP.join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
