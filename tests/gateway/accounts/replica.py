"""One replica of what accounts need of the gateway: the door, their routes, keys, and one route behind a scope."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, FastAPI

from services.gateway.access import API, Door
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rules import Rules
from services.gateway.accounts.wiring import Accounts, Terms, build_accounts
from services.gateway.api_keys import keys_router
from services.gateway.audit.watch import Watch
from services.gateway.keys import KeyOrder, create_key
from services.gateway.models import ApiKey
from services.gateway.roles import Key
from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.service import Keeper
from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from shared.web import create_app
from tests.gateway.world import VAULT_KEY

TASKS = "/api/v1/tasks"


@dataclass
class Seconds:
    """Seconds that pass when a test says so."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Replica:
    """One of several on one database; its routes are those of accounts, keys, and `GET /tasks`."""

    db: Database
    clock: FakeClock
    app: FastAPI
    accounts: Accounts
    seconds: Seconds
    scheme: str = "http"

    def stranger(self) -> httpx.AsyncClient:
        """Open a client without a key."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=f"{self.scheme}://duban")

    async def key(self, role: str = "supervisor", **order: Any) -> tuple[ApiKey, str]:  # noqa: ANN401 - KeyOrder's own.
        """Make a key; gives it with its secret."""
        async with self.db.transaction() as tx:
            return await create_key(tx, KeyOrder(role=role, **order), real_now=self.clock.real_now())

    def pass_by(self, seconds: float) -> None:
        """Let time pass, on both clocks."""
        self.clock.advance(timedelta(seconds=seconds))
        self.seconds.at += seconds


@asynccontextmanager
async def replica(folder: Path, beside: Replica | None = None, **rules: Any) -> AsyncIterator[Replica]:  # noqa: ANN401 - `Rules`' own.
    """Run a replica on the database in `folder`; `beside` is another one, with which it shares the clocks."""
    clock = FakeClock() if beside is None else beside.clock
    seconds = Seconds() if beside is None else beside.seconds
    db = sqlite_database("gateway", folder, clock)
    async with replica_on(db, clock, seconds, Rules(**rules)) as made:
        yield made
    await db.close()


@asynccontextmanager
async def replica_on(
    db: Database, clock: FakeClock, seconds: Seconds, rules: Rules
) -> AsyncIterator[Replica]:
    """Run a replica on a database."""
    keeper = Keeper(db, WrappingKeys(VAULT_KEY))
    await keeper.start()
    terms = Terms(rules, Passwords(memory_kib=64, passes=1), secure_cookies=False, seal=keeper)
    accounts = build_accounts(db, terms, seconds=seconds)
    routers = [*accounts.routers, keys_router(db, accounts.door), _tasks(accounts.door)]
    app = create_app("accounts", routers=routers, parts=accounts.parts)
    app.add_middleware(Watch, refusals=accounts.refusals)
    async with app.router.lifespan_context(app):
        yield Replica(db, clock, app, accounts, seconds)


def over_tls(one: Replica) -> Replica:
    """Give the same replica, reached over TLS."""
    return replace(one, scheme="https")


def _tasks(door: Door) -> APIRouter:
    router = APIRouter(prefix=API)
    reader = Annotated[Key, Depends(door.needs("tasks:read"))]

    @router.get("/tasks")
    async def get_tasks(key: reader) -> dict[str, str]:
        return {"by": key.principal.id, "role": key.principal.role, "unit": key.principal.unit}

    @router.post("/tasks")
    async def post_tasks(key: reader) -> str:
        return key.principal.id

    return router
