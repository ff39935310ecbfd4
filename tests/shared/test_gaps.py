"""Gaps that nobody can fill: found, accepted by a person, never by themselves."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import insert, update

from shared.clock import Clock, LiveClock
from shared.database import Database
from shared.errors import Conflict
from shared.events import Feed
from shared.streams import Entry
from shared.streams.gaps import Acceptance, Gaps
from shared.tables import CURSORS
from shared.testing import published
from tests.shared.gapped import holed, inner, kept, stopped
from tests.shared.world import (
    Failing,
    Remembering,
    World,
    cursor,
    publish,
    sequences,
    unit,
    units_to,
    until_cursor,
    until_well,
)

OpenDatabase: TypeAlias = Callable[[str, Clock], Database]
LOST = {"first": 1, "last": 20, "reason": "两份备份都已损坏"}


async def test_a_gap_that_was_accepted_is_passed_and_the_rest_is_read(
    world: World, open_database: OpenDatabase
) -> None:
    await holed(world)
    bus, reader = await stopped(world, open_database("notify", LiveClock()))

    async with inner(bus) as client:
        answer = await client.post("/bus/gaps/supervision", json=LOST)
    await until_cursor(reader, 30)

    assert (answer.status_code, answer.json()["accepted_by"]) == (200, "key-ana")
    assert await sequences(reader) == list(range(21, 31))
    await until_well(bus)
    assert await published(reader) == []


async def test_who_gave_up_what_and_why_is_kept(world: World) -> None:
    await holed(world)
    bus, _ = await stopped(world)

    async with inner(bus) as client:
        before = (await client.get("/bus/gaps")).json()
        await client.post("/bus/gaps/supervision", json=LOST | {"reason": " 备份已损坏 "})
        after = (await client.get("/bus/gaps")).json()

    assert before == {"open": [{"feed": "supervision", "first": 1, "last": 20}], "accepted": []}
    assert after["open"] == []
    (said,) = after["accepted"]
    assert (said["first"], said["last"], said["reason"], said["accepted_by"]) == (
        1,
        20,
        "备份已损坏",
        "key-ana",
    )


async def test_a_gap_that_is_found_at_the_start_can_be_accepted_too(world: World) -> None:
    """The group was given everything before, and its database was restored since."""
    await holed(world)
    await world.redis.xgroup_setid("supervision", "notify", "30-0")
    bus, reader = await stopped(world)

    async with inner(bus) as client:
        await client.post("/bus/gaps/supervision", json=LOST)
    await until_cursor(reader, 30)

    assert await sequences(reader) == list(range(21, 31))


async def test_what_was_given_up_is_counted_for_all_to_see(world: World) -> None:
    await holed(world)
    registry = CollectorRegistry()
    bus, reader = await stopped(world, registry=registry)
    async with inner(bus) as client:
        await client.post("/bus/gaps/supervision", json=LOST)
    await until_cursor(reader, 30)

    await bus.collect()

    both = {"stream": "supervision", "group": "notify"}
    assert registry.get_sample_value("duban_bus_lost_events", both) == 20


@pytest.mark.parametrize("given", [{"first": 2}, {"last": 21}, {"first": 3, "last": 2}])
async def test_only_what_is_missing_can_be_given_up(world: World, given: dict[str, int]) -> None:
    await holed(world)
    bus, reader = await stopped(world)

    async with inner(bus) as client:
        answer = await client.post("/bus/gaps/supervision", json=LOST | given)

    assert (answer.status_code, answer.json()["code"]) == (409, "gap.differs")
    assert "1 至 20" in answer.json()["title"]
    assert await cursor(reader) == 0


async def test_a_part_of_a_gap_can_be_given_up_from_its_beginning(world: World) -> None:
    await holed(world)
    bus, _ = await stopped(world)

    async with inner(bus) as client:
        await client.post("/bus/gaps/supervision", json=LOST | {"last": 5})
        left = (await client.get("/bus/gaps")).json()["open"]

    assert left == [{"feed": "supervision", "first": 6, "last": 20}]


@pytest.mark.slow
async def test_what_the_history_still_has_is_not_given_up(world: World) -> None:
    await holed(world)
    bus, reader = await stopped(world, history=kept(8, 9, 10, *range(21, 31)))

    async with inner(bus) as client:
        refused = await client.post("/bus/gaps/supervision", json=LOST)
        await client.post("/bus/gaps/supervision", json=LOST | {"last": 7})
        await until_cursor(reader, 10)
        await client.post("/bus/gaps/supervision", json=LOST | {"first": 11})
    await until_cursor(reader, 30)

    assert refused.json()["code"] == "gap.differs"
    assert await sequences(reader) == [8, 9, 10, *range(21, 31)]


async def test_a_history_that_is_behind_may_yet_have_it(world: World) -> None:
    await holed(world)
    bus, reader = await stopped(world, history=kept())

    async with inner(bus) as client:
        answer = await client.post("/bus/gaps/supervision", json=LOST)

    assert (answer.json()["code"], await cursor(reader)) == ("gap.history_behind", 0)


async def test_where_nothing_is_missing_nothing_can_be_given_up(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    bus = await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)

    async with inner(bus) as client:
        answer = await client.post("/bus/gaps/supervision", json=LOST)

    assert answer.json()["code"] == "gap.none"


@pytest.mark.parametrize("stray", ["*", "31-0"])
async def test_a_foreign_entry_is_to_be_repaired_first(world: World, stray: str) -> None:
    await holed(world)
    bus, _ = await stopped(world)
    await world.redis.xtrim("supervision", maxlen=0, approximate=False)
    await world.redis.xadd("supervision", {"foo": "bar"}, id=stray)

    async with inner(bus) as client:
        answer = await client.get("/bus/gaps")

    assert answer.json()["code"] == "stream.foreign"


async def test_a_stream_that_lost_everything_read_before_has_a_gap_up_to_its_top(world: World) -> None:
    await holed(world, upto=30)
    await world.redis.xgroup_setid("supervision", "notify", "30-0")
    bus, reader = await stopped(world)

    async with inner(bus) as client:
        await client.post("/bus/gaps/supervision", json=LOST | {"last": 30})

    await until_well(bus)
    assert await cursor(reader) == 30


class GettingOn(Remembering):
    """A history that is asked while the reader gets on."""

    def __init__(self, reader: Database, *entries: Entry) -> None:
        super().__init__(*entries)
        self.reader = reader

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give what it was made with, and move the cursor to 7."""
        async with self.reader.transaction() as tx:
            await tx.session.execute(update(CURSORS).values(last_seq=7))
        return await super().read(feed, after, limit)


