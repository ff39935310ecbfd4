"""What differs between two sets of scores of the same units: before and after, unit by unit and line by line."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from services.metrics.assessment.scoring.domain_ranks import Rank
from services.metrics.assessment.scoring.domain_scores import Line, Score

Scored = Mapping[str, tuple[Score, Rank]]


class LineChange(BaseModel):
    """A line whose points differ; None where it is not there."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None


class Change(BaseModel):
    """A unit whose score or rank differs; None where it has none."""

    model_config = ConfigDict(frozen=True)

    unit_id: str
    before: Decimal | None
    after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    lines: tuple[LineChange, ...]


def changes(before: Scored, after: Scored) -> list[Change]:
    """List the units that differ, in the order of their ids."""
    units = sorted(before.keys() | after.keys())
    return [
        _change(unit, before.get(unit), after.get(unit)) for unit in units if _differs(unit, before, after)
    ]


def _differs(unit: str, before: Scored, after: Scored) -> bool:
    return before.get(unit) != after.get(unit)


def _change(unit: str, before: tuple[Score, Rank] | None, after: tuple[Score, Rank] | None) -> Change:
    return Change(
        unit_id=unit,
        before=before[0].total if before else None,
        after=after[0].total if after else None,
        rank_before=before[1].rank if before else None,
        rank_after=after[1].rank if after else None,
        lines=tuple(_lines(before[0].lines if before else (), after[0].lines if after else ())),
    )


def _lines(before: tuple[Line, ...], after: tuple[Line, ...]) -> Iterator[LineChange]:
    was, now = ({line.code: line for line in lines} for lines in (before, after))
    for code in dict.fromkeys([*was, *now]):
        old, new = was.get(code), now.get(code)
        points = old.points if old else None, new.points if new else None
        if points[0] != points[1]:
            name = (new or was[code]).name
            yield LineChange(code=code, name=name, before=points[0], after=points[1])
