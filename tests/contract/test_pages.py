"""Every list of the inner services comes in pages, or stands here with what bounds it."""

import base64
import importlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from services.gateway.contract.inner import REFERENCE, all_schemas, operation_of
from services.gateway.inner.routes import ROUTES, Route
from services.gateway.roles import SCOPES
from shared.clock import LiveClock
from shared.paging import USUAL
from shared.principal import Principal, sign
from shared.testing import FakeClock, sqlite_database

SECRET = base64.b64encode(bytes(32)).decode()
OFFICE = Principal(id="office", role="supervisor", scopes=SCOPES)
# Lists that are answered whole: route → what bounds them. What grows with time has no place here.
BOUNDED = {
    "/plans": "one row for each plan document",
    "/tasks/{task_id}/attachments": "what belongs to one task",
    "/tasks/{task_id}/measures": "what belongs to one task",
    "/tasks/{task_id}/blocks": "what belongs to one task",
    "/tasks/{task_id}/proof": "what was told about one task, which is proved as a whole",
    "/measure-rules": "rules, as shipped",
    "/problems": "one row for each responsible unit",
    "/projects/pace": "one account of all projects, whose lines are its sums",
    "/projects/funds": "one row for each fund and unit",
    "/lights/rules": "rules, as shipped",
    "/radar": "one row for each goal of a plan",
    "/links/proposals": "pairs of tasks of plan documents that read alike",
    "/plans/{plan_id}/rules": "rules of one plan",
    "/duties/proposals": "one row for each cadence of a plan document",
    "/arrears/ledger": "the accounts of one month, which make up its totals",
    "/requests/cycle": "one account of a cycle",
    "/rectifications/findings": "one row for each unit and kind of finding",
    "/rectifications/{task_id}/steps": "what belongs to one task",
    "/rectification-rules": "versions of rules that people set",
    "/approval-rules": "versions of rules that people set",
    "/approvals/reconciliation": "one row for each source, of one day",
    "/orders/misroutes": "a rate with what it counts, over a year at most",
    "/order-directory/match": "one decision",
    "/order-rules": "one row for each region",
    "/units": "one row for each unit",
    "/rules": "rules that people set",
    "/contacts": "one book, replaced as a whole",
    "/forecast": "a computed answer over the days that are asked for",
    "/burden": "one row for each unit and week of the period that is asked for",
    "/burden/messages": "one row for each unit and week of the period that is asked for",
    "/indicators": "one row for each indicator of the framework and of plans",
    "/indicators/catalogue": "the framework 18+5",
    "/stage-goals": "one row for each goal of a plan",
    "/rates": "one row for each rate, as shipped",
    "/rates/{rate}/rule": "versions of a rule that people set",
    "/ratings/findings/limits": "versions of a rule that people set",
    "/ratings/findings": "what is striking in a period of limited length",
    "/ratings/statistics": "one row for each source and unit of a month",
    "/assessment/schemes": "one row for each scheme",
    "/assessment/periods/{period}/changes": "one row for each unit and line of a period",
    "/assessment/periods/{period}/corrections": "one row for each unit and line of a period",
    "/assessment/periods/{period}/scores": "one row for each unit",
    "/surveys/{survey}/results": "one row for each group and question of a survey",
}
READS = [one for one in ROUTES if one.method == "GET" and not one.file]
PAGED = [one for one in READS if {"after", "limit"} <= {*one.query}]
PATHS = {
    "indicator_id": "gj01",
    "rate": "ratings.satisfaction",
    "period": "none",
    "unit": "u",
    "line": "none",
}
NEEDED = {
    "/assessment/observations": {"from": "2023-06-01", "to": "2023-06-30"},
    "/rates/{rate}/rows": {"part": "numerator"},
}
# They first look for the period and unit that they are asked about.
BEHIND_A_SCORE = "/assessment/periods/{period}/scores/{unit}/lines/{line}/rows"
WALKED = [one for one in PAGED if one.path != BEHIND_A_SCORE]
# Their places are ids of facts as they are, and behind any text there may be some.
BY_FACT = {"/indicators/{indicator_id}/rows"}


