"""Contacts in the database: held posts, and routes at an instant."""

from datetime import date

from services.notify.contacts.domain import Route
from services.notify.contacts.repository import held_posts, routes
from services.notify.models import LeaveRow, PersonRouteRow, PersonRow, PostRow, UnitRow
from shared.clock import at_local
from shared.database import Database
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase

START, LAST, AFTER = date(2023, 6, 1), date(2023, 6, 15), date(2023, 6, 16)
NOW = at_local(LAST, 9)
LATE_ON_THE_LAST_DAY, THE_NEXT_MORNING = at_local(LAST, 23, 59), at_local(AFTER, 0, 1)
MAIL, SMS, OTHER = Route("mail", "lee", "lee@x"), Route("sms", "lee", "1"), Route("mail", "wang", "wang@x")


async def contacts(db: Database) -> None:
    """Let Lee read two mailboxes of u1 until 06-15, then Wang the leader's; Lee is away on 06-01 and 06-02."""
    async with db.transaction() as tx:
        tx.session.add_all(PersonRow(id=one, name=one) for one in ("lee", "wang", "mute"))
        await tx.session.flush()
        for place, route in ((0, MAIL), (1, SMS), (0, OTHER)):
            row = PersonRouteRow(
                person_id=route.person, place=place, channel=route.channel, address=route.address
            )
            tx.session.add(row)
        for mailbox, person, first, last in (
            ("u1", "lee", START, None),
            ("u1/leader", "lee", START, LAST),
            ("u1/leader", "wang", AFTER, None),
            ("u2/officer", "mute", START, None),
        ):
            tx.session.add(PostRow(mailbox=mailbox, person_id=person, from_day=first, until_day=last))
        away = LeaveRow(person_id="lee", from_day=START, until_day=date(2023, 6, 2), deputy_id="wang")
        tx.session.add(away)


@ON_BOTH
async def test_a_hand_over_changes_the_route_at_midnight_and_not_the_mailbox(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock(NOW))
    await contacts(db)

    async with db.reading() as session:
        before = await routes(session, ["u1/leader"], LATE_ON_THE_LAST_DAY)
        after = await routes(session, ["u1/leader"], THE_NEXT_MORNING)
        held = await held_posts(session, ["u1"], THE_NEXT_MORNING)

    assert (before, after) == ({"u1/leader": (MAIL, SMS)}, {"u1/leader": (OTHER,)})
    assert held == {"u1/leader"}


async def test_a_deputy_is_reached_while_the_holder_is_away(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock(NOW))
    await contacts(db)

    async with db.reading() as session:
        found = await routes(session, ["u1", "u1/leader"], at_local(date(2023, 6, 2), 9))

    assert found == {"u1": (OTHER,), "u1/leader": (OTHER,)}


async def test_a_post_may_be_held_by_somebody_without_a_route(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock(NOW))
    await contacts(db)

    async with db.reading() as session:
        held = await held_posts(session, ["u1", "u2", "u3"], NOW)
        found = await routes(session, ["u2/officer", "u3"], NOW)

    assert held == {"u1/leader", "u2/officer"}
    assert not found


async def merge(db: Database, unit: str, successor: str) -> None:
    """Merge a unit into another."""
    async with db.transaction() as tx:
        values = {"name": unit, "kind": "bureau", "collective": False, "revision": 1}
        tx.session.add(UnitRow(unit_id=unit, successor=successor, **values))


@ON_BOTH
async def test_what_is_for_a_merged_unit_goes_to_the_readers_of_its_heir(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock(NOW))
    await contacts(db)
    await merge(db, "u0", "u9")
    await merge(db, "u9", "u1")

    async with db.reading() as session:
        found = await routes(session, ["u0", "u0/leader", "u0/officer", "u0/overseer"], THE_NEXT_MORNING)
        held = await held_posts(session, ["u0", "u2"], THE_NEXT_MORNING)

    assert found == {"u0": (MAIL, SMS), "u0/leader": (OTHER,), "u0/officer": (MAIL, SMS)}
    assert held == {"u0/leader", "u2/officer"}


async def test_a_merged_unit_keeps_its_own_readers_while_its_heir_has_none(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock(NOW))
    await contacts(db)
    await merge(db, "u1", "u2")

    async with db.reading() as session:
        found = await routes(session, ["u1", "u1/leader"], NOW)

    assert found == {"u1": (MAIL, SMS), "u1/leader": (MAIL, SMS)}
