"""The outermost layer: limits, headers, the landing page, and what the OpenAPI document says."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from services.gateway.edge import DEFAULT_LIMIT, LIMITS, SECURITY_HEADERS, Edge
from services.gateway.inner.routes import ROUTES
from shared.clock import LiveClock
from tests.gateway.world import World, gateway


async def pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 65_536):
        yield b" " * 65_536


async def test_a_body_that_states_too_many_bytes_is_refused_unread(world: World) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.post("/api/v1/ratings", content=b" " * (DEFAULT_LIMIT + 1))

    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (
        413,
        "body.too_large",
        DEFAULT_LIMIT,
    )
    assert answer.headers["x-frame-options"] == "DENY"


async def test_a_body_that_states_nothing_is_refused_when_it_grows_too_large(world: World) -> None:
    async with await world.client("ratings:write") as client:
        answer = await client.post("/api/v1/ratings", content=pieces(DEFAULT_LIMIT + 65_536))

    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")


async def test_documents_and_batches_may_be_larger(world: World) -> None:
    async with await world.client("plans:write") as client:
        answer = await client.post("/api/v1/plans", content=b" " * (DEFAULT_LIMIT + 1))

    assert answer.status_code == 200
    assert LIMITS["/api/v1/ratings/batch"] == 16 * 1024 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/openapi.json", "/api/v1/tasks", "/nowhere"])
async def test_every_answer_has_the_security_headers(world: World, path: str) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.get(path)

    assert {name for name in SECURITY_HEADERS if name not in answer.headers} == set()


async def test_what_is_no_http_passes_untouched() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    await Edge(app)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]  # Nothing is received or sent.

    assert seen == ["lifespan"]


async def test_an_address_that_is_none_is_a_problem_document(world: World) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.get("/api/v1/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "route.not_found")


async def test_the_landing_page_says_that_time_is_made_up(world: World) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.get("/")

    assert "演练" in answer.text
    assert "2023-06-20 09:00" in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]


@pytest.mark.slow
async def test_whoever_sends_ratings_can_ask_for_business_time(world: World) -> None:
    async with world.stranger() as stranger:
        said = (await stranger.get("/clock")).json()

    assert said == {"now": "2023-06-20T01:00:00+00:00", "drill": True}


async def test_the_landing_page_of_a_live_system_says_so_and_needs_nothing_from_outside(
    tmp_path: Path,
) -> None:
    async with gateway(tmp_path, LiveClock()) as world, world.stranger() as stranger:
        page = (await stranger.get("/")).text

    assert "正式运行" in page
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.slow
async def test_the_openapi_document_lists_every_route_and_how_to_show_a_key(world: World) -> None:
    async with world.stranger() as stranger:
        document = (await stranger.get("/api/v1/openapi.json")).json()
        again = (await stranger.get("/api/v1/openapi.json")).json()

    paths = document["paths"]
    assert all(route.method.lower() in paths[f"/api/v1{route.path}"] for route in ROUTES)
    assert document["security"] == [{"Bearer": []}, {"X-API-Key": []}, {"Session": []}]
    assert document == again


async def test_metrics_and_readiness_are_on_the_inner_side_alone(world: World) -> None:
    async with world.stranger() as stranger:
        outside = [
            (await stranger.get(path)).status_code for path in ("/metrics", "/readyz", "/archive/ratings")
        ]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(world.apps.inner), base_url="http://inner"
    ) as inside:
        metrics, ready = await inside.get("/metrics"), await inside.get("/readyz")

    assert outside == [404, 404, 404]
    assert ("duban_build_info" in metrics.text, ready.status_code, world.bus.collected) == (True, 200, 1)


async def answer_nothing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(("scheme", "told"), [("https", "max-age=31536000"), ("http", None)])
async def test_who_came_by_tls_is_told_to_stay_with_it(scheme: str, told: str | None) -> None:
    transport = httpx.ASGITransport(Edge(answer_nothing))
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://duban") as client:
        answer = await client.get("/")

    assert answer.headers.get("strict-transport-security") == told
