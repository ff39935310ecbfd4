"""Ids of plans, their parts and units: short, safe in a URL, and alike at every import.

Invariant: an id depends on the plan's title and the task's printed number alone, never on when it was imported.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from services.tasks.importer.text import chinese_number

_NUMERAL = re.compile(r"[一二三四五六七八九十百]+")
_NOT_WORD = re.compile(r"[^0-9a-z~]+")


def title_key(title: str) -> str:
    """Give a title in one shape: full- and half-width, quotes, bold marks and spaces make no difference."""
    flat = unicodedata.normalize("NFKC", title)
    return "".join(sign for sign in flat if sign.isalnum()).casefold()


def short_hash(text: str, length: int = 8) -> str:
    """Give the first hexadecimal digits of the SHA-256 of `text`."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def plan_id_of(title: str) -> str:
    """Give the id of the plan with this title."""
    return f"p{short_hash(title_key(title))}"


def document_id_of(sha256: str) -> str:
    """Give the id of the document with this content hash."""
    return f"d{sha256[:16]}"


def part_id(plan_id: str, importer_id: str) -> str:
    """Turn the importer's `p03-1(1)` into an id that is unique in the ledger and safe in a URL: `p1f0c2a9b-1.1`.

    A number in Chinese keeps apart from the same one in digits: （三） is `z3`.
    """
    _, _, printed = importer_id.partition("-")
    flat = _NUMERAL.sub(
        lambda found: f"z{chinese_number(found[0])}", unicodedata.normalize("NFKC", printed).casefold()
    )
    slug = _NOT_WORD.sub(".", flat).strip(".")
    return f"{plan_id}-{slug}" if len(slug) <= 40 else f"{plan_id}-{short_hash(printed, 16)}"


def unique(ids: Iterable[str]) -> list[str]:
    """Make ids unique in their order: the second `x` becomes `x~2`."""
    made: dict[str, None] = {}
    for one in ids:
        made[next(name for name in _spellings(one) if name not in made)] = None
    return list(made)


def _spellings(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}~{number}" for number in count(2))
