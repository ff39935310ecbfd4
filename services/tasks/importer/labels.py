"""Field labels (牵头单位：, 完成时限：, 【责任单位】) found in a text in one shape."""

import re
from dataclasses import dataclass
from typing import Literal

from services.tasks.importer.text import alternatives, squeeze
from services.tasks.importer.vocabulary import (
    DEADLINE_LABELS,
    LEADER_LABELS,
    LEADER_STEMS,
    LEADERS,
    LEVELS,
    SHORT_LABELS,
    STEMS,
    WHO,
)

LabelKind = Literal["lead", "responsible", "cooperating", "deadline", "leader"]

_GAP = "[ \\n]*"
_LEADERS = f"{alternatives(LEADER_STEMS)}?{_GAP}{alternatives(LEVELS)}?{_GAP}{alternatives(LEADERS)}"
_KINDS: tuple[tuple[LabelKind, str], ...] = (
    *((role, f"{alternatives(stems)}{_GAP}{alternatives(WHO)}") for role, stems in STEMS.items()),
    ("deadline", alternatives(DEADLINE_LABELS)),
    ("leader", f"(?:{_LEADERS}|{alternatives(LEADER_LABELS)})"),
    *((role, alternatives(words)) for role, words in SHORT_LABELS.items()),
)

_LABEL = re.compile(
    rf"(?P<opened>（ *)?(?P<word>{'|'.join(words for _, words in _KINDS)})(?P<inside> *（[^（）：\n]{{0,20}}）)?"
    r"(?P<closed> *）)?(?P<colon>[ \n]*：)?"
)
_KIND = tuple((kind, re.compile(words)) for kind, words in _KINDS)
_ENDING = tuple((kind, re.compile(rf"(?:{words})$")) for kind, words in _KINDS)
_NOT_BEFORE = frozenset("各由向的将与为对和及要")
_NO_VALUE = frozenset({"", "、", "，", "；", "。", "）", "\n"})
"""What follows a role in brackets that is signed behind a name (甲局（牵头单位）、乙局) and is no label."""
_VERB_FOLLOWS = frozenset("要应须和的及与负对按在由未可将认根具进为是")
_BOUNDARY = frozenset("（）。；，、：\n ")
_WHOLE = 4


@dataclass(frozen=True, slots=True)
class Label:
    """A label and where it stands; its value begins at `end`."""

    kind: LabelKind
    start: int
    end: int
    bracketed: bool


def kind_of(words: str) -> LabelKind | None:
    """Tell what kind of label these words are, if they are one and nothing more."""
    return next((kind for kind, pattern in _KIND if pattern.fullmatch(words)), None)


def kind_of_ending(words: str) -> LabelKind | None:
    """Tell what kind of label the words end with, one of four characters at least."""
    found = [(match.start(), kind) for kind, pattern in _ENDING if (match := pattern.search(words))]
    start, kind = min(found, default=(len(words), None))
    return kind if len(words) - start >= _WHOLE else None


def find_labels(shadow: str) -> list[Label]:
    """Find the labels of a text; words of a label in prose (各责任单位要…) are none."""
    return [label for found in _LABEL.finditer(shadow) if (label := _label(shadow, found))]


def label_at_start(shadow: str) -> Label | None:
    """Find the label with which a line begins."""
    found = _LABEL.match(shadow)
    return _label(shadow, found) if found else None


def _label(shadow: str, found: re.Match[str]) -> Label | None:
    word = squeeze(found["word"])
    whole = len(word) >= _WHOLE  # Shorter words (责任, 配合) are labels only where a colon says so.
    opened, closed = bool(found["opened"]), bool(found["closed"])
    bracketed = opened and closed and whole and shadow[found.end() : found.end() + 1] not in _NO_VALUE
    start = found.start("word")
    before = shadow[start - 1 : start]
    if closed and not bracketed:
        return None
    kind = next(kind for kind, pattern in _KIND if pattern.fullmatch(word))
    if bracketed:
        return Label(kind, found.start("opened"), found.end(), bracketed=True)
    if before in _NOT_BEFORE if whole else before and before not in _BOUNDARY:
        return None
    if found["colon"] or (whole and _stands_apart(shadow, found, opened=opened, before=before)):
        return Label(kind, start, found.end(), bracketed=False)
    return None


def _stands_apart(shadow: str, found: re.Match[str], *, opened: bool, before: str) -> bool:
    """Say whether a label without a colon is set off from its value: by white space, or as the head of a bracket."""
    following = shadow[found.end() : found.end() + 1]
    if opened and "\u4e00" <= following <= "\u9fff":
        return following not in _VERB_FOLLOWS
    separate = opened or not before or before in _BOUNDARY
    return separate and found["inside"] is None and following in {" ", "\n", ""}
