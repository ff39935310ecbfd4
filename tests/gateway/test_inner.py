"""Calls to the inner services: signed, passed through, and never a hang."""

from collections.abc import Callable

import httpx
import pytest

from services.gateway.inner.client import Call, InnerServices
from services.gateway.inner.routes import OPS_ROUTES, ROUTES, OpsRoute
from services.gateway.roles import SCOPES
from shared.clock import LiveClock
from shared.errors import Unavailable
from shared.principal import Principal, verify
from tests.gateway.world import SECRET, World

BASE = {
    "tasks": "http://127.0.0.1:9001",
    "notify": "http://127.0.0.1:9002",
    "metrics": "http://127.0.0.1:9003",
}


class Filled(dict[str, str]):
    """A plain id for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        """Make one up."""
        return f"{name}-1"


FILLED = Filled()


def answering(status: int, **content: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **content)  # type: ignore[arg-type]  # httpx's own arguments.


@pytest.mark.slow
async def test_every_route_goes_on_to_its_service(world: World) -> None:
    wrong = []
    for route in ROUTES:
        path = route.path.format_map(FILLED)
        async with await world.client(route.scope) as client:
            answer = await client.request(route.method, f"/api/v1{path}?limit=5&q=%E5%9B%BE", content=b"{}")
        seen = [(asked.method, str(asked.url), asked.content) for asked in world.inner.asked]
        wanted = [(route.method, f"{BASE[route.service]}{path}?limit=5&q=%E5%9B%BE", b"{}")]
        if (answer.status_code, seen) != (200, wanted):
            wrong.append((route, answer.status_code, seen))
        world.inner.asked.clear()

    assert wrong == []


async def test_every_route_demands_its_scope(world: World) -> None:
    wrong = []
    for route in ROUTES:
        async with await world.client(*(SCOPES - {route.scope})) as client:
            answer = await client.request(route.method, f"/api/v1{route.path.format_map(FILLED)}")
        if (answer.status_code, answer.json().get("field")) != (403, route.scope):
            wrong.append((route, answer.status_code))

    assert (wrong, world.inner.asked) == ([], [])


@pytest.mark.parametrize("route", OPS_ROUTES, ids=[f"{route.method} {route.path}" for route in OPS_ROUTES])
async def test_operations_reach_every_service(world: World, route: OpsRoute) -> None:
    path = route.path.format(feed="ratings", sequence=7)

    async with await world.client(route.scope) as client:
        await client.request(route.method, f"/api/v1/ops/notify{path}")

    assert str(world.inner.asked[0].url) == f"{BASE['notify']}{path}"


async def test_operations_on_a_service_that_is_none_are_refused(world: World) -> None:
    async with await world.client("ops:read") as client:
        answer = await client.get("/api/v1/ops/kitchen/bus")

    assert (answer.status_code, answer.json()["code"]) == (404, "service.unknown")


async def test_the_principal_is_signed_for_the_key(world: World) -> None:
    async with await world.client(role="unit", unit="u-7") as client:
        await client.get("/api/v1/tasks", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})

    headers = world.inner.asked[0].headers
    claims = verify_at_any_time(headers["x-duban-principal"])
    assert (claims.role, claims.unit, "tasks:write" in claims.scopes) == ("unit", "u-7", True)
    assert headers["traceparent"] == f"00-{'a' * 32}-{'b' * 16}-01"


def verify_at_any_time(token: str) -> Principal:
    import jwt  # noqa: PLC0415 - only to read a token of a clock that stands still.

    claims = jwt.decode(token, SECRET, ["HS256"], audience="duban-inner", options={"verify_exp": False})
    return Principal.model_validate(claims)


async def test_a_signature_of_now_is_believed() -> None:
    seen: list[Principal] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(verify(request.headers["x-duban-principal"], SECRET))
        return httpx.Response(200)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    services = InnerServices(client, {"tasks": "http://tasks/"}, secret=SECRET, clock=LiveClock())
    await services.call(Call("tasks", "GET", "/tasks"), Principal(id="key-1", role="ops"))
    await services.stop()

    assert [principal.id for principal in seen] == ["key-1"]


async def test_an_inner_problem_goes_through_as_it_is(world: World) -> None:
    body = {"code": "task.not_found", "title": "没有事项 t-1", "status": 404}
    kind = {"content-type": "application/problem+json", "etag": '"3"', "set-cookie": "a=b"}
    world.inner.answer = answering(404, json=body, headers=kind)

    async with await world.client("tasks:read") as client:
        answer = await client.get("/api/v1/tasks/t-1")

    assert (answer.status_code, answer.json()) == (404, body)
    assert (answer.headers["content-type"], answer.headers["etag"]) == ("application/problem+json", '"3"')
    assert "set-cookie" not in answer.headers


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize("answer", [down, slow, answering(401, json={})])
async def test_a_service_that_does_not_answer_is_a_503_of_its_own(
    world: World, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    world.inner.answer = answer

    async with await world.client("tasks:read") as client:
        found = await client.get("/api/v1/tasks")

    assert (found.status_code, found.json()["code"], found.json()["service"]) == (
        503,
        "service.unavailable",
        "tasks",
    )
    assert "督办事项服务" in found.json()["title"]
    assert found.headers["retry-after"] == "5"


async def test_a_service_that_hangs_is_given_up_at_the_deadline() -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        raise TimeoutError

    client = httpx.AsyncClient(transport=httpx.MockTransport(hang))
    services = InnerServices(client, {"tasks": "http://tasks"}, secret=SECRET, clock=LiveClock())

    with pytest.raises(Unavailable):
        await services.call(Call("tasks", "GET", "/tasks"), Principal(id="k", role="ops"))


@pytest.mark.parametrize("name", ["a b", "-x", "a%3Fb", "%2E%2E", "a%2Fb", "x" * 200])
async def test_what_is_no_plain_id_never_reaches_a_service(world: World, name: str) -> None:
    async with await world.client("plans:read") as client:
        answer = await client.get(f"/api/v1/plans/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "route.not_found")
    assert world.inner.asked == []
