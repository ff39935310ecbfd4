"""Who may call which route of metrics: the table is whole, and enforced."""

from pathlib import Path

import httpx
from fastapi.routing import iter_route_contexts

from services.gateway.roles import DEFAULT_SCOPES, SCOPES
from services.metrics.app import build
from services.metrics.permissions import RULES, TABLE
from shared.clock import LiveClock
from shared.principal import Principal, sign
from shared.testing import FakeClock
from tests.metrics.test_api import SECRET, FakeBus, serving, settings

PROBES = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}
# What the gateway's page of surveys asks with a scope that no key has; its tests are those of surveys.
PAGES = {("POST", "/survey-sheets/look"), ("POST", "/survey-sheets/answer")}
EVERYBODY = frozenset(DEFAULT_SCOPES)
PATHS = {
    "indicator_id": "gj01",
    "rate": "ratings.satisfaction",
    "kind": "hotline_daily",
    "scheme": "three-years",
    "period": "none",
    "unit": "u-none",
    "line": "none",
    "appeal": "none",
    "exemption": "none",
    "name": "none",
    "survey": "none",
}


async def call(
    client: httpx.AsyncClient, route: tuple[str, str], role: str, scopes: frozenset[str]
) -> tuple[int, str]:
    """Call a route as somebody; gives the status and the code of a refusal."""
    who = Principal(id=f"a {role}", role=role, unit="u-none", scopes=scopes)
    headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
    found = await client.request(route[0], route[1].format_map(PATHS), headers=headers)
    return found.status_code, found.json().get("code", "") if found.is_error else ""


def test_every_route_has_one_row_and_every_row_a_route(tmp_path: Path) -> None:
    app = build(settings(tmp_path), clock=FakeClock(), bus=FakeBus())

    served = {
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }

    assert served - PROBES - PAGES == set(TABLE)
    assert len(RULES) == len(TABLE)


async def test_each_route_is_refused_to_every_role_that_is_not_in_its_row(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeBus()) as client:
        answers = {
            (method, path): {await call(client, (method, path), role, SCOPES) for role in EVERYBODY - roles}
            for method, path, _scope, roles in RULES
        }

    assert [route for route, seen in answers.items() if seen != {(403, "role.refused")}] == []


async def test_each_route_lets_the_roles_of_its_row_come_in_with_their_own_scopes(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeBus()) as client:
        answers = {
            await call(client, (method, path), role, DEFAULT_SCOPES[role])
            for method, path, _scope, roles in RULES
            if not path.endswith(".xlsx")
            for role in roles
        }

    # What is not there, and an archive that does not answer here, are met behind the door.
    assert {status for status, _code in answers} <= {200, 404, 422, 503}


async def test_each_route_asks_for_its_scope(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeBus()) as client:
        answers = {
            await call(client, (method, path), "supervisor", SCOPES - {scope})
            for method, path, scope, _ in RULES
        }

    assert answers == {(403, "scope.missing")}
