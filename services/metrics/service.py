"""Use cases: questions are answered from the facts, counted by sort."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics import (
    domain,
    repository_parts,
    repository_ratings,
    repository_reading,
)
from services.metrics.assessment.periods import repository as periods
from services.metrics.assessment.periods.repository import UnitScore
from services.metrics.domain import GoalCell, OrderCell, PartCount, Rate, RatingCell, TaskCell
from services.metrics.indicators.domain import Standing
from services.metrics.models import (
    Plan,
    StageGoal,
    Unit,
)
from services.metrics.rates.monitoring import Watched, watch
from services.metrics.rates.service import codes_of
from services.metrics.rates.standing import InSpan, Rated, rated, rates_in
from services.metrics.repository_parts import ExtensionCount
from services.metrics.repository_ratings import Span
from services.metrics.repository_reading import (
    CodedName,
    InvestmentSums,
    LightCount,
    MeasureCount,
    ProjectCount,
)
from shared.clock import local_date

ASKED = "asked"  # An extension that waits for its decision.


@dataclass(frozen=True)
class Picture:
    """Everything that is exported, counted at `as_of` (business time)."""

    as_of: datetime
    tasks: tuple[TaskCell, ...]
    lights: tuple[LightCount, ...]
    measures: tuple[MeasureCount, ...]
    projects: tuple[ProjectCount, ...]
    investment: InvestmentSums | None
    goals: tuple[GoalCell, ...]
    plans: tuple[Plan, ...]
    units: tuple[Unit, ...]
    coded: tuple[CodedName, ...]
    ratings: tuple[RatingCell, ...]
    parts: tuple[PartCount, ...]
    extensions: tuple[ExtensionCount, ...]
    watched: Watched
    orders: tuple[OrderCell, ...]
    rated: Rated
    scores: tuple[UnitScore, ...]
    indicators: tuple[Standing, ...] = ()


async def picture(session: AsyncSession, *, now: datetime) -> Picture:
    """Count everything that is exported, as of `now` (business time)."""
    goals = await repository_reading.goal_cells(session, as_of=now)
    ratings, connection = await repository_ratings.count_ratings(session), await session.connection()
    return Picture(
        as_of=now,
        tasks=tuple(await repository_reading.task_cells(session)),
        lights=tuple(await repository_reading.light_counts(session)),
        measures=tuple(await repository_reading.measure_counts(session)),
        projects=tuple(await repository_reading.project_counts(session)),
        investment=await repository_reading.investment_sums(session, year=local_date(now).year),
        goals=tuple(counted for _goal, counted in goals),
        plans=tuple(await repository_reading.plans(session)),
        units=tuple(await repository_reading.units(session)),
        coded=tuple(await repository_reading.coded_names(session)),
        ratings=tuple(ratings),
        parts=domain.count_parts(await repository_parts.part_cells(session)),
        extensions=tuple(await repository_parts.extension_counts(session)),
        watched=await connection.run_sync(watch, now),
        orders=tuple(await repository_reading.order_cells(session, as_of=now)),
        rated=await connection.run_sync(rated, ratings, now),
        scores=tuple(await connection.run_sync(periods.standing_scores)),
    )


async def stage_goals(session: AsyncSession, *, now: datetime) -> list[tuple[StageGoal, GoalCell]]:
    """Count how far the stage goals are, as of `now` (business time)."""
    return await repository_reading.goal_cells(session, as_of=now)


async def ratings_in(
    session: AsyncSession, asked: InSpan, *, now: datetime
) -> tuple[list[RatingCell], dict[str, Rate]]:
    """Count the ratings of a span by sort, and rate them, as of `now` (business time)."""
    connection = await session.connection()
    rates = await connection.run_sync(rates_in, asked, now)
    codes = None if asked.unit is None else await connection.run_sync(codes_of, asked.unit)
    return await repository_ratings.count_ratings_in(session, Span(codes, asked.first, asked.last)), rates
