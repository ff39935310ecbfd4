"""Stage goals 阶段目标: which share of the tasks is to be done by when."""

import re
from dataclasses import replace
from typing import Literal

from services.tasks.importer.dates import Calendar, find_dates
from services.tasks.importer.dense import Dense, Piece
from services.tasks.importer.passages import Passage
from services.tasks.importer.records import Milestone, Plan

STAGED = re.compile(
    r"(?P<date>(?:(?:20\d\d年|今年)?\d{1,2}月(?:底|末|上旬|中旬|下旬|\d{1,2}日)?|(?:20\d\d)?年底)(?:之前|以前|前)?)"
    r"(?P<between>[^，。；、%]{0,10}?)完成(?:任务|比例|率|总量|总任务|全部任务|目标任务)?(?:的|达到|达|不低于|不少于)?"
    r"(?P<value>\d+(?:\.\d+)?)%(?P<after>以上)?"
)
_SCOPE = re.compile(r"对(?P<scope>[^，。；]{2,40}?任务)[，]|(?P<plain>任务)")


def find_milestones(plan: Plan, passages: list[Passage], calendar: Calendar) -> list[Milestone]:
    """Find the stage goals of one plan: a date and a share of the tasks done by then."""
    found: list[Milestone] = []
    for passage in passages:
        dense = Dense(passage.lines)
        for sentence in dense.sentences():
            found += _in_sentence(plan, dense, sentence, calendar)
    return [replace(milestone, id=f"{plan.id}-m{order:02d}") for order, milestone in enumerate(found, 1)]


def _in_sentence(plan: Plan, dense: Dense, sentence: Piece, calendar: Calendar) -> list[Milestone]:
    found = []
    for match in STAGED.finditer(sentence.text):
        dates = find_dates(match["date"], calendar)
        if not dates or "任务" not in sentence.text[: match.end()]:
            continue
        strength = _strength(sentence.text[: match.start()])
        found.append(
            Milestone(
                id="",
                plan_id=plan.id,
                plan=plan.title,
                operator=">=",
                value=float(match["value"]),
                unit="%",
                deadline=dates[-1].day,
                scope=_scope(sentence.text[: match.end()]),
                strength=strength,
                raw=match[0],
                lines=dense.span(sentence.start + match.start(), sentence.start + match.end()),
            )
        )
    return found


def _strength(before: str) -> Literal["力争", "确保"] | None:
    return "确保" if "确保" in before else "力争" if "力争" in before else None


def _scope(text: str) -> str:
    found = _SCOPE.search(text)
    return found["scope"] or "本方案任务" if found else "本方案任务"
