import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.clock import LiveClock
from shared.database import Database, SyncTx, Tx
from shared.events.supervision import UnitRegistered
from shared.streams import Bus, Entry, Handlers
from shared.streams.lease import TERM, Lease
from shared.tables import CURSORS, LEASES
from shared.testing import FakeClock
from shared.testing_servers import PostgresServer, ValkeyServer
from tests.shared.world import (
    Failing,
    Remembering,
    World,
    cursor,
    effects,
    parked,
    publish,
    rating,
    ratings_to,
    raw,
    sequences,
    spoil,
    unit,
    units_to,
    until,
    until_cursor,
    until_trouble,
    until_well,
)


async def is_value(found: Awaitable[int], wanted: int) -> bool:
    return await found == wanted


async def has_effects(db: Database, wanted: int) -> bool:
    return len(await effects(db)) == wanted


async def is_standby(bus: Bus) -> bool:
    return not bus.is_active()


async def pending(world: World, group: str = "notify") -> int:
    found = await world.redis.xpending("supervision", group)
    return int(found["pending"])


async def test_every_event_is_handled_once_in_order_and_acknowledged(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(1200)))
    await world.bus(owner)
    await world.bus(reader, units_to(Failing()))

    await until_cursor(reader, 1200)

    assert await sequences(reader) == list(range(1, 1201))
    await until(lambda: is_value(pending(world), 0))


async def test_ratings_are_handled_in_batches_in_a_thread(world: World) -> None:
    owner, reader = world.database("gateway"), world.database("metrics")
    await publish(owner, *(rating(f"r{n}") for n in range(1200)))
    await world.bus(owner)
    await world.bus(reader, ratings_to(Failing()))

    await until_cursor(reader, 1200, "ratings")

    assert await sequences(reader) == list(range(1, 1201))


async def test_a_reader_that_starts_before_the_owner_gets_everything(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await until_well(await world.bus(reader, units_to(Failing())))

    await world.bus(owner)
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)

    assert await effects(reader) == [(1, "a")]


async def test_a_restarted_reader_goes_on_where_it_was(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    first = await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)
    await world.stop(first)

    await publish(owner, unit("b"))
    await world.bus(reader, units_to(Failing()))
    await until_cursor(reader, 2)

    assert await effects(reader) == [(1, "a"), (2, "b")]


async def test_what_was_delivered_but_not_handled_comes_first_after_a_crash(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(20)))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), 20))
    await world.redis.xreadgroup("notify", "notify", {"supervision": ">"}, count=7)

    await world.bus(reader, units_to(Failing()))
    await until_cursor(reader, 20)

    assert await sequences(reader) == list(range(1, 21))
    await until(lambda: is_value(pending(world), 0))


async def test_what_another_consumer_of_the_group_took_away_is_read_from_the_stream(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(20)))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), 20))
    await world.redis.xreadgroup("notify", "a thief", {"supervision": ">"}, count=7)

    await world.bus(reader, units_to(Failing()))
    await until_cursor(reader, 20)

    assert await sequences(reader) == list(range(1, 21))
    await until(lambda: is_value(pending(world), 0))


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


async def test_poison_of_both_kinds_is_put_aside_and_everything_else_is_handled_once(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, *(unit(f"u{n}") for n in range(1000)))
    await spoil(owner, "supervision", 3, 700)
    await world.bus(owner)
    await world.bus(reader, units_to(Failing("u9", "u800")))

    await until_cursor(reader, 1000)

    assert await sequences(reader) == [n for n in range(1, 1001) if n not in {3, 10, 700, 801}]
    assert await parked(reader, dead=True) == [3, 700]
    assert await parked(reader, dead=False) == [10, 801]


