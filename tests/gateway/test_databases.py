"""The same intake and the same archive on SQLite and on PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.gateway.archive import service as archive_service
from services.gateway.archive.domain import Fault
from services.gateway.archive.domain_export import Checking
from services.gateway.archive.exporting import Exporter
from services.gateway.archive.verifying import verify
from services.gateway.models import ArchivedEvent
from services.gateway.ratings.domain import Outcome, Rating, RatingIn, read_rating
from services.gateway.ratings.intake import GroupCommit
from services.gateway.ratings.repository import sources_by_id
from services.gateway.ratings.service import take_ratings
from shared.bulk import CHUNK
from shared.clock import local_date
from shared.database import Database
from shared.errors import Invalid
from shared.events.ratings import RatingSubmitted
from shared.streams import Entry
from shared.testing import DRILL_START, FakeClock, events_of, sqlite_database
from shared.testing_servers import PostgresServer
from tests.gateway.chains import Chain, place_of
from tests.gateway.test_archive_export import KEY
from tests.gateway.world import entry, rating


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        made = sqlite_database("gateway", tmp_path, FakeClock())
    else:
        url = request.getfixturevalue("postgres").new_url("gateway")
        made = Database(url, service="gateway", clock=FakeClock())
    yield made
    await made.close()


async def ratings(db: Database, *numbers: int, satisfaction: str = "5") -> list[Rating]:
    async with db.reading() as session:
        sources = await sources_by_id(session)
    given = [RatingIn.model_validate(rating(number, satisfaction=satisfaction)) for number in numbers]
    return [read_rating(one, sources, bound_source="", latest=DRILL_START) for one in given]


async def take(db: Database, items: list[Rating]) -> list[Outcome]:
    return await db.run_sync(lambda tx: take_ratings(tx, items))


async def test_ratings_are_accepted_repeated_or_in_conflict(db: Database) -> None:
    first = await take(db, await ratings(db, 1, 2))
    second = await take(db, [*await ratings(db, 2, 3), *await ratings(db, 1, satisfaction="1")])

    assert first == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert second == [Outcome.REPEATED, Outcome.ACCEPTED, Outcome.CONFLICT]
    assert len(await events_of(db, RatingSubmitted)) == 3


async def test_more_ratings_than_one_statement_takes_are_stored(db: Database) -> None:
    outcomes = await take(db, await ratings(db, *range(CHUNK * 2 + 7)))

    assert set(outcomes) == {Outcome.ACCEPTED}
    assert len(await events_of(db, RatingSubmitted)) == CHUNK * 2 + 7


async def test_the_same_ratings_sent_by_many_at_once_count_once(db: Database) -> None:
    same = await ratings(db, *range(20))

    outcomes = await asyncio.gather(*(take(db, same) for _ in range(6)))

    accepted = sum(outcome is Outcome.ACCEPTED for taken in outcomes for outcome in taken)
    assert (accepted, len(await events_of(db, RatingSubmitted))) == (20, 20)


async def test_rows_that_the_database_refuses_reject_their_own_request_alone(db: Database) -> None:
    good, bad = await ratings(db, 1), [one._replace(content_hash=None) for one in await ratings(db, 2)]  # type: ignore[arg-type] # What no table takes.
    intake = GroupCommit(db, take_ratings)
    waiting = [asyncio.create_task(intake.submit(items)) for items in (good, bad)]
    await asyncio.sleep(0)

    await intake.start()
    stored, refused = await asyncio.gather(*waiting, return_exceptions=True)
    await intake.stop()

    assert stored == [Outcome.ACCEPTED]
    assert isinstance(refused, Invalid)
    assert (refused.code, intake.problems()) == ("intake.refused", [])


async def test_streams_that_are_archived_at_once_make_one_chain(db: Database) -> None:
    async def keep(*entries: Entry) -> None:
        await db.run_sync(lambda tx: archive_service.archive(tx.connection, entries))

    numbers = range(1, 11)
    await asyncio.gather(
        *(keep(entry(number)) for number in numbers), *(keep(entry(number, "ratings")) for number in numbers)
    )

    async with db.reading() as session:
        count = await session.scalar(select(func.count()).select_from(ArchivedEvent))
    verified = await db.look(verify)
    assert (count, verified.last, verified.broken) == (20, 20, None)


async def test_an_archive_is_anchored_exported_trimmed_and_verified(db: Database) -> None:
    clock = FakeClock()
    chain = Chain(db, clock)
    await chain.grow(1, 6)
    anchor = await chain.anchored()
    await chain.grow(7, 9)

    exporter = Exporter(db, KEY)
    lines = b"".join([piece async for piece in exporter.write(await exporter.begin(None, None))])
    await chain.retention().trim(local_date(clock.now()), by="k1")
    found = await chain.verified()

    assert anchor is not None
    assert Checking(exporter.signer.public_key).check(lines.splitlines(keepends=True)) is None
    assert (found.first, found.last, found.broken, found.anchors) == (7, 9, None, 1)
    await chain.tamper("UPDATE archive SET subject = 'other' WHERE position = 8")
    assert place_of((await chain.verified()).broken) == (8, Fault.MISLABELLED, "supervision", 8)
