"""Use cases: each event becomes a fact of its subject; questions are answered from the facts counted by sort."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics import (
    domain,
    repository,
    repository_parts,
    repository_ratings,
    repository_reading,
)
from services.metrics.assessment.periods import repository as periods
from services.metrics.assessment.periods.repository import UnitScore
from services.metrics.domain import DONE, GoalCell, OrderCell, PartCount, Rate, RatingCell, TaskCell
from services.metrics.feeds import service as feeds
from services.metrics.indicators.domain import Standing
from services.metrics.models import (
    Base,
    CalendarYear,
    ClockStart,
    ClockStop,
    Notice,
    Plan,
    PlanWord,
    ProjectInvestment,
    ProjectStage,
    StageGoal,
    StageGoalWord,
    Target,
    TargetWord,
    Task,
    TaskExtension,
    TaskLight,
    TaskMeasure,
    TaskPart,
    TaskSigning,
    TaskState,
    TaskSubmission,
    Unit,
    UnitWord,
)
from services.metrics.rates.monitoring import Watched, watch
from services.metrics.rates.service import codes_of
from services.metrics.rates.standing import InSpan, Rated, rated, rates_in
from services.metrics.repository import Stamp
from services.metrics.repository_parts import ExtensionCount
from services.metrics.repository_ratings import Span
from services.metrics.repository_reading import (
    CodedName,
    InvestmentSums,
    LightCount,
    MeasureCount,
    ProjectCount,
)
from shared.clock import end_of_day, local_date
from shared.database import Tx
from shared.errors import Permanent
from shared.events import Envelope, deadlines, supervision
from shared.events.envelope import Event

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


async def learn_unit(tx: Tx, event: supervision.UnitRegistered) -> None:
    """Keep what a unit is called, and its codes."""
    await _keep_word(tx, event, UnitWord)
    if await _keep(tx, event, Unit):
        await feeds.learn_codes(tx, event)


async def learn_calendar(tx: Tx, event: supervision.CalendarRevised) -> None:
    """Keep the working days of a year."""
    if await _keep(tx, event, CalendarYear):
        await feeds.learn_days(tx, event)


async def learn_plan(tx: Tx, event: supervision.PlanConfirmed) -> None:
    """Keep what a plan is called."""
    await _keep_word(tx, event, PlanWord)
    await _keep(tx, event, Plan)


async def learn_stage_goal(tx: Tx, event: supervision.StageGoalSet) -> None:
    """Keep a stage goal; it is read at the last second of its day in Shanghai."""
    due_at = end_of_day(event.due_on)
    await _keep_word(tx, event, StageGoalWord, due_at=due_at)
    await _keep(tx, event, StageGoal, due_at=due_at)


async def learn_target(tx: Tx, event: supervision.TargetSet) -> None:
    """Keep a target."""
    await _keep_word(tx, event, TargetWord)
    await _keep(tx, event, Target)


async def learn_task(tx: Tx, event: supervision.TaskRegistered) -> None:
    """Keep a task and the roles on it."""
    due_at = end_of_day(event.due_on) if event.due_on else None
    if await _keep(tx, event, Task, due_at=due_at):
        roles = [(unit.unit_id, unit.role) for unit in event.units]
        await repository.replace_roles(tx.session, event.task_id, roles)


async def learn_state(tx: Tx, event: supervision.TaskEvent) -> None:
    """Keep where a task stands since the event; a state that counts as done is done since then."""
    since = _cause(tx).time
    done_at = since if event.state in DONE else None
    await _keep(tx, event, TaskState, since=since, done_at=done_at, late=False)


async def learn_signing(tx: Tx, event: supervision.TaskEvent) -> None:
    """Keep where a task stands, and that its units have to sign for it anew."""
    await learn_state(tx, event)
    await _keep(tx, event, TaskSigning)


async def learn_routine(tx: Tx, event: supervision.TaskNormalised) -> None:
    """Keep that a task goes on as a routine; it stays done since it was closed, in time or late as it was."""
    done_at = event.closed_at or event.since
    await _keep(tx, event, TaskState, since=event.since, done_at=done_at)


async def learn_part(tx: Tx, event: supervision.PartMoved) -> None:
    """Keep where a unit's part stands."""
    await _keep(tx, event, TaskPart)


