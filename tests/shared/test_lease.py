import asyncio
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, Gauge

from shared.clock import LiveClock
from shared.composition import show_build
from shared.streams import Bus
from shared.streams.lease import TERM, Lease
from shared.tables import CURSORS, LEASES
from shared.testing import FakeClock
from shared.testing_servers import PostgresServer
from tests.shared.world import (
    Failing,
    World,
    effects,
    publish,
    unit,
    units_to,
    until,
    until_cursor,
    until_well,
)


async def is_standby(bus: Bus) -> bool:
    return not bus.is_active()


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
async def test_of_two_replicas_only_the_holder_of_the_lease_shows_what_both_could_read(world: World) -> None:
    owner = world.database("tasks")
    buses = [await world.bus(owner, holder=holder) for holder in ("one", "other")]
    await until_well(buses[0])
    shown = [showing(bus) for bus in buses]
    before = [registry.get_sample_value("duban_things") for registry in shown]

    await world.stop(buses[0])
    await until_well(buses[1])
    after = [registry.get_sample_value("duban_things") for registry in shown]

    assert (before, after) == ([7, None], [None, 7])


def showing(bus: Bus) -> CollectorRegistry:
    """Give a registry with a figure that every replica reads alike."""
    registry = CollectorRegistry()
    figures = show_build("tasks", registry)
    Gauge("duban_things", "Things.", registry=figures.registry).set(7)
    figures.follow(bus)
    return registry
