"""The proof over HTTP: for those who see everything, for a unit, as JSON and as a paper."""

import io
from collections.abc import Sequence

import docx
import httpx
import pytest
from fastapi import FastAPI

from services.notify import handlers
from services.notify.permissions import permit
from services.notify.proof.adapters import HttpArchive
from services.notify.proof.api import build_router
from services.notify.proof.domain import Link
from services.notify.proof.presence import BEAT_S, Presence
from services.notify.proof.repository import runs
from shared.clock import LiveClock
from shared.database import Database
from shared.errors import Unavailable
from shared.principal import Principal, sign
from shared.testing import FakeClock
from shared.web import create_app, principal_check
from tests.notify import made
from tests.notify.conftest import OpenDatabase
from tests.notify.made import adopt_shipped_rules, decide_now, tell

SECRET = "a secret that the gateway and this service share"
SUPERVISOR = Principal(id="s", role="supervisor", scopes=frozenset({"tasks:read"}))


class EmptyArchive:
    """An archive that holds nothing."""

    async def links(self, task_id: str) -> Sequence[Link]:
        """Give nothing."""
        assert task_id
        return ()


async def told_once(open_database: OpenDatabase) -> Database:
    """Make a service that told one reminder."""
    clock = FakeClock(made.at(made.JUNE_30))
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_task_registered, made.task_registered())
    await tell(db, handlers.on_clock_started, made.clock_started(recorded_at=clock.now()))
    await decide_now(db)
    return db


def app_of(db: Database) -> FastAPI:
    router = build_router(db, permit(principal_check(SECRET)), EmptyArchive())
    return create_app("notify", routers=[router], parts=[])


async def get(app: FastAPI, path: str, principal: Principal = SUPERVISOR) -> httpx.Response:
    headers = {"x-duban-principal": sign(principal, SECRET, now=LiveClock().real_now())}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify") as client:
        return await client.get(path, headers=headers)


async def test_a_notice_that_is_not_archived_is_shown_and_does_not_verify(
    open_database: OpenDatabase,
) -> None:
    app = app_of(await told_once(open_database))

    page = (await get(app, "/tasks/t1/proof")).json()

    [told] = [one for one in page["notices"] if one["told"]]
    assert (told["rung"], told["archive"], told["verified"], page["verified"]) == ("due", None, False, False)
    assert "档案中没有这条提醒" in page["verdict"]


async def test_the_paper_holds_every_notice_and_the_verdict(open_database: OpenDatabase) -> None:
    app = app_of(await told_once(open_database))

    answer = await get(app, "/tasks/t1/proof.docx")

    paper = docx.Document(io.BytesIO(answer.content))
    page = (await get(app, "/tasks/t1/proof")).json()
    assert len(paper.tables[0].rows) == 1 + len(page["notices"])
    assert page["verdict"] in [paragraph.text for paragraph in paper.paragraphs]
    assert answer.headers["content-disposition"] == 'attachment; filename="proof-t1.docx"'


@pytest.mark.parametrize(
    ("principal", "status"),
    [
        (SUPERVISOR.model_copy(update={"scopes": frozenset()}), 403),
        (SUPERVISOR.model_copy(update={"role": "unit"}), 403),  # A unit's key that names no unit.
        (SUPERVISOR.model_copy(update={"role": "unit", "unit": "u2"}), 200),
    ],
)
async def test_who_may_see_a_proof(open_database: OpenDatabase, principal: Principal, status: int) -> None:
    app = app_of(await told_once(open_database))

    answer = await get(app, "/tasks/t1/proof", principal)

    assert answer.status_code == status
    assert answer.json().get("notices", []) == []  # Nothing was told to that unit.


async def test_an_archive_that_does_not_answer_is_unavailable() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(503))
    archive = HttpArchive("http://gateway/", secret=SECRET, clock=LiveClock(), transport=transport)

    with pytest.raises(Unavailable, match="http://gateway/archive/links"):
        await archive.links("t1")


async def test_a_replica_writes_down_that_it_lives(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    db = open_database(clock)
    presence, started = Presence(db, holder="a"), clock.now()

    waits = await presence.step()
    clock.advance(made.at(made.JUNE_30) - started)
    await presence.step()

    async with db.reading() as session:
        assert await runs(session) == [(started, clock.now())]
    assert waits == BEAT_S
