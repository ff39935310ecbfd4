"""What a target measures, as a name that can be compared: 低压用户全过程办电时间, without verbs and numbers.

Invariant: two measures are called the same only when their names say so; what a reader must guess stays apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from services.tasks.checkup.source import Source, bare
from services.tasks.importer.dense import Dense
from services.tasks.importer.records import Target
from services.tasks.importer.text import shadow, squeeze

TIMES = frozenset({"分钟", "小时", "工作日", "天", "日", "周", "个月", "月", "年"})
_RATES = frozenset({"%"})
_LAST_NUMBER = re.compile(r"^.*\d[^、，；]*[、，；]")
_BRACKETS = re.compile(r"（[^（）]*(?:）|$)")
_LEADING = re.compile(
    r"^(?:20\d\d年(?:底前|底)?|\d{1,2}月(?:底|末|[上中下]旬|\d{1,2}日)?(?:之?前|以前)?|三季度|[一二四]季度|年底前|年底|年内|全年|力争|确保|争取|努力|基本|全面|进一步|持续|严格|切实|有效|"
    r"积极|逐步|推动|推进|实现|落实|达到|使|将|对|即|并|且|其中|各级|同时|鼓励|到|在)+"
)
_TRAILING = re.compile(
    r"(?:力争|分别|不超过|不少于|不低于|压缩|压减|压降|缩短|控制|稳定|保持|提高|提升|达到|突破|办结|完成|以内|之内|超过|可|到|至|为|在|内|达|的)+$"
)
_STRAY = re.compile(r"\d{1,2}(?!\d)")
"""A name that begins with a small number is the rest of a list (0费用), and says nothing of what is measured."""
_WHOLE = re.compile(r"(?:全流程|全过程|全部要素|全链条|全环节)$")
_YEAR_AHEAD = re.compile(r"(20\d\d)年(?=[，底末前])")
_PREFIX, _SUFFIX, _SUBJECT = 2, 4, 4
_OWN = 3
"""Characters of a name that is understood inside its plan; among plans it takes twice as many."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A target with what it measures: its name, for 全流程 the subject, and the day by which it holds."""

    target: Target
    name: str
    subject: str
    sentence: str
    until: date | None

    @property
    def value(self) -> tuple[float, float | None, str]:
        """Give the number with its unit."""
        return self.target.value, self.target.value_max, self.target.unit

    @property
    def dimension(self) -> str:
        """Give what kind of number it is: lengths of time in any unit can be compared."""
        return "time" if self.target.unit in TIMES else self.target.unit


def measures_of(source: Source) -> list[Measure]:
    """Give the measures of a document; of a list with 分别 nobody can say which number is whose, so it is left out."""
    places = _Places(source)
    found = []
    for target in source.parsed.targets:
        name = _name(target)
        if name and "分别" not in target.raw:
            paragraph, at = places.of(target)
            until = _until(target, paragraph[: at + len(target.raw)], source.parsed.issued_on)
            subject = _subject(source, target, name)
            found.append(Measure(target, name, subject, _sentence(paragraph, at), until))
    return found


def contradict(one: Measure, other: Measure) -> bool:
    """Say whether two targets set different numbers for one measure, and not as steps of one path."""
    if one.dimension != other.dimension or one.value == other.value:
        return False
    return one.sentence != other.sentence and _is_same(one, other) and not _are_steps(one, other)


def _name(target: Target) -> str:
    """Give the name of what is measured; for things that are counted, with the words behind the number."""
    before = _BRACKETS.sub("", _LAST_NUMBER.sub("", squeeze(shadow(target.name))))
    name = _TRAILING.sub("", _LEADING.sub("", before))
    if _STRAY.match(name):
        return ""
    if target.unit in TIMES or target.unit in _RATES:
        return bare(name)
    behind = re.search(
        rf"(?<!\d){re.escape(f'{target.value:g}')}(?:个|{re.escape(target.unit)})(?P<what>[^，。；、\d（）]{{1,30}})",
        target.raw,
    )
    return bare(name + behind["what"]) if behind else bare(name)


