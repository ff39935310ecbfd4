"""The HTTP frame: problem documents, readiness with reasons, metrics, signed principals, ordered start and stop."""

from datetime import UTC, datetime
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import DataError

from shared import errors
from shared.principal import Principal, sign
from shared.web import create_app, principal_check, probe_router

SECRET = "s" * 43


class Recorder:
    def __init__(self, name: str, diary: list[str], trouble: str = "") -> None:
        self.name, self.diary, self.trouble = name, diary, trouble

    async def start(self) -> None:
        self.diary.append(f"{self.name} starts")

    async def stop(self) -> None:
        self.diary.append(f"{self.name} stops")

    def problems(self) -> list[str]:
        return [self.trouble] if self.trouble else []


def routes() -> APIRouter:
    router = APIRouter()

    @router.get("/number/{value}")
    async def number(value: int) -> int:
        return value

    @router.get("/fails/{kind}")
    async def fails(kind: str) -> None:
        if kind == "unforeseen":
            raise ValueError("secret detail")
        raise getattr(errors, kind)("不行", code="thing.wrong", field="thing", allowed=["a"])

    @router.get("/me")
    async def me(who: Annotated[Principal, Depends(principal_check(SECRET))]) -> str:
        return who.id

    return router


async def get(app: FastAPI, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban") as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Invalid", 422),
        ("NotFound", 404),
        ("Conflict", 409),
        ("PreconditionFailed", 412),
        ("Unauthorized", 401),
        ("Forbidden", 403),
        ("TooLarge", 413),
        ("Unavailable", 503),
        ("Permanent", 400),
    ],
)
async def test_each_failure_is_a_problem_document_with_its_status(kind: str, status: int) -> None:
    answer = await get(create_app("x", routers=[routes()]), f"/fails/{kind}")

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json() == {
        "type": "urn:duban:problem:thing.wrong",
        "title": "不行",
        "status": status,
        "code": "thing.wrong",
        "allowed": ["a"],
        "field": "thing",
    }


UNSTORABLE = {
    "nul": DataError("INSERT", {}, ValueError("PostgreSQL text fields cannot contain NUL (0x00) bytes")),
    "number": OverflowError("Python int too large to convert to SQLite INTEGER"),
    "half": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
}


@pytest.mark.parametrize("kind", list(UNSTORABLE))
async def test_what_no_database_can_keep_is_refused_and_not_a_failure_of_ours(kind: str) -> None:
    router = APIRouter()

    @router.get("/keep")
    async def keep() -> None:
        raise UNSTORABLE[kind]

    answer = await get(create_app("x", routers=[router]), "/keep")

    assert (answer.status_code, answer.json()["code"]) == (422, "request.unstorable")


async def test_a_refusal_may_quote_half_a_surrogate_pair() -> None:
    router = APIRouter()

    @router.get("/quotes")
    async def quotes() -> None:
        raise errors.Invalid("没有 \ud800", code="thing.wrong")

    answer = await get(create_app("x", routers=[router]), "/quotes")

    assert (answer.status_code, answer.json()["title"]) == (422, "没有 ?")


async def test_an_unforeseen_failure_does_not_tell_its_detail() -> None:
    answer = await get(create_app("x", routers=[routes()]), "/fails/unforeseen")

    assert answer.status_code == 500
    assert "secret" not in answer.text


async def test_a_caller_who_goes_before_the_request_is_whole_is_no_failure_of_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def nobody(_message: object) -> None:
        """Answer into nothing."""

    router = APIRouter()

    @router.post("/things")
    async def take(request: Request) -> int:
        return len(await request.body())

    scope = {"type": "http", "method": "POST", "path": "/things", "headers": [], "query_string": b""}
    await create_app("x", routers=[router])(scope, gone, nobody)

    assert caplog.records == []


async def test_malformed_input_names_the_field_and_the_value() -> None:
    answer = await get(create_app("x", routers=[routes()]), "/number/seven")

    assert answer.status_code == 422
    assert answer.json()["field"] == "path.value"
    assert "seven" in answer.json()["title"]


async def test_an_unknown_address_is_a_problem_document_too() -> None:
    answer = await get(create_app("x"), "/nowhere")

    assert (answer.status_code, answer.json()["code"]) == (404, "route.not_found")


async def test_a_part_in_trouble_makes_the_service_not_ready_and_says_why() -> None:
    parts = [Recorder("bus", []), Recorder("relay", [], trouble="relay: top is ahead")]
    app = create_app("x", routers=[probe_router(parts=parts, registry=CollectorRegistry())])

    ready, health = await get(app, "/readyz"), await get(app, "/healthz")

    assert (ready.status_code, ready.json()["problems"]) == (503, ["relay: top is ahead"])
    assert health.status_code == 200


async def test_metrics_are_refreshed_before_each_scrape() -> None:
    registry = CollectorRegistry()
    gauge = Gauge("duban_things", "Things.", registry=registry)

    async def refresh() -> None:
        gauge.inc()

    app = create_app("x", routers=[probe_router(parts=[], registry=registry, refresh=[refresh])])
    await get(app, "/metrics")
    answer = await get(app, "/metrics")

    assert "duban_things 2.0" in answer.text


async def test_a_signed_principal_is_let_in_and_nobody_else() -> None:
    app = create_app("x", routers=[routes()])
    token = sign(Principal(id="key-1", role="ops"), SECRET, now=datetime.now(UTC))

    let_in = await get(app, "/me", {"x-duban-principal": token})
    refused = await get(app, "/me")

    assert (let_in.json(), refused.status_code) == ("key-1", 401)


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    diary: list[str] = []
    app = create_app("x", parts=[Recorder("db", diary), Recorder("bus", diary)])

    async with app.router.lifespan_context(app):
        pass

    assert diary == ["db starts", "bus starts", "bus stops", "db stops"]
