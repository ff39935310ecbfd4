"""Field labels (牵头单位：, 完成时限：, 【责任单位】) found in a text in one shape."""

import re
from dataclasses import dataclass
from typing import Literal

from services.tasks.importer.text import alternatives, squeeze
from services.tasks.importer.vocabulary import DEADLINE_LABELS, LABELS, LEADER_LABELS

LabelKind = Literal["lead", "responsible", "cooperating", "deadline", "leader"]

KIND_OF: dict[str, LabelKind] = {
    **{word: role for role, words in LABELS.items() for word in words},
    **dict.fromkeys(DEADLINE_LABELS, "deadline"),
    **dict.fromkeys(LEADER_LABELS, "leader"),
}

_LABEL = re.compile(
    rf"(?P<opened>（ *)?(?P<word>{alternatives(KIND_OF)})(?P<inside> *（[^（）：\n]{{0,20}}）)?"
    r"(?P<closed> *）)?(?P<colon> *：)?"
)
_NOT_BEFORE = frozenset("各由向的将与为对和及要")
_NO_VALUE = frozenset({"", "、", "，", "；", "。", "）", "\n"})
"""What follows a role in brackets that is signed behind a name (甲局（牵头单位）、乙局) and is no label."""
_VERB_FOLLOWS = frozenset("要应须和的及与负对按在由未可将认根具进")
_BOUNDARY = frozenset("（）。；，、：\n ")


@dataclass(frozen=True, slots=True)
class Label:
    """A label and where it stands; its value begins at `end`."""

    kind: LabelKind
    start: int
    end: int
    bracketed: bool


def find_labels(shadow: str) -> list[Label]:
    """Find the labels of a text; words of a label in prose (各责任单位要…) are none."""
    return [label for found in _LABEL.finditer(shadow) if (label := _label(shadow, found))]


def label_at_start(shadow: str) -> Label | None:
    """Find the label with which a line begins."""
    found = _LABEL.match(shadow)
    return _label(shadow, found) if found else None


def _label(shadow: str, found: re.Match[str]) -> Label | None:
    word = squeeze(found["word"])
    followed = shadow[found.end() : found.end() + 1]
    bracketed = bool(found["opened"] and found["closed"]) and len(word) >= 4 and followed not in _NO_VALUE
    start = found.start("word")
    before = shadow[start - 1 : start]
    at_line_start = not shadow[shadow.rfind("\n", 0, start) + 1 : start].strip(" （")
    opens_bracket = bool(found["opened"]) and not found["closed"] and len(word) >= 4
    apart = (at_line_start and _stands_apart(shadow, found, word)) or (opens_bracket and _names_follow(shadow, found))
    if not (found["colon"] or bracketed or apart):
        return None
    if not bracketed and (before in _NOT_BEFORE if len(word) >= 4 else before and before not in _BOUNDARY):
        return None
    closes_outer = bool(found["closed"]) and not bracketed
    end = found.start("closed") if closes_outer else found.end()
    return (
        None
        if closes_outer
        else Label(KIND_OF[word], found.start("opened") if bracketed else start, end, bracketed)
    )


def _stands_apart(shadow: str, found: re.Match[str], word: str) -> bool:
    """Say whether a label without a colon is set off from its value by white space or the end of its line."""
    return (
        len(word) >= 4
        and found["inside"] is None
        and shadow[found.end() : found.end() + 1] in {" ", "\n", ""}
    )


def _names_follow(shadow: str, found: re.Match[str]) -> bool:
    """Say whether a label that opens a bracket goes straight on to its value: （责任单位甲局）."""
    following = shadow[found.end() : found.end() + 1]
    return "\u4e00" <= following <= "\u9fff" and following not in _VERB_FOLLOWS
