"""Services that come by the thousand: a batch keeps what its events keep one by one, on both databases."""

from random import Random

from sqlalchemy import select, update

from services.notify.models import ClockRow, ServicePauseRow, ServiceRow
from shared.database import Database
from shared.events import Event
from shared.tables import CURSORS
from shared.testing import DRILL_START, FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.monitoring.made import ACCEPTED, hear, hear_together
from tests.notify.timeline.services import SERVICE, accepted, completed, paused, resumed
from tests.shared.world import parked

BEGAN = "2023-06-12 10:00"
LARGE = 10**30  # No column holds it.


def day_of_an_office(count: int) -> list[Event]:
    """Give what one day brings: steps of many services, one among the other."""
    story = accepted(BEGAN), paused("2023-06-13 15:00"), resumed("2023-06-14 11:00"), completed(BEGAN)
    told: list[Event] = [
        step.model_copy(update={"service_id": f"s1:{number}"})
        for number in range(count)
        for step in story[: 2 + number % 3]
    ]
    Random(5).shuffle(told)  # noqa: S311 - any order will do, the same each time.
    return told


async def kept(db: Database) -> list[tuple[object, ...]]:
    """Read all that the mirror holds."""
    found: list[tuple[object, ...]] = []
    async with db.reading() as session:
        for model in (ServiceRow, ServicePauseRow, ClockRow):
            rows = await session.execute(select(*model.__table__.columns))
            found += sorted((model.__tablename__, *map(str, row)) for row in rows)
    return found


@ON_BOTH
async def test_a_batch_keeps_what_its_events_keep_one_by_one(open_database: OpenDatabase) -> None:
    db, told = open_database(FakeClock(ACCEPTED)), day_of_an_office(9)
    await hear_together(db, *told)
    together = await kept(db)

    await hear(db, *told, at=DRILL_START)

    assert len(together) == 9 * 3
    assert await kept(db) == together


@ON_BOTH
async def test_a_batch_that_is_read_again_changes_nothing(open_database: OpenDatabase) -> None:
    db, told = open_database(FakeClock(ACCEPTED)), day_of_an_office(4)
    await hear_together(db, *told)
    before = await kept(db)
    async with db.transaction() as tx:
        await tx.session.execute(update(CURSORS).values(last_seq=0))

    await hear_together(db, *told)

    assert await kept(db) == before


@ON_BOTH
async def test_of_two_words_in_a_batch_the_later_holds(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock(ACCEPTED))

    await hear_together(db, accepted(BEGAN, promised=3), completed(BEGAN), accepted(BEGAN, promised=20))

    async with db.reading() as session:
        (row,) = (await session.scalars(select(ServiceRow))).all()
    assert (row.promised, row.accepted_seq, row.completed_seq) == (20, 3, 2)


@ON_BOTH
async def test_a_word_that_no_column_holds_is_parked_alone_and_its_service_waits(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock(ACCEPTED))
    bad = [accepted(BEGAN, "s1:bad", promised=LARGE), completed(BEGAN, "s1:bad")]

    await hear_together(db, accepted(BEGAN), *bad, accepted(BEGAN, "s1:good"))

    async with db.reading() as session:
        kept_ones = sorted(await session.scalars(select(ServiceRow.service_id)))
    assert kept_ones == [SERVICE, "s1:good"]
    assert len(await parked(db, dead=False)) == 2
