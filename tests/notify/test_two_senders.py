"""Two replicas send at the same time: each to its own recipients, everything once, neither in the other's way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import select

from services.notify import handlers, service_parcels
from services.notify.models import DeliveryRow, NoticeRow, ParcelRow
from services.notify.ports import Parcel
from shared.database import Database
from shared.testing import FakeClock
from shared.workdays import ONE_DAY
from tests.notify.conftest import ON_POSTGRES, OpenDatabase
from tests.notify.made import (
    JUNE_30,
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    sender,
    task_registered,
    tell,
)

JUNE_26, JUNE_27 = date(2023, 6, 26), date(2023, 6, 27)
EACH = 3  # Letters of a recipient.


async def crowd(db: Database, clock: FakeClock, units: int) -> None:
    """Let each of so many units be told of `EACH` tasks on 06-27."""
    await adopt_shipped_rules(db)
    for number in range(units):
        for task in range(EACH):
            task_id = f"t{number:02}-{task}"
            told = task_registered(task_id, [(f"u{number:02}", "lead")])
            await tell(db, handlers.on_task_registered, told)
            await tell(db, handlers.on_clock_started, clock_started(task_id, recorded_at=at(JUNE_26)))
    clock.instant = at(JUNE_27)
    await decide_now(db)


@asynccontextmanager
async def begun(db: Database, *, recipients: int) -> AsyncIterator[Sequence[Parcel]]:
    """Begin to send, and keep the transaction open for the block."""
    async with db.transaction() as tx:
        yield await service_parcels.begin_sending(tx, real_now=tx.now, recipients=recipients)


@ON_POSTGRES
async def test_while_one_sender_takes_recipients_the_other_takes_others_whole(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock(at(JUNE_26))
    db, other = open_database(clock), open_database(clock)
    await crowd(db, clock, units=5)

    async with begun(db, recipients=2) as first, begun(other, recipients=2) as second:
        taken = [[(one.recipient, len(one.letters)) for one in ones] for ones in (first, second)]

    assert taken == [[("u00", EACH), ("u01", EACH)], [("u02", EACH), ("u03", EACH)]]


@ON_POSTGRES
async def test_two_senders_both_send_and_nobody_is_told_twice_or_in_two_parts(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock(at(JUNE_26))
    db, other = open_database(clock), open_database(clock)
    await crowd(db, clock, units=50)
    channels = FakeChannel(), FakeChannel()

    async def replica(own: Database, channel: FakeChannel) -> None:
        for _ in range(6):
            await sender(own, channel).step()

    await asyncio.gather(replica(db, channels[0]), replica(other, channels[1]))

    assert all(channel.parcels for channel in channels)
    parcels = [one for channel in channels for one in channel.parcels]
    assert sorted(one.recipient for one in parcels) == [f"u{number:02}" for number in range(50)]
    assert {len(one.letters) for one in parcels} == {EACH}


async def failed_on(db: Database, recipient: str, day: date, next_try_at: datetime) -> None:
    """Write a routine message of a day that was not taken and may be tried again."""
    notice, parcel = f"n-{recipient}-{day}", f"p-{recipient}-{day}"
    decided = {"due_at": at(JUNE_30), "planned_at": at(day), "decided_at": at(day), "verdict": "send"}
    told = {"rung": "due", "offset_days": 0, "occurrence": 1, "rules_version": 1, "text": "【到时提醒】"}
    key = {"task_id": notice, "clock": "finish", "recipient": recipient, "late": False, "behind": False}
    attempt = {"notice_id": notice, "channel": "log", "parcel_id": parcel, "haste": "routine"}
    async with db.transaction() as tx:
        tx.session.add(NoticeRow(id=notice, **key, **decided, **told))
        tx.session.add(
            ParcelRow(id=parcel, channel="log", recipient=recipient, day=day, urgent=False, notices=1)
        )
        await tx.session.flush()
        waits = {"outcome": "waiting", "detail": "", "not_before": at(day), "next_try_at": next_try_at}
        tx.session.add(DeliveryRow(**attempt, number=2, **waits))


@ON_POSTGRES
async def test_two_senders_that_come_by_the_same_recipients_in_opposite_order_do_not_lock_each_other_out(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock(at(JUNE_27, 10))
    db, other = open_database(clock), open_database(clock)
    await adopt_shipped_rules(db)
    soon = clock.real_now() + timedelta(seconds=10)
    for number in range(30):  # The first sender sees the newer ones only, the second begins with the older.
        recipient, away = f"u{number:02}", (number + 1) * ONE_DAY
        await failed_on(db, recipient, date(2023, 4, 1) + away, clock.real_now())
        await failed_on(db, recipient, date(2023, 4, 1) - away, soon)

    async def send(own: Database, real_now: datetime) -> Sequence[Parcel]:
        async with own.transaction() as tx:
            return await service_parcels.begin_sending(tx, real_now=real_now, recipients=100)

    taken = await asyncio.gather(send(db, clock.real_now()), send(other, soon))

    assert Counter(one.recipient for ones in taken for one in ones).most_common(1)[0][1] == 1
    assert sum(map(len, taken)) == 30


@ON_POSTGRES
async def test_a_lost_attempt_is_given_up_by_one_sender_while_the_other_passes_it_by(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock(at(JUNE_26))
    db, other = open_database(clock), open_database(clock)
    await crowd(db, clock, units=3)
    async with begun(db, recipients=3):
        pass
    clock.advance(service_parcels.UNANSWERED_FOR + timedelta(seconds=1))

    async with AsyncExitStack() as both:
        for own in (db, other):
            await both.enter_async_context(begun(own, recipients=3))

    async with db.reading() as session:
        numbers = Counter((await session.scalars(select(DeliveryRow.outcome))).all())
    assert numbers == {"unknown": 3 * EACH, "waiting": 3 * EACH}
