"""Facts of the metrics tests: events as their owners would publish them, told in an order that the test picks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Connection

from services.metrics import service, service_ratings
from services.metrics.assessment.periods import repository as periods
from services.metrics.assessment.periods.domain import span_of
from services.metrics.assessment.scoring.domain_ranks import Rank
from services.metrics.assessment.scoring.domain_scores import Score
from services.metrics.exposition import FactsCollector
from services.metrics.handlers import KEPT
from services.metrics.indicators import catalogue
from services.metrics.indicators.service import standings
from services.metrics.indicators.service_catalogue import Wanted
from services.metrics.scrape import SHOWN
from shared.database import Database
from shared.events import supervision
from shared.events.deadlines import NoticeIssued
from shared.events.envelope import Envelope, Event
from shared.events.ratings import RatingSubmitted
from shared.testing import DRILL_START, envelope

NOW = DRILL_START
DAY = timedelta(days=1)
BEGINNING = NOW - 365 * DAY  # Told then, a thing is known at any instant that a test asks for.
(OF_FRAME,) = next(row.plans for row in catalogue.frame() if row.code == "gj01")


def registered(task: str = "p01-1", **changes: object) -> supervision.TaskRegistered:
    content: dict[str, object] = {
        "task_id": task,
        "kind": "action",
        "plan_id": "p01",
        "number": "1",
        "units": [{"unit_id": "u1", "role": "lead"}],
        "answering_unit": "u1",
        "due_on": date(2023, 6, 30),
    }
    return supervision.TaskRegistered.model_validate(content | changes)


def assigned(task: str = "p01-1") -> supervision.TaskAssigned:
    return supervision.TaskAssigned(task_id=task, state="assigned")


def submitted(task: str = "p01-1") -> supervision.TaskSubmitted:
    return supervision.TaskSubmitted(task_id=task, state="submitted")


def closed(task: str = "p01-1", *, at: datetime = NOW, late: bool = False) -> supervision.TaskClosed:
    return supervision.TaskClosed(task_id=task, state="closed", closed_at=at, late=late)


def part_moved(unit: str = "u2", state: str = "in_progress", task: str = "p01-1") -> supervision.PartMoved:
    return supervision.PartMoved(task_id=task, unit_id=unit, state=state)


def extension_asked(
    number: int = 1, task: str = "p01-1", clock: str = "finish"
) -> supervision.ExtensionRequested:
    due_at, wanted_on = NOW + DAY, date(2023, 7, 31)
    return supervision.ExtensionRequested(
        task_id=task, number=number, clock=clock, unit_id="u1", old_due_at=due_at, wanted_on=wanted_on
    )


def extension_decided(
    number: int = 1, *, granted_on: date | None = None, outcome: str = "", task: str = "p01-1"
) -> supervision.ExtensionDecided:
    return supervision.ExtensionDecided(
        task_id=task, number=number, clock="finish", granted_on=granted_on, outcome=outcome
    )


def lit(task: str = "p01-1", light: supervision.Light = "green") -> supervision.TaskLit:
    return supervision.TaskLit(task_id=task, light=light, rule="deadline", version=1)


def measure_taken(measure: str = "m1") -> supervision.MeasureTaken:
    return supervision.MeasureTaken(task_id="t0", measure_id=measure, measure="talk")


def project_advanced(
    task: str = "t0", stage: str = "started", node: str = "start"
) -> supervision.ProjectAdvanced:
    return supervision.ProjectAdvanced(task_id=task, stage=stage, node=node)


def project_invested(task: str = "t0", completed: float = 0.5) -> supervision.ProjectInvested:
    return supervision.ProjectInvested(task_id=task, year=2023, total=12.5, annual=2.25, completed=completed)


def clock_started(
    task: str = "p01-1", *, due_at: datetime, clock: str = "finish"
) -> supervision.ClockStarted:
    began = NOW - 30 * DAY
    return supervision.ClockStarted(
        task_id=task, clock=clock, kind=clock, started_at=began, recorded_at=began, due_at=due_at
    )


def stage_goal(goal: str = "p01-m01", **changes: object) -> supervision.StageGoalSet:
    content = {"goal_id": goal, "plan_id": "p01", "operator": ">=", "value": 60, "due_on": date(2023, 6, 30)}
    return supervision.StageGoalSet.model_validate(content | changes)


def target(name: str = "政务服务“好差评”满意率", **changes: object) -> supervision.TargetSet:
    content = {
        "target_id": "p01-t001",
        "plan_id": "p01",
        "name": name,
        "operator": ">=",
        "value": 99,
        "unit": "%",
    }
    return supervision.TargetSet.model_validate(content | changes)


def rating(number: int = 1, **changes: object) -> RatingSubmitted:
    content: dict[str, object] = {
        "rating_id": f"61{number:010d}-1",
        "project_no": f"61{number:010d}",
        "service_number": 1,
        "unit_code": "11610000000000001X",
        "channel": "pc",
        "level": 5,
        "scheme": "push",
        "raw_code": "5",
        "rated_at": NOW,
    }
    return RatingSubmitted.model_validate(content | changes)


def notice(number: int = 1) -> NoticeIssued:
    return NoticeIssued(
        notice_id=f"n{number}",
        task_id="p01-1",
        clock="finish",
        due_at=NOW + 7 * DAY,
        rung="warned",
        offset_days=-7,
        recipient="u1",
        planned_at=NOW,
        decided_at=NOW,
    )


def told(*events: Event, first: int = 1, time: datetime = NOW) -> list[Envelope]:
    """Put events into envelopes, in order; each is a further revision of its subject."""
    return [
        envelope(event, sequence=number, revision=number, time=time)
        for number, event in enumerate(events, first)
    ]


async def keep(db: Database, *causes: Envelope) -> None:
    """Hand events of one type to its handler, together."""
    (kind,) = {type(cause.data) for cause in causes}
    assert issubclass(kind, Event)
    await db.run_sync(lambda tx: KEPT[kind](tx, causes))


async def hand_over(db: Database, told: Iterable[Envelope]) -> None:
    """Hand events to the handlers of their types, all of a type together, as the bus does with a batch."""
    kinds: dict[type[object], list[Envelope]] = {}
    for cause in told:
        kinds.setdefault(type(cause.data), []).append(cause)
    for causes in kinds.values():
        await keep(db, *causes)


async def tell(db: Database, *envelopes: Envelope, times: int = 2) -> None:
    """Hand each event to the handler of its type, twice, each time in its own transaction."""
    for cause in envelopes:
        for _ in range(times):
            await keep(db, cause)


async def tell_ratings(db: Database, ratings: Sequence[RatingSubmitted], *, times: int = 2) -> None:
    """Hand a batch of ratings to their handler, twice."""
    batch = [envelope(found, sequence=number) for number, found in enumerate(ratings, 1)]
    for _ in range(times):
        await db.run_sync(lambda tx: service_ratings.learn_ratings(tx, batch))


async def pictured(db: Database, *, now: datetime = NOW) -> service.Picture:
    async with db.reading() as session:
        found = await service.picture(session, now=now)
    wanted = Wanted(now, now, kinds=SHOWN)
    return replace(found, indicators=tuple(await db.look(lambda connection: standings(connection, wanted))))


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


async def tell_everything(db: Database) -> None:
    """Tell at least one fact for every family."""
    plan = supervision.PlanConfirmed(plan_id="p01", title="“开办企业”方案\n", tasks=7)
    unit = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre")
    tasks = [registered(f"t{n}", due_on=date(2023, 6, 19)) for n in range(7)]
    done = [closed(f"t{n}", at=NOW - 2 * DAY, late=n == 0) for n in range(6)]
    facts = [plan, unit, stage_goal(), target(), *tasks, *done, lit("t0", "done"), measure_taken()]
    facts += [project_advanced(), project_invested(), assigned("t6"), extension_asked(task="t6")]
    facts += [event for n in range(5) for event in (registered(f"f{n}", plan_id=OF_FRAME), closed(f"f{n}"))]
    facts += [lit("t1", "green"), lit("t2", "yellow"), lit("t6", "red")]
    await tell(db, *told(*facts), times=1)
    ratings = [rating(n, level=1 if n == 1 else 5, is_default=n == 2) for n in range(40)]
    await tell_ratings(db, ratings)
    await tell_of_feeds(db, ratings[1])
    await tell_of_orders(db)
    await db.run_sync(lambda tx: score(tx.connection, {"u1": "87.50"}))


async def tell_of_feeds(db: Database, bad: RatingSubmitted) -> None:
    """Tell of five services, one of which is late, and of a bad rating that should have been put right."""
    from tests.metrics.rates import made  # noqa: PLC0415 - it stands on this module.

    names = [f"s{number}" for number in range(5)]
    begun = [made.accepted(name, accepted_at=NOW - 20 * DAY) for name in names]
    await made.tell(db, *begun, *(made.completed(name, NOW - 19 * DAY) for name in names[1:]))
    clock = clock_started("t-bad", due_at=NOW - DAY, clock="rectify")
    await made.tell(db, made.opened("t-bad", bad.rating_id), clock, first=100)


async def tell_of_orders(db: Database) -> None:
    """Tell of three orders: one that is late, one that has time, and one that was answered."""
    orders = [registered(f"o{n}", kind="order", plan_id=None, due_on=None) for n in range(3)]
    clocks = [clock_started(f"o{n}", due_at=NOW + (n - 1) * DAY - DAY / 2) for n in range(3)]
    await tell(db, *told(*orders, *clocks, submitted("o1"), first=200), times=1)


def score(
    connection: Connection, percents: dict[str, str | None], label: str = "2023-Q1", state: str = "closed"
) -> None:
    """Keep scores of units in a period, as its first run left them."""
    name = f"trial.{label}"
    periods.add_period(connection, name, "trial", span_of(label), (NOW, "s1"))
    periods.move(connection, periods.period(connection, name), state=state, run=1)
    said: dict[str, object] = {
        "class_code": "departments",
        "out_of": "100",
        "total": None,
        "short": False,
        "lines": [],
    }
    scores = [Score.model_validate(said | {"unit_id": unit, "percent": of}) for unit, of in percents.items()]
    periods.add_scores(connection, name, 1, scores, dict.fromkeys(percents, Rank(None, 0, "few")))


def exposed(picture: service.Picture | None) -> str:
    """Give the text that Prometheus would read."""
    registry, collector = CollectorRegistry(), FactsCollector()
    collector.show(picture)
    registry.register(collector)
    return generate_latest(registry).decode()
