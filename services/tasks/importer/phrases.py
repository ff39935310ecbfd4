"""Phrases that say who does it in words: 甲局牵头，乙局配合; nothing else may stand in such a phrase."""

import re
from dataclasses import dataclass
from typing import Literal

from services.tasks.importer.dates import is_timing
from services.tasks.importer.records import Role
from services.tasks.importer.text import alternatives, shadow, squeeze
from services.tasks.importer.units import looks_like_unit, split_units
from services.tasks.importer.vocabulary import COOPERATE_VERBS, LEAD_VERBS, RESPONSIBLE_VERBS, WATCH_VERBS

Units = dict[Role, tuple[str, ...]]
Clause = Role | Literal["none"] | None
"""The role that a clause ends with; "none" where it has no verb, None where it says who watches over it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Who does it by the words of a phrase, and by when."""

    units: Units
    timing: list[str]


LONGEST_PHRASE = 400
"""Characters; a longer bracket or sentence says more than who does it."""
_VERBS: tuple[tuple[Role | None, str], ...] = (
    (None, alternatives(WATCH_VERBS)),
    ("lead", alternatives(LEAD_VERBS)),
    ("cooperating", alternatives(COOPERATE_VERBS)),
    ("responsible", alternatives(RESPONSIBLE_VERBS)),
)
_HOW = "(?:共同|分别|联合|各自|统一|具体|主要|统筹)?"
_VERB_AT_END = tuple(
    (role, re.compile(rf"^(?P<who>.*?)(?:等)?(?:{_HOW}{verbs})(?:等)?$", re.DOTALL)) for role, verbs in _VERBS
)
_JOINTLY = re.compile(r"^(?P<first>.{2,30}?)会同(?P<others>.{2,200})$")
_NEXT_PART = re.compile(
    r"(?<=牵头|负责)、(?=[^，。；、（）]{2,40}(?:、[^，。；、（）]{2,40}){0,20}(?:配合|协助|参与|负责))"
)
"""Between 甲局牵头、乙局配合 the comma of a list stands for that of a clause."""
_REMARK = re.compile(
    r"(?:以下|下面|后续|今后)[^，。；]{0,40}|(?:下|后)同|均?不再(?:一一|逐一|重复)?(?:列出|标注|说明|注明)"
)
"""What a bracket says about the brackets after it: 以下均需各市政府落实，不再列出."""
_WITH = re.compile(r"^(?:会同|并会同|联合)(?P<who>.{2,200})$")


def read_phrase(text: str) -> Phrase | None:
    """Read 甲局牵头，乙局配合 or 甲局、乙局按职责分工负责，6月底前完成; None where the text says more."""
    if len(text) > LONGEST_PHRASE:
        return None
    units: Units = {}
    waiting: list[str] = []
    timing: list[str] = []
    for clause in filter(None, split_clauses(_NEXT_PART.sub("，", squeeze(text)))):
        if is_timing(clause):
            timing.append(clause)
        elif not _REMARK.fullmatch(clause) and not _take_clause(clause, waiting, units):
            return None
    if not units or (waiting and not _trailing(waiting, units)):
        return None
    return Phrase(units, timing)


def _take_clause(clause: str, waiting: list[str], units: Units) -> bool:
    """Add what a clause says; one without a verb waits for the next that has one. False where it says more."""
    role, who = _clause(clause)
    if role == "none":
        if not (_JOINTLY.match(clause) and _take_names(clause, waiting, units, None)):
            waiting.append(clause)
    elif role is not None:
        if not _take_names(who, waiting, units, role):
            return False
        waiting.clear()
    return True


def goes_on(clause: str) -> bool:
    """Say whether a clause holds nothing but units, with or without what they do, or a time."""
    flat = squeeze(clause)
    if is_timing(flat):
        return True
    names = split_units(_clause(flat)[1])
    return bool(names) and all(map(looks_like_unit, names))


def says_who_or_when(clause: str) -> bool:
    """Say whether a clause that `goes_on` has a verb of its own or is a time."""
    flat = squeeze(clause)
    return is_timing(flat) or _clause(flat)[0] != "none"


def split_clauses(text: str) -> list[str]:
    """Cut a text at commas and full stops that stand outside brackets."""
    shape = shadow(text)
    clauses, depth, start = [], 0, 0
    for at, c in enumerate(shape):
        depth += (c == "（") - (c == "）" and depth > 0)
        if depth == 0 and c in "，；。;,":
            clauses.append(text[start:at])
            start = at + 1
    return [*clauses, text[start:]]


def _clause(clause: str) -> tuple[Clause, str]:
    """Give the role that a clause ends with and the units before it; "none" where it has no verb."""
    if together := _WITH.match(clause):
        rest = _clause(together["who"])
        return "cooperating", rest[1] if rest[0] != "none" else together["who"]
    for role, pattern in _VERB_AT_END:
        if found := pattern.match(clause):
            return role, found["who"]
    return "none", clause


def _take_names(who: str, waiting: list[str], units: Units, role: Clause) -> bool:
    """Add the units of a clause to the role of its verb; False where they are no units."""
    said: Role = "lead" if role == "lead" else "cooperating" if role == "cooperating" else "responsible"
    joint = _JOINTLY.match(who)
    if joint:
        first, others = split_units(joint["first"]), split_units(joint["others"])
        if not all(map(looks_like_unit, (*first, *others))):
            return False
        _extend(units, "lead", first)
        _extend(units, "cooperating", others)
        return True
    names = split_units("、".join([*waiting, who]))
    if not names or sum(map(looks_like_unit, names)) * 2 <= len(names):
        return False
    _extend(units, said, names)
    return True


def _extend(units: Units, role: Role, names: tuple[str, ...]) -> None:
    units[role] = tuple(dict.fromkeys((*units.get(role, ()), *names)))


def _trailing(waiting: list[str], units: Units) -> bool:
    """Units that stand behind the last verb belong to whom the text can't say: they are taken as responsible."""
    names = split_units("、".join(waiting))
    if not all(map(looks_like_unit, names)):
        return False
    _extend(units, "responsible", names)
    return True