def answer_of(route: Route) -> dict[str, Any]:
    """Give the schema of what a route answers."""
    answers = operation_of(route.service, "GET", route.path)["responses"]["200"]
    schema: dict[str, Any] = answers["content"]["application/json"]["schema"]
    return all_schemas()[schema["$ref"].removeprefix(REFERENCE)] if "$ref" in schema else schema


def is_list(route: Route) -> bool:
    """Say whether a route lists: its answer is an array or has one, and it does not show one object by its id."""
    said = answer_of(route)
    arrays = any(one.get("type") == "array" for one in said.get("properties", {}).values())
    return said.get("type") == "array" or (arrays and not route.path.endswith("}"))


@pytest.mark.parametrize("route", READS, ids=lambda route: route.path)
def test_a_list_comes_in_pages_or_is_bounded_by_something_else_than_time(route: Route) -> None:
    paged = route in PAGED

    if is_list(route):
        assert paged != (route.path in BOUNDED), (
            f"{route.path}: page it (shared.paging), or say what bounds it"
        )
    assert not paged or is_list(route)


def test_what_is_said_to_be_bounded_is_a_list_that_is_served() -> None:
    assert BOUNDED.keys() - {route.path for route in READS if is_list(route)} == set()


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_an_object_that_is_a_page_says_the_next_place_too(route: Route) -> None:
    said = answer_of(route)

    assert said.get("type") == "array" or {"next", "after"} & said["properties"].keys()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """The three inner services over empty databases."""
    folder = tmp_path_factory.mktemp("services")
    made = {name: await _serve(name, folder) for name in ("tasks", "notify", "metrics")}
    yield made
    for client in made.values():
        await client.aclose()


async def _serve(name: str, folder: Path) -> httpx.AsyncClient:
    await sqlite_database(name, folder, FakeClock()).close()
    settings = importlib.import_module(f"services.{name}.settings").Settings(
        redis_url=SecretStr("unix:///nowhere"),
        principal_secret=SecretStr(SECRET),
        **{f"{name}_database_url": SecretStr(f"sqlite:///{folder}/{name}.db")},
    )
    app = importlib.import_module(f"services.{name}.app").build(settings, clock=LiveClock())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{name}")


async def ask(services: dict[str, httpx.AsyncClient], route: Route, **query: str) -> httpx.Response:
    headers = {"x-duban-principal": sign(OFFICE, SECRET, now=LiveClock().real_now())}
    path, more = route.path.format_map(PATHS), NEEDED.get(route.path, {})
    return await services[route.service].get(path, params=more | query, headers=headers)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "route", [one for one in WALKED if one.path not in BY_FACT], ids=lambda route: route.path
)
async def test_a_place_that_is_none_is_refused_by_field_value_and_remedy(
    services: dict[str, httpx.AsyncClient], route: Route
) -> None:
    said = await ask(services, route, after="no-place")

    assert (said.status_code, said.json()["field"]) == (422, "after")
    assert said.json()["code"] in {"page.unknown", "query.after_unknown", "rate.after"}
    assert "no-place" in said.json()["title"]
    assert re.search("next|上一页|去掉", said.json()["title"])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many"])
@pytest.mark.parametrize("route", WALKED, ids=lambda route: route.path)
async def test_a_limit_out_of_bounds_is_refused(
    services: dict[str, httpx.AsyncClient], route: Route, limit: str
) -> None:
    said = await ask(services, route, limit=limit)

    assert (said.status_code, said.json()["field"].split(".")[-1]) == (422, "limit")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("route", WALKED, ids=lambda route: route.path)
async def test_an_empty_list_is_its_own_last_page(
    services: dict[str, httpx.AsyncClient], route: Route
) -> None:
    said = await ask(services, route, limit=str(USUAL))

    assert (said.status_code, said.links) == (200, {})