async def test_a_reader_that_got_on_meanwhile_gives_nothing_up(world: World) -> None:
    await holed(world)
    bus, reader = await stopped(world)
    gaps = Gaps(reader, client=bus.client, history=GettingOn(reader, *kept(*range(21, 31)).entries))

    with pytest.raises(Conflict) as caught:
        await gaps.accept("supervision", Acceptance(first=1, last=20, reason="x"), by="key-ana")

    assert (caught.value.code, await gaps.accepted()) == ("gap.none", [])


class Growing:
    """A Redis whose stream grows between two questions."""

    def __init__(self) -> None:
        self.marks = [b"1", b"2"]

    async def get(self, _key: str) -> bytes:
        """Give the last sequence that the relay appended."""
        return self.marks.pop(0)

    async def xrange(self, *_: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
        """Give the newest entry."""
        return [(b"2-0", {b"__data__": b""})][:count]


async def test_an_entry_that_comes_while_it_is_looked_is_not_foreign(world: World) -> None:
    reader = world.database("notify")
    async with reader.transaction() as tx:
        await tx.session.execute(insert(CURSORS).values(stream="supervision", last_seq=1, fence=1))

    found = await Gaps(reader, client=cast("Any", Growing()), history=None).find("supervision")

    assert found is None


@pytest.mark.parametrize(
    ("feed", "given", "code"),
    [
        ("hotline", {}, "feed.not_found"),
        ("kitchen", {}, "request.invalid"),
        ("supervision", {"reason": " "}, "request.invalid"),
        ("supervision", {"first": 0}, "request.invalid"),
    ],
)
async def test_what_can_not_be_meant_is_refused(
    world: World, feed: str, given: dict[str, object], code: str
) -> None:
    await holed(world)
    bus, _ = await stopped(world)

    async with inner(bus) as client:
        answer = await client.post(f"/bus/gaps/{feed}", json=LOST | given)

    assert answer.json()["code"] == code


async def test_a_standby_gives_nothing_up(world: World) -> None:
    await holed(world)
    _, reader = await stopped(world)
    standby = await world.bus(reader, units_to(Failing()), holder="two")

    async with inner(standby) as client:
        answer = await client.post("/bus/gaps/supervision", json=LOST)

    assert (answer.json()["code"], await cursor(reader)) == ("bus.standby", 0)


async def test_without_redis_nobody_knows_what_is_lost(world: World) -> None:
    bus = await world.bus(world.database("notify"), units_to(Failing()))
    await bus.client.aclose()
    bus.client.connection_pool.connection_kwargs["path"] = "/nowhere"

    async with inner(bus) as client:
        answer = await client.get("/bus/gaps")

    assert (answer.status_code, answer.json()["code"]) == (503, "redis.unavailable")
