"""How high a printed row has to be, and how much of a text a cell takes.

Excel grows a row to 409 points and cuts the rest without a word; LibreOffice does not grow rows by itself. So heights
are computed here, and a text that can't be shown whole says where the rest is.
"""

from collections.abc import Iterable
from unicodedata import east_asian_width

MOST_LINES = 24  # Lines of a row at its highest.
LINE, SPARE = 16.5, 8.0  # Points: a line of 12 point type, and the room above and below all of them.
CUT = "…（全文见“数据”表）"
WIDE, NARROW = 2.4, 1.3  # Units of a column's width that a Chinese character takes, and any other one.


def lines_of(text: str, width: float) -> int:
    """Give the lines that a text takes in a column `width` units wide."""
    if len(text) * WIDE <= width and "\n" not in text:
        return 1  # Most cells, without a look at each sign.
    lines, used = 1, 0.0
    for sign in text:
        step = WIDE if east_asian_width(sign) in "WFA" else NARROW
        if sign == "\n" or used + step > width:
            lines, used = lines + 1, 0.0
        used += 0.0 if sign == "\n" else step
    return lines


def fit(text: str, width: float) -> str:
    """Give `text` as it fits into a cell `width` units wide; one that does not ends with a note where the rest is."""
    if lines_of(text, width) <= MOST_LINES:
        return text
    kept = text
    while lines_of(kept + CUT, width) > MOST_LINES:
        kept = kept[: len(kept) * 9 // 10]
    return kept + CUT


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Give the height in points of a row whose cells hold (text, width)."""
    return SPARE + LINE * max(lines_of(text, width) for text, width in cells)
