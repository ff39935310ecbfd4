"""Who does what: units and their roles, deadlines and persons, read from the text of one item."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import zip_longest

from services.tasks.importer.dates import is_timing
from services.tasks.importer.flow import Flow
from services.tasks.importer.labels import Label, find_labels
from services.tasks.importer.phrases import (
    LONGEST_PHRASE,
    Phrase,
    Units,
    read_phrase,
    says_who_or_when,
    split_clauses,
)
from services.tasks.importer.records import Role
from services.tasks.importer.running_text import find_told
from services.tasks.importer.text import bracket_pairs, shadow, squeeze
from services.tasks.importer.units import looks_like_unit, split_units

_SIGN = re.compile(r"^(?P<name>[^（]{2,40})（(?P<role>牵头|配合|负责|主办|协办)(?:单位|部门)?）$")
_SIGN_ROLES: dict[str, Role] = {
    "牵头": "lead",
    "主办": "lead",
    "配合": "cooperating",
    "协办": "cooperating",
    "负责": "responsible",
}
_LONGEST_TIMING = 200
_LAST_SENTENCE = re.compile(r"(?:^|[。；\n])([^。；\n]{4,160})[。；]?\s*$")
_SPACED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_OFFICE = re.compile(r"（[^（）]{0,60}）")
"""What a person is, in a bracket behind the name."""
_PERSON_LIST = re.compile(r"[、，,；;\s]+")


@dataclass
class Fields:
    """What the fields of an item say; `cut` holds the stretches of its text that are fields and no body."""

    named: dict[Role, dict[str, None]] = field(default_factory=dict)
    deadline_raw: str | None = None
    leaders: tuple[str, ...] = ()
    cut: list[tuple[int, int]] = field(default_factory=list)
    empty: bool = False
    in_prose: bool = False
    """Whether the units were named in the midst of prose, which in a chapter of requirements is no task."""

    @property
    def units(self) -> Units:
        """Give the units of each role in the order of their first place."""
        return {role: tuple(names) for role, names in self.named.items()}

    @property
    def found(self) -> bool:
        """Say whether the item has units or a deadline of its own."""
        return bool(self.named) or self.deadline_raw is not None

    def add_timing(self, text: str) -> None:
        """Add the words of a deadline; beyond a length they say nothing more."""
        if len(self.deadline_raw or "") <= _LONGEST_TIMING:
            self.deadline_raw = "；".join(filter(None, (self.deadline_raw, squeeze(text)))) or None

    def add_phrase(self, phrase: Phrase) -> None:
        """Add what a phrase says."""
        for role, names in phrase.units.items():
            self.add(role, names)
        for words in phrase.timing:
            self.add_timing(words)

    def add(self, role: Role, names: tuple[str, ...]) -> None:
        """Add units to a role, or to the one signed behind a name (甲局（牵头）); each counts once in a role."""
        for name in names:
            signed = _SIGN.match(shadow(name))
            own, bare = (_SIGN_ROLES[signed["role"]], signed["name"]) if signed else (role, name)
            self.named.setdefault(own, {})[bare] = None


def read_fields(flow: Flow) -> Fields:
    """Read labelled fields first, then brackets and closing sentences that say who does it."""
    fields = Fields()
    brackets = _outer(bracket_pairs(flow.shadow))
    labelled = _read_labels(flow, brackets, fields)
    for start, end in brackets:
        if start not in labelled:
            _read_bracket(flow, start, end, fields)
    if not fields.found:
        _read_closing_sentence(flow, fields)
    if not fields.found:
        _read_running_text(flow, fields)
    return fields


def _outer(pairs: dict[int, int]) -> list[tuple[int, int]]:
    outer: list[tuple[int, int]] = []
    for start, end in sorted(pairs.items()):
        if not outer or start > outer[-1][1]:
            outer.append((start, end))
    return outer


def _read_labels(flow: Flow, brackets: list[tuple[int, int]], fields: Fields) -> set[int]:
    """Take the values of all labels; give the brackets that held one."""
    labels = find_labels(flow.shadow)
    starts = [start for start, _ in brackets]
    labelled: set[int] = set()
    for label, following in zip_longest(labels, labels[1:]):
        around = _around(label, brackets, starts)
        limit = following.start if following else len(flow.shadow)
        end = min(limit, around[1]) if around else _line_end(flow.shadow, label.end, limit)
        below = not around and not flow.shadow[label.end : end].strip()
        end = limit if below else end  # The value stands on the lines below its label.
        value = flow.text[label.end : end].strip()
        _take(label, value.replace("\n", "、") if below else value, fields)
        if around and around[0] not in labelled:
            labelled.add(around[0])
            _read_before_label(flow.text[around[0] + 1 : label.start], fields)
        fields.cut.append((around[0], around[1] + 1) if around else (label.start, end))
    return labelled


def _around(label: Label, brackets: list[tuple[int, int]], starts: list[int]) -> tuple[int, int] | None:
    """Give the bracket in which a label stands."""
    at = bisect_right(starts, label.start - 1) - 1
    return (
        brackets[at] if at >= 0 and brackets[at][0] < label.start and label.end <= brackets[at][1] else None
    )


def _read_before_label(before: str, fields: Fields) -> None:
    """Read what stands in a bracket before its first label: （甲局牵头；配合单位：乙局）."""
    phrase = read_phrase(before)
    if phrase:
        fields.add_phrase(phrase)


def _line_end(shape: str, start: int, limit: int) -> int:
    """Give the place where the sentence or line of a value ends."""
    ends = [at for at in (shape.find("\n", start, limit), shape.find("。", start, limit)) if at >= 0]
    return min(ends, default=limit)


def _take(label: Label, value: str, fields: Fields) -> None:
    text = value.strip(" \n，,；;。.、|　")
    if not text:
        fields.empty = True
    elif label.kind == "deadline":
        fields.add_timing(text)
    elif label.kind == "leader":
        names = _SPACED_NAME.sub(r"\1\2", _OFFICE.sub("", shadow(text)))
        fields.leaders += tuple(filter(None, _PERSON_LIST.split(names)))
    else:
        read_unit_list(text, label.kind, fields)


def read_unit_list(text: str, role: Role, fields: Fields) -> None:
    """Read the value of a unit field; 甲局（牵头） and 甲局牵头，乙局配合 inside it overrule the label."""
    names = split_units(text)
    if not any(_SIGN.match(shadow(name)) for name in names) and any(
        verb in text for verb in ("牵头", "配合", "负责")
    ):
        phrase = read_phrase(text)
        if phrase and _mixes(phrase.units):
            fields.add_phrase(phrase)
            return
    for name in names:
        if is_timing(name):
            fields.add_timing(name)
        else:
            fields.add(role, (name,))


def _mixes(units: Units) -> bool:
    return bool(units.get("lead") or units.get("cooperating"))


def _read_bracket(flow: Flow, start: int, end: int, fields: Fields) -> None:
    inner = flow.text[start + 1 : end]
    if not 2 <= len(inner) <= LONGEST_PHRASE:
        return
    if is_timing(inner):
        fields.add_timing(inner)
        fields.cut.append((start, end + 1))
        return
    phrase = read_phrase(inner) or (_bare_list(inner) if _ends_paragraph(flow.shadow, start, end) else None)
    if phrase:
        fields.add_phrase(phrase)
        fields.cut.append((start, end + 1))


def _ends_paragraph(shape: str, start: int, end: int) -> bool:
    return shape[start - 1 : start] in {"。", "；", "\n"} and shape[end + 1 : end + 2] in {"", "\n", "。"}


def _bare_list(inner: str) -> Phrase | None:
    parts = [clause for clause in split_clauses(squeeze(inner)) if not is_timing(clause)]
    names = split_units("、".join(parts))
    timing = [clause for clause in split_clauses(squeeze(inner)) if clause and is_timing(clause)]
    return Phrase({"responsible": names}, timing) if names and all(map(looks_like_unit, names)) else None


def _read_closing_sentence(flow: Flow, fields: Fields) -> None:
    """Read 由甲局牵头，乙局配合。 that stands as the last sentence or line of an item, without a bracket."""
    offset = max(0, len(flow.shadow) - 200)
    found = _LAST_SENTENCE.search(flow.shadow, offset)
    sentence = flow.text[found.start(1) : found.end(1)] if found else ""
    phrase = read_phrase(sentence) if says_who_or_when(split_clauses(sentence.rstrip("，"))[-1]) else None
    if found and phrase and all(looks_like_unit(name) for names in phrase.units.values() for name in names):
        fields.add_phrase(phrase)
        fields.cut.append((found.start(1), found.end(1)))


def _read_running_text(flow: Flow, fields: Fields) -> None:
    """Read who does it where the sentence goes on (由甲局牵头，乙局配合，6月底前公布)."""
    for told in find_told(flow.shadow, flow.text):
        fields.in_prose = True
        fields.add_phrase(told.phrase)
        fields.cut.append((told.start, told.end))
