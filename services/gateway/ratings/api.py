"""HTTP of ratings: one, or a batch."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.gateway.access import API, Door
from services.gateway.ratings.domain import Outcome, RatingIn
from services.gateway.ratings.lines import read_slices
from services.gateway.ratings.reception import BatchTaken, Reception

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
