"""Who is scored in which class, who is ranked there, and why one is not.

Invariant: equal scores share a rank and the ranks behind them are skipped; who reads 样本不足 has none.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.metrics.assessment.schemes.domain import Scheme, UnitClass
from services.metrics.assessment.scoring.domain_scores import Score

Unranked = Literal["", "no_score", "short", "off", "hotline", "few"]
WHY: dict[Unranked, str] = {
    "": "已排名",
    "no_score": "没有可计分的数据",
    "short": "样本不足，不参加排名",
    "off": "本办法不排名",
    "hotline": "含12345热线计分，按国办函〔2025〕66号不排名",
    "few": "同类可比单位过少，不排名",
}


@dataclass(frozen=True, slots=True)
class Body:
    """A unit as classes see it."""

    unit_id: str
    name: str
    kind: str
    collective: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a unit stands in its class.

    Attributes:
        rank: None when it has none, and `why` says so.
        of: How many units of the class are ranked.
        from_bottom: Its rank counted from the other end.
    """

    rank: int | None
    of: int
    why: Unranked
    from_bottom: int | None = None


def class_of(scheme: Scheme, body: Body) -> str | None:
    """Give the class in which a unit is scored; None for one that is informed only.

    A name that stands for several bodies is never scored: it has no members of its own.
    """
    if body.collective or _is_informed(scheme, body):
        return None
    return next((one.code for one in scheme.classes if _belongs(one, body)), None)


def _is_informed(scheme: Scheme, body: Body) -> bool:
    informed = scheme.informed
    named = body.unit_id in informed.units or body.name in informed.units
    return named or body.kind in informed.kinds or any(word in body.name for word in informed.words)


def _belongs(one: UnitClass, body: Body) -> bool:
    return body.unit_id in one.units or body.name in one.units or body.kind in one.kinds


def ranks(scheme: Scheme, scores: Iterable[Score]) -> dict[str, Rank]:
    """Rank the units of each class by their scores out of a hundred, the highest first."""
    classes = defaultdict[str, list[Score]](list)
    for one in scores:
        classes[one.class_code].append(one)
    return {unit: rank for members in classes.values() for unit, rank in _in_class(scheme, members).items()}


def _in_class(scheme: Scheme, members: list[Score]) -> dict[str, Rank]:
    comparable = {one.unit_id: one.percent for one in members if one.percent is not None and not one.short}
    reason = _reason(scheme, len(comparable))
    found: dict[str, Rank] = {}
    for one in members:
        why: Unranked = "no_score" if one.percent is None else "short" if one.short else reason
        if why or one.percent is None:
            found[one.unit_id] = Rank(None, 0 if reason else len(comparable), why)
            continue
        better = sum(other > one.percent for other in comparable.values())
        worse = sum(other < one.percent for other in comparable.values())
        found[one.unit_id] = Rank(better + 1, len(comparable), "", worse + 1)
    return found


def _reason(scheme: Scheme, comparable: int) -> Unranked:
    """Say why a class as a whole is not ranked."""
    if not scheme.ranking.on:
        return "off"
    if scheme.scores_hotline and not scheme.ranking.hotline:
        return "hotline"
    return "few" if comparable < scheme.ranking.smallest_class else ""
