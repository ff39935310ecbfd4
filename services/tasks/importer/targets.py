"""Numeric targets: the quantities of goals, tasks and requirements that somebody has to reach."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.tasks.importer.dates import Calendar, find_dates
from services.tasks.importer.dense import Dense, Piece
from services.tasks.importer.milestones import STAGED
from services.tasks.importer.passages import Passage
from services.tasks.importer.quantities import Quantity, find_quantities
from services.tasks.importer.records import Operator, Plan, Target

_PERIOD = re.compile(r"每个?(?:季度|月|周|年|半年)|全年|年内|20\d\d年")
_IMPLIED = re.compile(
    r"(?:(?<=实现)|(?<=做到)|(?<=达到)|(?<=推动)|(?<=确保)|(?<=力争)|(?<=完成))[^，。；]{1,40}?(?P<all>全覆盖)"
    r"|(?:(?<=实现)|(?<=做到)|(?<=确保))[^，。；、“”]{1,40}?(?P<each>应(?P<x>.)尽(?P=x))"
    r"|(?<=前)[要须应]?(?P<whole>全面(?:开工|竣工|建成)|[\u4e00-\u9fff]{2}完毕)"
    r"|(?P<day>当日(?=办结|办理完毕))|(?P<weeks>双周(?=[\u4e00-\u9fff]{0,4}清零))"
)
_SCOPE_AFTER = re.compile(
    r"^(?:、\d+(?:亿|万)?元?(?:以上)?)?(?:的|投资|规模)?[\u4e00-\u9fffA-Za-z]{0,12}?(?:项目|企业|工程|用户|事项|平台)?(?:力争|分别)?(?:不少于|不低于|达到|单电源不超过)?\d"
)
_BASE_BEFORE = re.compile(r"(?:由|从|较|小于|比20\d\d年)[\u4e00-\u9fff]{0,6}$|较20\d\d年[^，]*$")
_BASE_AFTER = re.compile(
    r"^(?:压缩|压减|缩短|降|提高|提升|增|减少|调整|整合)[\u4e00-\u9fff]{0,4}(?:至|到|为)\d|^(?:、[\d.%、]+)?的基础上"
)
_COUNTING_BEFORE = re.compile(r"(?:第|前|近|这|落实[^，]{0,10}|巩固深化|针对[^，]{0,10}|聚焦[^，]{0,12})$")
_NAMES_AFTER = re.compile(
    r"^(?:级|大|类|方面|阶段|环节联办|中小|重点产业链|主导|特色|指标|发展|部门|单位|[\u4e00-\u9fff]{0,6}圈)"
)
_SIZES = frozenset({"亿元", "万元", "千伏"})
"""Units that often say how big the things are of which some are to be had (50亿元以上项目3个)."""

_ACTION = re.compile(
    r"新增|新建|新设|新开工|新引|引进|培育|建设|建成|打造|组织|开展|完成|实施|启动|举办|创建|公布|推动|推出|推行|争取|盘活|储备|更换|"
    r"挂牌|选择|形成|总结|纳入|占比|增长|提升|提高|降|率|办结|办理|提供|压|时限|落地|转化|交易额|改造|发放|发布|达|实现|力争|确保|不超过|投资|外资|内资|整合|成立|设立|入库|服务|试点|孵化|新|评选|遴选|报送|培训|参加|环节|清零|接诉"
)


def find_targets(plan: Plan, passages: list[Passage], calendar: Calendar) -> list[Target]:
    """Find the targets of one plan in the order of its text."""
    found = [target for passage in passages for target in _in_passage(plan, passage, calendar)]
    return [replace(target, id=f"{plan.id}-t{order:03d}") for order, target in enumerate(found, 1)]


def _in_passage(plan: Plan, passage: Passage, calendar: Calendar) -> Iterator[Target]:
    dense = Dense(passage.lines)
    for sentence in dense.sentences():
        staged = [(m.start(), m.end()) for m in STAGED.finditer(sentence.text)]
        for quantity in _quantities(sentence.text):
            if not any(a <= quantity.start < b for a, b in staged) and is_target(sentence, quantity):
                yield _target(plan, passage, dense, (sentence, quantity), calendar)


def _quantities(sentence: str) -> list[Quantity]:
    return sorted([*find_quantities(sentence), *_implied(sentence)], key=lambda q: q.start)


def _implied(sentence: str) -> Iterator[Quantity]:
    """Read 实现…全覆盖, …应清尽清 and 6月底前全面开工 as 100 %, 当日办结 as one day, 双周清零 as two weeks.

    “应接尽接” in quotation marks is a saying and no target.
    """
    for match in _IMPLIED.finditer(sentence):
        kind = next(name for name in _MEANT if match[name])
        value, unit, operator = _MEANT[kind]
        yield Quantity(match.start(kind), match.end(kind), value, None, unit, operator, bare=False)


_MEANT: dict[str, tuple[float, str, Operator]] = {
    "all": (100.0, "%", "=="),
    "each": (100.0, "%", "=="),
    "whole": (100.0, "%", "=="),
    "day": (1.0, "日", "<="),
    "weeks": (2.0, "周", "<="),
}


def is_target(sentence: Piece, quantity: Quantity) -> bool:
    """Say whether a quantity is something to reach, not a scope, a basis, a name or a count of what is there."""
    text = sentence.text
    before, after = text[: quantity.start], text[quantity.end :]
    if _BASE_BEFORE.search(before[-14:]) or _BASE_AFTER.match(after):
        return False
    if _quoted_document(text, quantity.start) or (quantity.bare and _COUNTING_BEFORE.search(before[-14:])):
        return False
    if quantity.unit != "%" and _NAMES_AFTER.match(after):
        return False
    if quantity.unit in _SIZES and "分别" not in before[-12:] and _SCOPE_AFTER.match(after):
        return False
    if quantity.bare and _is_scope(sentence, quantity):
        return False
    return not quantity.bare or bool(_ACTION.search(text))


def _is_scope(sentence: Piece, quantity: Quantity) -> bool:
    """Say whether a clause begins with a count and goes on to what these are to reach (9个项目完成投资5亿元以上)."""
    clause = sentence.clause_at(quantity.start)
    if sentence.start + quantity.start - clause.start > 2 or quantity.unit == "%":
        return False
    rest = clause.text[quantity.end - (clause.start - sentence.start) :]
    return any(not other.bare or other.unit != quantity.unit for other in find_quantities(rest))


def _quoted_document(text: str, at: int) -> bool:
    return text.count("《", 0, at) > text.count("》", 0, at)


def _target(
    plan: Plan, passage: Passage, dense: Dense, place: tuple[Piece, Quantity], calendar: Calendar
) -> Target:
    sentence, quantity = place
    clause = sentence.clause_at(quantity.start)
    task = passage.task
    return Target(
        id="",
        plan_id=plan.id,
        plan=plan.title,
        task_id=task.id if task else None,
        task=task.number if task else None,
        name=_name(clause, sentence, quantity),
        operator=quantity.operator,
        value=quantity.value,
        value_max=quantity.value_max,
        unit=quantity.unit,
        deadline=_deadline(clause, calendar) or (task.deadline if task else None),
        period=found[0] if (found := _PERIOD.search(clause.text)) else None,
        strength="力争" if "力争" in sentence.text else "确保" if "确保" in sentence.text else None,
        raw=clause.text,
        lines=dense.span(clause.start, clause.end),
    )


def _name(clause: Piece, sentence: Piece, quantity: Quantity) -> str:
    """Name a target by the words of its clause around the number."""
    start = quantity.start - (clause.start - sentence.start)
    end = start + quantity.end - quantity.start
    before = _COMPARING.sub("", clause.text[: max(0, start)])
    after = clause.text[end:] if len(before) < 4 else ""
    return (before + after).strip("“”、（） ")[:60] or sentence.text[:30]


_COMPARING = re.compile(
    r"(?:不少于|不低于|不超过|达到|达|压缩至|压减至|压降至|至少|突破|超过?|降至|提高到|提高至|分别|力争|确保)+$"
)


def _deadline(clause: Piece, calendar: Calendar) -> date | None:
    return max((hit.day for hit in find_dates(clause.text, calendar)), default=None)