async def learn_extension(tx: Tx, event: supervision.ExtensionRequested) -> None:
    """Keep that more time was asked for."""
    await _keep(tx, event, TaskExtension, decision=ASKED)


async def learn_decision(tx: Tx, event: supervision.ExtensionDecided) -> None:
    """Keep what became of a request for more time."""
    plain = "granted" if event.granted_on else "refused"
    await _keep(tx, event, TaskExtension, decision=event.outcome or plain)


async def learn_reopening(tx: Tx, event: supervision.TaskReopened) -> None:
    """Keep that a task is owed again, and that it was reopened then."""
    await learn_state(tx, event)
    await feeds.learn_reopening(tx, event)


async def learn_submission(tx: Tx, event: supervision.TaskSubmitted) -> None:
    """Keep that a task was handed in, and when."""
    await learn_state(tx, event)
    await _keep(tx, event, TaskSubmission, submitted_at=_cause(tx).time)


async def learn_closing(tx: Tx, event: supervision.TaskClosed) -> None:
    """Keep that a task is done, since when, and whether that was late."""
    await _keep(tx, event, TaskState, since=event.closed_at, done_at=event.closed_at)


async def learn_light(tx: Tx, event: supervision.TaskLit) -> None:
    """Keep a task's light."""
    await _keep(tx, event, TaskLight)


async def learn_measure(tx: Tx, event: supervision.MeasureEvent) -> None:
    """Keep where a measure stands: it is the word in the event's type."""
    await _keep(tx, event, TaskMeasure, state=event.type.rsplit(".", 2)[1])


async def learn_project_stage(tx: Tx, event: supervision.ProjectAdvanced) -> None:
    """Keep the batch and the last node of a key project."""
    await _keep(tx, event, ProjectStage)


async def learn_project_investment(tx: Tx, event: supervision.ProjectInvested) -> None:
    """Keep how much is invested in a key project in a year."""
    await _keep(tx, event, ProjectInvestment)


async def learn_clock_start(tx: Tx, event: supervision.ClockStarted) -> None:
    """Keep a clock's due instant."""
    await _keep(tx, event, ClockStart)


async def learn_clock_stop(tx: Tx, event: supervision.ClockStopped) -> None:
    """Keep that a clock stopped."""
    await _keep(tx, event, ClockStop)


async def learn_notice(tx: Tx, event: deadlines.NoticeIssued) -> None:
    """Keep a notice."""
    await repository.add_notice(tx.session, **_values(event, Notice))


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


async def _keep(tx: Tx, event: Event, model: type[Base], **more: object) -> bool:
    """Write the row that `event` and `more` tell, unless a newer word is there; tells whether it was written."""
    return await repository.put(tx.session, model, _stamp(tx), **_values(event, model) | more)


async def _keep_word(tx: Tx, event: Event, model: type[Base], **more: object) -> None:
    """Keep what `event` and `more` tell for ever, so that the past can be read as it stood."""
    told = _stamp(tx)._asdict() | {"told_at": _cause(tx).time}
    await repository.add_once(tx.session, model, _values(event, model) | told | more)


def _values(event: Event, model: type[Base]) -> dict[str, object]:
    """Take from `event` what the table of `model` has columns for; later events may carry more."""
    return event.model_dump(include=set(model.__table__.columns.keys()))


def _cause(tx: Tx) -> Envelope:
    if tx.cause is None:
        raise Permanent("a fact needs the event that told it: open the transaction with its cause")
    return tx.cause


def _stamp(tx: Tx) -> Stamp:
    cause = _cause(tx)
    return Stamp(cause.revision, cause.sequence)
