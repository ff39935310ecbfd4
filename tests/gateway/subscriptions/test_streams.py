"""Streams of subscribers on a real Valkey: the bytes of the archive by position, whatever dies, for one reader."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Gone
from redis.exceptions import NoPermissionError
from sqlalchemy import delete, select, update

from services.gateway.archive.domain_filters import Filters
from services.gateway.models import ArchiveChain, ArchivedEvent
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.models import StreamMark, Subscription
from shared.events.exchange import EventsMissed, SubscriptionDisabled
from shared.testing import events_of, json_lines
from shared.testing_servers import ValkeyServer
from tests.gateway.subscriptions.streams_world import Stand, feeder_over
from tests.gateway.subscriptions.world import Desk, rated

pytestmark = pytest.mark.valkey


@pytest.fixture(scope="module")
def shared_server() -> Iterator[ValkeyServer]:
    """Run a server for the tests that do not kill it."""
    yield from _running()


@pytest.fixture
def own_server() -> Iterator[ValkeyServer]:
    """Run a server that a test may kill."""
    yield from _running()


def _running() -> Iterator[ValkeyServer]:
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    server = ValkeyServer(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder, ignore_errors=True)


async def _stand(desk: Desk, server: ValkeyServer) -> AsyncIterator[Stand]:
    async with Redis.from_url(server.url) as admin:
        await admin.flushall()
        streams, feeder = feeder_over(desk.db, server.url)
        stand = Stand(desk, server.url, streams, feeder, admin)
        yield stand
        await stand.feeder.stop()


@pytest.fixture
async def stand(desk: Desk, shared_server: ValkeyServer) -> AsyncIterator[Stand]:
    """Stand before an empty server."""
    async for made in _stand(desk, shared_server):
        yield made


@pytest.fixture
async def killable(desk: Desk, own_server: ValkeyServer) -> AsyncIterator[Stand]:
    """Stand before a server that may be killed."""
    async for made in _stand(desk, own_server):
        yield made


async def archived(desk: Desk) -> list[tuple[int, bytes]]:
    wanted = select(ArchivedEvent.position, ArchivedEvent.payload).order_by(ArchivedEvent.position)
    async with desk.db.reading() as session:
        return [(position, raw) for position, raw in await session.execute(wanted)]


async def test_a_late_joiner_finds_history_and_what_is_new_under_positions_with_the_bytes_of_the_archive(
    stand: Stand,
) -> None:
    await stand.desk.archive(rated("a"), rated("b"))
    password = await stand.subscribe()
    await stand.settle()
    await stand.desk.archive(rated("a"))
    await stand.settle()

    async with stand.reader(password) as reader:
        ((_, entries),) = await reader.xread({"sub.credit": "1-0"})
    assert [key for key, _ in entries] == [b"2-0", b"3-0"]
    assert await stand.found() == await archived(stand.desk)


async def test_filters_choose_and_a_beginning_is_kept(stand: Stand) -> None:
    await stand.desk.archive(rated("a", level=1), rated("b", level=1), rated("c", level=5))
    await stand.subscribe(filters=Filters(levels=(1,)), begin=1)

    await stand.settle()

    assert await stand.positions() == [2]
    assert (await stand.desk.subscription()).position == 3


async def test_where_retention_has_passed_a_gap_says_from_where_to_where(stand: Stand) -> None:
    await stand.desk.archive(*(rated(f"r{number}") for number in range(4)))
    async with stand.desk.db.transaction() as tx:
        await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position <= 2))
    await stand.subscribe()

    await stand.settle()
    await stand.look_again()

    (position, raw), *rest = await stand.found()
    (event,) = json_lines(raw.decode())
    assert (position, event["type"], event["data"]["first"], event["data"]["last"]) == (
        2,
        EventsMissed.type,
        1,
        2,
    )
    assert [one for one, _ in rest] == [3, 4]


async def test_a_replica_without_the_lease_feeds_nothing(stand: Stand) -> None:
    await stand.desk.archive(rated())
    await stand.subscribe()
    await stand.look_again()
    stand.active = False
    await stand.desk.archive(rated())

    await stand.settle()

    assert await stand.positions() == [1]


@pytest.mark.parametrize("kept", [0, 2])
async def test_what_a_killed_feeder_appended_and_did_not_record_is_not_appended_again(
    stand: Stand, kept: int
) -> None:
    await stand.desk.archive(*(rated(f"r{number}") for number in range(4)))
    await stand.subscribe()
    await stand.settle()
    async with stand.desk.db.transaction() as tx:
        await tx.session.execute(update(Subscription).values(position=kept, appended=kept))

    await stand.look_again()

    assert await stand.positions() == [1, 2, 3, 4]
    assert (await stand.desk.subscription()).appended == 4


async def test_a_server_that_is_killed_and_loses_its_tail_gets_it_again_and_its_users_too(
    killable: Stand, own_server: ValkeyServer
) -> None:
    await killable.desk.archive(*(rated(f"r{number}") for number in range(50)))
    password = await killable.subscribe()
    await killable.settle()
    own_server.kill()
    lost = own_server.cut(3000)
    own_server.start()

    await killable.look_again()

    assert lost == 3000
    assert await killable.found() == await archived(killable.desk)
    async with killable.reader(password) as reader:
        assert len(await reader.xrange("sub.credit")) == 50


async def test_a_server_that_lost_everything_gets_what_had_not_been_removed(stand: Stand) -> None:
    await stand.desk.archive(*(rated(f"r{number}") for number in range(9)))
    await stand.subscribe(keep_entries=4)
    await stand.settle()
    before = await stand.positions()
    await stand.admin.flushall()

    await stand.look_again()

    assert before == await stand.positions() == [6, 7, 8, 9]
    assert (await stand.admin.xinfo_stream("sub.credit"))["max-deleted-entry-id"] == b"5-0"


async def test_a_server_that_is_away_is_told_and_the_feeder_goes_on_when_it_is_back(
    killable: Stand, own_server: ValkeyServer
) -> None:
    await killable.subscribe()
    await killable.settle()
    own_server.kill()
    await killable.desk.archive(rated())
    await killable.settle()
    away = killable.feeder.outage
    own_server.start()
    await killable.settle()

    assert away
    assert (killable.feeder.outage, await killable.positions()) == ("", [1])


async def test_what_somebody_else_wrote_stops_the_stream_and_resuming_builds_it_anew(stand: Stand) -> None:
    await stand.desk.archive(rated(), rated())
    await stand.subscribe()
    await stand.settle()
    await stand.admin.xadd("sub.credit", {"a": "b"}, id="2-5")
    await stand.look_again()
    stopped = await stand.desk.subscription()
    async with stand.desk.db.transaction() as tx:
        await people.resume(tx, "credit", by="key-1", clock=stand.desk.clock)
    await stand.settle()

    assert (stopped.state, "sub.credit" in stopped.reason) == ("disabled", True)
    assert [one.subscription for one in await events_of(stand.desk.db, SubscriptionDisabled)] == ["credit"]
    assert await stand.positions() == [1, 2]


async def test_an_archive_that_was_restored_from_before_stops_the_stream(stand: Stand) -> None:
    await stand.desk.archive(rated(), rated(), rated())
    await stand.subscribe()
    await stand.settle()
    async with stand.desk.db.transaction() as tx:
        await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position > 1))
        await tx.session.execute(update(ArchiveChain).values(last_position=1))
        await tx.session.execute(update(Subscription).values(position=1, appended=1))

    await stand.look_again()

    stopped = await stand.desk.subscription()
    assert (stopped.state, "第 3 号" in stopped.reason) == ("disabled", True)


async def test_entries_go_when_they_are_old(stand: Stand) -> None:
    await stand.desk.archive(rated("old"))
    await stand.subscribe(keep_hours=10)
    await stand.settle()
    stand.desk.clock.advance(timedelta(hours=11))
    await stand.desk.archive(rated("new"))
    await stand.look_again()

    assert await stand.positions() == [2]
    assert (await stand.desk.subscription()).trimmed == 1
    async with stand.desk.db.reading() as session:
        assert [one.position for one in await session.scalars(select(StreamMark))] == [1, 2]


async def test_a_password_that_was_rotated_holds_until_the_overlap_ends(stand: Stand) -> None:
    old = await stand.subscribe()
    await stand.settle()
    async with stand.desk.db.transaction() as tx:
        new = await people.rotate(tx, "credit", people.NewSecret(), stand.office, by="key-1")
    await stand.settle()
    async with stand.reader(old) as before, stand.reader(new) as after:
        both = [await before.ping(), await after.ping()]
        stand.desk.clock.advance(timedelta(hours=25))
        await stand.settle()
        with pytest.raises(Gone):  # Its connection too.
            await before.ping()

    async with stand.reader(new) as reader:
        assert (both, await reader.ping()) == ([True, True], True)


async def test_a_subscription_that_is_removed_takes_its_stream_and_its_reader_with_it(stand: Stand) -> None:
    await stand.desk.archive(rated())
    password = await stand.subscribe()
    await stand.settle()
    async with stand.desk.db.transaction() as tx:
        await people.pause(tx, "credit", by="key-1", clock=stand.desk.clock)
        await people.remove(tx, "credit")
    await stand.look_again()

    assert await stand.admin.keys("sub.*") == []
    with pytest.raises(Gone):
        await stand.reader(password).ping()


async def test_a_paused_stream_keeps_its_entries_and_its_reader_and_gets_nothing_new(stand: Stand) -> None:
    await stand.desk.archive(rated())
    password = await stand.subscribe()
    await stand.settle()
    async with stand.desk.db.transaction() as tx:
        await people.pause(tx, "credit", by="key-1", clock=stand.desk.clock)
    await stand.desk.archive(rated())
    await stand.look_again()

    async with stand.reader(password) as reader:
        assert len(await reader.xrange("sub.credit")) == 1
        with pytest.raises(NoPermissionError):
            await reader.xadd("sub.credit", {"a": "b"})


async def test_without_streams_a_server_that_is_not_there_is_no_trouble(
    killable: Stand, own_server: ValkeyServer
) -> None:
    own_server.kill()
    first = await killable.feeder.step()
    asked = bool(killable.feeder.outage)
    second = await killable.feeder.step()

    assert (asked, killable.feeder.outage) == (True, "")
    assert (first, second, killable.feeder.problems()) == (1.0, 1.0, [])
