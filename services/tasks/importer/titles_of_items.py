"""The title of a numbered item: its heading, or what can be cut from its first sentence."""

import re
from dataclasses import dataclass

from services.tasks.importer.flow import Flow
from services.tasks.importer.records import TitleKind
from services.tasks.importer.text import is_open

HEADING_LENGTH = 60
"""Characters; a longer first sentence is no heading, and its first clause is taken."""

_LISTING = re.compile(r"：(?=\n?(?:（1）|1[.、]|①|（一）))")
"""A heading that goes on to a list of steps ends before it."""
_NUMBER_AND_RAG = 6
"""Characters; by so much a full line may be short of the page: its printed number is taken off, its edge is ragged."""
_SHORT_LINE = 40
_CLAUSE = re.compile(r"[，；：,;]")
_LEAST = 8
_FIRST_WORDS = 400
"""Characters; a title is looked for no further than this."""


@dataclass(frozen=True, slots=True)
class ItemTitle:
    """The title and where the body begins."""

    text: str
    kind: TitleKind
    end: int


def read_title(flow: Flow, body_end: int, wrap_width: int) -> ItemTitle:
    """Read the title of an item from its own text, of which the fields begin at `body_end`."""
    end = _sentence_end(flow, body_end, wrap_width)
    text = _one_line(flow.text[:end])
    if len(text) <= HEADING_LENGTH:
        return ItemTitle(text, "heading", end)
    cut = next(
        (m.start() for m in _CLAUSE.finditer(text, 0, _FIRST_WORDS) if _is_whole(text[: m.start()])), 0
    )
    return ItemTitle(text[: cut or HEADING_LENGTH], "first_clause", 0)


def _is_whole(clause: str) -> bool:
    """Say whether a first clause can stand for the item: no date alone, no open quotation."""
    return len(_ONLY_DATE.sub("", clause)) >= _LEAST and not is_open(clause)


_ONLY_DATE = re.compile(r"^(?:到|在)?20\d\d(?:年|-|、|底|前|以来)*(?:20\d\d年)?(?:\d{1,2}月)?(?:底)?前?，?")


def _sentence_end(flow: Flow, body_end: int, wrap_width: int) -> int:
    limit = flow.shadow.find("。", 0, body_end)
    limit = body_end if limit < 0 else limit
    if listing := _LISTING.search(flow.shadow, 0, limit):
        limit = listing.start()
    line_end = flow.shadow.find("\n", 0, limit)
    while 0 <= line_end <= _FIRST_WORDS:
        if _is_complete(flow.shadow[:line_end], wrap_width):
            return line_end
        line_end = flow.shadow.find("\n", line_end + 1, limit)
    return limit


def _is_complete(line: str, wrap_width: int) -> bool:
    """Say whether a first line without a full stop is a whole heading and not the beginning of a wrapped one."""
    if is_open(line) or line.rstrip().endswith(("，", "、", "；")):
        return False
    return len(line) <= _SHORT_LINE and not (wrap_width and len(line) >= wrap_width - _NUMBER_AND_RAG)


def _one_line(text: str) -> str:
    return text.replace("\n", "").strip().strip("。；;：:").strip()


def wrap_width(lengths: list[int]) -> int:
    """Guess the width at which the lines of a document are wrapped; 0 where they are not.

    `lengths` are those of the lines that do not end with punctuation.
    """
    if len(lengths) < 20:
        return 0
    widest = sorted(lengths)[int(len(lengths) * 0.9)]
    near = sum(widest - 3 <= length <= widest + 3 for length in lengths)
    return widest if near * 2 >= len(lengths) and widest <= 60 else 0
