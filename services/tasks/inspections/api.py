"""The inner API of inspections: one route for each step."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check, act_of, refuse_collision, seen_by
from services.tasks.inspections import bodies, repository, service, service_feedback, views
from services.tasks.inspections.domain import SHOWN_TO_UNITS, InspectionPlan
from services.tasks.inspections.domain_limits import InspectionLimits, shipped_limits
from services.tasks.models import InspectionRow
from services.tasks.problems.service import Problem
from shared.database import Database, Tx
from shared.errors import NotFound
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/inspections`."""
    router = APIRouter()
    _serve_lists(router, db, check)
    _serve_beginning(router, db, check)
    _serve_findings(router, db, check)
    _serve_feedback(router, db, check)
    return router


def _serve_lists(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/inspections")
    async def inspections(
        asked: Annotated[bodies.Filters, Depends()],
        page: Annotated[Paging, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[views.InspectionView]:
        who.require(READ)
        wanted = repository.Wanted(
            state=asked.state or "",
            unit=asked.unit,
            year=asked.year,
            follow_up_of=asked.follow_up_of,
            seen_by=seen_by(who),
        )
        async with db.reading() as session:
            found = await repository.list_inspections(session, wanted, page.asked)
        return [views.show(row) for row in page.show(found)]

    @router.get("/inspection-limits")
    async def limits(who: Annotated[Principal, Depends(check)]) -> InspectionLimits:
        who.require(READ)
        return shipped_limits()

    @router.get("/inspections/{inspection_id}")
    async def inspection(
        inspection_id: str, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(READ)
        async with db.reading() as session:
            row = await repository.get_inspection(session, inspection_id)
            await _check_shown(session, row, seen_by(who))
            return await views.show_detail(session, row, db.clock.now(), seen_by=seen_by(who))


async def _check_shown(session: AsyncSession, row: InspectionRow, unit: str | None) -> None:
    """Pass unless a unit looks at what it may not know of: others' inspections, and its own before they begin."""
    if unit is None:
        return
    if row.state not in SHOWN_TO_UNITS or unit not in await repository.units_of(session, row.id):
        message = f"没有编号为 {row.id} 的督查活动，请核对"
        raise NotFound(message, code="inspection.not_found", field="id")


def _serve_beginning(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/inspections")
    async def plan(
        body: bodies.PlanBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            wanted = InspectionPlan(**body.model_dump())
            return await _show(tx, await service.plan_inspection(tx, wanted, act_of(who, tx, db)), who)

    @router.post("/inspections/{inspection_id}/approval")
    async def approve(
        inspection_id: str, body: bodies.ApprovalBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            said = service.Approval(**body.model_dump())
            row = await service.approve_inspection(tx, inspection_id, said, act_of(who, tx, db))
            return await _show(tx, row, who)

    @router.post("/inspections/{inspection_id}/start")
    async def start(inspection_id: str, who: Annotated[Principal, Depends(check)]) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await service.start_inspection(tx, inspection_id, act_of(who, tx, db))
            return await _show(tx, row, who)

    @router.post("/inspections/{inspection_id}/withdrawal")
    async def withdraw(
        inspection_id: str, body: bodies.WithdrawalBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await service.withdraw_inspection(tx, inspection_id, body.reason, act_of(who, tx, db))
            return await _show(tx, row, who)


def _serve_findings(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/inspections/{inspection_id}/findings")
    async def find(
        inspection_id: str, body: bodies.FindingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                finding = Problem(**body.model_dump())
                await service.add_finding(tx, inspection_id, finding, act_of(who, tx, db))
                return await _show(tx, await repository.get_inspection(tx.session, inspection_id), who)

    @router.post("/inspections/{inspection_id}/conclusion")
    async def conclude(
        inspection_id: str, body: bodies.ConclusionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            act = act_of(who, tx, db)
            row = await service.conclude_inspection(
                tx, inspection_id, body.conclusion, act, due_on=body.due_on
            )
            return await _show(tx, row, who)


def _serve_feedback(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/inspections/{inspection_id}/feedback")
    async def answer(
        inspection_id: str, body: bodies.UnitBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            said = service_feedback.UnitSays(**body.model_dump())
            row = await service_feedback.answer_conclusion(tx, inspection_id, said, act_of(who, tx, db))
            return await _show(tx, row, who)

    @router.post("/inspections/{inspection_id}/objections")
    async def object_(
        inspection_id: str, body: bodies.UnitBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            said = service_feedback.UnitSays(**body.model_dump())
            row = await service_feedback.object_to_conclusion(tx, inspection_id, said, act_of(who, tx, db))
            return await _show(tx, row, who)

    @router.post("/inspections/{inspection_id}/objections/{unit_id}/review")
    async def review(
        inspection_id: str, unit_id: str, body: bodies.ReviewBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            said = service_feedback.Review(unit_id=unit_id, **body.model_dump())
            row = await service_feedback.review_objection(tx, inspection_id, said, act_of(who, tx, db))
            return await _show(tx, row, who)

    @router.post("/inspections/{inspection_id}/close")
    async def close(
        inspection_id: str, body: bodies.ClosingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InspectionDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            act = act_of(who, tx, db)
            row = await service_feedback.close_inspection(
                tx, inspection_id, body.effect, body.effect_note, act
            )
            return await _show(tx, row, who)


async def _show(tx: Tx, row: InspectionRow, who: Principal) -> views.InspectionDetail:
    await tx.session.flush()
    return await views.show_detail(tx.session, row, tx.now, seen_by=seen_by(who))
