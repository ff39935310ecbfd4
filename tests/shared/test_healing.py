import pytest
from sqlalchemy import select

from shared.streams import Entry
from shared.tables import LEASES
from shared.testing_servers import PostgresServer, ValkeyServer
from tests.shared.world import (
    Failing,
    Remembering,
    World,
    cursor,
    effects,
    is_value,
    parked,
    publish,
    raw,
    sequences,
    unit,
    units_to,
    until,
    until_cursor,
    until_trouble,
    until_well,
)


async def test_a_gap_is_filled_from_the_history(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(30)))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), 30))
    await world.redis.xtrim("supervision", minid="21-0", approximate=False)

    past = [Entry("supervision", n, raw(unit(f"u{n - 1}"), n)) for n in range(1, 25)]
    await world.bus(reader, units_to(Failing()), history=Remembering(*past))
    await until_cursor(reader, 30)

    assert await sequences(reader) == list(range(1, 31))


async def test_a_gap_that_nobody_can_fill_stops_loudly_and_skips_nothing(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(30)))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), 30))
    await world.redis.xtrim("supervision", minid="21-0", approximate=False)

    bus = await world.bus(reader, units_to(Failing()))
    await until_trouble(bus)

    assert any("1 to 20 are missing" in problem for problem in bus.problems())
    assert await cursor(reader) == 0


async def test_a_reader_that_was_restored_from_a_backup_gets_back_what_it_missed(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    first = await world.bus(reader, units_to(Failing()))
    await publish(owner, *(unit(f"u{n}") for n in range(30)))
    await until_cursor(reader, 30)
    await world.stop(first)

    restored = world.database("notify")
    await world.bus(restored, units_to(Failing()))
    await until_cursor(restored, 30)

    assert await sequences(restored) == list(range(1, 31))


@pytest.mark.parametrize("stray", ["*", "2-0", "1-1"])
async def test_a_reader_takes_no_entry_that_no_relay_appended(world: World, stray: str) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    bus = await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)

    await world.redis.xadd("supervision", {"__data__": raw(unit("evil"), 2)}, id=stray)
    await until_trouble(bus)

    assert await effects(reader) == [(1, "a")]
    assert await parked(reader, dead=True) == []


async def test_flushing_redis_heals_by_itself(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    owners, readers = await world.bus(owner), await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"), unit("b"))
    await until_cursor(reader, 2)

    await world.redis.flushdb()
    await publish(owner, unit("c"))
    await until_cursor(reader, 3)

    assert await effects(reader) == [(1, "a"), (2, "b"), (3, "c")]
    await until_well(owners)
    await until_well(readers)


async def test_a_destroyed_group_is_made_again_and_nothing_is_done_twice(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)

    await world.redis.xgroup_destroy("supervision", "notify")
    await publish(owner, unit("b"))
    await until_cursor(reader, 2)

    assert await effects(reader) == [(1, "a"), (2, "b")]


@pytest.mark.slow
async def test_a_killed_valkey_with_a_cut_file_loses_and_doubles_nothing(
    own_world: World, own_valkey: ValkeyServer
) -> None:
    owner, reader = own_world.database("tasks"), own_world.database("notify")
    await own_world.bus(owner)
    await own_world.bus(reader, units_to(Failing()))
    for start in range(0, 900, 300):
        await publish(owner, *(unit(f"u{n}") for n in range(start, start + 300)))
        own_valkey.kill()
        own_valkey.cut(30_000)
        own_valkey.start()

    await until_cursor(reader, 900)

    assert await sequences(reader) == list(range(1, 901))


@pytest.mark.slow
async def test_while_the_database_is_away_nothing_is_parked(world: World, postgres: PostgresServer) -> None:
    owner = world.database("tasks")
    reader = world.database("notify", url=postgres.new_url())
    await world.bus(owner)
    bus = await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)

    postgres.stop()
    await publish(owner, unit("b"), unit("c"))
    await until_trouble(bus)
    postgres.start()
    await until_cursor(reader, 3)

    assert await effects(reader) == [(1, "a"), (2, "b"), (3, "c")]
    assert await parked(reader, dead=False) == await parked(reader, dead=True) == []


@pytest.mark.slow
async def test_a_service_stops_while_redis_is_away(own_world: World, own_valkey: ValkeyServer) -> None:
    owner, reader = own_world.database("tasks"), own_world.database("notify")
    buses = [await own_world.bus(owner), await own_world.bus(reader, units_to(Failing()))]
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)
    own_valkey.kill()
    await until_trouble(buses[1])

    for bus in buses:
        await own_world.stop(bus)

    async with reader.reading() as session:
        assert (await session.execute(select(LEASES.c.fence))).scalar_one() == 1
