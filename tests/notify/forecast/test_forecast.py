"""A forecast says what the engine and the sender then do, whatever waits or is blocked when it is asked."""

import json
from collections.abc import Iterable
from datetime import date, datetime

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from services.notify import handlers, service_parcels
from services.notify.domain import SUPERVISION_OFFICE
from services.notify.forecast import rehearsal
from services.notify.forecast.changes import Change
from services.notify.forecast.domain import ForecastMessage, ForecastNotice, window
from services.notify.forecast.service import Forecaster
from services.notify.models import Base, NoticeRow
from services.notify.quiet import service as quiet
from services.notify.repository_notices import TOLD
from services.notify.rules import shipped_rules
from shared.clock import local_date
from shared.database import Database
from shared.errors import Invalid, Permanent
from shared.events.supervision import ClockStopped, TaskBlocked
from shared.tables import OUTBOX
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.forecast.drill import Drill
from tests.notify.made import adopt_shipped_rules, at, clock_started, task_registered, tell

WEDNESDAY, JUNE_30 = date(2023, 6, 21), date(2023, 6, 30)
NOW = at(date(2023, 6, 20), 18)
DAYS = window(date(2023, 6, 20), WEDNESDAY, days=7)
DUES = (date(2023, 6, 28), JUNE_30, date(2023, 6, 15), date(2023, 7, 3), JUNE_30)


@pytest_asyncio.fixture
async def drill(open_database: OpenDatabase) -> Drill:
    """Five tasks: plain, urgent, overdue, blocked by the urgent one, and a clock of hours; run until 20 June, 18:00."""
    clock = FakeClock(at(date(2023, 6, 20)))
    db = open_database(clock)
    await adopt_shipped_rules(db)
    for number, due in enumerate(DUES):
        level = "urgent" if number == 1 else "normal"
        task = task_registered(f"t{number}", [("u1", "lead"), ("u2", "responsible")])
        await tell(db, handlers.on_task_registered, task.model_copy(update={"level": level}))
        await start(db, f"t{number}", due)
    hours = clock_started("t4", name="answer").model_copy(update={"due_at": at(date(2023, 6, 26), 15)})
    await tell(db, handlers.on_clock_started, hours)
    await tell(db, handlers.on_task_blocked, TaskBlocked(task_id="t3", by="t1"))
    return await until_evening(Drill(db, clock), clock)


async def start(db: Database, task: str, due: date) -> None:
    await tell(db, handlers.on_clock_started, clock_started(task, due, recorded_at=at(date(2023, 6, 1))))


async def until_evening(drill: Drill, clock: FakeClock) -> Drill:
    await drill.run(until=NOW)
    clock.instant = NOW
    return drill


def forecaster(drill: Drill) -> Forecaster:
    return Forecaster(drill.db, ["log"])


async def counts(db: Database) -> dict[str, int]:
    async with db.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in (*Base.metadata.sorted_tables, OUTBOX)
        }


@pytest.mark.slow
@ON_BOTH
async def test_what_is_forecast_is_what_then_leaves(drill: Drill) -> None:
    said = await forecaster(drill).forecast(DAYS)
    await drill.run(until=DAYS.end)

    assert as_sent(said.messages) == drill.messages(DAYS)
    assert as_decided(said.notices) == await drill.notices(DAYS)
    assert {one.recipient for one in said.messages} == {"u1", "u2", SUPERVISION_OFFICE}
    assert {one.urgent for one in said.messages} == {True, False}


@pytest.mark.slow
async def test_a_letter_that_waits_leaves_with_the_message_of_the_next_day(drill: Drill) -> None:
    await start(drill.db, "t5", date(2023, 6, 16))  # Learned of in the evening, after the message of the day.
    await drill.run(until=NOW)

    said = await forecaster(drill).forecast(DAYS)
    await drill.run(until=DAYS.end)

    assert as_sent(said.messages) == drill.messages(DAYS)
    first = next(one for one in said.messages if one.recipient == SUPERVISION_OFFICE)
    assert (first.leaves_at, set(first.notices) - {one.id for one in said.notices}) != (NOW, set())


