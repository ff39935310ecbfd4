"""HTTP of returns: listed, shown with their attempts, said again, let go, and reconciled."""

import json
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import API, Door
from services.gateway.returns import repository_lists as lists
from services.gateway.returns import service_people as people
from services.gateway.returns.domain import OPEN, State
from services.gateway.returns.repository_lists import Listed
from services.gateway.roles import Key
from shared.database import Database
from shared.errors import NotFound
from shared.paging_http import LINKED, Linking

READ, WRITE = "ops:read", "ops:write"
MOST_LISTED, MOST_RECONCILED = 1000, 20_000
Source = Annotated[str, Query(min_length=1, max_length=64, description="数据来源")]
Day = Annotated[date, Query(description="环节发生的日期（业务时间），如 2023-06-20")]


class ReturnOut(BaseModel):
    """A return as lists show it.

    Attributes:
        happened_at: Business time of the state; the other times are real time.
        content: Ids, codes and dates that go with it.
    """

    id: str
    source: str
    kind: str
    subject_id: str
    number: str
    service_number: int
    step: str
    occurrence: int
    state: State
    reason: str
    happened_at: datetime
    attempts: int
    queued_at: datetime
    next_try_at: datetime | None
    delivered_at: datetime | None
    content: dict[str, Any]


class AttemptOut(BaseModel):
    """One call of the platform; real time."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    begun_at: datetime
    outcome: str
    status: int | None
    latency_ms: int | None
    detail: str


class ReturnShown(ReturnOut):
    """A return with all that was tried, and the earlier one of its subject that it waits for."""

    waits_for: str | None
    tried: list[AttemptOut]


class Returns(BaseModel):
    """A page of returns; `next` is the `after` of the next page."""

    items: list[ReturnOut]
    next: str | None


class DismissIn(BaseModel):
    """Why a return need not go back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=200, description="不再回传的理由")


class StepCountOut(BaseModel):
    """How the returns of one step stand."""

    model_config = ConfigDict(from_attributes=True)

    step: str
    due: int
    delivered: int
    refused: int
    waiting: int
    unknown: int
    dismissed: int


class ReconciliationOut(BaseModel):
    """A day of a source, by step."""

    source: str
    day: date
    steps: list[StepCountOut]


class HasIn(BaseModel):
    """What the platform says that it has of a day."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(max_length=64)]] = Field(max_length=MOST_RECONCILED)


class ReconciledOut(BaseModel):
    """What came of it, by ids of returns."""

    model_config = ConfigDict(from_attributes=True)

    requeued: list[str]
    confirmed: list[str]
    strange: list[str]


def returns_router(db: Database, door: Door) -> APIRouter:
    """Serve `/returns`."""
    router = APIRouter(tags=["回传"], prefix=API)
    _add_reconciliation(router, db, door)  # First: its path is no id.
    _add_lists(router, db, door)
    _add_deeds(router, db, door)
    return router


def _add_reconciliation(router: APIRouter, db: Database, door: Door) -> None:
    path = "/returns/reconciliation"

    @router.get(path, summary="回传对账：一天内各环节", dependencies=[Depends(door.needs(READ))])
    async def get_reconciliation(source: Source, day: Day) -> ReconciliationOut:
        async with db.reading() as session:
            steps = await people.reconciliation(session, source, day)
        shown = [StepCountOut.model_validate(one) for one in steps]
        return ReconciliationOut(source=source, day=day, steps=shown)

    @router.put(
        path,
        summary="回传对账：平台已有的编号；缺的重报",
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def put_reconciliation(source: Source, day: Day, given: HasIn) -> ReconciledOut:
        async with db.transaction() as tx:
            found = await people.reconcile(
                tx, source, day, frozenset(given.ids), real_now=db.clock.real_now()
            )
        return ReconciledOut.model_validate(found)


def _add_lists(router: APIRouter, db: Database, door: Door) -> None:
    needs = [Depends(door.needs(READ))]

    @router.get("/returns", summary="列出回传", dependencies=needs, responses=LINKED)
    async def get_returns(
        wanted: Annotated[lists.Wanted, Depends(_wanted)],
        linking: Annotated[Linking, Depends()],
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> Returns:
        async with db.reading() as session:
            found = await lists.list_returns(session, wanted, limit=limit + 1)
        page = linking.cut(found, limit, lambda one: one[0].id)
        after = page[-1][0].id if len(found) > len(page) else None
        return Returns(items=[ReturnOut(**_shown(one)) for one in page], next=after)

    @router.get("/returns/{return_id}", summary="查看一条回传及其历次发送", dependencies=needs)
    async def get_return(return_id: str) -> ReturnShown:
        return await _show(db, return_id)


def _add_deeds(router: APIRouter, db: Database, door: Door) -> None:
    writer = Annotated[Key, Depends(door.needs(WRITE))]

    @router.post(
        "/returns/{return_id}/retry",
        summary="重报一条回传（编号不变）",
        dependencies=[Depends(door.needs(WRITE))],
    )
    async def post_retry(return_id: str) -> ReturnShown:
        async with db.transaction() as tx:
            await people.retry(tx, return_id, real_now=db.clock.real_now())
        return await _show(db, return_id)

    @router.post("/returns/{return_id}/dismiss", summary="不再回传一条，写明理由")
    async def post_dismiss(return_id: str, given: DismissIn, by: writer) -> ReturnShown:
        async with db.transaction() as tx:
            await people.dismiss(
                tx, return_id, given.reason, by=by.principal.id, real_now=db.clock.real_now()
            )
        return await _show(db, return_id)


def _wanted(
    source: Annotated[str, Query(max_length=64)] = "",
    state: State | None = None,
    subject: Annotated[str, Query(max_length=200, description="评价或工单的 id")] = "",
    day: date | None = None,
    after: Annotated[str, Query(max_length=64, description="上一页的 next")] = "",
) -> lists.Wanted:
    return lists.Wanted(source, state, subject, day, after)


async def _show(db: Database, return_id: str) -> ReturnShown:
    async with db.reading() as session:
        found = await lists.find_return(session, return_id)
        if found is None:
            raise NotFound(f"没有回传 {return_id[:64]}", code="return.not_found", field="id")
        tried = await lists.attempts_of(session, return_id)
        waits = found[0].state in OPEN
        waits_for = await lists.first_unfinished_before(session, found[0]) if waits else None
    shown = [AttemptOut.model_validate(one) for one in tried]
    return ReturnShown(**_shown(found), waits_for=waits_for, tried=shown)


def _shown(found: Listed) -> dict[str, Any]:
    row, subject = found
    waits = row.state in OPEN
    return {
        "id": row.id,
        "source": row.source_id,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "number": subject.number,
        "service_number": subject.service_number,
        "step": row.step,
        "occurrence": row.occurrence,
        "state": row.state,
        "reason": row.reason,
        "happened_at": row.happened_at,
        "attempts": row.attempts,
        "queued_at": row.queued_at,
        "next_try_at": row.next_try_at if waits else None,
        "delivered_at": row.delivered_at,
        "content": json.loads(row.content),
    }
