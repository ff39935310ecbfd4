"""The inner routes of operations: the state of the bus, repair, gaps, the outbox as an export, the dead events."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from shared.errors import Conflict, NotFound
from shared.events.envelope import Feed
from shared.principal import Principal
from shared.streams import dead
from shared.streams.bus import Bus, State
from shared.streams.dead import DeadEvent
from shared.streams.gaps import Acceptance, AcceptedGap, Gaps, OpenGap
from shared.streams.repair import Repaired

Check = Callable[..., Awaitable[Principal]]
Limit = Annotated[int, Query(ge=1, le=1000)]


class DeadEvents(BaseModel):
    """A list of dead events."""

    items: list[DeadEvent]


class KnownGaps(BaseModel):
    """The gaps before which reading has stopped, and those that people gave up."""

    open: list[OpenGap]
    accepted: list[AcceptedGap]


def ops_router(bus: Bus, check: Check) -> APIRouter:
    """Serve `/bus` with `/repair`, `/gaps` and `/outbox/{feed}`, and `/dead`; `check` gives the signed principal."""
    router = APIRouter()
    _serve_bus(router, bus, check)
    _serve_gaps(router, bus, check)
    _serve_dead(router, bus, check)
    return router


def _serve_bus(router: APIRouter, bus: Bus, check: Check) -> None:
    @router.get("/bus")
    async def state(who: Annotated[Principal, Depends(check)]) -> State:
        who.require("ops:read")
        return await bus.state()

    @router.post("/bus/repair")
    async def repair(who: Annotated[Principal, Depends(check)]) -> list[Repaired]:
        who.require("ops:write")
        return await bus.repair()

    @router.get("/bus/outbox/{feed}")
    async def outbox(
        feed: Feed, who: Annotated[Principal, Depends(check)], after: int = 0, limit: Limit = 500
    ) -> StreamingResponse:
        who.require("archive:read")
        if feed not in bus.publishes:
            raise NotFound(f"本服务不发布 {feed}", code="feed.not_found", field="feed")
        return StreamingResponse(_lines(bus, feed, after, limit), media_type="application/x-ndjson")


def _serve_gaps(router: APIRouter, bus: Bus, check: Check) -> None:
    gaps = Gaps(bus.db, client=bus.client, history=bus.refills)

    @router.get("/bus/gaps")
    async def list_gaps(who: Annotated[Principal, Depends(check)]) -> KnownGaps:
        who.require("ops:read")
        return KnownGaps(open=await gaps.find_all(bus.reads), accepted=await gaps.accepted())

    @router.post("/bus/gaps/{feed}")
    async def accept_gap(
        feed: Feed, given: Acceptance, who: Annotated[Principal, Depends(check)]
    ) -> AcceptedGap:
        who.require("ops:write")
        if feed not in bus.reads:
            raise NotFound(f"本服务不读取 {feed}", code="feed.not_found", field="feed")
        if not bus.is_active():
            message = "本副本未在读取总线，请稍后再试（由持有租约的副本处理）"
            raise Conflict(message, code="bus.standby")
        accepted = await gaps.accept(feed, given, by=who.id)
        bus.begin_anew(feed)
        return accepted


async def _lines(bus: Bus, feed: Feed, after: int, limit: int) -> AsyncIterator[str]:
    for entry in await bus.outbox(feed, after=after, limit=limit):
        payload = base64.b64encode(entry.raw).decode()
        yield json.dumps({"sequence": entry.sequence, "payload": payload}) + "\n"


def _serve_dead(router: APIRouter, bus: Bus, check: Check) -> None:
    @router.get("/dead")
    async def list_dead(
        who: Annotated[Principal, Depends(check)],
        *,
        feed: Feed | None = None,
        waiting: bool = False,
        limit: Limit = 100,
    ) -> DeadEvents:
        who.require("ops:read")
        return DeadEvents(items=await dead.list_parked(bus.db, dead=not waiting, feed=feed, limit=limit))

    @router.get("/dead/{feed}/{sequence}")
    async def show(feed: Feed, sequence: int, who: Annotated[Principal, Depends(check)]) -> DeadEvent:
        who.require("ops:read")
        return await dead.show(bus.db, feed, sequence)

    @router.post("/dead/{feed}/{sequence}/replay", status_code=204)
    async def replay(feed: Feed, sequence: int, who: Annotated[Principal, Depends(check)]) -> Response:
        who.require("ops:write")
        await dead.replay(bus.db, feed, sequence)
        return Response(status_code=204)

    @router.post("/dead/{feed}/{sequence}/discard", status_code=204)
    async def discard(feed: Feed, sequence: int, who: Annotated[Principal, Depends(check)]) -> Response:
        who.require("ops:write")
        await dead.discard(bus.db, feed, sequence)
        return Response(status_code=204)
