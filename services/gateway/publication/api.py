"""HTTP of publication: supervisors release and withdraw, everybody reads."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import API, Check, Door
from services.gateway.publication import service
from services.gateway.publication.domain import LEVELS, State, reason_words
from services.gateway.publication.models import Publication
from services.gateway.publication.repository import find, page_of
from services.gateway.redaction.domain_marks import Found
from services.gateway.roles import PUBLISHERS, Key
from services.gateway.vault.domain import stated_reason
from services.gateway.vault.service import Keeper
from shared.clock import local_date
from shared.database import Database
from shared.paging import Asked
from shared.paging_http import LINKED, Paging

SCOPE = "publications:write"
# What PostgreSQL takes and people read: no control characters but the line's end.
WORDS = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
RatingId = Annotated[str, Path(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=64, description="评价编号")]


class Release(BaseModel):
    """The words that a person has checked."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        max_length=4000, pattern=WORDS, description="遮蔽后的评价内容，经人工核对；没有文字则为空"
    )
    outcome: str = Field(default="", max_length=1000, pattern=WORDS, description="处理结果，随评价公开")


class Shown(BaseModel):
    """A rating as everybody sees it."""

    rating_id: str
    level: int
    level_words: str
    unit_code: str
    item_code: str
    reasons: list[str]
    rated_on: str
    text: str
    outcome: str
    published_at: datetime | None


class ShownPage(BaseModel):
    """A page of published ratings; `next` is the `after` of the one behind it, None on the last."""

    items: list[Shown]
    next: str | None


class Kept(Shown):
    """A publication as those see it who release."""

    state: State
    withdrawn_at: datetime | None
    withdrawn_reason: str


class Proposal(Kept):
    """A publication with the draft of its words: what redaction leaves of them, and what it took out."""

    draft: str
    taken_out: dict[Found, int]


def publication_router(db: Database, keeper: Keeper, door: Door) -> APIRouter:
    """Serve publications to those who release, and what is published to everybody."""
    router = APIRouter(tags=["好差评公开"], prefix=API)
    _add_reading(router, db, keeper, _publisher(door))
    _add_writing(router, db, keeper, _publisher(door))

    @router.get(
        "/published-ratings",
        summary="已公开的评价，最新在前；不需要密钥",
        responses=LINKED,
        openapi_extra={"security": []},
    )
    async def get_published(paging: Annotated[Paging, Depends()]) -> ShownPage:
        shown = await published_page(db, paging.asked)
        paging.tell(shown.next)
        return shown

    return router


async def published_page(db: Database, asked: Asked) -> ShownPage:
    """Give a page of what is published.

    Raises:
        Invalid: No page ends at `asked.after`.
    """
    async with db.reading() as session:
        page = await page_of(session, State.PUBLISHED, asked)
    return ShownPage(items=[Shown.model_validate(_said(row)) for row in page.items], next=page.next)


def _publisher(door: Door) -> Check:
    holds = door.needs(SCOPE)

    async def check(request: Request) -> Key:
        key = await holds(request)
        key.principal.require_role(PUBLISHERS)
        return key

    return check


def _add_reading(router: APIRouter, db: Database, keeper: Keeper, publisher: Check) -> None:
    @router.get(
        "/publications",
        summary="评价人同意公开的评价，按状态，最新在前",
        responses=LINKED,
        dependencies=[Depends(publisher)],
    )
    async def get_publications(
        paging: Annotated[Paging, Depends()], state: State = State.WAITING
    ) -> list[Kept]:
        async with db.reading() as session:
            page = await page_of(session, state, paging.asked)
        return [Kept.model_validate(_said(row)) for row in paging.show(page)]

    @router.get(
        "/ratings/{rating_id}/publication",
        summary="评价的公开状态，和遮蔽后的草稿；每次记入审计",
    )
    async def get_publication(
        rating_id: RatingId, by: Annotated[Key, Depends(publisher)], response: Response
    ) -> Proposal:
        response.headers["cache-control"] = "no-store"
        async with db.reading() as session:
            row = await find(session, rating_id)
        if row is None:
            raise service.not_allowed(rating_id)
        known = await keeper.known(rating_id)
        async with db.transaction() as tx:
            await keeper.note_look(tx, rating_id, list(known), by=by.principal.id)
        proposed = service.propose(known)
        taken_out = dict(proposed.found)
        return Proposal.model_validate(_said(row) | {"draft": proposed.text, "taken_out": taken_out})


def _add_writing(router: APIRouter, db: Database, keeper: Keeper, publisher: Check) -> None:
    releasing = Annotated[Key, Depends(publisher)]

    @router.post(
        "/ratings/{rating_id}/publication", summary="公开一条评价：人工核对遮蔽后的内容", status_code=201
    )
    async def post_publication(rating_id: RatingId, given: Release, by: releasing) -> Kept:
        said = {"text": given.text.strip(), "outcome": given.outcome.strip()}
        known = await keeper.known(rating_id)
        async with db.transaction() as tx:
            row = await service.publish(tx, rating_id, said=said, known=known, by=by.principal.id)
        return Kept.model_validate(_said(row))

    @router.delete("/ratings/{rating_id}/publication", summary="撤下一条已公开的评价")
    async def delete_publication(
        rating_id: RatingId,
        by: releasing,
        reason: Annotated[str, Query(max_length=500, pattern=WORDS, description="为什么撤下")] = "",
    ) -> Kept:
        told = stated_reason(reason)
        async with db.transaction() as tx:
            row = await service.withdraw(tx, rating_id, reason=told, by=by.principal.id)
        return Kept.model_validate(_said(row))


def _said(row: Publication) -> dict[str, object]:
    return {
        "rating_id": row.rating_id,
        "level": row.level,
        "level_words": LEVELS[row.level],
        "unit_code": row.unit_code,
        "item_code": row.item_code,
        "reasons": reason_words(row.reasons),
        "rated_on": local_date(row.rated_at).isoformat(),
        "text": row.text,
        "outcome": row.outcome,
        "published_at": row.published_at,
        "state": row.state,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_reason": row.withdrawn_reason,
    }
