"""Who stands on a list: by rank from the top or the bottom, by bounds of the score, never who reads 样本不足.

Invariant: no unit stands on a red and on a black list that the same scheme draws from the same scores.
"""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from services.metrics.assessment.schemes.domain import ListRule
from services.metrics.assessment.scoring.domain_changes import Scored
from services.metrics.assessment.scoring.domain_ranks import Rank
from services.metrics.assessment.scoring.domain_scores import Score

PRAISE = frozenset({"red", "award"})
KINDS = {"red": "红榜", "black": "黑榜", "notice": "通报", "award": "奖励"}


class Entry(BaseModel):
    """A unit on a list, or struck off a draft with a reason.

    Attributes:
        struck: Why it was struck off; empty for one that stands.
    """

    model_config = ConfigDict(frozen=True)

    unit_id: str
    class_code: str
    rank: int | None
    ranked: int
    percent: Decimal
    struck: str = ""


def entries(rule: ListRule, scored: Scored) -> list[Entry]:
    """Draw a list from scores, class by class: praise from the top, blame from the bottom."""
    found = list(_fitting(rule, scored))
    sign = -1 if rule.kind in PRAISE else 1
    return sorted(found, key=lambda one: (one.class_code, sign * one.percent, one.unit_id))


def _fitting(rule: ListRule, scored: Scored) -> Iterator[Entry]:
    for unit, (one, rank) in scored.items():
        if one.percent is not None and not one.short and _fits(rule, one.percent, rank):
            yield _entry(unit, one, one.percent, rank)


def _fits(rule: ListRule, percent: Decimal, rank: Rank) -> bool:
    if rule.at_least is not None and percent < rule.at_least:
        return False
    if rule.at_most is not None and percent > rule.at_most:
        return False
    return rule.most is None or _is_near(rule, rule.most, rank)


def _is_near(rule: ListRule, most: int, rank: Rank) -> bool:
    """Tell whether a rank is among the first, or the last; in a small class the halves never meet."""
    if rank.rank is None or rank.from_bottom is None:
        return False
    place, other = rank.rank, rank.from_bottom
    if rule.kind not in PRAISE:
        place, other = other, place
    return place <= most and place < other


def _entry(unit: str, one: Score, percent: Decimal, rank: Rank) -> Entry:
    return Entry(unit_id=unit, class_code=one.class_code, rank=rank.rank, ranked=rank.of, percent=percent)
