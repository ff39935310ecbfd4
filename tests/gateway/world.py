"""What the gateway's tests stand on: both apps over one SQLite file, inner services that are played, and keys."""

import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from services.gateway.app import Apps, build
from services.gateway.archive import service
from services.gateway.keys import KeyOrder, create_key
from services.gateway.settings import Settings
from shared.clock import Clock, LiveClock
from shared.database import Database
from shared.events import Feed
from shared.events.envelope import Meta, render
from shared.events.supervision import UnitRegistered
from shared.principal import Principal, sign
from shared.streams import Entry
from shared.testing import DRILL_START, FakeClock, sqlite_database

SECRET = "s" * 32
VAULT_KEY = base64.b64encode(b"v" * 32).decode()


class FakeBus:
    """A bus that carries nothing."""

    def __init__(self) -> None:
        self.collected = 0

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    def problems(self) -> list[str]:
        """Name nothing."""
        return []

    async def collect(self) -> None:
        """Count the calls."""
        self.collected += 1

    def is_active(self) -> bool:
        """Hold the lease."""
        return True


@dataclass
class Inner:
    """Inner services that answer what a test says, and remember what they were asked."""

    answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json={"items": []})
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


@dataclass
class World:
    """One gateway."""

    apps: Apps
    db: Database
    clock: Clock
    inner: Inner
    bus: FakeBus

    async def key(self, *scopes: str, role: str = "ops", **order: Any) -> str:  # noqa: ANN401 - KeyOrder's own.
        """Make a key and give its secret."""
        async with self.db.transaction() as tx:
            wanted = KeyOrder(role=role, scopes=scopes, **order)
            return (await create_key(tx, wanted, real_now=self.clock.real_now()))[1]

    async def client(self, *scopes: str, role: str = "ops", **order: Any) -> httpx.AsyncClient:  # noqa: ANN401 - as above.
        """Open a client of the public API with a new key."""
        secret = await self.key(*scopes, role=role, **order)
        transport = httpx.ASGITransport(self.apps.public, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {secret}"}
        return httpx.AsyncClient(transport=transport, base_url="http://duban", headers=headers)

    def stranger(self) -> httpx.AsyncClient:
        """Open a client of the public API without a key."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.apps.public), base_url="http://duban")

    def inside(self, *scopes: str) -> httpx.AsyncClient:
        """Open a client of the gateway's inner API."""
        principal = Principal(id="test", role="ops", scopes=frozenset(scopes))
        headers = {"x-duban-principal": sign(principal, SECRET, now=LiveClock().real_now())}
        transport = httpx.ASGITransport(self.apps.inner)
        return httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers)

    async def archive(self, *entries: Entry) -> int:
        """Archive entries of one feed as the bus would."""
        return await self.db.run_sync(lambda tx: service.archive(tx.connection, entries))


@asynccontextmanager
async def gateway(  # noqa: PLR0913 - each is a setting.
    folder: Path,
    clock: Clock | None = None,
    *,
    return_hosts: str = "",
    subscriber_hosts: str = "",
    feed_hosts: str = "",
    subscriber_redis_url: str = "",
) -> AsyncIterator[World]:
    """Run a gateway over a database in `folder`."""
    clock, inner, bus = clock or FakeClock(), Inner(), FakeBus()
    db = sqlite_database("gateway", folder, clock)
    settings = Settings(
        redis_url=SecretStr("unix:///nowhere"),
        principal_secret=SecretStr(SECRET),
        vault_key=SecretStr(VAULT_KEY),
        gateway_database_url=SecretStr(f"sqlite:///{folder}/gateway.db"),
        return_hosts=return_hosts,
        subscriber_hosts=subscriber_hosts,
        feed_hosts=feed_hosts,
        subscriber_redis_url=SecretStr(subscriber_redis_url),
        password_memory_kib=64,  # Tests need no slow hash.
        password_passes=1,
    )
    apps = build(settings, clock=clock, bus=bus, transport=httpx.MockTransport(inner))
    async with apps.public.router.lifespan_context(apps.public):
        yield World(apps, db, clock, inner, bus)
    await db.close()


def rating(number: int = 1, **changes: Any) -> dict[str, object]:  # noqa: ANN401 - what a source may send.
    """Write one rating of the source `push`."""
    return {
        "source": "push",
        "project_no": f"37{number:010d}",
        "service_number": 1,
        "unit_code": "11370800MB2855926Y",
        "item_code": "370100000000",
        "region_code": "370800",
        "channel": "1",
        "satisfaction": "5",
        "reasons": "510,511",
        "rated_at": "2023-06-20 09:00:00",
    } | changes


def ndjson(items: Sequence[object]) -> bytes:
    """Write lines; bytes stay as they are."""
    return b"\n".join(item if isinstance(item, bytes) else json.dumps(item).encode() for item in items)


def entry(sequence: int, feed: Feed = "supervision", *, name: str = "发改局") -> Entry:
    """Write one entry of a stream."""
    event = UnitRegistered(unit_id=f"u{sequence}", name=name, kind="department")
    meta = Meta(id=f"id-{feed}-{sequence}", source="/services/tasks", time=DRILL_START)
    return Entry(feed, sequence, render(event, meta=meta, sequence=sequence))


def events_in(text: str) -> list[tuple[str, str, str]]:
    """Read server-sent events as (id, event, data); what has no data is none, as for browsers."""
    found = []
    for block in text.split("\n\n"):
        lines = [line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":")]
        said = dict(lines)
        if "data" in said:
            found.append((said.get("id", ""), said.get("event", ""), said["data"]))
    return found
