"""Who does it, told in the midst of prose (明确标准，由甲局牵头，乙局配合，6月底前公布); never a whole paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks.importer.phrases import LONGEST_PHRASE, Phrase, goes_on, read_phrase, says_who_or_when
from services.tasks.importer.units import is_collective, looks_like_unit

_SENTENCE = re.compile(r"[^。；]+")
_BY = re.compile(r"(?:此项|该项|本项|这项|上述|以上|具体)?(?:工作|任务)?(?:具体)?由")
"""How a clause begins that names who does it; without one only a leading unit may open such a passage."""
_BREAK = re.compile(r"(?:此项|该项|本项|这项|上述|以上|具体)?(?:工作|任务)?由")
_GAP = 10
"""Characters of white space at most between a mark and the clause behind it."""
_MOST_CLAUSES = 40
_JOINT = re.compile(r"(?:牵头|负责|配合)$")


@dataclass(frozen=True, slots=True)
class Told:
    """A phrase in running text, and the stretch that can be taken out with the mark that it leaves over."""

    phrase: Phrase
    start: int
    end: int


Span = tuple[int, int]


def find_told(shape: str, text: str) -> Iterator[Told]:
    """Find the phrases of a text that say who does it, each sentence by itself; `shape` is the text in one shape."""
    for sentence in _SENTENCE.finditer(shape):
        clauses = list(_clauses(shape, sentence.start(), sentence.end()))
        at = 0
        while at < len(clauses):
            run, seen = _run(text, clauses, at)
            phrase = _phrase("，".join(text[a:b] for a, b in run), alone=len(run) == len(clauses))
            if run and phrase:
                start, end = _with_mark(shape, run[0][0], run[-1][1])
                yield Told(phrase, start, end)
            at += max(1, seen)


def _clauses(shape: str, start: int, end: int) -> Iterator[Span]:
    """Cut a sentence at its commas outside brackets, at line ends before 由, and between 牵头 and the next unit."""
    depth, begin = 0, start
    for at in range(start, end):
        c = shape[at]
        depth += (c == "（") - (c == "）" and depth > 0)
        if depth == 0 and (c == "，" or _parts(shape, at, begin)):
            yield from _span(shape, begin, at)
            begin = at + 1
    yield from _span(shape, begin, end)


def _parts(shape: str, at: int, begin: int) -> bool:
    if shape[at] == "、":
        return bool(_JOINT.search(shape, max(begin, at - 2), at))
    return shape[at] == "\n" and bool(_BREAK.match(shape, at + 1))


def _span(shape: str, start: int, end: int) -> Iterator[Span]:
    while start < end and shape[start].isspace():
        start += 1
    while start < end and shape[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _run(text: str, clauses: list[Span], at: int) -> tuple[list[Span], int]:
    """Give the clauses from this one on that say nothing but who does it and when, and how many were looked at."""
    begin = clauses[at][0]
    if at > 0 and not _BY.match(text, begin):
        return [], 0
    run: list[Span] = []
    for start, end in clauses[at : at + _MOST_CLAUSES]:
        if end - begin > LONGEST_PHRASE or not goes_on(text[start:end]):
            break
        run.append((start, end))
    seen = len(run)
    while run and not says_who_or_when(text[run[-1][0] : run[-1][1]]):
        run.pop()  # 建成全市平台 ends as a unit does.
    return run, seen


def _phrase(text: str, *, alone: bool) -> Phrase | None:
    """Read a run of clauses; one that no 由 opens must name a leading unit, and 各部门 alone is nobody."""
    phrase = read_phrase(text)
    if phrase is None:
        return None
    names = [name for group in phrase.units.values() for name in group]
    opened = bool(_BY.match(text)) or bool(phrase.units.get("lead"))
    named = all(map(looks_like_unit, names)) and not all(map(is_collective, names))
    return phrase if named and (opened or alone) else None


def _with_mark(shape: str, start: int, end: int) -> Span:
    """Widen a stretch by one of the marks around it, so that what stays behind has no two in a row."""
    before, after = shape[max(0, start - _GAP) : start].rstrip()[-1:], shape[end : end + 1]
    if before == "，" and after in {"", "。", "；"}:
        return shape.rfind("，", 0, start), end
    return start, end + (after in {"，", "。", "；"})