async def test_a_parked_event_is_retried_by_the_running_bus(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    handler = Failing("a")
    await world.bus(owner)
    await world.bus(reader, units_to(handler))
    await publish(owner, unit("a"), unit("b"), unit("a"))
    await until_cursor(reader, 3)

    handler.bad.clear()
    await until(lambda: has_effects(reader, 3))

    assert await effects(reader) == [(2, "b"), (1, "a"), (3, "a")]


async def test_of_two_replicas_one_reads_and_the_other_takes_over_when_it_stops(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    one = await world.bus(reader, units_to(Failing()), holder="one")
    await until_well(one)
    other = await world.bus(reader, units_to(Failing()), holder="other")
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)
    stood_by = not other.is_active() and other.problems() == []

    await world.stop(one)
    await publish(owner, unit("b"))
    await until_cursor(reader, 2)

    assert stood_by
    assert other.is_active()
    assert await effects(reader) == [(1, "a"), (2, "b")]


async def test_a_lease_is_taken_over_when_its_term_ends_and_the_old_holder_notices(world: World) -> None:
    clock = FakeClock()
    db = world.database("notify", clock=clock)
    one = Lease(db, holder="one", feeds=["supervision"])
    other = Lease(db, holder="other", feeds=["supervision"])
    assert await one.hold()
    assert not await other.hold()

    clock.advance(TERM + timedelta(seconds=1))
    taken = await other.hold()

    assert taken
    assert not await one.hold()
    assert other.fence == 2


async def test_two_replicas_that_ask_for_a_new_lease_at_once_get_one(
    world: World, postgres: PostgresServer
) -> None:
    db = world.database("notify", clock=FakeClock(), url=postgres.new_url())
    leases = [Lease(db, holder=name, feeds=["supervision"]) for name in ("one", "other", "third")]

    held = await asyncio.gather(*(lease.hold() for lease in leases))

    assert sorted(held) == [False, False, True]


async def test_a_restarted_replica_takes_its_own_lease_back_at_once(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    assert await Lease(db, holder="one", feeds=["supervision"]).hold()

    again = Lease(db, holder="one", feeds=["supervision"])

    assert await again.hold()
    assert again.fence == 2


async def test_a_holder_that_was_overtaken_stands_by(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await world.bus(owner)
    bus = await world.bus(reader, units_to(Failing()))
    await until_well(bus)
    far = LiveClock().real_now() + timedelta(hours=1)
    async with reader.transaction() as tx:
        await tx.session.execute(LEASES.update().values(holder="other", fence=9, expires_at=far))
        await tx.session.execute(CURSORS.update().values(fence=9))

    await publish(owner, unit("a"))
    await until(lambda: is_standby(bus))

    assert await effects(reader) == []


async def test_a_reader_knows_when_it_has_read_everything(world: World) -> None:
    clock = FakeClock()
    owner, reader = world.database("tasks", clock=clock), world.database("notify", clock=clock)
    await world.bus(owner)
    bus = await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)
    clock.advance(timedelta(minutes=5))

    await bus.look()

    assert bus.caught_up_at("supervision") == clock.now()
    assert bus.caught_up_at("ratings") is None


async def test_a_reader_that_is_behind_is_not_caught_up(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, unit("a"))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), 1))

    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_tx: Tx, _event: UnitRegistered) -> None:
        begun.set()
        await go_on.wait()

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, slow)
    bus = await world.bus(reader, handlers)
    await begun.wait()
    await bus.look()

    assert bus.caught_up_at("supervision") is None
    go_on.set()


async def test_the_archive_gets_every_entry_of_every_stream(world: World) -> None:
    tasks, notify, gateway = (world.database(name) for name in ("tasks", "notify", "gateway"))
    kept: list[tuple[str, int]] = []

    def keep(_tx: SyncTx, entries: Sequence[Entry]) -> None:
        kept.extend((entry.feed, entry.sequence) for entry in entries)

    handlers = Handlers("archive")
    handlers.on_raw("supervision", keep)
    handlers.on_raw("ratings", keep)
    await publish(tasks, unit("a"), unit("b"))
    await spoil(tasks, "supervision", 2)
    await publish(gateway, rating("r"))
    for db in (tasks, notify):
        await world.bus(db)
    await world.bus(gateway, handlers)

    await until_cursor(gateway, 2)
    await until_cursor(gateway, 1, "ratings")

    assert sorted(kept) == [("ratings", 1), ("supervision", 1), ("supervision", 2)]


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


def test_a_group_that_no_stream_names_can_not_have_handlers() -> None:
    with pytest.raises(ValueError, match="no stream names the group"):
        Handlers("nobody")


def test_a_group_can_not_handle_what_it_does_not_read() -> None:
    with pytest.raises(ValueError, match="does not read supervision"):
        Handlers("tasks").on(UnitRegistered, Failing().one)
