"""Every public route that the app serves: refused without a key and to the wrong scope; each role by the tables.

What the roles and units of tasks, notify and metrics may do behind the gateway is tested beside their tables.
"""

from collections.abc import Iterable
from datetime import timedelta

import httpx
import jwt
import pytest
from fastapi.routing import iter_route_contexts

from services.gateway.inner.routes import OPS_ROUTES, ROUTES
from services.gateway.roles import (
    ACCOUNT_MAKERS,
    ADMINISTRATORS,
    AUDIT_READERS,
    DEFAULT_SCOPES,
    KEY_READERS,
    KEY_WRITERS,
    PUBLISHERS,
    ROLE_GIVERS,
    SCOPES,
    VAULT_ERASERS,
)
from shared.principal import ALGORITHM, AUDIENCE, UNIT_ROLES, Principal
from tests.gateway.accounts.made import person
from tests.gateway.world import SECRET, World

API = "/api/v1"
Seen = dict[tuple[str, str], str]
YEARS = timedelta(days=36500)  # The world's clock stands in 2023.
# What the gateway answers itself, with the scope that it demands.
OWN = {
    ("POST", "/ratings"): "ratings:write",
    ("POST", "/ratings/batch"): "ratings:write",
    ("POST", "/feeds/{source}"): "ratings:write",
    ("GET", "/feed-forms"): "ops:read",
    ("GET", "/feed-sources"): "ops:read",
    ("PUT", "/feed-sources/{source_id}"): "ops:write",
    ("POST", "/feed-sources/{source_id}/dry-run"): "ops:read",
    ("GET", "/feed-pulls"): "ops:read",
    ("GET", "/feed-pulls/{source_id}"): "ops:read",
    ("PUT", "/feed-pulls/{source_id}"): "ops:write",
    ("POST", "/feed-pulls/{source_id}/run"): "ops:write",
    ("POST", "/feed-pulls/{source_id}/dry-run"): "ops:write",
    ("GET", "/feed-rejects"): "ops:read",
    ("GET", "/feed-rejects/{reject_id}"): "ops:write",
    ("POST", "/feed-rejects/{reject_id}/replay"): "ops:write",
    ("DELETE", "/feed-rejects/{reject_id}"): "ops:write",
    ("GET", "/feed-reconciliation"): "ops:read",
    ("GET", "/approval-reconciliation"): "tasks:read",
    ("PUT", "/feed-reconciliation/{source}/{day}"): "ratings:write",
    ("GET", "/events"): "events:read",
    ("GET", "/keys"): "keys:read",
    ("GET", "/keys/audit"): "keys:read",
    ("POST", "/keys"): "keys:write",
    ("DELETE", "/keys/{key_id}"): "keys:write",
    ("POST", "/keys/{key_id}/rotation"): "keys:write",
    ("GET", "/accounts"): "accounts:read",
    ("POST", "/accounts"): "accounts:write",
    ("POST", "/accounts/{account_id}/password"): "accounts:write",
    ("PUT", "/accounts/{account_id}/state"): "accounts:write",
    ("PUT", "/accounts/{account_id}/role"): "roles:write",
    ("DELETE", "/accounts/{account_id}/second-factor"): "roles:write",
    ("GET", "/audit"): "audit:read",
    ("GET", "/audit/verify"): "audit:read",
    ("GET", "/ops/gateway/archive/verify"): "ops:read",
    ("POST", "/ops/gateway/archive/trim"): "ops:write",
    ("GET", "/archive/anchors"): "events:read",
    ("GET", "/archive/hashes/{position}"): "events:read",
    ("GET", "/archive/key"): "events:read",
    ("GET", "/archive/export"): "events:read",
    ("GET", "/publications"): "publications:write",
    ("GET", "/ratings/{rating_id}/publication"): "publications:write",
    ("POST", "/ratings/{rating_id}/publication"): "publications:write",
    ("DELETE", "/ratings/{rating_id}/publication"): "publications:write",
    ("GET", "/vault/audit"): "vault-log:read",
    ("GET", "/vault/{subject_id}"): "vault:read",
    ("POST", "/vault/{subject_id}/unmasked"): "vault:read",
    ("DELETE", "/vault/people/{subject_id}"): "vault:write",
    ("GET", "/returns"): "ops:read",
    ("GET", "/returns/reconciliation"): "ops:read",
    ("PUT", "/returns/reconciliation"): "ops:write",
    ("GET", "/returns/{return_id}"): "ops:read",
    ("POST", "/returns/{return_id}/retry"): "ops:write",
    ("POST", "/returns/{return_id}/dismiss"): "ops:write",
    ("GET", "/subscriptions"): "ops:read",
    ("GET", "/subscriptions/{name}"): "ops:read",
    ("PUT", "/subscriptions/{name}"): "ops:write",
    ("DELETE", "/subscriptions/{name}"): "ops:write",
    ("POST", "/subscriptions/{name}/secret"): "ops:write",
    ("POST", "/subscriptions/{name}/pause"): "ops:write",
    ("POST", "/subscriptions/{name}/resume"): "ops:write",
    ("POST", "/subscriptions/{name}/test"): "ops:write",
    ("GET", "/subscriptions/{name}/deliveries"): "ops:read",
    ("GET", "/subscriptions/{name}/deliveries/{position}"): "ops:read",
    ("POST", "/subscriptions/{name}/deliveries/{position}/skip"): "ops:write",
    ("POST", "/subscriptions/{name}/replay"): "ops:write",
    ("GET", "/subscriptions/{name}/reconciliation"): "ops:read",
    ("POST", "/subscriptions/{name}/reconciliation"): "ops:read",
    ("GET", "/return-forms"): "ops:read",
    ("GET", "/return-targets"): "ops:read",
    ("GET", "/return-targets/{source_id}"): "ops:read",
    ("PUT", "/return-targets/{source_id}"): "ops:write",
}
PASSED_ON = {(route.method, route.path): route.scope for route in ROUTES}
OPERATIONS = {(route.method, "/ops/{service}" + route.path): route.scope for route in OPS_ROUTES}
DEMANDED = OWN | PASSED_ON | OPERATIONS
# For people only, whatever their role: a key holds no account.
PERSONAL = {
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("POST", "/session/second-factor"),
    ("POST", "/account/password"),
    ("POST", "/account/second-factor"),
    ("POST", "/account/second-factor/confirmation"),
    ("GET", "/account/sessions"),
    ("DELETE", "/account/sessions/{session_id}"),
}
# Routes of the gateway's own that ask for a role beside the scope.
ROLES = {
    "/keys": KEY_WRITERS,
    "/accounts": ACCOUNT_MAKERS,
    "/audit": AUDIT_READERS,
    "/vault/audit": AUDIT_READERS,
    "/vault/people": VAULT_ERASERS,
    "/publications": PUBLISHERS,
    "/ratings/{rating_id}/publication": PUBLISHERS,
}
# The same, of a single route.
ROLE_OF = {
    ("GET", "/keys"): KEY_READERS,
    ("GET", "/keys/audit"): AUDIT_READERS,
    ("GET", "/accounts"): ADMINISTRATORS,
    ("PUT", "/accounts/{account_id}/role"): ROLE_GIVERS,
    ("DELETE", "/accounts/{account_id}/second-factor"): ROLE_GIVERS,
}
# Shown to everybody: what this is, its time, that it lives, and how to call it.
OPEN = {("GET", "/"), ("GET", "/clock"), ("GET", "/healthz"), ("GET", f"{API}/openapi.json")}
# What was published.
OPEN |= {("GET", "/ratings/published"), ("GET", f"{API}/published-ratings")}
# To come in.
OPEN |= {("POST", f"{API}/session")}
# The contract of the events.
OPEN |= {
    ("GET", f"{API}/asyncapi/{{feed}}.json"),
    ("GET", f"{API}/event-schemas/{{type}}.json"),
    ("GET", "/docs/events"),
}
# Open to whoever holds a signed link, which notify checks.
OPEN |= {("GET", "/n/{token}"), ("POST", "/n/{token}")}
# Open to whoever holds a one-time token of a survey, which metrics checks.
OPEN |= {("GET", "/s"), ("GET", "/s/{token}"), ("POST", "/s")}


