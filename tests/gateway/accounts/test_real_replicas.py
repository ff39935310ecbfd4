"""Two gateway processes on one database, in real time: what ends on one is refused on the other within five seconds."""

import asyncio
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from deploy.env import random_key
from services.gateway.accounts.domain_sessions import Stage
from services.gateway.accounts.models import LoginSession
from services.gateway.keys import KeyOrder, create_key, revoke_key_offline
from services.gateway.roles import hash_secret
from shared.clock import LiveClock
from shared.database import Database
from shared.testing_servers import ValkeyServer
from tests.gateway.accounts.made import (
    ACCOUNT,
    ACCOUNTS,
    OTHER,
    PASSWORD,
    account,
    ask,
    log_in,
    token_of,
)
from tests.gateway.processes import Service, new_secret, until
from tests.gateway.test_databases import postgres  # noqa: F401 - a fixture.
from tests.gateway.world import rating

PROMISE_S = 5.0
SOON = timedelta(seconds=20)  # Enough to be used before it is over.
LOOKING, KEYS = "/api/v1/events?format=ndjson", "/api/v1/keys"
pytestmark = [pytest.mark.valkey, pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Real:
    """One of the processes, with the database that both have and a client that keeps its connections."""

    db: Database
    service: Service
    clock: LiveClock
    client: httpx.AsyncClient

    def stranger(self) -> httpx.AsyncClient:
        """Open a client without a key."""
        return httpx.AsyncClient(base_url=self.service.url, timeout=60)

    async def key(self, role: str, *scopes: str, lifetime: timedelta | None = None) -> tuple[str, str]:
        """Make a key; gives its id and its secret."""
        async with self.db.transaction() as tx:
            order = KeyOrder(role=role, scopes=scopes, lifetime=lifetime)
            row, secret = await create_key(tx, order, real_now=self.clock.real_now())
            return row.id, secret

    async def admits(self, secret: str) -> bool:
        """Say whether it lets somebody in who shows a secret or a token."""
        answer = await self.client.get(LOOKING, headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code in {200, 401}, answer.text
        return answer.status_code == 200


Pair = tuple[Real, Real]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def services(request: pytest.FixtureRequest) -> Iterator[tuple[Service, Service]]:
    folder = Path(tempfile.mkdtemp(prefix="duban-"))  # Short: the path of a socket has at most 107 bytes.
    valkey = ValkeyServer(folder)
    valkey.start()
    common = {
        "DUBAN_VAULT_KEY": random_key(),
        "DUBAN_PASSWORD_MEMORY_KIB": "64",
        "DUBAN_PASSWORD_PASSES": "1",
    }
    if request.param == "postgres":
        common["DUBAN_GATEWAY_DATABASE_URL"] = request.getfixturevalue("postgres").new_url("gateway")
    secret = new_secret()
    here, there = (
        Service("gateway", folder, valkey.url, secret, DUBAN_HOLDER=name, **common) for name in ("a", "b")
    )
    here.start()
    there.start()
    yield here, there
    here.kill()
    there.kill()
    valkey.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def pair(services: tuple[Service, Service]) -> AsyncIterator[Pair]:
    here, there = services
    db, clock = Database(here.database_url, service="gateway", clock=LiveClock()), LiveClock()
    async with (
        httpx.AsyncClient(base_url=here.url, timeout=60) as to_here,
        httpx.AsyncClient(base_url=there.url, timeout=60) as to_there,
    ):
        yield Real(db, here, clock, to_here), Real(db, there, clock, to_there)
    await db.close()


Deed = Callable[[], Awaitable[object]]
Case = Callable[[Real], Awaitable[tuple[str, Deed]]]


async def do(here: Real, by_role: str, method: str, path: str, **said: object) -> None:
    """Do something as an administrator, at a replica."""
    _, by = await here.key(by_role)
    answer = await ask(here, by, method, path, **said)
    assert answer.is_success, answer.text


async def revoked(here: Real) -> tuple[str, Deed]:
    key_id, secret = await here.key("auditor")
    return secret, lambda: do(here, "secadmin", "DELETE", f"{KEYS}/{key_id}")


async def revoked_on_the_machine(here: Real) -> tuple[str, Deed]:
    key_id, secret = await here.key("auditor")
    return secret, lambda: revoke_key_offline(here.service.database_url, key_id)


async def rotated(here: Real) -> tuple[str, Deed]:
    key_id, secret = await here.key("auditor")
    return secret, lambda: do(here, "secadmin", "POST", f"{KEYS}/{key_id}/rotation", overlap_hours=0)


async def expired(here: Real) -> tuple[str, Deed]:
    _, secret = await here.key("auditor", lifetime=SOON)
    return secret, lambda: asyncio.sleep(SOON.total_seconds())


async def logged_out(here: Real) -> tuple[str, Deed]:
    token = await token_of(here, (await account(here)).login)
    return token, lambda: ask(here, token, "DELETE")


async def ended_from_another(here: Real) -> tuple[str, Deed]:
    made = await account(here)
    stolen, own = await token_of(here, made.login), await token_of(here, made.login)
    session = (await ask(here, stolen)).json()["session"]
    return stolen, lambda: ask(here, own, "DELETE", f"{ACCOUNT}/sessions/{session}")


async def over(here: Real) -> tuple[str, Deed]:
    made, now, token = await account(here), here.clock.real_now(), f"dubans_{secrets.token_hex(32)}"
    row = LoginSession(id=f"ses-{made.id}", token_hash=hash_secret(token), account_id=made.id)
    row.stage, row.factor_shown, row.address, row.agent = Stage.FULL, False, "", ""
    row.opened_at, row.seen_at, row.expires_at = now, now, now + SOON
    async with here.db.transaction() as tx:
        tx.session.add(row)
    return token, lambda: asyncio.sleep(SOON.total_seconds())


async def changed(here: Real) -> tuple[str, Deed]:
    token = await token_of(here, (await account(here)).login)
    return token, lambda: ask(here, token, "POST", f"{ACCOUNT}/password", old=PASSWORD, new=OTHER)


def by_administrator(by_role: str, method: str, path: str, **said: object) -> Case:
    async def case(here: Real) -> tuple[str, Deed]:
        made = await account(here)
        token = await token_of(here, made.login)
        return token, lambda: do(here, by_role, method, f"{ACCOUNTS}/{made.id}/{path}", **said)

    return case


CASES: dict[str, Case] = {
    "a key is revoked": revoked,
    "a key is revoked on the machine": revoked_on_the_machine,
    "a key that leaked is rotated": rotated,
    "a key expires": expired,
    "somebody logs out": logged_out,
    "somebody ends a stolen session from another one": ended_from_another,
    "a session is over": over,
    "somebody changes the password": changed,
    "an account is locked": by_administrator("sysadmin", "PUT", "state", state="locked"),
    "an account is disabled": by_administrator("sysadmin", "PUT", "state", state="disabled"),
    "a password is reset": by_administrator("sysadmin", "POST", "password"),
    "a role is given": by_administrator("secadmin", "PUT", "role", role="auditor"),
}


async def verdict_on(pair: Pair, case: Case) -> str:
    """Use a secret on the other replica all the time, let it end on this one; gives what is wrong, or nothing."""
    here, there = pair
    secret, deed = await case(here)
    before = [await one.admits(secret) for one in pair]
    loop, stop, seen = asyncio.get_running_loop(), asyncio.Event(), list[tuple[float, bool]]()

    async def use() -> None:
        while not stop.is_set():
            sent = loop.time()
            seen.append((sent, await there.admits(secret)))
            await asyncio.sleep(0.2)

    using = asyncio.create_task(use())
    await deed()
    done = loop.time()
    await asyncio.sleep(PROMISE_S)
    stop.set()
    await using
    after = [await one.admits(secret) for one in pair]
    late = [round(sent - done, 2) for sent, admitted in seen if admitted and sent - done > PROMISE_S]
    problems = {
        "was not admitted before": before != [True, True],
        f"still admitted {late} s after": bool(late),
        "admitted in the end": after != [False, False],
    }
    return "; ".join(words for words, holds in problems.items() if holds)


async def test_what_ends_on_one_replica_is_refused_on_the_other_five_seconds_later(pair: Pair) -> None:
    verdicts = await asyncio.gather(*(verdict_on(pair, case) for case in CASES.values()))

    assert dict(zip(CASES, verdicts, strict=True)) == dict.fromkeys(CASES, "")


async def test_tries_at_both_replicas_at_once_do_not_get_past_the_lockout(pair: Pair) -> None:
    made = await account(pair[0])

    tries = await asyncio.gather(*(log_in(pair[number % 2], made.login, "wrong") for number in range(12)))
    right = [await log_in(one, made.login) for one in pair]

    assert Counter(one.json()["code"] for one in tries) == {"login.failed": 5, "login.locked": 7}
    assert [one.json()["code"] for one in right] == ["login.locked", "login.locked"]


@asynccontextmanager
async def listening(at: Real, secret: str) -> AsyncIterator[bytearray]:
    """Follow the events at a replica; gives what came, which grows until the stream ends."""
    came = bytearray()

    async def follow() -> None:
        headers = {"authorization": f"Bearer {secret}"}
        async with at.stranger() as client, client.stream("GET", "/api/v1/events", headers=headers) as answer:
            async for piece in answer.aiter_bytes():
                came.extend(piece)

    following = asyncio.create_task(follow())
    yield came
    await asyncio.wait_for(following, 30)


async def has_come(came: bytearray, wanted: bytes) -> None:
    await asyncio.to_thread(until, lambda: wanted in came)


async def test_an_open_event_stream_ends_when_its_key_is_revoked_on_the_other_replica(pair: Pair) -> None:
    here, there = pair
    key_id, secret = await here.key("auditor")
    _, source = await here.key("feed")

    async with listening(there, secret) as came:
        await has_come(came, b"retry: ")
        await ask(here, source, "POST", "/api/v1/ratings", **rating(1))
        await has_come(came, b'"subject"')
        await do(here, "secadmin", "DELETE", f"{KEYS}/{key_id}")
        await asyncio.sleep(PROMISE_S)
        await ask(here, source, "POST", "/api/v1/ratings", **rating(2))

    assert came.count(b'"subject"') == 1