@pytest.mark.slow
async def test_what_is_with_a_channel_already_is_not_forecast_again(drill: Drill) -> None:
    await start(drill.db, "t5", date(2023, 6, 16))
    while await drill.engines[0].step() == 0:
        pass
    drill.clock.instant = at(WEDNESDAY)
    async with drill.db.transaction() as tx:
        on_the_way = await service_parcels.begin_sending(tx, real_now=tx.now)

    said = await forecaster(drill).forecast(DAYS)

    assert on_the_way
    assert {one.id for one in said.messages} & {parcel.id for parcel in on_the_way} == set()


async def test_answers_to_notices_of_clocks_that_run_and_that_ended_hold_in_the_forecast(
    drill: Drill,
) -> None:
    async with drill.db.transaction() as tx:
        told = select(NoticeRow).where(NoticeRow.verdict.in_(TOLD)).order_by(NoticeRow.planned_at.desc())
        for notice in await tx.session.scalars(told):
            await quiet.acknowledge(tx, notice, reason="知悉", by="p1")  # At last the earliest of each clock.
    stopped = ClockStopped(task_id="t2", clock="finish", stopped_at=NOW)
    await tell(drill.db, handlers.on_clock_stopped, stopped)

    said = await forecaster(drill).forecast(DAYS)
    await drill.run(until=DAYS.end)

    assert as_decided(said.notices) == await drill.notices(DAYS)
    assert as_sent(said.messages) == drill.messages(DAYS)


@pytest.mark.slow
async def test_a_day_off_moves_and_refills_messages(drill: Drill) -> None:
    found = await forecaster(drill).compare(DAYS, Change(days={WEDNESDAY: False}))

    assert all(local_date(one.leaves_at) != WEDNESDAY or one.urgent for one in found.after.messages)
    assert found.changed.messages > 0
    assert {one.id for one in found.before.notices} != set()
    assert (found.before.rules_version, found.after.rules_version) == (1, 1)


@pytest.mark.slow
async def test_another_hour_in_the_rules_moves_messages_and_nothing_is_written(drill: Drill) -> None:
    before = await counts(drill.db)
    book = json.loads(shipped_rules())
    for rule in book["rules"]:
        rule["at"] = "10:30"

    found = await forecaster(drill).compare(DAYS, Change(book))

    assert (found.after.rules_version, await counts(drill.db)) == (2, before)
    assert {one.before.id for one in found.changed.moved} <= {one.id for one in found.before.messages}
    assert found.changed.messages == len(found.changed.moved) + len(found.changed.refilled) > 0


async def test_rules_that_are_none_are_refused(drill: Drill) -> None:
    with pytest.raises(Invalid) as refused:
        await forecaster(drill).compare(DAYS, Change({}))

    assert refused.value.code == "rules.invalid"


def as_sent(messages: Iterable[ForecastMessage]) -> set[tuple[str, str, datetime, bool, tuple[str, ...]]]:
    return {(one.channel, one.recipient, one.leaves_at, one.urgent, one.notices) for one in messages}


def as_decided(notices: Iterable[ForecastNotice]) -> set[tuple[str, str, str, datetime]]:
    return {(one.id, one.task_id, one.recipient, one.planned_at) for one in notices}


class Deaf:
    """A sender that gets nothing done."""

    async def step(self) -> float:
        return 0.2


async def test_a_rehearsal_that_stands_still_says_so_instead_of_going_on_for_ever(drill: Drill) -> None:
    await start(drill.db, "t5", date(2023, 6, 16))
    while await drill.engines[0].step() == 0:
        pass
    drill.clock.instant = at(WEDNESDAY)

    with pytest.raises(Permanent, match="停滞"):
        await rehearsal.send_all(drill.db, Deaf(), steps=3)
