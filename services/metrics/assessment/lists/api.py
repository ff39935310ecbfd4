"""The inner HTTP API of lists 榜单 and performance records 干部实绩档案."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, Row

from services.metrics.assessment.api_parts import Body, Done, Key, Tools, Why, fresh
from services.metrics.assessment.lists import repository, service
from services.metrics.assessment.lists.domain import KINDS, Entry
from services.metrics.assessment.lists.service import Draft, Entered
from services.metrics.assessment.periods import repository as periods
from services.metrics.permissions import DRAFT_READERS, RECORD_KEEPERS, Check
from shared.database import SyncTx
from shared.paging_http import Paging
from shared.principal import Principal

Post = Annotated[str, Field(min_length=1, max_length=100)]


class EntryView(Entry):
    """An entry with the name of its unit."""

    unit_name: str


class ListView(BaseModel):
    """A list; drafts are for those who draw and release them."""

    id: str
    period: str
    run: int
    code: str
    kind: str
    kind_title: str
    name: str
    state: str
    entries: list[EntryView]
    drafted_at: datetime
    drafted_by: str
    released_at: datetime | None
    released_by: str | None
    post: str
    why: str


class ListsView(BaseModel):
    """A page of lists, the latest first; `next` is the `after` of the page behind it."""

    items: list[ListView]
    next: str | None = None


class RecordView(BaseModel):
    """An entry of a performance record."""

    model_config = ConfigDict(from_attributes=True)

    record_id: str
    person_id: str
    unit_id: str
    period_id: str
    run: int
    post: str
    text: str
    entered_at: datetime
    entered_by: str
    state: str
    objection: str
    objected_at: datetime | None
    answer: str
    answered_at: datetime | None
    answered_by: str | None


class RecordsView(BaseModel):
    """A page of entries, the latest first; `next` is the `after` of the page behind it."""

    items: list[RecordView]
    next: str | None = None


class DrawBody(Body):
    """Which list of a final period; `struck` are units to be struck off, each with the reason."""

    period: Key
    code: Key
    struck: dict[Key, Why] = Field(default_factory=dict)


class ReleaseBody(Body):
    """The post of who releases."""

    post: Post


class WhyBody(Body):
    """Why."""

    why: Why


class RecordBody(Body):
    """An entry: whose (the id of the account), with which post at which unit, about which final period."""

    person: Key
    unit: Key
    period: Key
    post: Post
    text: Why


class AnswerBody(Body):
    """Whether an entry that was objected to is kept, and why."""

    kept: bool
    why: Why


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve `/assessment/lists` and `/assessment/records`, to those whom `check` lets in."""
    router = APIRouter(prefix="/assessment")
    _add_lists(router, tools, check)
    _add_records(router, tools, check)
    return router


def _add_lists(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/lists")
    async def lists(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        period: str | None = None,
    ) -> ListsView:
        drafts = who.role in DRAFT_READERS

        def work(connection: Connection) -> ListsView:
            names = {body.unit_id: body.name for body in periods.bodies(connection)}
            found = repository.lists(connection, period, drafts=drafts, asked=page.asked)
            return ListsView(items=[_view(row, names) for row in found.items], next=found.next)

        shown = await tools.db.look(work)
        page.tell(shown.next)
        return shown

    _add_list_steps(router, tools, check)


def _add_list_steps(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.post("/lists", status_code=201)
    async def draw(body: DrawBody, who: Annotated[Principal, Depends(check)]) -> Done:
        draft = Draft(fresh("list"), body.period, body.code, body.struck, who.id)

        def work(tx: SyncTx) -> None:
            service.draw(tx, draft)

        await tools.db.run_sync(work)
        return Done(id=draft.list_id)

    @router.post("/lists/{name}/release")
    async def release(name: str, body: ReleaseBody, who: Annotated[Principal, Depends(check)]) -> Done:
        def work(tx: SyncTx) -> None:
            service.release(tx, name, who.id, body.post)

        await tools.db.run_sync(work)
        return Done(id=name)

    @router.post("/lists/{name}/withdrawal")
    async def withdraw(name: str, body: WhyBody, who: Annotated[Principal, Depends(check)]) -> Done:
        def work(tx: SyncTx) -> None:
            service.withdraw(tx, name, who.id, body.why)

        await tools.db.run_sync(work)
        return Done(id=name)


def _view(row: Row[Any], names: dict[str, str]) -> ListView:
    entries = [EntryView(**one, unit_name=names.get(one["unit_id"], one["unit_id"])) for one in row.entries]
    more = {"id": row.list_id, "period": row.period_id, "kind_title": KINDS[row.kind], "entries": entries}
    return ListView.model_validate({**row._mapping, **more})  # noqa: SLF001 - the documented name.


def _add_records(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/records")
    async def records(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        person: str | None = None,
    ) -> RecordsView:
        seen_by = None if who.role in RECORD_KEEPERS else who.id
        found = await tools.db.look(
            lambda connection: repository.records(connection, person, seen_by, page.asked)
        )
        items = [RecordView.model_validate(row) for row in page.show(found)]
        return RecordsView(items=items, next=found.next)

    @router.post("/records", status_code=201)
    async def enter(body: RecordBody, who: Annotated[Principal, Depends(check)]) -> Done:
        entered = Entered(
            record_id=fresh("record"),
            person_id=body.person,
            unit_id=body.unit,
            period=body.period,
            post=body.post,
            text=body.text,
            by=who.id,
        )

        def work(tx: SyncTx) -> None:
            service.enter(tx, entered)

        await tools.db.run_sync(work)
        return Done(id=entered.record_id)

    @router.post("/records/{name}/objection")
    async def object_to(name: str, body: WhyBody, who: Annotated[Principal, Depends(check)]) -> Done:
        def work(tx: SyncTx) -> None:
            service.object_to(tx, name, who.id, body.why)

        await tools.db.run_sync(work)
        return Done(id=name)

    @router.post("/records/{name}/answer")
    async def answer(name: str, body: AnswerBody, who: Annotated[Principal, Depends(check)]) -> Done:
        def work(tx: SyncTx) -> None:
            service.answer(tx, name, who.id, (body.kept, body.why))

        await tools.db.run_sync(work)
        return Done(id=name)
