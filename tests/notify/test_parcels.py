"""What the sender makes of decided notices: one routine message per person and day, and nothing lost."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from services.notify import handlers, service_parcels
from services.notify.domain import Outcome, Result
from services.notify.engine import LONGEST_WAIT, SHORTEST_WAIT
from services.notify.models import ClockRow, DeliveryRow, ParcelRow
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import shipped_rules
from services.notify.service_parcels import UNANSWERED_FOR
from shared.clock import end_of_day
from shared.database import Database
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, ON_POSTGRES, OpenDatabase
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

JUNE_27, JUNE_28, JUNE_29 = date(2023, 6, 27), date(2023, 6, 28), date(2023, 6, 29)  # Tuesday to Thursday.
FAILED = Outcome(Result.FAILED, "the line is dead")


class Post:
    """A service with one channel, on a clock that a test moves."""

    def __init__(self, open_database: OpenDatabase, start: datetime) -> None:
        self.clock = FakeClock(start)
        self.db = open_database(self.clock)
        self.channel = FakeChannel()

    async def watch(self, *tasks: str, due: date = JUNE_30, level: str = "normal") -> "Post":
        """Register tasks of unit u1 that are due on a day, as of now."""
        await adopt_shipped_rules(self.db)
        for task_id in tasks:
            task = task_registered(task_id, title=task_id).model_copy(update={"level": level})
            await tell(self.db, handlers.on_task_registered, task)
            started = clock_started(task_id, due, recorded_at=self.clock.now())
            await tell(self.db, handlers.on_clock_started, started)
        await decide_now(self.db)
        return self

    async def at(self, instant: datetime, *, decide: bool = True) -> list[list[str]]:
        """Let engine and sender do what is due; give the tasks in each message that left."""
        self.clock.instant, before = instant, len(self.channel.parcels)
        if decide:
            await decide_now(self.db)
        await self.send()
        return [[one.task_id for one in parcel.letters] for parcel in self.channel.parcels[before:]]

    async def send(self) -> None:
        for _ in range(3):
            await sender(self.db, self.channel).step()

    async def parcels(self) -> Sequence[ParcelRow]:
        async with self.db.reading() as session:
            return (await session.scalars(select(ParcelRow).order_by(ParcelRow.day, ParcelRow.urgent))).all()

    async def deliveries(self) -> Sequence[DeliveryRow]:
        async with self.db.reading() as session:
            return (await session.scalars(select(DeliveryRow).order_by(DeliveryRow.number))).all()


@ON_BOTH
async def test_all_that_a_person_is_told_on_a_day_is_one_message_with_a_line_for_each(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26), 23)).watch("t1", "t2")
    await post.watch("late", due=date(2023, 6, 26))

    of_office, (first, *others) = await post.at(at(JUNE_27))

    assert (of_office, first, sorted(others)) == (["late"], "late", ["t1", "t2"])
    count, *lines = post.channel.parcels[1].text.splitlines()
    assert count == "督办提醒共3条：超时通报1条、提前预警2条。"
    assert [line[:9] for line in lines] == ["1. 【超时通报】", "2. 【提前预警】", "3. 【提前预警】"]


@ON_BOTH
async def test_every_notice_of_a_message_has_its_outcome_and_its_parcel(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1", "t2")

    await post.at(at(JUNE_27))

    (parcel,) = await post.parcels()
    assert [(row.parcel_id, row.number, row.outcome) for row in await post.deliveries()] == [
        (parcel.id, 1, "sent"),
        (parcel.id, 1, "sent"),
    ]
    assert (parcel.recipient, parcel.day, parcel.urgent, parcel.notices) == ("u1", JUNE_27, False, 2)
    assert parcel.sent_at == at(JUNE_27)


@ON_BOTH
async def test_what_comes_later_on_the_day_waits_for_the_next_and_leaves_with_it(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.watch("t2", due=date(2023, 7, 1))
    sent = [await post.at(at(JUNE_27))]
    await made_late(post, "t3")

    sent.append(await post.at(at(JUNE_27, 10)))
    sent.append(await post.at(at(JUNE_28), decide=False))
    sent.append(await post.at(at(JUNE_28) + timedelta(seconds=1)))

    (together,) = sent.pop()
    assert sent == [[["t1"]], [], []]
    assert sorted(together) == ["t2", "t3"]
    assert [parcel.day for parcel in await post.parcels()] == [JUNE_27, JUNE_28]


async def made_late(post: Post, task_id: str) -> None:
    """Let a warning of this morning be decided only now, as after an outage."""
    task = task_registered(task_id, title=task_id)
    await tell(post.db, handlers.on_task_registered, task)
    started = clock_started(task_id, recorded_at=at(date(2023, 6, 26)))
    await tell(post.db, handlers.on_clock_started, started)


async def test_a_reminder_that_tomorrow_would_be_too_late_does_not_wait(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.at(at(JUNE_30))
    await made_late(post, "t2")

    sent = await post.at(at(JUNE_30, 11))

    assert [parcel.urgent for parcel in await post.parcels()] == [False, True]
    assert sent == [["t2", "t2"]]  # What it was to be warned of is in it.
    urgent = [row.haste for row in await post.deliveries() if row.parcel_id == post.channel.parcels[-1].id]
    assert urgent == ["last_chance", "last_chance"]


@ON_BOTH
async def test_urgent_tasks_do_not_wait_for_the_message_of_the_day(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.watch("t2", level="urgent")

    sent = await post.at(at(JUNE_27))

    assert sent == [["t1"], ["t2"]]
    assert [(one.urgent, one.day) for one in await post.parcels()] == [(False, JUNE_27), (True, JUNE_27)]


async def test_a_message_waits_until_all_that_was_due_is_decided(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1", "t2")
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db, limit=1)

    early = await post.at(at(JUNE_27), decide=False)
    wait = await sender(post.db, post.channel).step()
    then = await post.at(at(JUNE_27))

    assert (early, wait, then) == ([], SHORTEST_WAIT, [["t1", "t2"]])


async def test_a_message_waits_for_business_time_and_the_sender_knows_how_long(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.at(at(JUNE_27))
    await made_late(post, "t2")
    await post.at(at(JUNE_27, 10))

    far = await sender(post.db, post.channel).step()
    post.clock.instant = at(JUNE_28) - timedelta(milliseconds=250)
    near = await sender(post.db, post.channel).step()

    assert (far, near) == (LONGEST_WAIT, 0.25)


@ON_BOTH
async def test_a_kill_between_grouping_and_sending_loses_nothing_and_the_message_keeps_its_id(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1", "t2")
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db)
    async with post.db.transaction() as tx:
        (lost,) = await service_parcels.begin_sending(tx, real_now=post.clock.real_now())
    post.clock.advance(UNANSWERED_FOR + timedelta(seconds=1))

    await post.send()
    post.clock.advance(timedelta(seconds=5))
    await post.send()

    (again,) = post.channel.parcels
    assert (again.id, again.letters, again.text, again.number) == (lost.id, lost.letters, lost.text, 2)
    assert sorted(row.outcome for row in await post.deliveries()) == ["sent", "sent", "unknown", "unknown"]


async def test_an_answer_that_comes_after_the_attempt_was_given_up_changes_nothing(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db)
    async with post.db.transaction() as tx:
        (slow,) = await service_parcels.begin_sending(tx, real_now=post.clock.real_now())
    post.clock.advance(UNANSWERED_FOR + timedelta(seconds=1))
    await post.send()

    async with post.db.transaction() as tx:
        await service_parcels.end_sending(tx, [(slow, Outcome(Result.SENT))], real_now=tx.now)

    assert [row.outcome for row in await post.deliveries()] == ["unknown", "waiting"]
    assert (await post.parcels())[0].sent_at is None


@ON_BOTH
async def test_a_message_that_is_tried_again_on_another_day_is_the_one_of_that_day(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.watch("t2", due=date(2023, 7, 1))
    post.channel.outcome = FAILED
    await post.at(at(JUNE_27))
    post.channel.outcome = Outcome(Result.SENT)

    sent = [await post.at(at(day)) for day in (JUNE_28, JUNE_29)]

    assert sent == [[["t1"]], [["t2"]]]
    assert [(parcel.day, parcel.notices) for parcel in await post.parcels()] == [(JUNE_28, 1), (JUNE_29, 1)]


@ON_BOTH
async def test_a_message_that_is_to_be_tried_again_waits_when_the_day_has_another(
    open_database: OpenDatabase,
) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    await post.watch("t2", due=date(2023, 7, 1))
    post.channel.outcome = FAILED
    await post.at(at(JUNE_27))
    await other_of_the_day(post)
    post.channel.outcome = Outcome(Result.SENT)

    sent = [await post.at(at(day)) for day in (JUNE_28, JUNE_29)]

    assert sent == [[], [["t1"]]]
    assert [(one.day, one.notices) for one in await post.parcels()] == [(JUNE_28, 0), (JUNE_29, 1)]


async def other_of_the_day(post: Post) -> None:
    async with post.db.transaction() as tx:
        said = {"id": "p-other", "channel": "log", "recipient": "u1", "urgent": False, "notices": 0}
        tx.session.add(ParcelRow(**said, day=JUNE_28, sent_at=None))


@ON_POSTGRES
async def test_two_replicas_send_one_message_of_the_day_each_letter_once(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch(*(f"t{number}" for number in range(30)))
    other, channels = open_database(post.clock), (FakeChannel(), FakeChannel())
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db)

    async def replica(db: Database, channel: FakeChannel) -> None:
        for _ in range(5):
            await sender(db, channel).step()

    await asyncio.gather(replica(post.db, channels[0]), replica(other, channels[1]))

    (parcel,) = [one for channel in channels for one in channel.parcels]
    assert len(parcel.letters) == 30


async def test_a_crowd_of_recipients_is_served_a_few_at_a_time(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch()
    for number in range(5):
        task = task_registered(f"t{number}", [(f"u{number}", "lead")])
        await tell(post.db, handlers.on_task_registered, task)
        await tell(
            post.db, handlers.on_clock_started, clock_started(f"t{number}", recorded_at=post.clock.now())
        )
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db)

    async with post.db.transaction() as tx:
        begun = await service_parcels.begin_sending(tx, real_now=tx.now, recipients=2)

    assert [parcel.recipient for parcel in begun] == ["u0", "u1"]


@ON_BOTH
async def test_after_an_outage_no_routine_message_leaves_at_night(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    post.clock.instant = at(JUNE_27)
    await decide_now(post.db)

    sent = [
        await post.at(instant) for instant in (at(JUNE_27, 23), at(JUNE_28) - timedelta(hours=1), at(JUNE_28))
    ]

    assert sent == [[], [], [["t1"]]]


async def test_after_an_outage_a_reminder_leaves_while_its_day_lasts(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 29))).watch("t1")
    post.clock.instant = at(JUNE_30)
    await decide_now(post.db)

    sent = await post.at(at(JUNE_30, 23))

    assert (sent, [parcel.urgent for parcel in await post.parcels()]) == ([["t1"]], [True])


@ON_BOTH
async def test_after_an_outage_no_message_is_tried_again_at_night(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    post.channel.outcome = FAILED
    await post.at(at(JUNE_27))
    post.channel.outcome = Outcome(Result.SENT)

    sent = [await post.at(instant) for instant in (at(JUNE_27, 23), at(JUNE_28))]

    assert sent == [[], [["t1"]]]


async def test_an_urgent_message_is_tried_again_at_night(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1", level="urgent")
    post.channel.outcome = FAILED
    await post.at(at(JUNE_27))
    post.channel.outcome = Outcome(Result.SENT)

    sent = await post.at(at(JUNE_27, 23))

    assert sent == [["t1"]]


async def test_changed_hours_of_messages_skip_no_rung(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    post.clock.instant = at(JUNE_27, 12)
    async with post.db.transaction() as tx:
        book = await adopt_shipped(tx, shipped_rules().replace('"until": "18:00"', '"until": "17:00"'))

    assert (book.version, book.since) == (2, None)
    assert await post.at(at(JUNE_27, 12)) == [["t1"]]


async def test_a_clock_that_ends_within_the_day_makes_its_notices_urgent(open_database: OpenDatabase) -> None:
    post = await Post(open_database, at(date(2023, 6, 26))).watch("t1")
    async with post.db.transaction() as tx:
        (clock,) = await tx.session.scalars(select(ClockRow))
        clock.due_at = end_of_day(JUNE_30) - timedelta(hours=6)

    await post.at(at(JUNE_27))

    assert [parcel.urgent for parcel in await post.parcels()] == [True]
