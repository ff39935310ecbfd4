"""The streams of subscribers on a real server: appended behind the known top alone, shortened, read by their users."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Gone
from redis.exceptions import NoPermissionError, ResponseError

from shared.errors import Unavailable
from shared.streams import Piece, Standing, SubscriberStreams
from shared.testing_servers import ValkeyServer

PASSWORD = "p" * 40
Client = Any  # redis-py types its answers for every protocol at once.


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def pieces(*positions: int) -> list[Piece]:
    return [Piece(position, b"event %d, \r\n\x00" % position) for position in positions]


@pytest.fixture
async def streams(own_valkey: ValkeyServer) -> AsyncIterator[SubscriberStreams]:
    made = SubscriberStreams(own_valkey.url)
    yield made
    await made.close()


@pytest.fixture
async def redis(own_valkey: ValkeyServer) -> AsyncIterator[Client]:
    """Look as an administrator does."""
    async with Redis.from_url(own_valkey.url) as client:
        yield client


def reading(server: ValkeyServer) -> Client:
    """Connect as the subscriber."""
    return Redis.from_url(server.url, username="sub-credit", password=PASSWORD)


async def read(redis: Client, name: str = "credit") -> list[tuple[str, bytes]]:
    return [(key.decode(), fields[b"__data__"]) for key, fields in await redis.xrange(f"sub.{name}")]


async def test_entries_have_their_positions_and_their_bytes(
    streams: SubscriberStreams, redis: Client
) -> None:
    first = await streams.append("credit", 0, pieces(3, 7))
    second = await streams.append("credit", 7, pieces(8))

    assert (first, second) == (None, None)
    assert await read(redis) == [(f"{one.position}-0", one.raw) for one in pieces(3, 7, 8)]


async def test_behind_another_top_nothing_is_appended_and_the_top_is_told(
    streams: SubscriberStreams, redis: Client
) -> None:
    await streams.append("credit", 0, pieces(3))

    told = await streams.append("credit", 2, pieces(4))

    assert told == Standing(3, pieces(3)[0].raw)
    assert len(await read(redis)) == 1


async def test_an_entry_of_somebody_else_is_told_as_none(streams: SubscriberStreams, redis: Client) -> None:
    await redis.xadd("sub.credit", {"a": "b"}, id="5-1")

    assert await streams.append("credit", 0, ()) == Standing(None, None)


async def test_a_lost_tail_is_told_and_can_be_appended_again(
    streams: SubscriberStreams, redis: Client, own_valkey: ValkeyServer
) -> None:
    await streams.append("credit", 0, pieces(*range(1, 51)))
    await streams.append("credit", 50, pieces(51))
    own_valkey.kill()
    own_valkey.cut(20)
    own_valkey.start()
    with pytest.raises(Unavailable):  # The connection of before.
        await streams.check()

    told = await streams.append("credit", 51, ())
    await streams.append("credit", 50, pieces(51))

    assert told == Standing(50, pieces(50)[0].raw)
    assert [key for key, _ in await read(redis)] == [f"{number}-0" for number in range(1, 52)]


@pytest.mark.parametrize(("longest", "keep_from", "left"), [(3, 0, 3), (100, 6, 5), (2, 6, 2), (100, 99, 0)])
async def test_the_oldest_go_by_number_and_by_position(
    streams: SubscriberStreams, redis: Client, longest: int, keep_from: int, left: int
) -> None:
    await streams.append("credit", 0, pieces(*range(1, 11)))

    gone = await streams.shorten("credit", longest=longest, keep_from=keep_from, gone=0)

    assert (gone, len(await read(redis))) == (10 - left, left)
    info = await redis.xinfo_stream("sub.credit")
    assert (info["max-deleted-entry-id"], info["last-generated-id"]) == (f"{gone}-0".encode(), b"10-0")


async def test_many_go_in_portions(streams: SubscriberStreams, redis: Client) -> None:
    await streams.append("credit", 0, pieces(*range(1, 1302)))

    gone = await streams.shorten("credit", longest=1, keep_from=0, gone=0)

    assert (gone, [key for key, _ in await read(redis)]) == (1300, ["1301-0"])


async def test_a_stream_that_was_lost_is_told_what_had_gone_before(
    streams: SubscriberStreams, redis: Client
) -> None:
    nowhere = await streams.shorten("credit", longest=9, keep_from=0, gone=40)
    await streams.append("credit", 0, pieces(41, 42))
    told = await streams.shorten("credit", longest=9, keep_from=0, gone=40)

    assert (nowhere, told) == (40, 40)
    assert (await redis.xinfo_stream("sub.credit"))["max-deleted-entry-id"] == b"40-0"


async def test_a_user_reads_its_own_stream_and_can_do_nothing_else(
    streams: SubscriberStreams, own_valkey: ValkeyServer
) -> None:
    await streams.append("credit", 0, pieces(1))
    await streams.append("other", 0, pieces(1))
    await streams.set_user("credit", [sha256(PASSWORD)])

    async with reading(own_valkey) as reader:
        assert len(await reader.xread({"sub.credit": "0"})) == 1
        assert len(await reader.xrange("sub.credit")) == 1
        assert (await reader.xinfo_stream("sub.credit"))["length"] == 1
        for command in FORBIDDEN:
            with pytest.raises(NoPermissionError):
                await reader.execute_command(*command.split())


FORBIDDEN = (
    "XREAD STREAMS sub.other 0",
    "XRANGE sub.other - +",
    "XRANGE supervision - +",
    "XINFO STREAM sub.other",
    "XINFO GROUPS sub.credit",
    "XADD sub.credit * a b",
    "XDEL sub.credit 1-0",
    "XTRIM sub.credit MAXLEN 0",
    "XGROUP CREATE sub.credit g 0",
    "DEL sub.credit",
    "KEYS *",
    "SCAN 0",
    "ACL LIST",
    "ACL WHOAMI",
    "CONFIG GET *",
    "CLIENT LIST",
    "SUBSCRIBE x",
    "FLUSHALL",
    "INFO",
    "GET x",
    "EVAL return 0",
    "SELECT 1",
)


async def test_two_passwords_hold_beside_each_other_and_one_that_is_taken_away_does_not(
    streams: SubscriberStreams, own_valkey: ValkeyServer
) -> None:
    await streams.set_user("credit", [sha256(PASSWORD), sha256("new")])
    both = await streams.passwords(["credit", "nobody"])
    async with reading(own_valkey) as reader:
        await reader.ping()
        await streams.set_user("credit", [sha256("new")])
        await streams.cut_off("credit")
        with pytest.raises(Gone, match="invalid username-password"):
            await reader.ping()

    assert both == {"credit": {sha256(PASSWORD), sha256("new")}, "nobody": frozenset()}


async def test_names_are_those_with_a_stream_or_a_user_until_both_are_gone(
    streams: SubscriberStreams,
) -> None:
    await streams.append("credit", 0, pieces(1))
    await streams.set_user("tax", [sha256(PASSWORD)])
    named = await streams.names()

    await streams.drop("credit")
    await streams.drop_user("tax")

    assert (named, await streams.names()) == ({"credit", "tax"}, set())


async def test_a_password_that_is_no_hash_is_refused(streams: SubscriberStreams) -> None:
    with pytest.raises(ResponseError):
        await streams.set_user("credit", ["plain"])
