"""A person who reads several mailboxes gets one message with all of them, and each notice keeps its own record."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from services.notify import handlers, service_parcels
from services.notify.channels.together import by_address
from services.notify.domain import MOST_ATTEMPTS, Outcome, Result
from services.notify.models import DeliveryRow, ParcelRow, PersonRouteRow, PersonRow, PostRow
from services.notify.ports import Parcel
from services.notify.service_notices import decide_due
from shared.database import Database
from shared.events.supervision import UnitRegistered
from shared.testing import FakeClock, envelope
from tests.notify.conftest import ON_BOTH, ON_POSTGRES, OpenDatabase
from tests.notify.made import (
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    round_at,
    sender,
    task_registered,
    tell,
)

JUNE_26, JUNE_27 = date(2023, 6, 26), date(2023, 6, 27)
LONG_AGO = date(2023, 1, 1)


@dataclass(slots=True)
class Post(FakeChannel):
    """A channel to people, which keeps what it was handed together."""

    per_minute: int = 60
    needs_address: bool = True
    name: str = "mail"
    loads: list[list[Parcel]] = field(default_factory=list)

    def messages(self, _: Parcel) -> int:
        return 1

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        return by_address(parcels)

    async def send(self, parcel: Parcel) -> Outcome:
        return await self.send_together([parcel])

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        self.loads.append([*parcels])
        return self.outcome

    def told(self) -> list[tuple[str, list[str]]]:
        """Give the address and the mailboxes of each message."""
        return [(load[0].to, [one.recipient for one in load]) for load in self.loads]


async def hold(db: Database, **mailboxes: str) -> None:
    """Let each mailbox be read by one person, and by nobody else any more; who has a mail address, `person@x`."""
    async with db.transaction() as tx:
        await tx.session.execute(delete(PostRow))
        known = set(await tx.session.scalars(select(PersonRow.id)))
        new = sorted(set(mailboxes.values()) - known)
        tx.session.add_all(PersonRow(id=person, name=person) for person in new)
        await tx.session.flush()
        tx.session.add_all(
            PersonRouteRow(person_id=person, place=0, channel="mail", address=f"{person}@x") for person in new
        )
        tx.session.add_all(
            PostRow(mailbox=mailbox, person_id=person, from_day=LONG_AGO)
            for mailbox, person in mailboxes.items()
        )


async def decide(db: Database, clock: FakeClock, units: int) -> None:
    """Let so many units be told on 06-27 of a task each."""
    await adopt_shipped_rules(db)
    clock.instant = at(JUNE_26)
    async with db.transaction(cause=envelope(task_registered())) as tx:
        for number in range(units):
            await handlers.on_task_registered(
                tx, task_registered(f"t{number:02}", [(f"u{number:02}", "lead")])
            )
            await handlers.on_clock_started(tx, clock_started(f"t{number:02}", recorded_at=at(JUNE_26)))
    for day in (JUNE_26, JUNE_27):
        clock.instant = at(day)
        async with db.transaction() as tx:
            await decide_due(tx, replace(round_at(at(day)), channels=("mail",)))


async def send_all(db: Database, channel: Post) -> None:
    while await sender(db, channel).step() == 0.0:
        pass


async def outcomes(db: Database) -> list[tuple[str, int, str]]:
    async with db.reading() as session:
        stated = select(ParcelRow.recipient, DeliveryRow.number, DeliveryRow.outcome).join(
            DeliveryRow, DeliveryRow.parcel_id == ParcelRow.id
        )
        found = await session.execute(stated.order_by(ParcelRow.recipient, DeliveryRow.number))
        return [(mailbox, number, outcome) for mailbox, number, outcome in found]


@ON_BOTH
async def test_a_person_gets_one_message_for_all_mailboxes_and_each_has_its_record(
    open_database: OpenDatabase,
) -> None:
    clock, channel = FakeClock(), Post()
    db = open_database(clock)
    await hold(db, u00="lee", u01="wang", u02="lee")
    await decide(db, clock, units=3)

    await send_all(db, channel)

    assert channel.told() == [("lee@x", ["u00", "u02"]), ("wang@x", ["u01"])]
    assert await outcomes(db) == [("u00", 1, "sent"), ("u01", 1, "sent"), ("u02", 1, "sent")]


@pytest.mark.slow
@ON_BOTH
async def test_mailboxes_that_lie_far_apart_are_told_together_too(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(), Post()
    db = open_database(clock)
    others = {f"u{number:02}": f"p{number}" for number in range(1, 49)}
    await hold(db, u00="lee", u49="lee", **others)
    await decide(db, clock, units=50)

    await send_all(db, channel)

    assert ("lee@x", ["u00", "u49"]) in channel.told()
    assert len(channel.loads) == 49


async def test_what_a_merged_unit_is_told_comes_with_the_heir_s(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(), Post()
    db = open_database(clock)
    await hold(db, u01="lee")
    await decide(db, clock, units=2)
    merged = UnitRegistered(unit_id="u00", name="原行政审批局", kind="bureau", successor="u01")
    await tell(db, handlers.on_unit_registered, merged)

    await send_all(db, channel)

    assert channel.told() == [("lee@x", ["u00", "u01"])]


async def test_what_nobody_reads_goes_by_itself(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(), Post()
    db = open_database(clock)
    await decide(db, clock, units=2)

    await send_all(db, channel)

    assert channel.told() == [("", ["u00"]), ("", ["u01"])]


@ON_BOTH
async def test_a_message_that_was_not_taken_is_repeated_whole_and_under_its_id(
    open_database: OpenDatabase,
) -> None:
    clock, channel = FakeClock(), Post(outcome=Outcome(Result.FAILED, "busy"))
    db = open_database(clock)
    await hold(db, u00="lee", u01="lee")
    await decide(db, clock, units=2)

    await send_all(db, channel)
    channel.outcome = Outcome(Result.SENT)
    clock.advance(timedelta(seconds=5))
    await send_all(db, channel)

    first, second = channel.loads
    assert ({one.shipment for one in first}, len(second)) == ({one.shipment for one in second}, 2)
    assert [(number, outcome) for _, number, outcome in await outcomes(db)] == [
        (1, "failed"),
        (2, "sent"),
    ] * 2


@ON_BOTH
async def test_after_a_hand_over_each_mailbox_is_told_by_itself(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(), Post(outcome=Outcome(Result.FAILED, "busy"))
    db = open_database(clock)
    await hold(db, u00="lee", u01="lee", u02="lee")
    await decide(db, clock, units=3)
    await send_all(db, channel)

    await hold(db, u00="lee", u01="wang", u02="lee")
    clock.advance(timedelta(seconds=5))
    await send_all(db, channel)
    channel.outcome = Outcome(Result.SENT)
    clock.advance(timedelta(seconds=25))
    await send_all(db, channel)

    singly = [("lee@x", ["u00"]), ("wang@x", ["u01"]), ("lee@x", ["u02"])]
    assert channel.told()[1:] == singly * 2
    assert [one for one in await outcomes(db) if one[2] == "sent"] == [
        (f"u0{unit}", 3, "sent") for unit in range(3)
    ]


async def test_what_is_given_up_goes_on_by_itself_where_only_one_of_them_has_another_address(
    open_database: OpenDatabase,
) -> None:
    clock, channel = FakeClock(), Post(outcome=Outcome(Result.FAILED, "busy"))
    db = open_database(clock)
    await hold(db, u00="lee", u01="lee", u09="wang")
    async with db.transaction() as tx:
        tx.session.add(PostRow(mailbox="u01", person_id="wang", from_day=date(2022, 1, 1)))
    await decide(db, clock, units=2)

    for number in range(MOST_ATTEMPTS):
        await send_all(db, channel)
        clock.advance(timedelta(seconds=5 ** (number + 1)))
    channel.outcome = Outcome(Result.SENT)
    await send_all(db, channel)

    # The first of the tries to the other address follows at once, and is not taken either.
    assert channel.told() == [("lee@x", ["u00", "u01"])] * MOST_ATTEMPTS + [("wang@x", ["u01"])] * 2


@ON_POSTGRES
async def test_two_senders_at_the_same_time_send_a_person_one_message(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    dbs = [open_database(clock) for _ in range(2)]
    await hold(dbs[0], u00="lee", u01="lee", u02="lee", u03="wang")
    await decide(dbs[0], clock, units=4)

    async def begin(db: Database) -> list[tuple[str, str]]:
        async with db.transaction() as tx:
            begun = await service_parcels.begin_sending(
                tx, real_now=tx.now, recipients=1, channels={"mail": Post()}
            )
            return [(one.to, one.shipment) for one in begun]

    first, second = sorted(await asyncio.gather(*map(begin, dbs)), key=len, reverse=True)

    assert ({to for to, _ in first}, len(first), len(set(first))) == ({"lee@x"}, 3, 1)
    assert second == [("wang@x", "")]


@pytest.mark.parametrize("urgent", [True, False])
async def test_an_urgent_one_is_not_told_with_a_routine_one(
    open_database: OpenDatabase, *, urgent: bool
) -> None:
    clock, channel = FakeClock(), Post()
    db = open_database(clock)
    await hold(db, u00="lee", u01="lee")
    await decide(db, clock, units=1)
    other = task_registered("t01", [("u01", "lead")])
    level = "urgent" if urgent else "normal"
    await tell(db, handlers.on_task_registered, other.model_copy(update={"level": level}))
    clock.instant = at(JUNE_26)
    await tell(db, handlers.on_clock_started, clock_started("t01", recorded_at=at(JUNE_26)))
    clock.instant = at(JUNE_27)
    async with db.transaction() as tx:
        await decide_due(tx, replace(round_at(at(JUNE_27)), channels=("mail",)))

    await send_all(db, channel)

    assert sorted(map(len, channel.loads)) == ([1, 1] if urgent else [2])