def _subject(source: Source, target: Target, name: str) -> str:
    """Give what a whole process is about: the words before 全流程, or the title of the task."""
    if not _WHOLE.search(name):
        return ""
    said = _WHOLE.sub("", name)
    task = source.task.get(target.task_id or "")
    return bare(task.title) if task and (not said or "、" in target.name) else said


class _Places:
    """Where the words of targets stand: paragraphs by the lines they cover."""

    def __init__(self, source: Source) -> None:
        self._by_line: dict[int, list[Dense]] = {}
        for paragraph in source.paragraphs:
            first, last = paragraph.span(0, len(paragraph.text))
            for line in range(first, last + 1):
                self._by_line.setdefault(line, []).append(paragraph)

    def of(self, target: Target) -> tuple[str, int]:
        """Give the paragraph in which a target stands and where in it; its own words where that can't be found."""
        for paragraph in self._by_line.get(target.lines[0], ()):
            at = paragraph.text.find(target.raw)
            if at >= 0:
                return paragraph.text, at
        return target.raw, 0


def _sentence(paragraph: str, at: int) -> str:
    start, end = paragraph.rfind("。", 0, at) + 1, paragraph.find("。", at)
    return paragraph[start : end if end >= 0 else len(paragraph)]


def _until(target: Target, before: str, issued: date | None) -> date | None:
    """Give the day by which a number holds: its own, the year's end for 全年, or that of the last year named before."""
    if target.period in {"全年", "年内"} and (day := target.deadline or issued):
        return date(day.year, 12, 31)
    years = _YEAR_AHEAD.findall(before)
    return target.deadline or (date(int(years[-1]), 12, 31) if years else None)


def _is_same(one: Measure, other: Measure) -> bool:
    if one.subject and other.subject:
        return _share(one.subject, other.subject)
    if one.name == other.name:
        return len(one.name) >= (_OWN if one.target.plan_id == other.target.plan_id else 2 * _OWN)
    if one.dimension not in {"time", "%"}:
        return False
    if one.target.plan_id == other.target.plan_id and _ends_alike(one.name, other.name):
        return True
    affixes = (
        _common(one.name, other.name) >= _PREFIX and _common(one.name[::-1], other.name[::-1]) >= _SUFFIX
    )
    return affixes and one.dimension == "time"


def _ends_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _OWN and long.endswith(short)


def _share(one: str, other: str) -> bool:
    """Say whether two subjects have four characters in a row in common."""
    return any(one[at : at + _SUBJECT] in other for at in range(len(one) - _SUBJECT + 1))


def _common(one: str, other: str) -> int:
    """Count the characters that two names begin with together."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _are_steps(one: Measure, other: Measure) -> bool:
    """Say whether the later of two numbers asks for more than the earlier: 90% by September, 100% by December."""
    if (
        one.until is None
        or other.until is None
        or one.until == other.until
        or one.target.unit != other.target.unit
    ):
        return False
    earlier, later = sorted((one, other), key=lambda measure: measure.until or date.min)
    if later.target.operator == "<=":
        return later.target.value <= earlier.target.value
    return later.target.value >= earlier.target.value


def groups_of(measures: Iterable[Measure]) -> list[list[Measure]]:
    """Give the measures that contradict each other, directly or through a third, in the order of the text."""
    listed = list(measures)
    group_of = {at: [at] for at in range(len(listed))}
    for one, other in _candidates(listed):
        if group_of[one] is not group_of[other] and contradict(listed[one], listed[other]):
            joined = group_of[one] + group_of[other]
            group_of.update(dict.fromkeys(joined, joined))
    groups = {id(group): sorted(group) for group in group_of.values() if len(group) > 1}
    return [[listed[at] for at in group] for group in sorted(groups.values())]


def _candidates(listed: Sequence[Measure]) -> Iterator[tuple[int, int]]:
    """Give the pairs that may be the same measure: names with the same ending, and whole processes."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, measure in enumerate(listed):
        alike[measure.dimension, measure.name[-_OWN:]].append(at)
        if measure.subject:
            alike[measure.dimension, ""].append(at)
    for places in alike.values():
        yield from combinations(places, 2)
