"""The inner API of the 知识库: search, write, review and withdraw entries."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of
from services.tasks.ledger.bodies import Body, Id
from services.tasks.models import KnowledgeRow
from services.tasks.orders import knowledge
from services.tasks.orders.knowledge import Entry, Search, is_valid
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
Level = Annotated[str, Field(max_length=200)]


class EntryBody(Body):
    """An entry; see `Entry`."""

    title: Annotated[str, Field(max_length=500)]
    category: tuple[Level, ...] = Field(default=(), max_length=3)
    answer: Annotated[str, Field(max_length=20_000)]
    unit_id: Id
    valid_until: date | None = None


class EditBody(EntryBody):
    """An entry written anew; refused when it has moved on since `if_version`."""

    if_version: int | None = None


class ReviewBody(Body):
    """Until when a unit stands for an entry; None for no end."""

    valid_until: date | None = None


class Filters(BaseModel):
    """What `GET /knowledge` is asked for; see `Search`. `q` are words."""

    model_config = ConfigDict(extra="forbid")

    q: Level = ""
    category: Level = ""
    unit: Level = ""
    stale: bool = False


class EntryView(BaseModel):
    """An entry; the hotline may answer with it while it is `valid`."""

    id: str
    title: str
    category: str
    answer: str
    unit_id: str
    valid_until: date | None
    valid: bool
    valid_word: str
    version: int
    edited_by: str
    edited_at: datetime
    reviewed_by: str
    reviewed_at: datetime | None
    withdrawn_at: datetime | None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/knowledge`."""
    router = APIRouter()

    @router.get("/knowledge")
    async def find(
        asked: Annotated[Filters, Depends()],
        page: Annotated[Paging, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[EntryView]:
        who.require(READ)
        said = asked.model_dump()
        wanted, now = Search(words=said.pop("q"), **said), db.clock.now()
        async with db.reading() as session:
            found = await knowledge.search(session, wanted, local_date(now), page.asked)
        return [_show(row, now) for row in page.show(found)]

    @router.post("/knowledge")
    async def add(body: EntryBody, who: Annotated[Principal, Depends(check)]) -> EntryView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await knowledge.add_entry(tx, Entry(**body.model_dump()), act_of(who, tx, db))
            return _show(row, tx.now)

    _serve_entry(router, db, check)
    return router


def _serve_entry(router: APIRouter, db: Database, check: Check) -> None:
    @router.put("/knowledge/{entry_id}")
    async def edit(entry_id: str, body: EditBody, who: Annotated[Principal, Depends(check)]) -> EntryView:
        who.require(WRITE)
        said = Entry(**body.model_dump(exclude={"if_version"}))
        async with db.transaction() as tx:
            act = act_of(who, tx, db)
            row = await knowledge.edit_entry(tx, entry_id, said, act, if_version=body.if_version)
            return _show(row, tx.now)

    @router.post("/knowledge/{entry_id}/review")
    async def review(entry_id: str, body: ReviewBody, who: Annotated[Principal, Depends(check)]) -> EntryView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await knowledge.review_entry(tx, entry_id, body.valid_until, act_of(who, tx, db))
            return _show(row, tx.now)

    @router.post("/knowledge/{entry_id}/withdrawal")
    async def withdraw(entry_id: str, who: Annotated[Principal, Depends(check)]) -> EntryView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await knowledge.withdraw_entry(tx, entry_id, act_of(who, tx, db))
            return _show(row, tx.now)


def _show(row: KnowledgeRow, now: datetime) -> EntryView:
    valid = is_valid(row, now)
    shown = {name: getattr(row, name) for name in EntryView.model_fields if hasattr(KnowledgeRow, name)}
    return EntryView(**shown, valid=valid, valid_word=_word(row, valid=valid))


def _word(row: KnowledgeRow, *, valid: bool) -> str:
    if row.withdrawn_at is not None:
        return "已撤下"
    if row.reviewed_at is None:
        return "待承办单位审核"
    return "有效" if valid else "已过有效期"
