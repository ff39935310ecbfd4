"""Duties that come back at a stated interval: who does what, and to whom it is reported."""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.tasks.importer.dense import Dense, Piece
from services.tasks.importer.passages import Passage
from services.tasks.importer.records import Cadence, Frequency, Plan
from services.tasks.importer.text import alternatives, words

_UNITS: dict[str, Frequency] = {
    "日": "daily",
    "天": "daily",
    "周": "weekly",
    "双周": "biweekly",
    "两周": "biweekly",
    "半月": "biweekly",
    "月": "monthly",
    "季": "quarterly",
    "季度": "quarterly",
    "年": "yearly",
    "年度": "yearly",
}
_ACTS = alternatives(
    words(
        """
        调度 考核 总评 通报 分析 预警 报告 例会 研判 督查 督导 检查 评估 点评 会商 排名 巡查 汇总 总结 评价
        报送 上报
        """
    )
)
_EVERY = re.compile(
    r"(?P<word>每(?:个)?(?P<unit>双周|两周|半月|日|天|周|月|季度|季|年)|(?:按|分|逐)(?P<by>季度|季|月|周|日|年))(?!度|龄|份制)"
)
_PAIRED = re.compile(rf"(?<![\d全今本去明当近两三五十])(?P<unit>双周|日|周|月|季|年){_ACTS}")
_ADJECTIVE = re.compile(
    r"(?P<unit>季度|月度|年度|双周|每周)(?=(?:动态|数据|定期|工作)?[\u4e00-\u9fff]{0,2}(?:调整|统计|分析|考核|通报|调度|清零|例会))"
)
_TIMES = re.compile(r"(?:不少于|至少)?(?P<n>[一两二三四五六七八九十]|\d+)次")
_TO = re.compile(r"(?:向|报)(?P<to>[\u4e00-\u9fff]{2,24}?)(?=书面|上报|报告|报送|报备|备案|通报|反馈|汇报)")
_ACTOR = re.compile(
    r"^(?:由)?(?P<who>[\u4e00-\u9fff（）“”]{2,30}?)(?:要|应|须|负责|牵头)?(?:至少|定期|坚持|建立)?$"
)
_NUMBERS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def find_cadences(plan: Plan, passages: list[Passage]) -> list[Cadence]:
    """Find the recurring duties of one plan whose interval is stated (每周, 月调度, 分季度)."""
    found = [cadence for passage in passages for cadence in _in_passage(plan, passage)]
    return [replace(cadence, id=f"{plan.id}-c{order:02d}") for order, cadence in enumerate(found, 1)]


def _in_passage(plan: Plan, passage: Passage) -> Iterator[Cadence]:
    dense = Dense(passage.lines)
    for sentence in dense.sentences():
        for start, end, unit in _places(sentence.text):
            yield _cadence(plan, passage, dense, (sentence, start, end, unit))


def _places(text: str) -> list[tuple[int, int, str]]:
    found = [(m.start(), m.end(), m["unit"] or m["by"]) for m in _EVERY.finditer(text)]
    found += [
        (m.start(), m.end(), m["unit"]) for m in _PAIRED.finditer(text) if not _inside(found, m.start())
    ]
    found += [
        (m.start(), m.end(), m["unit"].removesuffix("度").removeprefix("每"))
        for m in _ADJECTIVE.finditer(text)
        if not _inside(found, m.start())
    ]
    return sorted(found)


def _inside(found: list[tuple[int, int, str]], at: int) -> bool:
    return any(a <= at < b for a, b, _ in found)


def _cadence(plan: Plan, passage: Passage, dense: Dense, place: tuple[Piece, int, int, str]) -> Cadence:
    sentence, start, end, unit = place
    clause = sentence.clause_at(start)
    task = passage.task
    lead = (*task.lead, *task.responsible)[:1] if task else ()
    before = clause.text[: max(0, start - (clause.start - sentence.start))]
    actor = _ACTOR.match(before)
    times = _TIMES.search(clause.text)
    to = _TO.search(sentence.text, start)
    return Cadence(
        id="",
        plan_id=plan.id,
        plan=plan.title,
        task_id=task.id if task else None,
        task=task.number if task else None,
        frequency=_UNITS[unit],
        times=_count(times["n"]) if times else None,
        actor=actor["who"] if actor else lead[0] if lead else None,
        actor_assumed=actor is None and bool(lead),
        action=clause.text[max(0, end - (clause.start - sentence.start)) :] or clause.text,
        to=to["to"] if to else None,
        raw=clause.text,
        lines=dense.span(clause.start, clause.end),
    )


def _count(printed: str) -> int:
    return int(printed) if printed.isdigit() else _NUMBERS[printed]
