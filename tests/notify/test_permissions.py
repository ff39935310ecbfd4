"""Who may call which route of notify: the table is whole, and enforced before anything is read."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import iter_route_contexts

from services.gateway.roles import DEFAULT_SCOPES, SCOPES
from services.notify.app import build
from services.notify.permissions import RULES, TABLE, permit
from shared.clock import LiveClock
from shared.principal import Principal, sign
from shared.testing import sqlite_database
from shared.web import create_app, principal_check
from tests.notify.made import FakeBus
from tests.notify.test_api import SECRET, settings

PROBES = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}
# What the gateway's page of answers asks with a scope that no key has; its tests are those of links.
PAGES = {("POST", "/links/look"), ("POST", "/links/answer")}
EVERYBODY = frozenset(DEFAULT_SCOPES)
APART = {
    "sysadmin",
    "secadmin",
    "auditadmin",
    "organisation",
    "feed",
    "ops",
}  # They have no business with notices.
IDS = {
    "notice_id": "n1",
    "task_id": "t1",
    "service_id": "s1",
    "version": "1",
    "silence_id": "s1",
    "paper_id": "p1",
}


class Place:
    """The routes of the service, without what runs beside them."""

    def __init__(self, folder: Path) -> None:
        sqlite_database("notify", folder, LiveClock())
        self.app = build(settings(folder), clock=LiveClock(), bus=FakeBus())

    async def call(
        self, route: tuple[str, str], role: str, scopes: frozenset[str] = SCOPES
    ) -> tuple[int, str]:
        """Call a route as somebody; gives the status and the code of a refusal."""
        who = Principal(id=f"a {role}", role=role, unit="u-none", scopes=scopes)
        headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
            found = await client.request(route[0], route[1].format_map(IDS), headers=headers)
        return found.status_code, found.json().get("code", "") if found.is_error else ""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_every_route_has_one_row_and_every_row_a_route(place: Place) -> None:
    served = {
        (method, str(one.path))
        for one in iter_route_contexts(place.app.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }

    assert served - PROBES - PAGES == set(TABLE)
    assert len(RULES) == len(TABLE)


def test_who_keeps_the_system_is_told_nothing_of_tasks() -> None:
    reached = {
        (role, path) for _, path, scope, roles in RULES for role in roles if scope in DEFAULT_SCOPES[role]
    }

    assert {role for role, _ in reached} & APART == set()


async def test_each_route_is_refused_to_every_role_that_is_not_in_its_row(place: Place) -> None:
    answers = {
        (method, path): {await place.call((method, path), role) for role in EVERYBODY - roles}
        for method, path, _scope, roles in RULES
    }

    assert {route: seen for route, seen in answers.items() if seen != {(403, "role.refused")}} == {}


async def test_each_route_asks_for_its_scope(place: Place) -> None:
    answers = {
        await place.call((method, path), "supervisor", SCOPES - {scope}) for method, path, scope, _ in RULES
    }

    assert answers == {(403, "scope.missing")}


async def test_a_route_that_stands_in_no_row_is_refused_to_everybody() -> None:
    router = APIRouter(dependencies=[Depends(permit(principal_check(SECRET)))])
    router.add_api_route("/new", lambda: "told")
    transport = httpx.ASGITransport(create_app("new", routers=[router]))
    who = Principal(id="s", role="supervisor", scopes=SCOPES)

    async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
        headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
        answer = await client.get("/new", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "role.refused")
