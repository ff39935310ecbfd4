"""Printed numbers at the start of a text: their style, value and rank; the rank orders 一、 over （一） over 1."""

import re
from dataclasses import dataclass

from services.tasks.importer.text import CHINESE_NUMBER, alternatives, chinese_number
from services.tasks.importer.vocabulary import MEASURE_WORDS, NO_MEASURES

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


_BARE = re.compile(
    rf"(?P<n>[1-9]\d?)(?:(?={alternatives(NO_MEASURES)})|(?!{alternatives(MEASURE_WORDS)})(?=[\u4e00-\u9fff“《])"
    r"|\.(?=\d{1,5}[\u4e00-\u9fffA-Za-z“]))"
)


def read_bare_number(shadow: str, at: int = 0) -> Marker | None:
    """Read a number without any dot or space (`8优化…`), or with digits behind its dot (`9.120急救…`).

    5个 and 6月 are none.

    It proves nothing by itself: ask only where the number is the next one and the item before is finished.
    """
    found = _BARE.match(shadow, at)
    return Marker(ITEM, int(found["n"]), found["n"], found.end() - at) if found else None


_ORDINAL = re.compile(
    r"(?P<printed>第(?P<n>[一二三四五六七八九十]{1,3})(?=，|、|是)|(?P<m>[一二三四五六七八九十]{1,3})(?=是))[，、是：]+"
)


def read_ordinal(shadow: str) -> Marker | None:
    """Read 第一， or 一是 at the start of a line; it numbers an item only where the line names its own units."""
    found = _ORDINAL.match(shadow)
    if found is None:
        return None
    printed = found["printed"] if found["n"] else f"{found['printed']}是"
    return Marker(HALF_BRACKET, chinese_number(found["n"] or found["m"]), printed, found.end())


def needs_dot(shadow: str, marker: Marker) -> bool:
    """Say whether the number stands without any dot (`16 开展…`) and so needs its neighbours as witnesses."""
    return marker.rank == ITEM and shadow[: marker.length].strip().isdigit()


def _value(printed: str) -> int:
    if printed in CIRCLES:
        return CIRCLES.index(printed) + 1
    return int(printed) if printed.isdigit() else chinese_number(printed)


def _shown(rank: int, printed: str) -> str:
    return f"（{printed}）" if rank in {SECTION, PART_OF_ITEM} else printed
