"""The HTTP frame of every service: problem documents (RFC 9457), health, readiness, metrics, inner identity."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Protocol

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared import errors
from shared.principal import Principal, verify
from shared.telemetry import continue_trace

log = logging.getLogger(__name__)

# The one table of HTTP statuses; the first class that fits counts.
STATUSES: tuple[tuple[type[errors.DubanError], int], ...] = (
    (errors.Invalid, 422),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.PreconditionFailed, 412),
    (errors.Unauthorized, 401),
    (errors.Forbidden, 403),
    (errors.TooLarge, 413),
    (errors.TooMany, 429),
    (errors.Retryable, 503),
    (errors.Permanent, 400),
)

# What databases and encoders say of text with NUL or half a surrogate pair, and of numbers and dates out of range.
UNSTORABLE: tuple[type[Exception], ...] = (DataError, OverflowError, UnicodeEncodeError)


class Part(Protocol):
    """Something that runs as long as the service: the bus, a repeating task, a client."""

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End, leaving nothing half-done."""
        ...

    def problems(self) -> list[str]:
        """Say why this is not working now, or nothing."""
        ...


def problem(error: errors.DubanError) -> JSONResponse:
    """Answer `error` as a problem document."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    body: dict[str, object] = {"type": f"urn:duban:problem:{error.code}", "title": error.message}
    body |= {"status": status, "code": error.code, **error.details}
    if error.field:
        body["field"] = error.field
    wait = error.details.get("retry_after", 5)
    headers = {"Retry-After": str(wait)} if status in {429, 503} else {}
    return Problem(body, status, headers)


class Problem(JSONResponse):
    """A problem document; it may quote what was sent, so half of a surrogate pair in it is no reason to fail."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        """Write it; what is no Unicode becomes a question mark."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def create_app(
    service: str, *, routers: Sequence[APIRouter] = (), parts: Sequence[Part] = (), docs: str | None = None
) -> FastAPI:
    """Build an app that starts `parts` in order, stops them in reverse, and answers errors as problems.

    Args:
        service: Title of the app.
        routers: What it serves.
        parts: What runs as long as it does.
        docs: Path of the OpenAPI document; none hides it.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        started: list[Part] = []
        try:
            for part in parts:
                await part.start()
                started.append(part)
            yield
        finally:
            for part in reversed(started):
                await part.stop()

    app = FastAPI(title=service, lifespan=lifespan, openapi_url=docs, docs_url=None, redoc_url=None)
    for router in routers:
        app.router.routes.extend(router.routes)  # `include_router` would build every route a second time.
    app.add_exception_handler(errors.DubanError, _on_duban_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    for kind in UNSTORABLE:
        app.add_exception_handler(kind, _on_unstorable)
    app.add_exception_handler(Exception, _on_unexpected)
    return app


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the caller went before its request had come in whole, and nothing of it was taken."""
    return Response(status_code=400)


async def _on_duban_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DubanError)  # noqa: S101 - registered for this class only.
    return problem(error)


async def _on_validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only.
    found = error.errors()
    first = found[0]
    field = ".".join(str(step) for step in first["loc"] if step != "body")
    value = str(first.get("input"))[:100]
    message = f"字段 {field or '正文'} 的值 {value} 无效：{first['msg']}"
    count = len(found)
    return problem(errors.Invalid(message, code="request.invalid", field=field, errors=count))


async def _on_http_exception(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only.
    code = {404: "route.not_found", 405: "method.not_allowed"}.get(error.status_code, "http.error")
    title = {404: "没有这个地址", 405: "此地址不支持该方法"}.get(error.status_code, str(error.detail))
    body = {"type": f"urn:duban:problem:{code}", "title": title, "status": error.status_code, "code": code}
    return Problem(body, error.status_code, error.headers)


async def _on_unstorable(request: Request, error: Exception) -> Response:
    """Refuse what no database of ours can keep; the transaction is rolled back, and the log has the place."""
    log.warning("unstorable input at %s %s", request.method, request.url.path, exc_info=error)
    message = "内容里有不能保存的字符（如 NUL、不成对的代理字符）或超出范围的数字、日期，请更正后重发"
    return problem(errors.Invalid(message, code="request.unstorable"))


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
    return problem_internal()


def problem_internal() -> JSONResponse:
    """Answer a failure that we did not foresee, without its inner detail."""
    body = {"type": "urn:duban:problem:internal", "title": "系统内部错误，请联系运维并提供时间和地址"}
    return Problem(body | {"status": 500, "code": "internal"}, 500)


Collect = Callable[[], Awaitable[None]]


def probe_router(
    *, parts: Sequence[Part], registry: CollectorRegistry, refresh: Sequence[Collect] = ()
) -> APIRouter:
    """Serve `/healthz` (alive), `/readyz` (503 with the reasons) and `/metrics` (after each `refresh`)."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        found = [trouble for part in parts for trouble in part.problems()]
        return JSONResponse({"ready": not found, "problems": found}, 503 if found else 200)

    @router.get("/metrics")
    async def metrics(accept: Annotated[str, Header()] = "") -> Response:
        for collect in refresh:
            await collect()
        encoder, content_type = choose_encoder(accept)
        return Response(encoder(registry), media_type=content_type)

    return router


def principal_check(secret: str) -> Callable[..., Awaitable[Principal]]:
    """Build the dependency that gives the signed principal of an inner request, and continues its trace."""

    async def check(
        x_duban_principal: Annotated[str, Header()] = "", traceparent: Annotated[str | None, Header()] = None
    ) -> Principal:
        continue_trace(traceparent)
        return verify(x_duban_principal, secret)

    return check
