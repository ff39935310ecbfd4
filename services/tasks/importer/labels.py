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
    r"(?P<closed> *）)?(?P<colon>[ \n]*：)?"
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
    whole = len(word) >= 4  # Shorter words (责任, 配合) are labels only where a colon says so.
    opened, closed = bool(found["opened"]), bool(found["closed"])
    bracketed = opened and closed and whole and shadow[found.end() : found.end() + 1] not in _NO_VALUE
    start = found.start("word")
    before = shadow[start - 1 : start]
    if closed and not bracketed:
        return None
    if bracketed:
        return Label(KIND_OF[word], found.start("opened"), found.end(), bracketed=True)
    if before in _NOT_BEFORE if whole else before and before not in _BOUNDARY:
        return None
    if found["colon"] or (whole and _stands_apart(shadow, found, opened=opened, before=before)):
        return Label(KIND_OF[word], start, found.end(), bracketed=False)
    return None


def _stands_apart(shadow: str, found: re.Match[str], *, opened: bool, before: str) -> bool:
    """Say whether a label without a colon is set off from its value: by white space, or as the head of a bracket."""
    following = shadow[found.end() : found.end() + 1]
    if opened and "\u4e00" <= following <= "\u9fff":
        return following not in _VERB_FOLLOWS
    separate = opened or not before or before in _BOUNDARY
    return separate and found["inside"] is None and following in {" ", "\n", ""}
