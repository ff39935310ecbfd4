"""Public routes that inner services answer: built from the tables in `inner.routes`."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette import routing
from starlette.types import Scope

from services.gateway.access import API, Door
from services.gateway.contract import versions
from services.gateway.inner.client import Call, InnerServices
from services.gateway.inner.routes import OPS_ROUTES, ROUTES, SERVICE_NAMES, OpsRoute, Route
from shared.errors import NotFound
from shared.web import problem

PASSED_ON = (
    "content-type",
    "content-disposition",
    "etag",
    "link",
    "retry-after",
)  # Headers of an inner answer.
PLAIN_ID = re.compile(r"[\w][\w.~-]{0,127}")  # What a path parameter may be: never a dot segment or a slash.
Endpoint = Callable[[Request], Awaitable[Response]]
OPS = API + "/ops/{service}"


class Passing(routing.Route):
    """A route of which FastAPI knows nothing: it parses nothing, and the OpenAPI document has it from the tables.

    One of FastAPI's takes some hundred times as long to build, and there are hundreds.
    """

    def __init__(self, path: str, endpoint: Endpoint, method: str) -> None:
        super().__init__(path, endpoint)
        self.methods = {method}  # Without HEAD, as FastAPI's.

    def matches(self, scope: Scope) -> tuple[routing.Match, Scope]:
        """Match, and say in the scope which route it was, as FastAPI's do."""
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def inner_routes(services: InnerServices, door: Door) -> APIRouter:
    """Serve the routes of tasks, notify and metrics, and for ops those that every service has."""
    router = APIRouter()
    router.routes += [
        Passing(API + route.path, _forward(route, services, door), route.method) for route in ROUTES
    ]
    router.routes += [
        Passing(OPS + one.path, _forward_ops(one, services, door), one.method) for one in OPS_ROUTES
    ]
    return router


def verify_router(services: InnerServices, door: Door) -> APIRouter:
    """Serve the verification of the archive."""
    router = APIRouter(prefix=f"{API}/ops", tags=["运维"])
    verify = Route("GET", "/archive/verify", "ops:read", "验证档案的哈希链", ("from", "to"))
    router.add_api_route(
        "/gateway/archive/verify",
        _forward(verify, services, door),
        methods=["GET"],
        summary=verify.summary,
        openapi_extra={"parameters": [_position(name) for name in verify.query]},
        name="GET ops archive verify",
    )
    return router


def _forward(route: Route, services: InnerServices, door: Door) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        key = await door.admit(request, route.scope)
        call = replace(await _call(request, route.service, route.path), seconds=route.seconds)
        if route.file:
            return await _passed_on(await services.open(call, key.principal))
        if route.method == "GET":
            answer = await services.call(call, key.principal)
            return _tagged(route, _passed(answer), request.headers.get("if-none-match", ""))
        if_match = request.headers.get("if-match", "")
        held = versions.held_to(call, route, if_match) if if_match else call
        answer = await services.call(held, key.principal)
        stale = versions.refused(answer.status_code, answer.content) if if_match else None
        return problem(stale) if stale else _passed(answer)

    return endpoint


def _forward_ops(route: OpsRoute, services: InnerServices, door: Door) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        key = await door.admit(request, route.scope)
        service = request.path_params["service"]
        if service not in SERVICE_NAMES:
            known = "、".join(SERVICE_NAMES)
            raise NotFound(f"没有服务 {service}，可用：{known}", code="service.unknown", field="service")
        return _passed(await services.call(await _call(request, service, route.path), key.principal))

    return endpoint


async def _call(request: Request, service: str, path: str) -> Call:
    for name, value in request.path_params.items():
        if not PLAIN_ID.fullmatch(value):
            raise NotFound(f"没有 {value[:60]}", code="route.not_found", field=name)
    return Call(
        service=service,
        method=request.method,
        path=path.format_map(request.path_params),
        query=request.url.query,
        body=await request.body(),
        content_type=request.headers.get("content-type", ""),
    )


def _passed(answer: httpx.Response) -> Response:
    return Response(answer.content, answer.status_code, _headers(answer))


def _tagged(route: Route, answer: Response, if_none_match: str) -> Response:
    """Put a tag on what was read; a caller that has it already gets no more than that."""
    if answer.status_code != 200 or "etag" in answer.headers:
        return answer
    tag = versions.tag_of(route, bytes(answer.body), link=answer.headers.get("link", ""))
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if if_none_match and versions.is_known(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


async def _passed_on(answer: httpx.Response) -> Response:
    """Hand a file on as it comes; a refusal is small and read whole."""
    if answer.is_error:
        await answer.aread()
        return _passed(answer)
    return StreamingResponse(_pieces(answer), answer.status_code, _headers(answer))


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_bytes():
            yield piece
    finally:
        await answer.aclose()


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}


def _position(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1}}
