"""The inner API of results of approvals: the list, one with its steps, the reconciliation of a day, and the rules."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from services.tasks.approvals import repository, views
from services.tasks.approvals.domain_rules import Rules, shipped
from services.tasks.approvals.reconciling import DayView, reconcile_day
from services.tasks.approvals.repository_lists import Wanted, list_records, visible_to
from services.tasks.approvals.rules import set_rules
from services.tasks.edge import Check, act_of, refuse_collision, seen_by
from services.tasks.ledger.bodies import Body, Words
from services.tasks.models import ApprovalRow, ApprovalRuleRow
from shared.clock import local_date
from shared.database import Database
from shared.errors import Forbidden
from shared.paging_http import Linking
from shared.principal import Principal

READ, WRITE = "tasks:read", "plans:write"
Word = Annotated[str, Field(max_length=200)]


class Filters(BaseModel):
    """What `GET /approvals` is asked for; see `Wanted`."""

    model_config = ConfigDict(extra="forbid")

    state: Literal[
        "", "unclaimed", "pending", "unrouted", "declined", "claimed", "supervised", "superseded"
    ] = ""
    unit: Word = ""
    source: Word = ""
    approver: Word = ""
    project_no: Word = ""
    item: Word = ""
    day: date | None = None
    overdue: bool = False
    after: Word = ""
    limit: int = Field(default=100, ge=1, le=1000)


class RulesBody(Body):
    """Rules to set, and why; what is left out is as shipped."""

    claim_workdays: int | None = None
    hops: int | None = None
    approver_supervises: bool | None = None
    reason: Words


class RulesView(BaseModel):
    """A version of the rules; version 0 is as shipped."""

    version: int
    rules: Rules
    set_by: str
    set_at: datetime | None
    reason: str


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/approvals` for reading, and `/approval-rules`."""
    router = APIRouter()
    _serve_lists(router, db, check)
    _serve_rules(router, db, check)
    return router


def _serve_lists(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/approvals")
    async def records(
        asked: Annotated[Filters, Query()],
        linking: Annotated[Linking, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> views.RecordsView:
        who.require(READ)
        now, said = db.clock.now(), asked.model_dump()
        wanted = Wanted(**said | {"limit": asked.limit + 1})
        async with db.reading() as session:
            rows = await list_records(session, wanted, now=now, seen_by=seen_by(who))
            shown = await views.show_page(session, rows, asked.limit, now)
        linking.tell(shown.next)
        return shown

    @router.get("/approvals/reconciliation")
    async def reconciliation(
        who: Annotated[Principal, Depends(check)], day: date | None = None, source: str = ""
    ) -> list[DayView]:
        who.require(READ)
        now = db.clock.now()
        async with db.reading() as session:
            return await reconcile_day(session, day or local_date(now), source, now)

    @router.get("/approvals/{record_id}")
    async def one(record_id: str, who: Annotated[Principal, Depends(check)]) -> views.RecordDetail:
        who.require(READ)
        unit = seen_by(who)
        async with db.reading() as session:
            row = await repository.get_record(session, record_id)
            mine = select(ApprovalRow.id).where(ApprovalRow.id == record_id, visible_to(unit or ""))
            if unit is not None and await session.scalar(mine) is None:
                message = f"审批结果 {record_id} 既非本单位认领、也非本单位审批，不能查看"
                raise Forbidden(message, code="approval.not_yours", field="id")
            steps = await repository.steps_of(session, record_id)
            return await views.show_record(session, row, steps, db.clock.now())


def _serve_rules(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/approval-rules")
    async def versions(who: Annotated[Principal, Depends(check)]) -> list[RulesView]:
        who.require(READ)
        first = RulesView(version=0, rules=shipped(), set_by="", set_at=None, reason="随产品")
        async with db.reading() as session:
            return [first, *(_show(row) for row in await repository.rule_rows(session))]

    @router.put("/approval-rules")
    async def put(body: RulesBody, who: Annotated[Principal, Depends(check)]) -> RulesView:
        who.require(WRITE)
        said: dict[str, Any] = body.model_dump(exclude={"reason"}, exclude_none=True)
        with refuse_collision():
            async with db.transaction() as tx:
                return _show(await set_rules(tx, said, body.reason, act_of(who, tx, db)))


def _show(row: ApprovalRuleRow) -> RulesView:
    return RulesView(
        version=row.version,
        rules=Rules.model_validate(row.rules),
        set_by=row.set_by,
        set_at=row.set_at,
        reason=row.reason,
    )
