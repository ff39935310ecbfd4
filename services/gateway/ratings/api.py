"""HTTP of ratings: one, a batch, and the sources with what their codes mean."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from services.gateway.access import API, Door
from services.gateway.ratings import service
from services.gateway.ratings.domain import Outcome, RatingIn, Source
from services.gateway.ratings.lines import read_slices
from services.gateway.ratings.reception import BatchTaken, Reception
from services.gateway.ratings.repository import list_sources
from shared.database import Database

SCOPE = "ratings:write"
_BODY: dict[str, Any] = {"application/json": {"schema": RatingIn.model_json_schema()}}
_BATCH: dict[str, Any] = {
    "application/x-ndjson": {"schema": {"type": "string", "description": "每行一条评价（JSON）"}},
    "application/json": {"schema": {"type": "array", "items": RatingIn.model_json_schema()}},
}


class Taken(BaseModel):
    """What became of one rating."""

    rating_id: str
    repeated: bool


class SourceIn(BaseModel):
    """A rating source as people set it."""

    name: str = Field(min_length=1, max_length=100)
    scheme: str = Field(description="满意度编码方案：gbt39046（1=非常满意）或 push（5=非常满意）")
    channels: str = Field(
        description="渠道代码表：phone_sms（6 电话 7 短信）或 sms_default（6 短信 7 默认评价）"
    )


class SourceOut(SourceIn):
    """A rating source as stored."""

    id: str


def ratings_router(reception: Reception, door: Door) -> APIRouter:
    """Serve the intake of ratings."""
    router = APIRouter(tags=["好差评"], prefix=API)

    @router.post(
        "/ratings",
        summary="报送一条评价",
        status_code=201,
        response_model=Taken,
        responses={200: {"model": Taken, "description": "重复报送，只计一次"}},
        openapi_extra={"requestBody": {"content": _BODY, "required": True}},
    )
    async def post_rating(request: Request) -> JSONResponse:
        key = await door.admit(request, SCOPE)
        rating, outcome = await reception.take(await request.body(), key)
        repeated = outcome is Outcome.REPEATED
        answer = {"rating_id": rating.rating_id, "repeated": repeated}
        return JSONResponse(answer, 200 if repeated else 201)

    @router.post(
        "/ratings/batch",
        summary="批量报送评价（NDJSON 或 JSON 数组）",
        openapi_extra={"requestBody": {"content": _BATCH, "required": True}},
    )
    async def post_batch(request: Request) -> BatchTaken:
        key = await door.admit(request, SCOPE)
        slices = read_slices(request.stream(), request.headers.get("content-type", ""))
        return await reception.take_batch(slices, key)

    return router


def sources_router(db: Database, door: Door) -> APIRouter:
    """Serve the rating sources."""
    router = APIRouter(tags=["好差评"], prefix=API)

    @router.get("/rating-sources", summary="列出评价来源", dependencies=[Depends(door.needs("ops:read"))])
    async def get_sources() -> list[SourceOut]:
        async with db.reading() as session:
            rows = await list_sources(session)
        return [SourceOut.model_validate(row, from_attributes=True) for row in rows]

    @router.put(
        "/rating-sources/{source_id}",
        summary="登记或修改评价来源",
        dependencies=[Depends(door.needs("ops:write"))],
    )
    async def put_source(source_id: str, given: SourceIn) -> SourceOut:
        source = Source(id=source_id, scheme=given.scheme, channels=given.channels)
        async with db.transaction() as tx:
            row = await service.set_source(tx, source, name=given.name)
        return SourceOut.model_validate(row, from_attributes=True)

    return router
