"""The text as soft lines: physical lines, cut again where the line breaks of the original were lost."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.tasks.importer.numbering import (
    CHAPTER,
    ITEM,
    SECTION,
    Marker,
    needs_dot,
    read_bare_number,
    read_marker,
)
from services.tasks.importer.text import clean, shadow

LONG_LINE = 2000
"""Characters; a longer line has lost its line breaks (real paragraphs are shorter)."""

SHORT_DOCUMENT = 200
"""Characters; the same for a document of hardly any lines."""
_FEW_LINES = 4

_INDENT = re.compile(r"(?<=\S)(?:[\u3000\u2003]{2,}|\u00a0{2,}|[ \u3000\u00a0]{4,})(?=\S)")
_AFTER_SENTENCE = frozenset("。；）！？：”…")
_SENTENCE = re.compile(r"[。；：！？]")
_CANDIDATE = re.compile(r"[（一二三四五六七八九十①-⑳1-9第]")
_SIGNED = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日(?![前起至以之内止印召发在到、])(?=[\u4e00-\u9fff《])")
_SIGNER = re.compile(r"(?:政府|厅|局|委员会|委|部|办公室|会|院|公司|中心|联合会)$")
_TITLE_IN_LINE = re.compile(
    r"^[^。，；：]{4,60}?(?:方案|计划|意见|办法|规划|要点|措施)(?:（[^）]{1,30}）)?(?=。|为|根据|按照|依据|一、)"
)
_AFTER_FIELD = re.compile(r"(?:单位|部门|时限|时间|期限|领导|责任人)：[^。；：！？]{1,150}\Z")
"""The value of a field that lost the line break behind it: 责任单位：甲局2. …"""
_FIELD_LENGTH = 160
_LEFT_OUT = 3
_SIGNER_LENGTH = 120
_HEADING = 45
"""Characters; a heading without a full stop is at most this long."""


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a physical line: its text as printed, the same in one shape, and the line of the file."""

    text: str
    shadow: str
    number: int


def soft_lines(lines: Iterable[tuple[int, str]]) -> list[Line]:
    """Cut numbered lines at paragraph indents and, in very long ones, before headings, titles and signatures."""
    numbered = list(lines)
    few = sum(bool(text.strip()) for _, text in numbered) <= _FEW_LINES
    long_line = SHORT_DOCUMENT if few else LONG_LINE
    return [line for number, physical in numbered for line in _lines_of(number, physical, long_line)]


def _lines_of(number: int, physical: str, long_line: int) -> Iterator[Line]:
    for part in _INDENT.split(physical):
        for text in map(str.strip, _restored(clean(part), long_line)):
            if text:
                yield Line(text, shadow(text), number)


def _restored(text: str, long_line: int) -> list[str]:
    if len(text) < long_line and not _crowded(text):
        return [text]
    flat = shadow(text)
    cuts = sorted({0, *_signature_cuts(flat), *_heading_cuts(flat)})
    pieces = [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [part for piece in pieces for part in _without_title(piece)]


def _crowded(text: str) -> bool:
    """Say whether a line of ordinary length holds several items that each end with their own bracket of units."""
    return _ITEM_AFTER_UNITS.search(shadow(text)) is not None


_NEXT_NUMBER = (
    r"(?:[1-9]\d?(?:\.|、)|（[1-9]\d?）|（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、)\D"
)
_ITEM_AFTER_UNITS = re.compile(
    rf"(?:(?:单位|部门)：[^（）]{{2,80}}|（[^（）：]{{2,80}}(?:牵头|负责|配合|落实))）[。；]? *(?={_NEXT_NUMBER})"
)


def _without_title(piece: str) -> list[str]:
    found = _TITLE_IN_LINE.match(shadow(piece))
    if found is None or read_marker(shadow(piece)) is not None:
        return [piece]
    return [piece[: found.end()], piece[found.end() :].removeprefix("。")]


def _signature_cuts(flat: str) -> list[int]:
    cuts = []
    for found in _SIGNED.finditer(flat):
        back = max(0, found.start() - _SIGNER_LENGTH)
        start = max(back - 1, *(flat.rfind(mark, back, found.start()) for mark in "。；：，")) + 1
        signer = flat[start : found.start()].strip()
        if len(signer) < _SIGNER_LENGTH and (not signer or _SIGNER.search(signer)):
            cuts += [start, found.end()]
    return cuts


class _Sequence:
    """The numbers seen so far: which number of which rank may come next in running text."""

    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.open: list[int] = []

    def expects(self, marker: Marker, *, dotted: bool) -> bool:
        """Say whether a number may come next; one without a dot must, and a few may have been left out."""
        last = self.last.get(marker.rank, 0)
        if not dotted:
            return last > 0 and marker.value == last + 1
        return marker.value == 1 or last < marker.value <= last + _LEFT_OUT

    def take(self, marker: Marker) -> None:
        while self.open and self.open[-1] >= marker.rank:
            self.open.pop()
        self.open.append(marker.rank)
        self.last[marker.rank] = marker.value


def _heading_cuts(flat: str) -> list[int]:
    cuts: list[int] = []
    sequence = _Sequence()
    after = 0  # Where the text behind the latest heading begins.
    for found in _CANDIDATE.finditer(flat):
        at = found.start()
        if at < after or not (marker := read_marker(flat, at) or _bare_behind_bracket(flat, at)):
            continue
        if _is_heading(flat, at, marker, sequence, after):
            cuts.append(at)
            sequence.take(marker)
            after = at + marker.length
    return cuts


def _bare_behind_bracket(flat: str, at: int) -> Marker | None:
    """Read a number that lacks its dot where the item before it has closed its bracket (甲局牵头）8优化…）."""
    return read_bare_number(flat, at) if flat[at - 1 : at] == "）" else None


def _is_heading(flat: str, at: int, marker: Marker, sequence: _Sequence, after: int) -> bool:
    if marker.rank not in {CHAPTER, SECTION, ITEM} and marker.value != 1 and not sequence.open:
        return False
    dotted = not needs_dot(flat[at : at + marker.length], marker)
    if flat[at - 1 : at].isdigit() or not sequence.expects(marker, dotted=dotted):
        return False
    before = flat[:at].rstrip()[-1:] if at < 80 else flat[at - 80 : at].rstrip()[-1:]
    if before in _AFTER_SENTENCE or at == 0:
        return True
    if marker.rank in {CHAPTER, SECTION, ITEM} and _AFTER_FIELD.search(flat, max(0, at - _FIELD_LENGTH), at):
        return True
    # A heading without a full stop runs into the first item below it: 二、主要措施（一）开展…
    fresh = bool(sequence.open) and at - after <= _HEADING and not _SENTENCE.search(flat, after, at)
    return (
        fresh
        and marker.rank >= sequence.open[-1]
        and marker.rank in {SECTION, ITEM}
        and flat[at - 1 : at] != "第"
    )
