"""Where the plans of a document begin: their titles, told from list entries, covering letters and annexes."""

import re
from dataclasses import dataclass

from services.tasks.importer.labels import label_at_start
from services.tasks.importer.numbering import read_marker
from services.tasks.importer.soft_lines import Line
from services.tasks.importer.text import CHINESE_NUMBER, alternatives, is_open
from services.tasks.importer.vocabulary import NOTICE_ENDINGS, SECTION_WORDS, TITLE_ENDINGS

_MAX_TITLE = 80
_NOT_IN_TITLE = re.compile(
    r"[。；：！？]|^（|^-|^《[^》]*》(?:已|的)|20\d\d年\d{1,2}月\d{1,2}日|（20\d\d）\d+号"
)
_TAIL_BRACKETS = re.compile(r"(?:（[^）]{0,30}）|\d{4}年?|\(\w*\))+$")
_ENDS_AS_TITLE = re.compile(rf".{{2,}}{alternatives(TITLE_ENDINGS)}$")
_HEADINGS = frozenset(word for _, table in SECTION_WORDS for word in table)
_ENDS_AS_NOTICE = re.compile(rf"{alternatives(NOTICE_ENDINGS)}$")
_ANNEX_NUMBER = re.compile(
    rf"^(?:方案|附件|附|附表|专项方案|子方案)\s*(?:{CHINESE_NUMBER}|\d{{1,2}})?[：:]?$"
)
_PROSE = 20
_MIDDLE = re.compile(r"[，。；、]")
_FINISHED = re.compile(r"[。；：！？）日号]$")
_LOOK_AHEAD = 400
"""Soft lines; a title has a numbered heading at most this far below it."""


@dataclass(frozen=True, slots=True)
class Region:
    """The soft lines from `start` up to, not including, `end`; without a title it is no plan of its own."""

    title: str | None
    first: int
    start: int
    end: int


def find_regions(lines: list[Line]) -> list[Region]:
    """Divide the soft lines into plans; what stands before the first title is a region without one."""
    titles = _titles(lines)
    if not titles:
        return [Region(None, 0, 0, len(lines))] if lines else []
    regions = [Region(None, 0, 0, titles[0][0])] if titles[0][0] > 0 else []
    bounds = [*(first for first, _, _ in titles[1:]), len(lines)]
    for (first, start, title), end in zip(titles, bounds, strict=True):
        regions.append(Region(title, first, start, end))
    return regions


def _titles(lines: list[Line]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(lines):
        read = _title_at(lines, at)
        if read is None:
            at += 1
            continue
        start, title = read
        found.append((at, start, title))
        at = start
    return _with_content(lines, found)


def _title_at(lines: list[Line], at: int) -> tuple[int, str] | None:
    """Read a title of one or two short lines; an annex number (方案三, 附件1) before it belongs to it."""
    start = at + 1 if _ANNEX_NUMBER.match(lines[at].shadow) else at
    if start >= len(lines) or not _may_be_title(lines[start]) or (at > 0 and _is_unfinished(lines[at - 1])):
        return None
    if _ends_as_title(lines[start].text):
        return start + 1, lines[start].text
    following = lines[start + 1] if start + 1 < len(lines) else None
    if following is None or not _may_be_title(following) or not _ends_as_title(following.text):
        return None
    if _is_second_half(lines[start].text, following.text):
        return start + 2, lines[start].text + following.text
    return None


def _is_unfinished(line: Line) -> bool:
    """Say whether a line is prose that goes on in the next one."""
    return (
        len(line.text) >= _PROSE and bool(_MIDDLE.search(line.shadow)) and not _FINISHED.search(line.shadow)
    )


def _is_second_half(first: str, second: str) -> bool:
    """Say whether a title begins on the line before: it starts with 关于, or what follows is too short for one."""
    return second.startswith(("关于", "及", "暨", "与", "以及")) or (
        len(second) <= 16 and ("关于" in first or is_open(first))
    )


def _may_be_title(line: Line) -> bool:
    short = len(line.text) <= _MAX_TITLE and not _NOT_IN_TITLE.search(line.shadow)
    return short and read_marker(line.shadow) is None and label_at_start(line.shadow) is None


def _ends_as_title(text: str) -> bool:
    stem = _TAIL_BRACKETS.sub("", text.strip())
    closes_more = any(text.count(b) > text.count(a) for a, b in ("“”", "《》", "（）"))
    if closes_more or is_open(text) or stem in _HEADINGS or "，" in stem[-12:] or stem.count("，") > 1:
        return False
    return bool(_ENDS_AS_TITLE.search(stem))


def _with_content(lines: list[Line], found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Keep titles with numbered headings below them; of a notice and the plan that it brings, the plan."""
    bounds = [*(first for first, _, _ in found[1:]), len(lines)]
    kept = [
        (first, start, title)
        for (first, start, title), end in zip(found, bounds, strict=False)
        if _has_headings(lines[start : min(end, start + _LOOK_AHEAD)])
    ]
    plans = [entry for entry in kept if not _ENDS_AS_NOTICE.search(_TAIL_BRACKETS.sub("", entry[2]))]
    return plans or kept


def _has_headings(lines: list[Line]) -> bool:
    return any(read_marker(line.shadow) is not None for line in lines)
