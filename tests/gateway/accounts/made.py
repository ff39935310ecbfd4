"""Accounts as tests need them: put into the database as they are, or made and used over HTTP as people do."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import httpx
import pyotp
from argon2 import PasswordHasher

from services.gateway.accounts.domain_sessions import Stage
from services.gateway.accounts.models import Account, LoginSession
from services.gateway.audit.models import AuditEntry
from services.gateway.audit.repository import Wanted, list_entries
from services.gateway.roles import hash_secret
from shared.clock import Clock
from shared.database import Database

SESSION, ACCOUNT, ACCOUNTS = "/api/v1/session", "/api/v1/account", "/api/v1/accounts"
PASSWORD, OTHER = "Jinghe-2023-a", "Weihe#2024#bc"
HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Place(Protocol):
    """A gateway, or so much of it as accounts need."""

    @property
    def db(self) -> Database:
        """Its database."""
        ...

    @property
    def clock(self) -> Clock:
        """Its clock."""
        ...

    def stranger(self) -> httpx.AsyncClient:
        """Open a client without a key."""
        ...


async def account(world: Place, role: str = "supervisor", unit: str = "", **changes: Any) -> Account:  # noqa: ANN401 - columns.
    """Put an account with `PASSWORD` into the database."""
    now, number = world.clock.real_now(), secrets.token_hex(4)
    row = Account(id=f"acc-{number}", login=f"li.{number}", person=number, name="李某", role=role, unit=unit)
    row.administrator, row.state, row.password = "", "active", HASHER.hash(PASSWORD)
    row.password_set_at = row.created_at = row.changed_at = now
    row.first_used, row.factor_step = False, 0
    for name, value in changes.items():
        setattr(row, name, value)
    async with world.db.transaction() as tx:
        tx.session.add(row)
    return row


@asynccontextmanager
async def person(world: Place, role: str, unit: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Open a client with a complete session of a new account."""
    holder, now, token = (
        await account(world, role, unit),
        world.clock.real_now(),
        f"dubans_{secrets.token_hex(32)}",
    )
    row = LoginSession(id=f"ses-{secrets.token_hex(4)}", token_hash=hash_secret(token), account_id=holder.id)
    row.stage, row.factor_shown, row.address, row.agent = Stage.FULL, True, "", ""
    row.opened_at, row.seen_at, row.expires_at = now, now, now + timedelta(hours=12)
    async with world.db.transaction() as tx:
        tx.session.add(row)
    async with bearer(world, token) as client:
        yield client


def bearer(world: Place, token: str) -> httpx.AsyncClient:
    """Open a client of the public API that shows a token."""
    client = world.stranger()
    client.headers["authorization"] = f"Bearer {token}"
    return client


async def log_in(world: Place, login: str, password: str = PASSWORD, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON.
    """Log in over HTTP."""
    async with world.stranger() as stranger:
        return await stranger.post(SESSION, json={"login": login, "password": password, **more})


async def token_of(world: Place, login: str, password: str = PASSWORD) -> str:
    """Log in, and give the token."""
    answer = await log_in(world, login, password)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def ask(
    world: Place,
    token: str,
    method: str = "GET",
    path: str = SESSION,
    **said: Any,  # noqa: ANN401 - JSON.
) -> httpx.Response:
    """Ask once with a token; what is said is the JSON body."""
    async with bearer(world, token) as client:
        return await client.request(method, path, json=said or None)


def code_now(world: Place, secret: str, *, steps: int = 0) -> str:
    """Give the code of an authenticator at the world's time, or so many steps of 30 seconds later."""
    at = world.clock.real_now() + timedelta(seconds=30 * steps)
    return pyotp.HOTP(secret).at(int(at.timestamp()) // 30)


async def with_factor(world: Place, role: str = "supervisor") -> tuple[Account, str, list[str]]:
    """Make an account with a second factor, as its person does; gives its secret and recovery codes."""
    made = await account(world, role)
    token = await token_of(world, made.login)
    secret = (await ask(world, token, "POST", f"{ACCOUNT}/second-factor")).json()["secret"]
    path = f"{ACCOUNT}/second-factor/confirmation"
    answer = await ask(world, token, "POST", path, code=code_now(world, secret))
    return made, secret, answer.json()["recovery_codes"]


async def audited(world: Place, **wanted: Any) -> list[AuditEntry]:  # noqa: ANN401 - `Wanted`'s own.
    """Give entries of the audit, the latest first."""
    async with world.db.reading() as session:
        return list(await list_entries(session, Wanted(**wanted)))
