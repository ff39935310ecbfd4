"""The inner API of deeds on results of approvals: 认领, 退回, 改派, first supervision."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends

from services.tasks.approvals import repository, service, views
from services.tasks.edge import Check, act_of
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.models import ApprovalRow
from shared.database import Database, Tx
from shared.principal import Principal

WRITE = "tasks:write"


class ReasonBody(Body):
    """Why a result is given back."""

    reason: Words


class ReassignmentBody(Body):
    """To whom a result goes, and why."""

    unit_id: Id
    reason: Words


class SupervisionBody(Body):
    """When the first supervision was, and the number of its record."""

    on: date
    note: Words


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve the deeds of `/approvals/{record_id}`; each answers with the record as it stands after it."""
    router = APIRouter(prefix="/approvals/{record_id}")
    _serve_units(router, db, check)
    _serve_office(router, db, check)
    return router


def _serve_units(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/claim")
    async def claim(record_id: str, who: Annotated[Principal, Depends(check)]) -> views.RecordDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            return await _show(tx, await service.claim(tx, record_id, act_of(who, tx, db)))

    @router.post("/decline")
    async def decline(
        record_id: str, body: ReasonBody, who: Annotated[Principal, Depends(check)]
    ) -> views.RecordDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            return await _show(tx, await service.decline(tx, record_id, body.reason, act_of(who, tx, db)))

    @router.post("/supervision")
    async def supervise(
        record_id: str, body: SupervisionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.RecordDetail:
        who.require(WRITE)
        said = service.FirstSupervision(on=body.on, note=body.note)
        async with db.transaction() as tx:
            return await _show(tx, await service.supervise(tx, record_id, said, act_of(who, tx, db)))


def _serve_office(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/reassignment")
    async def reassign(
        record_id: str, body: ReassignmentBody, who: Annotated[Principal, Depends(check)]
    ) -> views.RecordDetail:
        who.require(WRITE)
        said = service.Reassignment(unit_id=body.unit_id, reason=body.reason)
        async with db.transaction() as tx:
            return await _show(tx, await service.reassign(tx, record_id, said, act_of(who, tx, db)))


async def _show(tx: Tx, row: ApprovalRow) -> views.RecordDetail:
    await tx.session.flush()
    steps = await repository.steps_of(tx.session, row.id)
    return await views.show_record(tx.session, row, steps, tx.now)
