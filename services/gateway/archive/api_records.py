"""HTTP of what proves the archive: its anchors, one hash, the signed export with its public key, and retention."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from services.gateway.access import API, Door
from services.gateway.archive.exporting import Exporter
from services.gateway.archive.repository_anchors import list_anchors
from services.gateway.archive.repository_chain import hash_at
from services.gateway.archive.retention import Retention
from services.gateway.roles import Key
from shared.database import Database
from shared.errors import NotFound

NDJSON = "application/x-ndjson"
Position = Annotated[int, Path(ge=1, le=10**18)]


class AnchorView(BaseModel):
    """Where the archive stood when a day began; `hash` in hexadecimal."""

    day: date
    position: int
    hash: str


class AnchorsView(BaseModel):
    """Anchors, the latest first."""

    items: list[AnchorView]


class TrimBody(BaseModel):
    """What to remove: all up to the last anchor of a day up to `before`; without `confirm` nothing is removed."""

    model_config = ConfigDict(extra="forbid")

    before: date
    confirm: bool = False


class HashView(BaseModel):
    """The hash of an entry of the archive."""

    position: int
    hash: str


def records_router(db: Database, door: Door, exporter: Exporter, retention: Retention) -> APIRouter:
    """Serve what proves the archive."""
    router = APIRouter(tags=["存证"], prefix=API)
    _add_reading(router, db, door, exporter)

    @router.post("/ops/gateway/archive/trim", summary="按存证移除最早的事件；confirm=false 只试算")
    async def post_trim(
        body: TrimBody, key: Annotated[Key, Depends(door.needs("ops:write"))]
    ) -> Mapping[str, object]:
        if not body.confirm:
            return asdict(await retention.plan(body.before))
        return asdict(await retention.trim(body.before, by=key.principal.id))

    return router


def _add_reading(router: APIRouter, db: Database, door: Door, exporter: Exporter) -> None:
    reads = [Depends(door.needs("events:read"))]

    @router.get("/archive/anchors", summary="列出每日存证：档案位置与哈希", dependencies=reads)
    async def get_anchors(
        since: Annotated[date | None, Query(alias="from")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> AnchorsView:
        async with db.reading() as session:
            found = await list_anchors(session, since=since, limit=limit)
        return AnchorsView(
            items=[AnchorView(day=one.day, position=one.position, hash=one.hash.hex()) for one in found]
        )

    @router.get("/archive/hashes/{position}", summary="查看某一档案位置的哈希", dependencies=reads)
    async def get_hash(position: Position) -> HashView:
        hashed = await db.look(lambda connection: hash_at(connection, position))
        if hashed is None:
            message = f"档案中没有第 {position} 号：尚未归档，或已按保留期限移除"
            raise NotFound(message, code="archive.no_position", field="position")
        return HashView(position=position, hash=hashed.hex())

    @router.get("/archive/key", summary="查看档案导出的签名公钥", dependencies=reads)
    async def get_key() -> dict[str, str]:
        return {"algorithm": "Ed25519", "public_key": exporter.signer.public_key}

    @router.get(
        "/archive/export",
        summary="导出一段档案（NDJSON，末行为签名）",
        response_class=Response,
        responses={200: {"content": {NDJSON: {}}}},
        dependencies=reads,
    )
    async def get_export(
        first: Annotated[int | None, Query(alias="from", ge=1, le=10**18)] = None,
        last: Annotated[int | None, Query(alias="to", ge=1, le=10**18)] = None,
    ) -> StreamingResponse:
        header = await exporter.begin(first, last)
        name = f"duban-archive-{header.first}-{header.last}.ndjson"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(exporter.write(header), media_type=NDJSON, headers=headers)
