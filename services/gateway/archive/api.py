"""HTTP of the archive: the public events (SSE, NDJSON), and the inner export and verification."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse

from services.gateway.access import API, Door
from services.gateway.archive.beginning import BEGINNING
from services.gateway.archive.domain_filters import MOST, Filters
from services.gateway.archive.live import Follower, format_gap, format_line
from services.gateway.archive.repository import (
    Neighbours,
    chain_end,
    entries_of,
    links_of,
    stream_ends,
    trimmed_ends,
)
from services.gateway.archive.verifying import verify
from shared.database import Database
from shared.events import Feed
from shared.principal import Principal
from shared.streams import Entry

MOST_EXPORTED = 5000
MOST_LISTED = 1000
EVENTS = "events:read"
NDJSON = "application/x-ndjson"
EventsFormat = Literal["sse", "ndjson"]
Texts = tuple[str, ...]


def events_router(follower: Follower, door: Door) -> APIRouter:
    """Serve the events to those outside."""
    router = APIRouter(tags=["事件"], prefix=API)

    @router.get(
        "/events",
        summary="订阅事件：先历史后实时（SSE），或取一页（NDJSON）",
        response_class=Response,
        responses={200: {"content": {"text/event-stream": {}, NDJSON: {}}}},
        dependencies=[Depends(door.needs(EVENTS))],
    )
    async def get_events(  # noqa: PLR0913, PLR0917 - most are parameters of the query.
        request: Request,
        wanted: Annotated[Filters, Depends(_filters)],
        begin: Annotated[
            str,
            Query(
                alias="from",
                max_length=40,
                description="从哪里开始：档案位置（其后一条）、日期如 2023-04-25、beginning 或 0 为全部，now 为此后",
            ),
        ] = "",
        format_: Annotated[EventsFormat, Query(alias="format")] = "sse",
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        last_event_id: Annotated[str, Header()] = "",
    ) -> Response:
        if format_ == "ndjson":
            after = await follower.start_after(begin or BEGINNING)
            found = await follower.read(after, wanted, limit=limit)
            lines = format_gap(after, found) + b"".join(format_line(entry) for entry in found.entries)
            return Response(lines, media_type=NDJSON, headers={"duban-next": str(found.reached)})
        after = await follower.start_after(last_event_id or begin)
        headers = {"x-accel-buffering": "no", "cache-control": "no-cache"}
        admitted = partial(door.still_admits, request, EVENTS)
        return EventSourceResponse(follower.follow(after, wanted, admitted), headers=headers)

    return router


def _filters(  # noqa: PLR0913 - each is a parameter of the query.
    *,
    feed: Annotated[tuple[Feed, ...], Query(max_length=MOST, description="事件流；可重复")] = (),
    type_: Annotated[
        Texts, Query(alias="type", max_length=MOST, description="类型；以 * 结尾的按开头匹配")
    ] = (),
    unit: Annotated[Texts, Query(max_length=MOST, description="涉及的单位：编号或统一社会信用代码")] = (),
    plan: Annotated[Texts, Query(max_length=MOST, description="任务所属方案")] = (),
    kind: Annotated[Texts, Query(max_length=MOST, description="任务或工单的类别")] = (),
    level: Annotated[tuple[int, ...], Query(max_length=5, description="评价等级 1 至 5")] = (),
) -> Filters:
    """Read what is wanted; all of it must fit, and what is not given wants everything."""
    return Filters(feeds=feed, types=type_, units=unit, plans=plan, kinds=kind, levels=level)


def archive_router(db: Database, check: Callable[..., Awaitable[Principal]]) -> APIRouter:
    """Serve the export of a feed and the verification of the chain to the inner side."""
    router = APIRouter(prefix="/archive")
    asking = Annotated[Principal, Depends(check)]

    @router.get("/verify")
    async def get_verify(
        principal: asking,
        first: Annotated[int, Query(alias="from", ge=1)] = 1,
        last: Annotated[int | None, Query(alias="to", ge=1)] = None,
    ) -> dict[str, object]:
        principal.require("ops:read")
        return asdict(await db.look(partial(verify, first=first, last=last)))

    @router.get("/head")
    async def get_head(principal: asking) -> dict[str, object]:
        principal.require("archive:read")
        async with db.reading() as session:
            position, last_hash = await chain_end(session)
            # Behind it, so that whoever has taken in the streams up to here has all that the hash stands for.
            streams = await stream_ends(session)
            trimmed = await trimmed_ends(session)
        return {"position": position, "hash": last_hash.hex(), "streams": streams, "trimmed": trimmed}

    @router.get("/links")
    async def get_links(
        principal: asking,
        subject: str,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_EXPORTED)] = 1000,
    ) -> Response:
        principal.require("archive:read")
        async with db.reading() as session:
            links = await links_of(session, subject, after=after, limit=limit)
        return Response(b"".join(map(_linked, links)), media_type=NDJSON)

    @router.get("/{feed}")
    async def get_feed(
        principal: asking,
        feed: Feed,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_EXPORTED)] = 1000,
    ) -> Response:
        principal.require("archive:read")
        async with db.reading() as session:
            entries = await entries_of(session, feed, after=after, limit=limit)
        return Response(b"".join(map(_exported, entries)), media_type=NDJSON)

    return router


def _linked(found: Neighbours) -> bytes:
    """Write one link as stored, with what its neighbours say of it."""
    link = found.link
    line = {"position": link.position, "stream": link.stream, "sequence": link.sequence}
    line |= {"payload": base64.b64encode(link.payload).decode(), "hash": link.hash.hex()}
    line |= {"previous_hash": link.previous_hash.hex()}
    line |= {"before": found.before.hex(), "behind": found.behind.hex()}
    return json.dumps(line).encode() + b"\n"


def _exported(entry: Entry) -> bytes:
    line = {"sequence": entry.sequence, "payload": base64.b64encode(entry.raw).decode()}
    return json.dumps(line).encode() + b"\n"
