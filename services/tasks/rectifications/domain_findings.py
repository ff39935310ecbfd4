"""What looks wrong with rectifications 疑点: findings with their rows, for a person to look at; none is a verdict.

Rules: call-backs that never reach anybody; units whose bad ratings are found not to count too often; the same again
soon after the closing 假性整改.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.tasks.rectifications.domain import NOT_STANDING
from services.tasks.rectifications.domain_calls import ATTEMPTS, Attempt
from services.tasks.rectifications.domain_rules import Rules


class FindingName(StrEnum):
    """What a finding is about."""

    UNREACHED = "unreached"
    INVALID_SHARE = "invalid_share"
    AGAIN = "again"


FINDING_WORDS = {
    FindingName.UNREACHED: "多次回访未接通",
    FindingName.INVALID_SHARE: "差评认定无效占比偏高",
    FindingName.AGAIN: "办结后短期内再次差评（疑似假性整改）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case, as far as findings go.

    Attributes:
        rated: When its ratings were given, the first one and what joined it.
        closed: Each time it was closed.
    """

    task_id: str
    project_no: str
    unit: str | None
    item: str
    window: str
    verdict: str | None
    calls: Sequence[Attempt] = ()
    rated: Sequence[datetime] = ()
    closed: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding with the cases behind it; `numerator` of `denominator` where it is a share."""

    name: FindingName
    unit: str | None
    tasks: tuple[str, ...]
    numerator: int
    denominator: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def find_all(seen: Sequence[Seen], rules: Rules) -> list[Finding]:
    """Find what looks wrong, in the order of the rules and of the cases."""
    again = timedelta(days=rules.again_days)
    return [*_unreached(seen), *_invalid_shares(seen, rules), *_again(seen, again)]


def _unreached(seen: Iterable[Seen]) -> Iterable[Finding]:
    for one in seen:
        if len(one.calls) >= ATTEMPTS and not any(call.reached for call in one.calls):
            yield Finding(
                name=FindingName.UNREACHED, unit=one.unit, tasks=(one.task_id,), numerator=len(one.calls)
            )


def _invalid_shares(seen: Iterable[Seen], rules: Rules) -> Iterable[Finding]:
    judged: dict[str, list[Seen]] = {}
    for one in seen:
        if one.unit is not None and one.verdict is not None:
            judged.setdefault(one.unit, []).append(one)
    for unit, theirs in sorted(judged.items()):
        invalid = tuple(one.task_id for one in theirs if one.verdict in NOT_STANDING)
        if len(invalid) >= rules.invalid_least and len(invalid) * 100 > rules.invalid_percent * len(theirs):
            yield Finding(
                name=FindingName.INVALID_SHARE,
                unit=unit,
                tasks=invalid,
                numerator=len(invalid),
                denominator=len(theirs),
            )


def _again(seen: Sequence[Seen], within: timedelta) -> Iterable[Finding]:
    alike = _alike(seen)
    pairs = ((one, at, other) for one in seen for at in one.closed for other in alike(one))
    for one, closed, other in pairs:
        if any(closed < at <= closed + within for at in other.rated):
            yield Finding(
                name=FindingName.AGAIN,
                unit=one.unit,
                tasks=tuple(dict.fromkeys((one.task_id, other.task_id))),
                numerator=1,
                facts={"closed_at": closed.isoformat()},
            )


def _alike(seen: Sequence[Seen]) -> Callable[[Seen], Iterable[Seen]]:
    """Say which cases are about the same as one: the 办件, or the unit's item at the same window."""
    groups: dict[tuple[str, ...], list[Seen]] = {}
    for one in seen:
        for key in _keys(one):
            groups.setdefault(key, []).append(one)

    def found(one: Seen) -> Iterable[Seen]:
        return {other.task_id: other for key in _keys(one) for other in groups[key]}.values()

    return found


def _keys(one: Seen) -> list[tuple[str, ...]]:
    place = (one.unit or "", one.item, one.window)
    return [(one.project_no,), *([place] if all(place) else [])]
