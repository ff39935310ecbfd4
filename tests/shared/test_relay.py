import asyncio

import pytest

from shared.clock import LiveClock
from shared.database import Database
from shared.streams import GROUPS, Entry
from shared.streams.history import read_outbox
from shared.streams.keys import mark_key
from shared.streams.relay import Relay
from shared.tables import OUTBOX
from shared.testing_servers import ValkeyServer
from tests.shared.conftest import OpenDatabase
from tests.shared.world import Remembering, World, publish, raw, spoil, unit


def relay(world: World, db: Database, *known: Entry) -> Relay:
    return Relay("supervision", db=db, client=world.redis, history=Remembering(*known) if known else None)


async def run(made: Relay, *, steps: int = 12) -> None:
    """Let a relay take steps until it is idle; a fault ends nothing, it is tried again."""
    for _ in range(steps):
        await made.step()


async def until_sent(made: Relay, world: World, db: Database) -> None:
    """Let an idle relay find out, within the second between two comparisons, that the stream lost its tail."""
    for _ in range(200):
        await run(made)
        if await world.entries() == await outbox(db):
            return
        await asyncio.sleep(0.05)


async def ids(world: World) -> list[str]:
    return [entry for entry, _ in await world.entries()]


async def outbox(db: Database) -> list[tuple[str, bytes]]:
    rows = await read_outbox(db, "supervision", after=0, limit=10_000)
    return [(f"{row.sequence}-0", row.raw) for row in rows]


async def test_committed_events_reach_the_stream_under_their_sequence_with_their_bytes(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"), unit("b"))

    await run(relay(world, db))

    assert await world.entries() == await outbox(db)
    assert await ids(world) == ["1-0", "2-0"]


async def test_all_groups_of_a_stream_are_there_before_its_first_entry(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"))

    await run(relay(world, db))

    groups = await world.redis.xinfo_groups("supervision")
    assert {group["name"].decode() for group in groups} == set(GROUPS["supervision"])
    assert {group["last-delivered-id"] for group in groups} == {b"0-0"}


async def test_two_relays_at_once_append_nothing_twice(world: World) -> None:
    db = world.database("tasks")
    for start in range(0, 1500, 500):
        await publish(db, *(unit(f"u{n}") for n in range(start, start + 500)))

    await asyncio.gather(run(relay(world, db)), run(relay(world, db)))

    assert await world.entries() == await outbox(db)


async def test_after_redis_lost_everything_the_whole_outbox_is_sent_again(world: World) -> None:
    db = world.database("tasks")
    made = relay(world, db)
    await publish(db, unit("a"), unit("b"))
    await run(made)

    await world.redis.flushdb()
    await publish(db, unit("c"))
    await run(made)

    assert await world.entries() == await outbox(db)
    assert len(await world.redis.xinfo_groups("supervision")) == 3


@pytest.mark.slow
async def test_a_cut_tail_of_the_append_only_file_is_sent_again(
    own_world: World, own_valkey: ValkeyServer
) -> None:
    db = own_world.database("tasks")
    made = relay(own_world, db)
    for start in range(0, 1500, 500):
        await publish(db, *(unit(f"u{n}") for n in range(start, start + 500)))
    await run(made)

    own_valkey.kill()
    own_valkey.cut(100_000)
    own_valkey.start()
    left = len(await own_world.entries())
    await until_sent(made, own_world, db)

    assert left < 1500
    assert await own_world.entries() == await outbox(db)


async def test_a_foreign_entry_on_top_stops_the_relay_loudly(world: World) -> None:
    db = world.database("tasks")
    made = relay(world, db)
    await publish(db, unit("a"))
    await run(made)

    await world.redis.xadd("supervision", {"foo": "bar"})
    await publish(db, unit("b"))
    await run(made)

    assert "the outbox ends at 2" in made.fault
    assert not made.is_up()
    assert len(await world.entries()) == 2


async def test_a_foreign_entry_under_our_next_number_swallows_no_row(world: World) -> None:
    db = world.database("tasks")
    made = relay(world, db)
    await publish(db, unit("a"))
    await run(made)

    await world.redis.xadd("supervision", {"__data__": raw(unit("evil"), 2)}, id="2-0")
    await publish(db, unit("b"))
    await run(made)

    assert "other bytes" in made.fault
    assert await world.redis.get(mark_key("supervision")) == b"1"


async def test_a_stream_that_is_ahead_of_the_outbox_stops_the_relay(world: World) -> None:
    db, restored = world.database("tasks"), world.database("tasks")
    await publish(db, unit("a"), unit("b"), unit("c"))
    await run(relay(world, db))
    await publish(restored, unit("a"))

    made = relay(world, restored)
    await run(made)

    assert made.fault == "the stream holds 3, the outbox ends at 1"


async def test_an_archive_that_is_ahead_of_the_outbox_stops_the_relay(world: World) -> None:
    restored = world.database("tasks")
    await publish(restored, unit("a"))
    made = relay(world, restored, Entry("supervision", 2, raw(unit("b"), 2)))

    await made.guard()
    await run(made)

    assert "the archive holds 2" in made.problem()
    assert await world.redis.exists("supervision") == 0


async def test_a_broken_outbox_row_is_relayed_as_it_is(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"), unit("b"), unit("c"))
    await spoil(db, "supervision", 2)

    await run(relay(world, db))

    assert await world.entries() == await outbox(db)


async def test_rows_missing_in_the_middle_of_the_outbox_are_a_fault(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"), unit("b"), unit("c"))

    async with db.transaction() as tx:
        await tx.session.execute(OUTBOX.delete().where(OUTBOX.c.seq == 2))

    made = relay(world, db)
    await run(made)

    assert made.fault == "the outbox lacks 2 to 2"
    assert await ids(world) == ["1-0"]


async def test_an_outbox_that_begins_late_is_relayed_from_there(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"), unit("b"), unit("c"))

    async with db.transaction() as tx:
        await tx.session.execute(OUTBOX.delete().where(OUTBOX.c.seq == 1))

    await run(relay(world, db))

    assert await ids(world) == ["2-0", "3-0"]


async def test_while_redis_is_away_the_relay_waits_and_then_goes_on(
    own_world: World, own_valkey: ValkeyServer
) -> None:
    db = own_world.database("tasks")
    made = relay(own_world, db)
    own_valkey.kill()
    await publish(db, unit("a"))
    await run(made, steps=2)
    away = made.outage

    own_valkey.start()
    await run(made)

    assert away.startswith("Redis:")
    assert made.problem() == ""
    assert await ids(own_world) == ["1-0"]


@pytest.mark.slow
async def test_eight_writers_at_once_lose_no_event_and_keep_commit_order(
    open_database: OpenDatabase, world: World
) -> None:
    db = open_database("tasks", LiveClock())
    made = relay(world, db)

    async def write(writer: int) -> None:
        for number in range(40):
            await publish(db, unit(f"{writer}-{number}"))
            await made.step()

    await asyncio.gather(*(write(writer) for writer in range(8)))
    await run(made)

    assert await ids(world) == [f"{seq}-0" for seq in range(1, 321)]
    assert await world.entries() == await outbox(db)
