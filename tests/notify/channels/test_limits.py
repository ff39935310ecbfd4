"""A robot with a crowd of messages behind the real sender: twenty a minute hold, and everything is told."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import literal, select

from services.notify import handlers, service_parcels
from services.notify.channels.building import BuiltChannel
from services.notify.domain import Outcome, Result
from services.notify.domain_shipments import kept_for_urgent
from services.notify.engine import LONGEST_WAIT
from services.notify.models import CallRow, DeliveryRow, ParcelRow
from services.notify.ports import Parcel
from services.notify.repository_claims import claim
from services.notify.service_notices import decide_due
from shared.database import Database
from shared.testing import FakeClock, envelope
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.conftest import ON_POSTGRES, OpenDatabase
from tests.notify.made import (
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    round_at,
    sender,
    task_registered,
)

JUNE_20, JUNE_21 = date(2023, 6, 20), date(2023, 6, 21)
JUNE_26, JUNE_27 = date(2023, 6, 26), date(2023, 6, 27)
MINUTE = timedelta(seconds=60)
ROUTINE = 20 - kept_for_urgent(20)  # Messages of a minute that a crowd takes of a robot's twenty.


async def crowd(
    db: Database, clock: FakeClock, units: int, *, channel: str = "wecom_robot", urgent: Sequence[int] = ()
) -> None:
    """Let each of so many units be told of a task of its own on 06-21, with a number that no other has."""
    await adopt_shipped_rules(db)
    await register(db, {place: "urgent" if place in urgent else "normal" for place in range(units)})
    for instant in (clock.now(), at(JUNE_21)):
        clock.instant = instant
        await decide(db, channel)


async def register(db: Database, levels: Mapping[int, str]) -> None:
    """Let each unit have a task of its own, of a level, that runs since 06-20."""
    async with db.transaction(cause=envelope(task_registered())) as tx:
        for place, level in levels.items():
            task = task_registered(f"t{place:03}", [(f"u{place:03}", "lead")])
            said = {"number": f"督{place:03}", "level": level}
            await handlers.on_task_registered(tx, task.model_copy(update=said))
            started = clock_started(f"t{place:03}", recorded_at=at(JUNE_20))
            await handlers.on_clock_started(tx, started)


async def decide(db: Database, channel: str) -> None:
    """Decide what is due now."""
    async with db.transaction() as tx:
        await decide_due(tx, replace(round_at(db.clock.now()), channels=(channel,)))


@dataclass(slots=True)
class Group:
    """A robot, the senders that share it, and when its vendor was called."""

    double: HttpDouble
    clock: FakeClock
    replicas: Sequence[tuple[Database, BuiltChannel]]
    calls: list[datetime] = field(default_factory=list)

    async def live(self, lasting: timedelta, *, each: timedelta = timedelta(seconds=5)) -> None:
        """Let every replica look again and again, each time as after a restart."""
        end = self.clock.now() + lasting
        while self.clock.now() < end:
            for db, channel in self.replicas:
                while await sender(db, channel).step() < LONGEST_WAIT:
                    pass
            self.calls += [self.clock.now()] * (len(self.double.asked) - len(self.calls))
            self.clock.advance(each)

    def most_in_a_minute(self) -> int:
        return max(sum(begin <= one < begin + MINUTE for one in self.calls) for begin in self.calls)

    def told(self) -> set[str]:
        """Give the numbers of the tasks that the vendor took."""
        texts = [one.json["text"]["content"] for one in self.double.taken]
        return {f"督{place:03}" for place in range(300) if any(f"督{place:03}" in text for text in texts)}

    async def recorded(self) -> set[str]:
        """Give the numbers of the tasks that are recorded as sent."""
        async with self.replicas[0][0].reading() as session:
            sent = await session.scalars(select(ParcelRow.recipient).where(ParcelRow.sent_at.is_not(None)))
            return {f"督{recipient[1:]}" for recipient in sent}


def everybody(units: int = 300) -> set[str]:
    return {f"督{place:03}" for place in range(units)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("open_database", "link"),
    [
        ("sqlite", "https://duban.example/n/{parcel}"),
        pytest.param("postgres", "", marks=pytest.mark.postgres),
    ],
    indirect=["open_database"],
)
async def test_two_replicas_tell_three_hundred_messages_in_two_minutes_and_no_more_than_twenty_in_any(
    open_database: OpenDatabase, double: HttpDouble, opened: Open, link: str
) -> None:
    clock = FakeClock()
    group = Group(double, clock, [robot(open_database, opened, double, clock, link) for _ in range(2)])
    await crowd(group.replicas[0][0], clock, units=300)

    await group.live(timedelta(minutes=2), each=timedelta(seconds=15))

    assert group.most_in_a_minute() == ROUTINE
    assert (everybody() - group.told(), everybody() - await group.recorded()) == (set(), set())
    assert await numbers(group) == {1}  # Whoever was held back used up no try.


def robot(
    open_database: OpenDatabase, opened: Open, double: HttpDouble, clock: FakeClock, link: str
) -> tuple[Database, BuiltChannel]:
    link = link or "https://duban.example/n"
    return open_database(clock), opened("wecom_robot", double.base("wecom_robot"), clock.real_now, link=link)


async def numbers(group: Group) -> set[int]:
    async with group.replicas[0][0].reading() as session:
        return set(await session.scalars(select(DeliveryRow.number)))


@pytest.mark.slow
async def test_what_the_vendor_does_not_take_is_told_later_under_its_id_and_is_no_message_sent(
    open_database: OpenDatabase, double: HttpDouble, opened: Open
) -> None:
    clock = FakeClock()
    group = Group(double, clock, [robot(open_database, opened, double, clock, "")])
    await crowd(group.replicas[0][0], clock, units=100)

    for mode in ("well", "throttle", "reset", "well"):
        double.mode = mode
        await group.live(timedelta(minutes=3 if mode == "well" and group.calls else 1), each=MINUTE)
        assert await group.recorded() == group.told()

    assert group.told() == everybody(100)
    assert group.most_in_a_minute() == ROUTINE
    written = Counter({(one.headers["idempotency-key"], one.body) for one in double.asked})
    assert len({key for key, _ in written}) == len(written)
    assert len(written) < len(double.asked)


@pytest.mark.slow
async def test_an_urgent_message_leaves_before_the_crowd_that_it_waits_with(
    open_database: OpenDatabase, double: HttpDouble, opened: Open
) -> None:
    clock = FakeClock()
    group = Group(double, clock, [robot(open_database, opened, double, clock, "")])
    await crowd(group.replicas[0][0], clock, units=100, urgent=[99])

    await group.live(timedelta(seconds=1), each=timedelta(seconds=1))

    assert "督099" in double.asked[0].json["text"]["content"]


@pytest.mark.slow
async def test_an_urgent_message_that_comes_behind_a_crowd_does_not_wait_for_the_next_minute(
    open_database: OpenDatabase, double: HttpDouble, opened: Open
) -> None:
    clock = FakeClock()
    group = Group(double, clock, [robot(open_database, opened, double, clock, "")])
    db = group.replicas[0][0]
    await crowd(db, clock, units=100)
    await group.live(timedelta(seconds=5))
    before = len(double.asked)

    await register(db, {200: "urgent"})
    await decide(db, "wecom_robot")
    await decide(db, "wecom_robot")
    await group.live(timedelta(seconds=5))

    assert (before, len(double.asked)) == (ROUTINE, ROUTINE + 1)
    assert "督200" in double.asked[-1].json["text"]["content"]


@ON_POSTGRES
async def test_two_senders_at_the_same_time_keep_one_limit(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    dbs = [open_database(clock) for _ in range(2)]
    await crowd(dbs[0], clock, units=8, channel="log")

    async def send(db: Database) -> int:
        async with db.transaction() as tx:
            begun = await service_parcels.begin_sending(
                tx, real_now=tx.now, recipients=4, channels={"log": LimitedChannel()}
            )
            return len(begun)

    assert sum(await asyncio.gather(*map(send, dbs))) == LimitedChannel().per_minute


@dataclass(slots=True)
class LimitedChannel(FakeChannel):
    """A channel that lets out five messages a minute and takes its time for each."""

    per_minute: int = 5
    needs_address: bool = True
    clock: FakeClock = field(default_factory=FakeClock)
    takes: timedelta = timedelta(0)

    async def send(self, parcel: Parcel) -> Outcome:
        self.clock.advance(self.takes)
        return await FakeChannel.send(self, parcel)


async def test_a_place_that_is_no_group_gets_each_message_by_itself(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    db, channel = open_database(clock), LimitedChannel()
    await crowd(db, clock, units=12, channel="log")

    counts = []
    for _ in range(4):
        while await sender(db, channel).step() == 0.0:
            pass
        counts.append(len(channel.parcels))
        clock.advance(timedelta(seconds=59))  # The third look is two seconds short of two minutes.

    assert counts == [5, 5, 10, 10]
    assert {one.shipment for one in channel.parcels} == {""}


@dataclass(slots=True)
class SmallGroup(LimitedChannel):
    """A place that many read, whose messages tell ten parcels at most."""

    needs_address: bool = False
    shipments: list[list[str]] = field(default_factory=list)

    def messages(self, _: Parcel) -> int:
        return 1

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        return [parcels[first : first + 10] for first in range(0, len(parcels), 10)]

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        self.shipments.append([one.id for one in parcels])
        return Outcome(Result.FAILED, "busy")


async def test_a_shipment_is_tried_again_whole_and_singly_when_the_channel_is_no_group_any_more(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db, group, another = open_database(clock), SmallGroup(), LimitedChannel()
    await crowd(db, clock, units=12, channel="log")

    for _ in range(2):
        while await sender(db, group).step() == 0.0:
            pass
        clock.advance(MINUTE)
    await sender(db, another).step()

    first, second = group.shipments
    assert (first, len(first)) == (second, 9)
    assert sorted(one.id for one in another.parcels) == sorted(first)


async def test_a_shipment_waits_whole_when_a_recipient_has_another_message_of_the_day(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db, group = open_database(clock), SmallGroup()
    await crowd(db, clock, units=12, channel="log")
    await sender(db, group).step()
    async with db.transaction() as tx:
        said = {"id": "p-other", "channel": "log", "recipient": "u007", "urgent": False, "notices": 0}
        tx.session.add(ParcelRow(**said, day=JUNE_26))

    counts = []
    for instant in (at(JUNE_26), at(JUNE_26, 12), at(JUNE_27)):
        clock.instant = instant
        await sender(db, group).step()
        counts.append(len(group.shipments))

    assert counts == [1, 1, 2]
    assert group.shipments[0] == group.shipments[1]


@ON_POSTGRES
async def test_a_shipment_waits_while_another_sender_has_one_of_its_recipients(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db, other, group = open_database(clock), open_database(clock), SmallGroup()
    await crowd(db, clock, units=12, channel="log")
    for _ in range(2):
        while await sender(db, group).step() == 0.0:
            pass
        clock.advance(MINUTE)

    async with other.transaction() as tx:
        end = select(literal("log").label("channel"), literal("u007").label("recipient")).subquery()
        assert await claim(tx.session, end, recipients=1)
        await sender(db, group).step()
    kept = len(group.shipments)
    await sender(db, group).step()

    assert (kept, len(group.shipments)) == (2, 3)


async def test_what_has_its_turn_too_late_waits_on_before_anybody_takes_it_for_lost(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db, channel = open_database(clock), LimitedChannel(clock=clock, takes=timedelta(seconds=5))
    await crowd(db, clock, units=3, channel="log")

    counts = []
    for _ in range(2):
        await sender(db, channel).step()
        counts.append(len(channel.parcels))

    assert counts == [2, 3]
    assert {one.number for one in channel.parcels} == {1}


async def test_calls_that_count_no_more_are_forgotten(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    db, channel = open_database(clock), LimitedChannel()
    await crowd(db, clock, units=6, channel="log")

    for _ in range(2):
        await sender(db, channel).step()
        clock.advance(MINUTE)

    async with db.reading() as session:
        assert len((await session.scalars(select(CallRow))).all()) == 1
