"""Printed numbers at the start of a text: their style, value and rank; the rank orders 一、 over （一） over 1."""

import re
from dataclasses import dataclass

from services.tasks.importer.text import CHINESE_NUMBER, chinese_number

PART, CHAPTER, ARTICLE, SECTION, ITEM, PART_OF_ITEM, HALF_BRACKET, CIRCLE = range(8)
"""Ranks: 第一部分 · 一、 · 第一条 · （一） · 1. · （1） · 1） · ①."""

CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STARTS = frozenset("第（(〔[［一二三四五六七八九十任举措事" + CIRCLES + "0123456789０１２３４５６７８９ 　")


@dataclass(frozen=True, slots=True)
class Marker:
    """A printed number: `length` characters of the text belong to it."""

    rank: int
    value: int
    printed: str
    length: int


_DIGITS_AFTER = r"(?:(?!\d)|(?=20\d\d))"
_PATTERNS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (PART, re.compile(rf"第(?P<n>{CHINESE_NUMBER})(?:部分|章|篇|编)[ 、：]*")),
    (ARTICLE, re.compile(rf"第(?P<n>{CHINESE_NUMBER})条[ 、：]*")),
    (ARTICLE, re.compile(rf"(?:任务|举措|措施|事项|行动|工程)(?P<n>{CHINESE_NUMBER}|\d{{1,3}})[：、. ] *")),
    (CHAPTER, re.compile(rf"(?P<n>{CHINESE_NUMBER})(?:、|\.) *")),
    (SECTION, re.compile(rf"（ *(?P<n>{CHINESE_NUMBER}) *）[、. ]*")),
    (ITEM, re.compile(rf"(?P<n>[1-9]\d{{0,2}}) *(?:\.|、) *{_DIGITS_AFTER}")),
    (ITEM, re.compile(r"(?P<n>[1-9]\d{0,2}) +(?=[\u4e00-\u9fff“《])")),
    (PART_OF_ITEM, re.compile(r"（ *(?P<n>[1-9]\d{0,2}) *）[、. ]*")),
    (HALF_BRACKET, re.compile(r"(?P<n>[1-9]\d?) *） *")),
    (CIRCLE, re.compile(rf"(?P<n>[{CIRCLES}])[、. ]*")),
)


def read_marker(shadow: str, at: int = 0) -> Marker | None:
    """Read the number that is printed at this place of a shadow text, if there is one."""
    if at >= len(shadow) or shadow[at] not in _STARTS:
        return None
    for rank, pattern in _PATTERNS:
        if found := pattern.match(shadow, at):
            printed = found["n"]
            return Marker(rank, _value(printed), _shown(rank, printed), found.end() - at)
    return None


def needs_dot(shadow: str, marker: Marker) -> bool:
    """Say whether the number stands without any dot (`16 开展…`) and so needs its neighbours as witnesses."""
    return marker.rank == ITEM and shadow[: marker.length].strip().isdigit()


def _value(printed: str) -> int:
    if printed in CIRCLES:
        return CIRCLES.index(printed) + 1
    return int(printed) if printed.isdigit() else chinese_number(printed)


def _shown(rank: int, printed: str) -> str:
    return f"（{printed}）" if rank in {SECTION, PART_OF_ITEM} else printed
