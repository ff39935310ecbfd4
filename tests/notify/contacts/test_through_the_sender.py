"""The real sender with contacts: who is reached is decided when a message leaves."""

from datetime import date

from prometheus_client import CollectorRegistry

from services.notify import handlers
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.models import PersonRouteRow, PersonRow, PostRow
from shared.database import Database
from shared.events.supervision import UnitRegistered
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.made import (
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    task_registered,
    tell,
)

JUNE_26, JUNE_27 = date(2023, 6, 26), date(2023, 6, 27)


async def watch(db: Database, clock: FakeClock, units: int) -> None:
    """Let as many units have a task each, and decide what they are told on 06-27."""
    clock.instant = at(JUNE_26)
    await adopt_shipped_rules(db)
    for number in range(units):
        task_id = f"t{number}"
        await tell(db, handlers.on_task_registered, task_registered(task_id, [(f"u{number}", "lead")]))
        await tell(db, handlers.on_clock_started, clock_started(task_id, recorded_at=at(JUNE_26)))
    await decide_now(db)
    clock.instant = at(JUNE_27)
    await decide_now(db)


async def hand_over(db: Database, mailbox: str, *holdings: tuple[str, date, date | None]) -> None:
    """Let people read a mailbox, each with an address of their own for the channel `log`."""
    async with db.transaction() as tx:
        tx.session.add_all(PersonRow(id=person, name=person) for person, _, _ in holdings)
        await tx.session.flush()
        for person, first, last in holdings:
            route = PersonRouteRow(person_id=person, place=0, channel="log", address=f"{person}@x")
            post = PostRow(mailbox=mailbox, person_id=person, from_day=first, until_day=last)
            tx.session.add_all([route, post])


async def test_a_message_goes_to_who_holds_the_post_when_it_leaves(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(), FakeChannel()
    db = open_database(clock)
    await hand_over(db, "u0", ("lee", date(2023, 1, 1), JUNE_26), ("wang", JUNE_27, None))
    await watch(db, clock, units=2)

    await Sender(db, [channel], instruments=Instruments(CollectorRegistry())).step()

    assert [(one.recipient, one.to) for one in channel.parcels] == [("u0", "wang@x"), ("u1", "")]


async def test_a_message_for_a_unit_that_was_merged_meanwhile_goes_to_its_heir(
    open_database: OpenDatabase,
) -> None:
    clock, channel = FakeClock(), FakeChannel()
    db = open_database(clock)
    await hand_over(db, "u9", ("wang", date(2023, 1, 1), None))
    await watch(db, clock, units=1)
    merged = UnitRegistered(unit_id="u0", name="原行政审批局", kind="bureau", successor="u9")
    await tell(db, handlers.on_unit_registered, merged)

    await Sender(db, [channel], instruments=Instruments(CollectorRegistry())).step()

    assert [(one.recipient, one.to) for one in channel.parcels] == [("u0", "wang@x")]
