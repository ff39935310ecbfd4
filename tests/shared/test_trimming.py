from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from shared.database import Database
from shared.streams import GROUPS
from shared.streams.faults import Fault
from shared.streams.positions import positions
from shared.streams.relay import Relay
from shared.streams.trimming import Trimming
from shared.tables import OUTBOX
from shared.testing import FakeClock
from tests.shared.world import World, publish, unit

EVENTS = 1000  # Redis trims whole nodes of a hundred entries.


async def filled(world: World, clock: FakeClock) -> tuple[Database, Trimming]:
    """Publish and relay events, then let a month go by."""
    db = world.database("tasks", clock=clock)
    await publish(db, *(unit(f"u{n}") for n in range(EVENTS)))
    relay = Relay("supervision", db=db, client=world.redis, history=None)
    for _ in range(5):
        await relay.step()
    clock.advance(timedelta(days=30))
    return db, Trimming([relay], db=db, client=world.redis)


async def settle(world: World, group: str, count: int, *, acknowledge: bool = True) -> None:
    """Let a group read so many entries."""
    while count > 0:
        asked = world.redis.xreadgroup(group, group, {"supervision": ">"}, count=min(count, 500))
        ids = [entry for entry, _ in cast("Any", await asked)[0][1]]
        if acknowledge:
            await world.redis.xack("supervision", group, *ids)
        count -= len(ids)


async def left(world: World) -> list[int]:
    return [int(entry.split("-")[0]) for entry, _ in await world.entries()]


async def outbox_rows(db: Database) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(OUTBOX)) or 0


async def test_nothing_that_a_group_has_not_read_is_trimmed(world: World) -> None:
    _, trimming = await filled(world, FakeClock())
    for group, count in zip(GROUPS["supervision"], (EVENTS, 300, EVENTS), strict=True):
        await settle(world, group, count)

    removed = await trimming.trim("supervision")

    assert 0 < removed < 300
    assert await left(world) == list(range(removed + 1, EVENTS + 1))


async def test_what_a_group_has_read_but_not_settled_is_not_trimmed(world: World) -> None:
    _, trimming = await filled(world, FakeClock())
    await settle(world, "notify", EVENTS, acknowledge=False)
    for group in ("metrics", "archive"):
        await settle(world, group, EVENTS)

    assert await trimming.trim("supervision") == 0


async def test_trimming_refuses_while_a_group_is_missing(world: World) -> None:
    _, trimming = await filled(world, FakeClock())
    for group in ("notify", "metrics"):
        await settle(world, group, EVENTS)
    await world.redis.xgroup_destroy("supervision", "archive")

    with pytest.raises(Fault, match="its group archive is missing"):
        await trimming.step()

    assert len(await left(world)) == EVENTS


async def test_what_was_written_lately_stays_although_everybody_has_read_it(world: World) -> None:
    clock = FakeClock()
    db, trimming = await filled(world, clock)
    await publish(db, *(unit(f"late{n}") for n in range(200)))
    relay = Relay("supervision", db=db, client=world.redis, history=None)
    for _ in range(5):
        await relay.step()
    for group in GROUPS["supervision"]:
        await settle(world, group, EVENTS + 200)

    await trimming.trim("supervision")

    assert (await left(world))[-200:] == list(range(EVENTS + 1, EVENTS + 201))
    assert await trimming.trim("supervision") == 0


async def test_outbox_rows_go_only_when_they_are_old_and_archived(world: World) -> None:
    db, trimming = await filled(world, FakeClock())
    await settle(world, "archive", 400)

    await trimming.step()

    assert await outbox_rows(db) == EVENTS - 399


async def test_young_outbox_rows_stay_although_they_are_archived(world: World) -> None:
    clock = FakeClock()
    db, trimming = await filled(world, clock)
    await settle(world, "archive", EVENTS)
    clock.advance(timedelta(days=-24))

    await trimming.step()

    assert await outbox_rows(db) == EVENTS


async def test_trimming_is_idle_before_the_stream_exists(world: World) -> None:
    db = world.database("tasks", clock=FakeClock())
    trimming = Trimming([], db=db, client=world.redis)

    assert await trimming.trim("supervision") == 0
    assert await positions(world.redis, "supervision") == {}
