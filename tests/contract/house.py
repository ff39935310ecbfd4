"""The whole house in one process: the gateway with the three inner services behind it, and no bus between them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.gateway import app as gateway
from services.gateway.keys import KeyOrder, create_key
from services.gateway.roles import SCOPES
from services.gateway.settings import Settings as GatewaySettings
from services.metrics import app as metrics
from services.metrics.settings import Settings as MetricsSettings
from services.notify import app as notify
from services.notify.settings import Settings as NotifySettings
from services.tasks import app as tasks
from services.tasks.settings import Settings as TasksSettings
from shared.clock import Clock, LiveClock
from shared.database import Database
from shared.testing import sqlite_database
from tests.gateway.world import SECRET, VAULT_KEY, FakeBus
from tests.metrics.surveys.made import KEY as SURVEY_KEY
from tests.notify.made import FakeBus as ReadBus


@dataclass(frozen=True, slots=True)
class House:
    """What runs.

    Attributes:
        public: The gateway's public app.
        inside: Its inner one, which serves the archive.
        db: The gateway's database.
    """

    public: FastAPI
    inside: FastAPI
    db: Database
    clock: Clock

    async def key(self, role: str = "supervisor", unit: str = "") -> str:
        """Make a key that holds every scope, and give its secret."""
        order = KeyOrder(role=role, unit=unit, scopes=SCOPES)
        async with self.db.transaction() as tx:
            return (await create_key(tx, order, real_now=self.clock.real_now()))[1]

    def client(self, secret: str = "") -> httpx.AsyncClient:
        """Open a client of the public API."""
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        transport = httpx.ASGITransport(self.public, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://duban", headers=headers)


class Inside(httpx.AsyncBaseTransport):
    """Carries a call of the gateway to the app of its host."""

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self._ways = {
            host: httpx.ASGITransport(app, raise_app_exceptions=False) for host, app in apps.items()
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand over one request."""
        return await self._ways[request.url.host].handle_async_request(request)


@asynccontextmanager
async def house(
    folder: Path, archive: str = "http://nowhere", clock: Clock | None = None
) -> AsyncIterator[House]:
    """Run the house over SQLite files in `folder`, on the time of day; `archive` is where its inner side is served.

    Business time may be another; real time is not, for the inner services compare signatures with it.
    """
    clock = clock or LiveClock()
    common: dict[str, Any] = {
        "redis_url": SecretStr("unix:///nowhere"),
        "principal_secret": SecretStr(SECRET),
        "gateway_url": archive,
    }
    for service in ("tasks", "notify", "metrics"):
        sqlite_database(service, folder, clock)
    inner = {
        "tasks": tasks.build(
            TasksSettings(tasks_database_url=_url(folder, "tasks"), attachments_dir=folder, **common),
            clock=clock,
            bus=FakeBus(),
        ),
        "notify": notify.build(
            NotifySettings(notify_database_url=_url(folder, "notify"), **common), clock=clock, bus=ReadBus()
        ),
        "metrics": metrics.build(
            MetricsSettings(
                metrics_database_url=_url(folder, "metrics"), survey_key=SecretStr(SURVEY_KEY), **common
            ),
            clock=clock,
            bus=FakeBus(),
        ),
    }
    db = sqlite_database("gateway", folder, clock)
    settings = GatewaySettings(
        gateway_database_url=_url(folder, "gateway"),
        vault_key=SecretStr(VAULT_KEY),
        tasks_url="http://tasks",
        notify_url="http://notify",
        metrics_url="http://metrics",
        **common,
    )
    apps = gateway.build(settings, clock=clock, bus=FakeBus(), transport=Inside(inner))
    async with AsyncExitStack() as open_:
        for app in (*inner.values(), apps.public):
            await open_.enter_async_context(app.router.lifespan_context(app))
        yield House(apps.public, apps.inner, db, clock)
    await db.close()


def _url(folder: Path, service: str) -> SecretStr:
    return SecretStr(f"sqlite:///{folder}/{service}.db")
