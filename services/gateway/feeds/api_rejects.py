"""HTTP of refused records and of the reconciliation of sources and days."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import API, Door
from services.gateway.audit.domain import Deed
from services.gateway.audit.service import record
from services.gateway.feeds.entries import Replay
from services.gateway.feeds.ports import Seal
from services.gateway.feeds.reception import FeedReception
from services.gateway.feeds.repository_rejects import list_rejects
from services.gateway.feeds.service_rejects import (
    check_open,
    discard,
    reconcile,
    reconciled_days,
    require_reject,
    state_count,
)
from services.gateway.feeds.service_sources import require_source
from services.gateway.feeds.views import Reconciled, RecordOut, RejectOut, RejectWhole, show_record
from services.gateway.roles import Key
from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.paging_http import LINKED, Linking

READ, WRITE, SENDING = "ops:read", "ops:write", "ratings:write"
MOST_LISTED = 1000


class Corrected(BaseModel):
    """What to try again; without a record it is the one that was refused."""

    model_config = ConfigDict(extra="forbid")

    record: dict[str, Any] | None = Field(
        default=None, description="改正后的记录（整条）；不填则按现在的映射重读原记录"
    )


class Discarded(BaseModel):
    """Why a record is given up."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=2, max_length=500)


class Stated(BaseModel):
    """How many records a source says that it sent."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=0, le=10**9)


def rejects_router(db: Database, door: Door, reception: FeedReception, seal: Seal) -> APIRouter:
    """Serve refused records and the reconciliation."""
    router = APIRouter(tags=["数据来源"], prefix=API)
    _add_reading(router, db, door, seal)
    _add_deciding(router, db, door, _Replaying(db, reception, seal))
    _add_reconciliation(router, db, door, reception)
    return router


def _add_reading(router: APIRouter, db: Database, door: Door, seal: Seal) -> None:
    @router.get(
        "/feed-rejects",
        summary="列出被拒记录，不含原文",
        dependencies=[Depends(door.needs(READ))],
        responses=LINKED,
    )
    async def get_rejects(  # noqa: PLR0913, PLR0917 - each is a parameter of the query.
        linking: Annotated[Linking, Depends()],
        source: str = "",
        day: date | None = None,
        state: Annotated[str, Query(pattern="^(open|replayed|discarded)?$")] = "",
        after: Annotated[str, Query(description="只要此编号之后的")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> list[RejectOut]:
        async with db.reading() as session:
            found = await list_rejects(
                session, source=source, day=day, state=state, after=after, limit=limit + 1
            )
        return [RejectOut.model_validate(row) for row in linking.cut(found, limit, lambda one: one.id)]

    @router.get("/feed-rejects/{reject_id}", summary="查看一条被拒记录及其原文；每次记入审计")
    async def get_reject(reject_id: str, by: Annotated[Key, Depends(door.needs(WRITE))]) -> RejectWhole:
        async with db.transaction() as tx:
            row = await require_reject(tx.session, reject_id)
            await record(tx, Deed("reject.seen", by.principal.id, reject_id), at=db.clock.real_now())
        shown = RejectOut.model_validate(row).model_dump()
        return RejectWhole(**shown, raw=seal.open(row.raw).decode(errors="replace"))


class _Replaying:
    """Tries refused records again."""

    def __init__(self, db: Database, reception: FeedReception, seal: Seal) -> None:
        self._db, self._reception, self._seal = db, reception, seal

    async def replay(self, reject_id: str, given: Corrected, by: str) -> RecordOut:
        """Try one again by its source's mapping of this moment.

        Raises:
            NotFound: There is none.
            Conflict: Somebody has decided on it, or its number has other content.
            Invalid: It still does not fit.
        """
        async with self._db.reading() as session:
            row = await require_reject(session, reject_id)
            source = await require_source(session, row.source_id)
        check_open(row)
        content = self._seal.open(row.raw) if given.record is None else _bytes(given.record)
        raw, answer = await self._reception.replay(source, content, Replay(reject_id, by))
        shown = show_record(raw, answer)
        if answer.fault is not None:
            kind = Conflict if shown.outcome == "conflict" else Invalid
            details = shown.model_dump(mode="json", include={"value", "remedy", "outcome"})
            raise kind(shown.message, code=shown.code, field=shown.field, **details)
        return shown


def _bytes(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def _add_deciding(router: APIRouter, db: Database, door: Door, replaying: _Replaying) -> None:
    writer = Annotated[Key, Depends(door.needs(WRITE))]

    @router.post("/feed-rejects/{reject_id}/replay", summary="重试一条被拒记录：原文，或改正后的记录")
    async def post_replay(reject_id: str, key: writer, given: Corrected | None = None) -> RecordOut:
        return await replaying.replay(reject_id, given or Corrected(), key.principal.id)

    @router.delete("/feed-rejects/{reject_id}", summary="作废一条被拒记录，保留并写明理由")
    async def delete_reject(reject_id: str, given: Discarded, key: writer) -> RejectOut:
        async with db.transaction() as tx:
            row = await discard(tx, reject_id, reason=given.reason, by=key.principal.id)
            return RejectOut.model_validate(row)


def _add_reconciliation(router: APIRouter, db: Database, door: Door, reception: FeedReception) -> None:
    @router.get(
        "/feed-reconciliation",
        summary="对账：每个来源每天收到的、收下的、被拒的，与来源自报的差",
        dependencies=[Depends(door.needs(READ))],
    )
    async def get_reconciliation(source: str = "", day: date | None = None) -> list[Reconciled]:
        async with db.reading() as session:
            found = await reconciled_days(session, source, day)
            return [await reconcile(session, *one) for one in found]

    @router.put("/feed-reconciliation/{source}/{day}", summary="登记来源自报的当日条数")
    async def put_count(
        source: str, day: date, given: Stated, key: Annotated[Key, Depends(door.needs(SENDING))]
    ) -> Reconciled:
        await reception.source_for(source, key)
        async with db.transaction() as tx:
            await state_count(tx, source, day, count=given.count, by=key.principal.id)
            await tx.session.flush()
            return await reconcile(tx.session, source, day)
