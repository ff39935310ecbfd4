from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from shared.database import Database
from shared.streams import Bus, Entry
from shared.streams.history import read_outbox
from shared.streams.keys import mark_key
from shared.streams.repair import Repaired
from shared.testing import published
from tests.shared.world import (
    Failing,
    Remembering,
    World,
    cursor,
    effects,
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


async def with_yesterday(world: World, tmp_path: Path) -> tuple[Database, Bus]:
    """Run an owner to sequence 2, back its database up, run it to 5, and open the backup in its place."""
    db = world.database("tasks", file="today.db")
    first = await world.bus(db)
    await publish(db, unit("a"), unit("b"))
    await sent(first, 2)
    with (
        closing(connect(tmp_path / "today.db")) as today,
        closing(connect(tmp_path / "yesterday.db")) as copy,
    ):
        today.backup(copy)
    await publish(db, unit("c"), unit("d"), unit("e"))
    await sent(first, 5)
    await world.stop(first)
    restored = world.open(f"sqlite:///{tmp_path}/yesterday.db", "tasks")
    return restored, await world.bus(restored)


async def sent(bus: Bus, sequence: int) -> None:
    async def there() -> bool:
        return (await bus.state()).relays["supervision"] >= sequence

    await until(there)


async def in_step(world: World, db: Database) -> bool:
    """Say whether the stream holds exactly what the outbox holds."""
    rows = await read_outbox(db, "supervision", after=0, limit=1000)
    return await world.entries() == [(f"{row.sequence}-0", row.raw) for row in rows]


@pytest.mark.parametrize("stray", ["*", "2-0", "1-7"])
async def test_a_stray_entry_is_removed_and_everything_goes_on(world: World, stray: str) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    owners, readers = await world.bus(owner), await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_cursor(reader, 1)
    await world.redis.xadd("supervision", {"foo": "bar"}, id=stray)
    await publish(owner, unit("b"), unit("c"))
    await until_trouble(owners)
    await until_trouble(readers)

    found = await owners.repair()

    assert [len(one.removed) for one in found] == [1]
    await until_cursor(reader, 3)
    await until_well(owners)
    await until_well(readers)
    assert await effects(reader) == [(1, "a"), (2, "b"), (3, "c")]
    assert await in_step(world, owner)


async def test_a_stray_entry_that_was_deleted_by_hand_is_repaired_too(world: World) -> None:
    owner = world.database("tasks")
    bus = await world.bus(owner)
    await publish(owner, unit("a"))
    await sent(bus, 1)
    stray = await world.redis.xadd("supervision", {"foo": "bar"})
    await world.redis.xdel("supervision", stray)
    await publish(owner, unit("b"))
    await until_trouble(bus)

    await bus.repair()

    await sent(bus, 2)
    assert await in_step(world, owner)


@pytest.mark.slow
async def test_a_stray_entry_is_known_by_its_looks_when_the_mark_is_lost(world: World) -> None:
    owner = world.database("tasks")
    bus = await world.bus(owner)
    await publish(owner, unit("a"), unit("b"))
    await sent(bus, 2)
    await world.redis.xadd("supervision", {"foo": "bar"})
    await until_trouble(bus)
    await world.redis.delete(mark_key("supervision"))

    found = await bus.repair()

    assert len(found[0].removed) == 1
    await until_well(bus)
    assert await in_step(world, owner)


async def test_a_stray_entry_before_the_owner_ever_started_is_removed(world: World) -> None:
    await world.redis.xadd("supervision", {"foo": "bar"})
    owner, reader = world.database("tasks"), world.database("notify")
    bus = await world.bus(owner)
    await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"))
    await until_trouble(bus)

    await bus.repair()

    await until_cursor(reader, 1)
    assert await effects(reader) == [(1, "a")]


@pytest.mark.slow
async def test_an_owner_restored_from_yesterday_gets_its_events_back_from_the_stream(
    world: World, tmp_path: Path
) -> None:
    restored, bus = await with_yesterday(world, tmp_path)
    await until_trouble(bus)

    found = await bus.repair()

    assert [(one.refilled, one.renumbered) for one in found] == [(3, 0)]
    await until_well(bus)
    await publish(restored, unit("f"))
    await sent(bus, 6)
    assert [event.subject for event in await published(restored)] == ["a", "b", "c", "d", "e", "f"]
    assert await in_step(world, restored)


async def test_what_a_restored_owner_published_meanwhile_is_numbered_behind_what_was_given(
    world: World, tmp_path: Path
) -> None:
    reader = world.database("notify")
    readers = await world.bus(reader, units_to(Failing()))
    restored, bus = await with_yesterday(world, tmp_path)
    await publish(restored, unit("x"), unit("y"))
    await until_trouble(bus)

    found = await bus.repair()

    assert [(one.refilled, one.renumbered) for one in found] == [(3, 2)]
    await until_cursor(reader, 7)
    assert [subject for _, subject in await effects(reader)] == ["a", "b", "c", "d", "e", "x", "y"]
    assert await in_step(world, restored)
    await until_well(readers)


@pytest.mark.slow
async def test_a_repaired_outbox_heals_a_later_loss_of_redis(world: World, tmp_path: Path) -> None:
    restored, bus = await with_yesterday(world, tmp_path)
    await until_trouble(bus)
    await bus.repair()

    await world.redis.flushdb()
    late = world.database("notify")
    await world.bus(late, units_to(Failing()))
    await until_cursor(late, 5)

    assert await sequences(late) == [1, 2, 3, 4, 5]
    assert await in_step(world, restored)


@pytest.mark.slow
async def test_when_redis_lost_everything_too_the_archive_gives_the_events_back(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"))
    names = ["a", "b", "c"]
    kept = [Entry("supervision", 1, (await read_outbox(db, "supervision", after=0, limit=1))[0].raw)]
    kept += [Entry("supervision", n, raw(unit(name), n)) for n, name in enumerate(names[1:], 2)]
    bus = await world.bus(db, history=Remembering(*kept))
    await until_trouble(bus)

    await bus.repair()

    await publish(db, unit("d"))
    await sent(bus, 4)
    assert [event.subject for event in await published(db)] == ["a", "b", "c", "d"]


@pytest.mark.slow
async def test_where_stream_and_archive_differ_the_archive_is_right(world: World) -> None:
    db = world.database("tasks")
    bus = await world.bus(db)
    await publish(db, unit("a"), unit("wrong"))
    await sent(bus, 2)
    await world.stop(bus)
    first = (await read_outbox(db, "supervision", after=0, limit=1))[0]
    right = [Entry("supervision", n, raw(unit(f"right-{n}"), n)) for n in (2, 3)]

    bus = await world.bus(db, holder="again", history=Remembering(first, *right))
    await bus.repair()

    await sent(bus, 4)
    assert [event.subject for event in await published(db)] == ["a", "right-2", "right-3", "wrong"]
    assert await in_step(world, db)


async def test_repair_of_a_healthy_stream_changes_nothing(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    bus = await world.bus(owner)
    await world.bus(reader, units_to(Failing()))
    await publish(owner, unit("a"), unit("b"))
    await until_cursor(reader, 2)

    found = await bus.repair()

    assert found == [Repaired(feed="supervision")]
    assert found[0].is_nothing()
    assert await cursor(reader) == 2


async def test_repair_before_anything_was_published_changes_nothing(world: World) -> None:
    bus = await world.bus(world.database("tasks"))

    found = await bus.repair()

    assert found[0].is_nothing()
