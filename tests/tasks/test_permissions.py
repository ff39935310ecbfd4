"""Who may call which route: the table of roles is whole, and enforced."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends
from fastapi.routing import iter_route_contexts

from services.gateway.roles import DEFAULT_SCOPES, SCOPES
from services.tasks.app import build
from services.tasks.permissions import ROLE_WORDS, RULES, TABLE, Rule, permit
from shared.principal import Principal, sign
from shared.testing import FakeClock
from shared.web import create_app, principal_check
from tests.tasks.apps import SECRET, Caller, FakeBus, settings

PROBES = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}
EVERYBODY = frozenset(DEFAULT_SCOPES)
APART = {"secadmin", "auditadmin", "feed", "ops"}  # They have no business with tasks.


class Filled(dict[str, str]):
    """A plain id for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        """Make one up."""
        return "2027" if name == "year" else "1"


async def call(caller: Caller, rule: Rule, role: str, scopes: frozenset[str] = SCOPES) -> httpx.Response:
    """Call a route as somebody who holds every scope, so that only the role can be at fault."""
    who = Principal(id=f"a {role}", role=role, unit="u-none", scopes=scopes)
    headers = {"x-duban-principal": sign(who, SECRET, now=caller.clock.real_now())}
    return await caller.client.request(rule[0], rule[1].format_map(Filled()), headers=headers)


def seen_in(answers: Iterable[httpx.Response]) -> set[tuple[int, str]]:
    """Give each status with the code of its refusal."""
    return {(one.status_code, one.json()["code"] if one.is_error else "") for one in answers}


async def refusals(caller: Caller, rule: Rule, roles: frozenset[str]) -> set[tuple[int, str]]:
    """Call a route as each of `roles`."""
    return seen_in([await call(caller, rule, role) for role in sorted(roles)])


def test_every_route_has_one_row_and_every_row_a_route(tmp_path: Path) -> None:
    app = build(settings(tmp_path), clock=FakeClock(), bus=FakeBus())

    served = {
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }

    assert served - PROBES == set(TABLE)
    assert len(RULES) == len(TABLE)


def test_every_row_names_roles_that_keys_can_have() -> None:
    assert set(ROLE_WORDS) == EVERYBODY
    assert all(roles and roles <= EVERYBODY for _, _, roles in RULES)


def test_whoever_only_looks_changes_nothing_and_who_keeps_keys_sees_nothing() -> None:
    everywhere = {role for _, _, roles in RULES for role in roles}
    writers = {role for method, _, roles in RULES if method != "GET" for role in roles}

    assert not everywhere & APART
    assert "auditor" not in writers


async def test_each_route_is_refused_to_every_role_that_is_not_in_its_row(office: Caller) -> None:
    answers = {rule: await refusals(office, rule, EVERYBODY - rule[2]) for rule in RULES}

    assert {rule[:2]: seen for rule, seen in answers.items() if seen != {(403, "role.refused")}} == {}


async def test_each_route_lets_the_roles_of_its_row_come_in_with_their_own_scopes(office: Caller) -> None:
    answers = {
        rule[:2]: seen_in([await call(office, rule, role, DEFAULT_SCOPES[role]) for role in sorted(rule[2])])
        for rule in RULES
    }

    wrong = {(403, "role.refused"), (403, "scope.missing"), (500, "internal")}
    assert {route: seen & wrong for route, seen in answers.items() if seen & wrong} == {}


async def test_no_route_answers_somebody_without_a_principal(office: Caller) -> None:
    answers = {rule[:2]: await office.client.request(rule[0], rule[1].format_map(Filled())) for rule in RULES}

    seen = {route: (one.status_code, one.json()["code"]) for route, one in answers.items()}
    assert seen == dict.fromkeys(seen, (401, "principal.invalid"))


async def test_a_refusal_names_the_roles_that_may(office: Caller) -> None:
    answer = await call(office, ("PUT", "/calendar/{year}", frozenset()), "king")

    assert answer.json()["roles"] == ["plan_office", "supervisor", "sysadmin"]
    assert answer.json()["title"] == "角色 king 不能这样做，可以的角色：方案主管、督查人员、系统管理员"


async def test_a_route_that_stands_in_no_row_is_refused_to_everybody(office: Caller) -> None:
    router = APIRouter()

    @router.get("/new")
    async def new(who: Annotated[Principal, Depends(permit(principal_check(SECRET)))]) -> str:
        return who.id

    transport = httpx.ASGITransport(create_app("new", routers=[router]))
    async with httpx.AsyncClient(transport=transport, base_url="http://new") as client:
        caller = Caller(client, office.who, office.clock)
        seen = await refusals(caller, ("GET", "/new", EVERYBODY), EVERYBODY)

    assert seen == {(403, "role.refused")}
