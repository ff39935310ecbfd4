"""Streams that lost entries, readers that stopped before the gap, and somebody of operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from shared.clock import LiveClock
from shared.database import Database
from shared.principal import Principal, sign
from shared.streams import Bus, Entry, ops_router
from shared.web import create_app, principal_check
from tests.shared.world import (
    Failing,
    Remembering,
    World,
    is_value,
    publish,
    raw,
    unit,
    units_to,
    until,
    until_trouble,
    until_well,
)

SECRET = "a secret for tests that is long enough for HS256"
OPS = Principal(id="key-ana", role="ops", scopes=frozenset({"ops:read", "ops:write"}))


@asynccontextmanager
async def inner(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client of the inner operations of a bus."""
    app = create_app("test", routers=[ops_router(bus, principal_check(SECRET))])
    headers = {"x-duban-principal": sign(OPS, SECRET, now=LiveClock().real_now())}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as client:
        yield client


async def holed(world: World, *, upto: int = 20, of: int = 30) -> Database:
    """Publish events and lose the first ones of the stream; gives the database of their owner."""
    owner = world.database("tasks")
    await publish(owner, *(unit(f"u{n}") for n in range(1, of + 1)))
    await until_well(await world.bus(owner))
    await until(lambda: is_value(world.redis.xlen("supervision"), of))
    await world.redis.xtrim("supervision", minid=f"{upto + 1}-0", approximate=False)
    return owner


def kept(*numbers: int) -> Remembering:
    """Make a history that has these events."""
    return Remembering(*(Entry("supervision", n, raw(unit(f"u{n}"), n)) for n in numbers))


async def stopped(world: World, reader: Database | None = None, **more: Any) -> tuple[Bus, Database]:  # noqa: ANN401 - the bus's own.
    """Run a reader until it stops before the gap."""
    reader = reader or world.database("notify")
    bus = await world.bus(reader, units_to(Failing()), **more)
    await until_trouble(bus)
    return bus, reader
