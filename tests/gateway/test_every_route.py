"""Every public route that the app serves is refused without a key, and to a key of the wrong scope."""

import httpx
from fastapi.routing import iter_route_contexts

from services.gateway.inner.routes import OPS_ROUTES, ROUTES
from services.gateway.roles import SCOPES
from tests.gateway.world import World

API = "/api/v1"
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
    ("GET", "/ops/gateway/archive/verify"): "ops:read",
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
# Shown to everybody: what this is, its time, that it lives, and how to call it.
OPEN = {("GET", "/"), ("GET", "/clock"), ("GET", "/healthz"), ("GET", f"{API}/openapi.json")}
# What was published.
OPEN |= {("GET", "/ratings/published"), ("GET", f"{API}/published-ratings")}
# The contract of the events.
OPEN |= {
    ("GET", f"{API}/asyncapi/{{feed}}.json"),
    ("GET", f"{API}/event-schemas/{{type}}.json"),
    ("GET", "/docs/events"),
}
# Open to whoever holds a signed link, which notify checks.
OPEN |= {("GET", "/n/{token}"), ("POST", "/n/{token}")}


class Filled(dict[str, str]):
    """A plain id for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        """Make one up."""
        return "tasks" if name == "service" else "1"


async def call(client: httpx.AsyncClient, method: str, path: str) -> tuple[int, str, str]:
    """Call a route; gives the status, the code and the field of its answer."""
    answer = await client.request(method, API + path.format_map(Filled()))
    said = answer.json() if answer.is_error else {}
    return answer.status_code, said.get("code", ""), said.get("field", "")


def test_the_table_of_scopes_names_every_route_and_no_other(world: World) -> None:
    served = {
        (method, str(one.path))
        for one in iter_route_contexts(world.apps.public.routes)
        for method in (one.methods or set()) - {"HEAD"}
    }

    assert served == {(method, API + path) for method, path in DEMANDED} | OPEN


async def test_no_route_is_open_to_somebody_without_a_key(world: World) -> None:
    async with world.stranger() as stranger:
        answers = {route: await call(stranger, *route) for route in DEMANDED}

    assert answers == dict.fromkeys(DEMANDED, (401, "key.missing", ""))
    assert world.inner.asked == []


async def test_no_route_is_open_to_a_key_of_the_wrong_scope(world: World) -> None:
    wrong = {scope: await world.client(*(SCOPES - {scope})) for scope in set(DEMANDED.values())}
    answers = {route: await call(wrong[scope], *route) for route, scope in DEMANDED.items()}
    for client in wrong.values():
        await client.aclose()

    assert answers == {route: (403, "scope.missing", scope) for route, scope in DEMANDED.items()}
    assert world.inner.asked == []
