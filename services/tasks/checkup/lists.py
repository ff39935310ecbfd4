"""Lists that a document announces with their count (18个指标：甲、乙、…), read from its paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks.checkup.source import Source, bare, subject_of
from services.tasks.importer.records import Lines
from services.tasks.importer.text import chinese_number

NUMBER = r"(?<![\d.第+十百“])(?P<n>[2-9]|[1-9]\d|[二两三四五六七八九十]{1,3})"
_ANNOUNCED = re.compile(
    rf"(?P<said>{NUMBER}(?:个|项|大|类|条|种|方面|家|批|位)[^，。；：、（）“”]{{0,16}})：(?P<list>[^。]{{4,600}})"
)
_AND = re.compile(r"和|及|与")
_LONGEST_ITEM = 60
"""Characters; a longer piece between two separators is prose and no item."""
_PAIRS = {"“": "”", "（": "）", "《": "》", "‘": "’"}


@dataclass(frozen=True, slots=True)
class AnnouncedList:
    """A list with its announced count: `least` and `most` are how many items it has by the ways of counting 和."""

    count: int
    said: str
    items: tuple[str, ...]
    least: int
    most: int
    lines: Lines


def number_of(printed: str) -> int:
    """Read a printed count: digits or Chinese."""
    return int(printed) if printed.isdigit() else chinese_number(printed)


def announced_lists(source: Source) -> Iterator[AnnouncedList]:
    """Give the lists of a document in the order of its text."""
    known = _known_names(source)
    for paragraph in source.paragraphs:
        for found in _ANNOUNCED.finditer(paragraph.text):
            items = _items(found["list"])
            if len(items) < 2 or max(map(len, items)) > _LONGEST_ITEM or items[-1].endswith("等"):
                continue
            joined = sum(bool(_AND.search(_unquoted(item))) and bare(item) not in known for item in items)
            yield AnnouncedList(
                count=number_of(found["n"]),
                said=found["said"],
                items=tuple(items),
                least=len(items),
                most=len(items) + joined,
                lines=paragraph.span(found.start(), found.end()),
            )


def is_within(short: str, long: str) -> bool:
    """Say whether a name has all characters of a shorter one in their order (获得用气 in 获得用水用气)."""
    signs = iter(long)
    return all(sign in signs for sign in short)


def _known_names(source: Source) -> frozenset[str]:
    """Give the names that plans carry in quotation marks: with 和 inside they are still one name."""
    quoted = (subject_of(plan.title) for plan in source.parsed.plans)
    return frozenset(bare(name) for name in quoted if name)


def _items(text: str) -> list[str]:
    """Cut a list at semicolons, else at enumeration commas outside quotes; with commas it is prose."""
    pieces = [piece for piece in text.split("；") if piece]
    if len(pieces) > 1:
        return pieces
    return [] if "，" in _unquoted(text) else [piece for piece in _cut(text) if piece]


def _cut(text: str) -> Iterator[str]:
    start, closing = 0, ""
    for at, sign in enumerate(text):
        if closing:
            closing = "" if sign == closing else closing
        elif sign in _PAIRS:
            closing = _PAIRS[sign]
        elif sign == "、":
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _unquoted(text: str) -> str:
    return re.sub(r"“[^”]*”|（[^）]*）|《[^》]*》", "", text)
