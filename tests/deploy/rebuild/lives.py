"""Random lives of tasks, ratings, services and orders, as the streams of a place would hold them; and their archive."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

from sqlalchemy import insert

from services.gateway.archive import service as archiving
from services.metrics.handlers import build_handlers
from services.metrics.indicators import catalogue
from services.metrics.models import IndicatorMissed, IndicatorSetting, IndicatorValue, RateRuleRow
from shared.clock import local_date
from shared.database import Database
from shared.events import hotline, orders, supervision
from shared.events.envelope import Envelope, Event, Feed, Meta, render
from shared.streams import GROUPS, Entry
from shared.tables import CURSORS
from shared.testing import FakeClock, sqlite_database
from tests.metrics import factories as make
from tests.metrics.rates import made

COUNT = 150
BEGIN = make.NOW - 30 * make.DAY
UNITS, GOALS = ("u1", "u2"), ("p01-m01", "p01-m02")
PLANS = ("p01", *make.OF_FRAME[:1])
TARGETS = tuple(f"p01-t00{number}" for number in range(1, 5))
NAMES = ("任务按期完成率", "政务服务“好差评”满意率", "网上可办率", "投资增长")
OWNERS = tuple(
    dict.fromkeys(["政务中心", *(row.owner for row in catalogue.frame() if row.code.startswith("gj0"))])
)
RULE = {"rate": "r", "version": 1, "changes": {"a": 1}, "set_at": BEGIN, "set_by": "p1", "why": "试"}
FEEDS = [feed for feed, groups in GROUPS.items() if "metrics" in groups]


def _task(random: Random, name: str, at: datetime) -> Event:
    makers: list[Callable[[], Event]] = [
        lambda: make.registered(
            name,
            due_on=date(2023, 6, random.randint(1, 30)),
            plan_id=random.choice(PLANS),
            answering_unit=random.choice(UNITS),
        ),
        lambda: make.assigned(name),
        lambda: make.submitted(name),
        lambda: supervision.TaskReturned(task_id=name, state="returned"),
        lambda: make.closed(name, at=at, late=random.random() < 0.3),
        lambda: supervision.TaskReopened(task_id=name, state="reopened"),
        lambda: make.part_moved(random.choice(["u2", "u3"]), "submitted", name),
        lambda: make.clock_started(name, due_at=at + random.randint(-5, 5) * make.DAY),
        lambda: make.extension_asked(random.randint(1, 2), name),
        lambda: make.lit(name, random.choice(["green", "yellow", "red"])),
        lambda: make.project_invested(name, random.random()),
        lambda: made.opened(name, make.rating(random.randint(1, 30)).rating_id),
        lambda: made.rectified(name, make.rating(random.randint(1, 30)).rating_id),
    ]
    return random.choice(makers)()


def _service(random: Random, name: str, at: datetime) -> Event:
    makers: list[Callable[[], Event]] = [
        lambda: made.accepted(name, accepted_at=at, unit_code=random.choice([made.A, made.B])),
        lambda: made.paused(name, at),
        lambda: made.resumed(name, at),
        lambda: made.completed(name, at),
    ]
    return random.choice(makers)()


def _order(random: Random, name: str, at: datetime) -> Event:
    task = {"task_id": f"task-{name}", "order_id": name}
    unit = random.choice(["u1", "u2"])
    makers: list[Callable[[], Event]] = [
        lambda: hotline.OrderReceived(
            order_id=name, source_id="src", order_no=name, kind="complaint", received_at=at, scheme="duban"
        ),
        lambda: orders.OrderOpened(task_id=task["task_id"], order_id=name),
        lambda: orders.OrderDispatched(
            **task, unit_id=unit, hop=random.randint(1, 3), by_directory=True, due_at=at + make.DAY
        ),
        lambda: orders.OrderAnswered(**task, unit_id=unit, late=random.random() < 0.3),
        lambda: orders.OrderReturned(**task, unit_id=unit, reason="x", hop=1, granted=True),
        lambda: hotline.OrderRevisited(order_id=name, number=1, reached=True, level=2, revisited_at=at),
    ]
    return random.choice(makers)()


def _calendar(random: Random, _name: str, _at: datetime) -> Event:
    return supervision.CalendarRevised(year=2023, days_off=(date(2023, 6, random.randint(1, 28)),))


def _place(random: Random, _name: str, _at: datetime) -> Event:
    plan, is_withdrawn = random.choice(PLANS), random.random() < 0.2
    makers: list[Callable[[], Event]] = [
        lambda: supervision.UnitRegistered(
            unit_id=random.choice(UNITS),
            name=random.choice(OWNERS),
            kind=random.choice(["centre", "department"]),
            codes=tuple(code for code in (made.A, made.B) if random.random() < 0.5),
        ),
        lambda: supervision.PlanConfirmed(
            plan_id=plan, title="方案", issued_on=date(2023, random.randint(1, 6), 25), tasks=9
        ),
        lambda: make.stage_goal(
            random.choice(GOALS), plan_id=plan, value=random.randint(1, 99), withdrawn=is_withdrawn
        ),
        lambda: make.target(
            random.choice(NAMES),
            target_id=random.choice(TARGETS),
            plan_id=plan,
            task_id=random.choice([None, "_task1", "_task2", "_task3"]),
            value=random.randint(1, 99),
            period=random.choice(["每月", "每季度", "2024年", None]),
            withdrawn=is_withdrawn,
        ),
        lambda: make.notice(random.randint(1, 9)),
    ]
    return random.choice(makers)()


def opinions(seed: int) -> list[IndicatorSetting | IndicatorValue | IndicatorMissed]:
    """Make what planners set of indicators, and what was reported, corrected and missed, in those thirty days."""
    random = Random(seed)  # noqa: S311 - a game.
    found: list[IndicatorSetting | IndicatorValue | IndicatorMissed] = []
    for indicator, number in product([*TARGETS, "gj01"], range(1, 5)):
        at = BEGIN + (number + random.random()) * timedelta(days=6)
        changes = {"owner": random.choice(UNITS), "stale_after": random.randint(1, 20)}
        more = {"set_at": at, "set_by": "p1", "why": "试"}
        found.append(IndicatorSetting(indicator_id=indicator, version=number, changes=changes, **more))
        found.append(_value(random, indicator, number, at))
    for indicator in TARGETS:
        at = BEGIN + random.random() * timedelta(days=30)
        period = {"period": "2023-05", "due_on": date(2023, 6, 10), "unit_id": "u1", "decided_at": at}
        found.append(IndicatorMissed(indicator_id=indicator, **period))
    return found


def _value(random: Random, indicator: str, number: int, at: datetime) -> IndicatorValue:
    corrects = f"{indicator}-v{number - 1}" if number > 1 and random.random() < 0.5 else None
    return IndicatorValue(
        indicator_id=indicator,
        number=number,
        value_id=f"{indicator}-v{number}",
        value=str(random.randint(1, 99)),
        on=local_date(at),
        note="",
        evidence=["文号"],
        why="",
        corrects=corrects,
        unit_id="u1",
        reported_by="p1",
        reported_at=at,
    )


def _rating(random: Random, _name: str, at: datetime) -> Event:
    number = random.randint(1, 60)
    return make.rating(number, level=1 + number % 5, rated_at=at, channel=random.choice(["pc", "qr"]))


SETTLED: tuple[Event, ...] = (  # What a place is made of in the beginning.
    supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(made.A,)),
    supervision.UnitRegistered(unit_id="u2", name="开发建设部", kind="department", codes=(made.B,)),
    supervision.PlanConfirmed(plan_id="p01", title="方案", issued_on=date(2023, 4, 25), tasks=9),
    make.stage_goal(),
    make.target("任务按期完成率"),
    make.target("政务服务“好差评”满意率", target_id="p01-t002"),
)


def lives(seed: int, count: int = COUNT, *, settled: bool = False) -> list[Entry]:
    """Make `count` events, told one after the other in thirty days, each in its place in its stream.

    With `settled` units and a plan are there first, and the calendar stays as it is.
    """
    random, places, revisions = Random(seed), Counter[Feed](), Counter[str]()  # noqa: S311 - a game.
    made_up = []
    for number in range(count):
        at = BEGIN + number * timedelta(days=30) / count
        kind = random.choice(
            [_task, _task, _service, _order, _place, *([] if settled else [_calendar]), _rating, _rating]
        )
        event = kind(random, f"{kind.__name__}{random.randint(1, 9)}", at)
        if settled and number < len(SETTLED):
            event = SETTLED[number]
        feed = event.feed()
        places[feed] += 1
        revisions[event.subject] += 1
        meta = Meta(id=f"{feed}-{places[feed]}", source="/tests", time=at, revision=revisions[event.subject])
        made_up.append(Entry(feed, places[feed], render(event, meta=meta, sequence=places[feed])))
    return made_up


async def archived(folder: Path, entries: Iterable[Entry]) -> None:
    """Put entries into the archive of a gateway in `folder`, one feed after the other."""
    gateway = sqlite_database("gateway", folder, FakeClock())
    entries = list(entries)
    for feed in FEEDS:
        own = [entry for entry in entries if entry.feed == feed]
        await gateway.run_sync(lambda tx, own=own: archiving.archive(tx.connection, own))  # type: ignore[misc]
    await gateway.close()


async def lived(db: Database, entries: Sequence[Entry], random: Random) -> None:
    """Hand entries over as a running service does: in parts, some of them twice, counting in between."""
    at = 0
    handlers = build_handlers()
    while at < len(entries):
        size = random.randint(1, 40)
        told = [Envelope.read(entry.raw) for entry in entries[at : at + size]]
        known = [envelope for envelope in told if handlers.knows(envelope.type)]
        for _ in range(random.choice([1, 2])):
            await make.hand_over(db, known)
        if random.random() < 0.5:
            await made.roll_all(db)
        at += size
    await read_so_far(db, entries)


async def read_so_far(db: Database, entries: Sequence[Entry]) -> None:
    """Set the cursors of a database that got `entries`."""
    ends = Counter(entry.feed for entry in entries)
    rows = [{"stream": feed, "last_seq": ends[feed], "fence": 1} for feed in FEEDS]
    async with db.transaction() as tx:
        await tx.session.execute(insert(CURSORS), rows)


async def a_place(folder: Path, seed: int, count: int = COUNT, *, settled: bool = False) -> None:
    """Make a data directory whose metrics lived through everything."""
    entries = lives(seed, count, settled=settled)
    await archived(folder, entries)
    db = sqlite_database("metrics", folder, FakeClock())
    await lived(db, entries, Random(seed))  # noqa: S311 - a game.
    async with db.transaction() as tx:
        await tx.session.execute(insert(RateRuleRow), [RULE])
        tx.session.add_all(opinions(seed))
    await db.close()
