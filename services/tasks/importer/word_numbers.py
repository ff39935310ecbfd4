"""The numbers that Word counts for list paragraphs: they are printed, but stand nowhere in the text."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from services.tasks.importer.numbering import CIRCLES

if TYPE_CHECKING:
    from collections.abc import Iterable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE_FORMATS = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "taiwaneseCounting",
    }
)
_DEEPEST = 9


class Element(Protocol):
    """What is needed of an XML element."""

    def iter(self, tag: str) -> "Iterable[Element]":
        """Give the elements of this name below."""
        ...

    def find(self, path: str) -> "Element | None":
        """Give the first element at this path."""
        ...

    def get(self, key: str) -> str | None:
        """Give an attribute."""
        ...


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class WordNumbers:
    """Counts the lists of one document; ask for each paragraph once, in the order of the document."""

    def __init__(self, numbering: Element | None) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if numbering is not None:
            self._read(numbering)

    def next_for(self, *owners: Element) -> str:
        """Give the printed number of a paragraph, or nothing where Word counts none.

        `owners` are the paragraph and then its styles: the first that names a list decides.
        """
        place = next((found for owner in owners if (found := _place(owner))), None)
        if place is None or place not in self._levels:
            return ""
        list_id, depth = place
        counts = self._counts[list_id]
        counts[depth] = counts.get(depth, self._levels[place].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return self._printed(list_id, depth, counts)

    def _read(self, numbering: Element) -> None:
        abstract = {
            element.get(f"{_W}abstractNumId"): list(element.iter(f"{_W}lvl"))
            for element in numbering.iter(f"{_W}abstractNum")
        }
        for number in numbering.iter(f"{_W}num"):
            of = number.find(f"{_W}abstractNumId")
            list_id = number.get(f"{_W}numId")
            for level in abstract.get(of.get(f"{_W}val"), []) if of is not None and list_id else []:
                self._levels[list_id or "", int(level.get(f"{_W}ilvl") or 0)] = _level(level)

    def _printed(self, list_id: str, depth: int, counts: dict[int, int]) -> str:
        level = self._levels[list_id, depth]
        text = level.text
        for n in range(_DEEPEST):
            if f"%{n + 1}" in text:
                above = self._levels.get((list_id, n), level)
                text = text.replace(f"%{n + 1}", _digits(counts.get(n, above.start), above.format))
        return "" if level.format == "bullet" else text


def _place(paragraph: Element) -> tuple[str, int] | None:
    """Give the list and depth of a paragraph."""
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
    if numbered is None:
        return None
    list_id, depth = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
    name = list_id.get(f"{_W}val") if list_id is not None else None
    return (name, int(depth.get(f"{_W}val") or 0) if depth is not None else 0) if name else None


def _level(level: Element) -> _Level:
    def value(tag: str, default: str) -> str:
        element = level.find(f"{_W}{tag}")
        return (element.get(f"{_W}val") if element is not None else None) or default

    start = value("start", "1")
    return _Level(value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1)


def _digits(value: int, style: str) -> str:
    if style in _CHINESE_FORMATS:
        return _chinese(value)
    if style == "decimalEnclosedCircle" and 1 <= value <= len(CIRCLES):
        return CIRCLES[value - 1]
    return str(value)


def _chinese(value: int) -> str:
    """Write 1 to 99 as 一 to 九十九; other numbers in digits."""
    if not 1 <= value <= 99:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{'一二三四五六七八九'[tens - 1]}十"
    return head + ("一二三四五六七八九"[ones - 1] if ones else "")
