import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.database import SyncTx, Tx
from shared.events.supervision import UnitRegistered
from shared.streams import Entry, Handlers
from shared.testing import FakeClock
from tests.shared.world import (
    Failing,
    World,
    effects,
    has_effects,
    is_value,
    parked,
    pending,
    publish,
    rating,
    ratings_to,
    sequences,
    spoil,
    unit,
    units_to,
    until,
    until_cursor,
    until_well,
)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert bus.caught_up_at("hotline") is None


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


def test_a_group_that_no_stream_names_can_not_have_handlers() -> None:
    with pytest.raises(ValueError, match="no stream names the group"):
        Handlers("nobody")


def test_a_group_can_not_handle_what_it_does_not_read() -> None:
    with pytest.raises(ValueError, match="does not read supervision"):
        Handlers("tasks").on(UnitRegistered, Failing().one)