class Filled(dict[str, str]):
    """A plain id for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        """Make one up."""
        return "tasks" if name == "service" else "1"


async def call(client: httpx.AsyncClient, method: str, path: str, **query: str) -> tuple[int, str, str]:
    """Call a route; gives the status, the code and the field of its answer."""
    answer = await client.request(method, API + path.format_map(Filled()), params=query or None)
    said = answer.json() if answer.is_error else {}
    return answer.status_code, said.get("code", ""), said.get("field", "")


def test_the_table_of_scopes_names_every_route_and_no_other(world: World) -> None:
    served = {
        (method, str(one.path))
        for one in iter_route_contexts(world.apps.public.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }

    assert served == {(method, API + path) for method, path in [*DEMANDED, *PERSONAL]} | OPEN


@pytest.mark.slow
async def test_no_route_is_open_to_somebody_without_a_key(world: World) -> None:
    async with world.stranger() as stranger:
        answers = {route: await call(stranger, *route) for route in [*DEMANDED, *PERSONAL]}

    assert answers == dict.fromkeys(answers, (401, "key.missing", ""))
    assert world.inner.asked == []


@pytest.mark.slow
async def test_no_route_is_open_to_a_key_of_the_wrong_scope(world: World) -> None:
    wrong = {scope: await world.client(*(SCOPES - {scope})) for scope in set(DEMANDED.values())}
    answers = {route: await call(wrong[scope], *route) for route, scope in DEMANDED.items()}
    for client in wrong.values():
        await client.aclose()

    assert answers == {route: (403, "scope.missing", scope) for route, scope in DEMANDED.items()}
    assert world.inner.asked == []


async def test_what_is_a_persons_own_is_refused_to_every_key(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        answers = {route: await call(client, *route) for route in PERSONAL}

    assert answers == dict.fromkeys(PERSONAL, (403, "person.only", ""))


def expected(route: tuple[str, str], role: str) -> str:
    """Say what somebody of a role with its own scopes gets: `in`, or the code of the refusal."""
    if DEMANDED[route] not in DEFAULT_SCOPES[role]:
        return "scope.missing"
    wanted = next((roles for start, roles in ROLES.items() if route[1].startswith(start)), {role})
    return "in" if role in ROLE_OF.get(route, wanted) else "role.refused"


async def what_each_gets(world: World, who: tuple[str, str], routes: Iterable[tuple[str, str]]) -> Seen:
    """Call routes in the session of a person with a role and a unit, naming the unit `u-own` in the query."""
    async with person(world, *who) as client:
        # A page of the events, which else go on for ever.
        seen = {route: await call(client, *route, unit="u-own", format="ndjson") for route in routes}
    assert {(one.role, one.unit) for one in asked_for(world)} <= {who}
    world.inner.asked.clear()
    return {route: code if status in {401, 403} else "in" for route, (status, code, _) in seen.items()}


@pytest.mark.slow
async def test_routes_that_ask_for_a_role_beside_the_scope_let_it_alone_in(world: World) -> None:
    routes = [route for route in OWN if route in ROLE_OF or route[1].startswith(tuple(ROLES))]

    got = {role: await what_each_gets(world, (role, "u-own"), routes) for role in DEFAULT_SCOPES}

    assert got == {role: {route: expected(route, role) for route in routes} for role in DEFAULT_SCOPES}


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_each_role_of_each_unit_gets_what_the_tables_say_and_no_more(world: World) -> None:
    world.inner.answer = lambda _: httpx.Response(200, json=[])
    people = [(role, "u-own") for role in DEFAULT_SCOPES] + [(role, "u-other") for role in UNIT_ROLES]

    got = {who: await what_each_gets(world, who, DEMANDED) for who in people}

    assert got == {who: {route: expected(route, who[0]) for route in DEMANDED} for who in people}


def asked_for(world: World) -> list[Principal]:
    """Give the principals with which inner services were asked: what a caller says of a unit is none of it."""
    tokens = [one.headers["x-duban-principal"] for one in world.inner.asked]
    said = [jwt.decode(one, SECRET, [ALGORITHM], audience=AUDIENCE, leeway=YEARS) for one in tokens]
    return [Principal.model_validate(one) for one in said]
