"""HTTP of ratings: one, a batch, and the sources with what their codes mean."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from services.gateway.access import API, Door
from services.gateway.ratings import service
from services.gateway.ratings.domain import Outcome, Rating, RatingIn, Source, explain, read_rating
from services.gateway.ratings.intake import GroupCommit
from services.gateway.ratings.lines import Line, read_slices
from services.gateway.ratings.repository import list_sources, sources_by_id
from services.gateway.recent import Recent
from services.gateway.roles import Key
from shared.database import Database
from shared.errors import Conflict, DubanError, Invalid, TooLarge

SCOPE = "ratings:write"
Intake = GroupCommit[Rating, Outcome]
_BODY: dict[str, Any] = {"application/json": {"schema": RatingIn.model_json_schema()}}
_BATCH: dict[str, Any] = {
    "application/x-ndjson": {"schema": {"type": "string", "description": "每行一条评价（JSON）"}},
    "application/json": {"schema": {"type": "array", "items": RatingIn.model_json_schema()}},
}


class Taken(BaseModel):
    """What became of one rating."""

    rating_id: str
    repeated: bool


class Rejected(BaseModel):
    """A line of a batch that was not stored; lines count from 1."""

    line: int
    code: str
    message: str
    field: str = ""


class BatchTaken(BaseModel):
    """What became of a batch: each line is accepted, repeated or rejected."""

    accepted: int = 0
    repeated: int = 0
    rejected: list[Rejected] = Field(default_factory=list)


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


class Reception:
    """Takes ratings in for the keys that send them."""

    def __init__(self, db: Database, intake: Intake) -> None:
        self._db = db
        self._intake = intake
        self._sources: Recent[None, dict[str, Source]] = Recent(self._find_sources)

    async def _find_sources(self, _: None) -> dict[str, Source]:
        async with self._db.reading() as session:
            return await sources_by_id(session)

    async def take(self, body: bytes, key: Key) -> tuple[Rating, Outcome]:
        """Take one rating in; it is on disk when this returns.

        Raises:
            Invalid: The rating can't be read.
        """
        try:
            given = RatingIn.model_validate_json(body)
        except ValidationError as error:
            raise explain(error) from error
        sources = await self._sources.get(None) or {}
        rating = read_rating(given, sources, bound_source=key.source_id)
        return rating, (await self._intake.submit([rating]))[0]

    async def take_slice(self, lines: Sequence[Line], key: Key, taken: BatchTaken) -> None:
        """Take the good ones of `lines` in and add to `taken` what became of each."""
        sources = await self._sources.get(None) or {}
        good: list[tuple[int, Rating]] = []
        for number, given in lines:
            try:
                good.append((number, _readable(given, sources, key)))
            except Invalid as error:
                taken.rejected.append(_rejected(number, error))
        outcomes = await self._intake.submit([rating for _, rating in good])
        taken.accepted += sum(outcome is Outcome.ACCEPTED for outcome in outcomes)
        taken.repeated += sum(outcome is Outcome.REPEATED for outcome in outcomes)
        taken.rejected.extend(_conflicts(good, outcomes))


def _readable(given: RatingIn | Invalid, sources: dict[str, Source], key: Key) -> Rating:
    if isinstance(given, Invalid):
        raise given
    return read_rating(given, sources, bound_source=key.source_id)


def _rejected(number: int, error: DubanError) -> Rejected:
    return Rejected(line=number, code=error.code, message=error.message, field=error.field)


def _conflicts(good: Sequence[tuple[int, Rating]], outcomes: Sequence[Outcome]) -> Iterator[Rejected]:
    for (number, rating), outcome in zip(good, outcomes, strict=True):
        if outcome is Outcome.CONFLICT:
            yield _rejected(number, _conflict(rating))


def _conflict(rating: Rating) -> Conflict:
    event = rating.event
    message = f"办件 {event.project_no} 第 {event.service_number} 次服务的评价已收下，且内容不同：未作更改"
    return Conflict(message, code="rating.conflict", field="service_number", rating_id=event.rating_id)


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
        if outcome is Outcome.CONFLICT:
            raise _conflict(rating)
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
        taken = BatchTaken()
        try:
            async for lines in read_slices(request.stream(), request.headers.get("content-type", "")):
                await reception.take_slice(lines, key, taken)
        except TooLarge as error:
            error.details |= {"accepted": taken.accepted, "repeated": taken.repeated}
            raise
        taken.rejected.sort(key=lambda rejected: rejected.line)
        return taken

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
