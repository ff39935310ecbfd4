"""The contract of the events, shown to everybody: AsyncAPI and JSON Schemas as committed, and a page to read."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.gateway.access import API
from services.gateway.contract.pages import events_page
from shared.errors import NotFound
from shared.events import FEEDS, asyncapi, schemas

_JSON = "application/json"
_OPEN: dict[str, object] = {"security": []}
_FRESH = {"cache-control": "public, max-age=300"}


def contract_router() -> APIRouter:
    """Serve the documents and the page; nothing in them is about anybody."""
    router = APIRouter(tags=["事件契约"])

    @router.get(
        API + "/asyncapi/{feed}.json",
        summary="某数据流的 AsyncAPI 3 文档，不需要密钥",
        openapi_extra=_OPEN,
        responses={200: {"content": {_JSON: {"schema": {"type": "object"}}}}},
        response_class=Response,
    )
    async def get_asyncapi(feed: str) -> Response:
        if feed not in FEEDS:
            known = "、".join(FEEDS)
            raise NotFound(f"没有数据流 {feed[:40]}，可用：{known}", code="feed.unknown", field="feed")
        return Response((asyncapi.FOLDER / f"{feed}.json").read_bytes(), 200, _FRESH, _JSON)

    @router.get(
        API + "/event-schemas/{type}.json",
        summary="某类事件 data 的 JSON Schema，不需要密钥",
        openapi_extra=_OPEN,
        responses={200: {"content": {_JSON: {"schema": {"type": "object"}}}}},
        response_class=Response,
    )
    async def get_schema(type: str) -> Response:  # noqa: A002 - the word of CloudEvents.
        if type not in schemas.published():
            message = f"没有事件类型 {type[:100]}，全部见 /docs/events"
            raise NotFound(message, code="event.unknown", field="type")
        return Response((schemas.FOLDER / f"{type}.json").read_bytes(), 200, _FRESH, _JSON)

    @router.get("/docs/events", include_in_schema=False)
    async def get_page() -> HTMLResponse:
        page, policy = events_page()
        return HTMLResponse(page, headers={"content-security-policy": policy})

    return router
