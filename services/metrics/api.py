"""The inner HTTP API: ratings and stage goals, each figure with how it was counted."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.metrics import domain, service
from services.metrics.domain import DECIMALS, GoalCell, Rate, RatingCell
from services.metrics.models import StageGoal
from services.metrics.permissions import Check
from services.metrics.repository_ratings import Span
from shared.database import Database
from shared.errors import Invalid

ROUNDING = f"截取{DECIMALS}位小数，向下取整"


class RateView(BaseModel):
    """A rate with everything a reader needs to check it; `value` is null when it may not be read, and `why` says so."""

    value: float | None
    why: str
    numerator: int
    denominator: int
    minimum: int
    exclusions: dict[str, int]
    rounding: str = ROUNDING
    as_of: datetime

    @classmethod
    def of(cls, rate: Rate) -> "RateView":
        """Show `rate`."""
        return cls(
            value=None if rate.value is None else float(rate.value),
            why=rate.standing.value,
            numerator=rate.numerator,
            denominator=rate.denominator,
            minimum=rate.minimum,
            exclusions=dict(rate.exclusions),
            as_of=rate.as_of,
        )


class StageGoalView(BaseModel):
    """A stage goal, how far it is, and how many tasks it still takes."""

    goal_id: str
    plan_id: str
    operator: str
    value: float
    due_on: date
    scope: str
    strength: str
    present: float | None
    met: bool | None
    missing: int
    rate: RateView


class StageGoals(BaseModel):
    """The stage goals of all plans."""

    as_of: datetime
    items: list[StageGoalView]


class RatingSummary(BaseModel):
    """Ratings of a span of Shanghai days: counts by level and channel, and the rates."""

    as_of: datetime
    unit: str | None
    first: date | None
    last: date | None
    total: int
    by_level: dict[str, int]
    by_channel: dict[str, int]
    satisfaction: RateView
    dissatisfaction: RateView
    activity: RateView


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/ratings/summary` and `/stage-goals`, to those whom `check` lets in."""
    router = APIRouter(dependencies=[Depends(check)])

    @router.get("/stage-goals")
    async def stage_goals() -> StageGoals:
        now = db.clock.now()
        async with db.reading() as session:
            goals = await service.stage_goals(session, now=now)
        return StageGoals(as_of=now, items=[_stage_goal(goal, counted, now) for goal, counted in goals])

    @router.get("/ratings/summary")
    async def ratings_summary(
        unit: str | None = None,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
    ) -> RatingSummary:
        if first and last and first > last:
            raise Invalid(f"起始日 {first} 晚于截止日 {last}，请交换", code="ratings.span", field="from")
        span = Span(unit, first, last)
        async with db.reading() as session:
            cells = await service.ratings_in(session, span)
        return _summary(span, cells, db.clock.now())

    return router


def _stage_goal(goal: StageGoal, counted: GoalCell, now: datetime) -> StageGoalView:
    rate = domain.goal_progress(counted, as_of=now)
    present = None if rate.value is None else rate.value.scaleb(2)
    return StageGoalView(
        goal_id=goal.goal_id,
        plan_id=goal.plan_id,
        operator=goal.operator,
        value=goal.value,
        due_on=goal.due_on,
        scope=goal.scope,
        strength=goal.strength,
        present=None if present is None else float(present),
        met=None if present is None else domain.meets(goal.operator, present, goal.value),
        missing=domain.missing(counted),
        rate=RateView.of(rate),
    )


def _summary(span: Span, cells: list[RatingCell], now: datetime) -> RatingSummary:
    return RatingSummary(
        as_of=now,
        unit=span.unit,
        first=span.first,
        last=span.last,
        total=sum(cell.count for cell in cells),
        by_level=_counts((str(cell.level), cell.count) for cell in cells),
        by_channel=_counts((cell.channel, cell.count) for cell in cells),
        satisfaction=RateView.of(domain.satisfaction(cells, as_of=now)),
        dissatisfaction=RateView.of(domain.dissatisfaction(cells, as_of=now)),
        activity=RateView.of(domain.activity(cells, as_of=now)),
    )


def _counts(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts = Counter[str]()
    for key, count in pairs:
        counts[key] += count
    return dict(sorted(counts.items()))
