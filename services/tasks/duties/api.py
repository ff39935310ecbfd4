"""The inner API of recurring duties: proposals of the plans, adopting, ending, what is owed, one report for several."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.tasks.domain_periods import Frequency
from services.tasks.duties import repository, views
from services.tasks.duties.service import DutyOrder, DutyReport, adopt_duty, end_duty, report_duties
from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id
from services.tasks.ledger.views import TaskPage, show_page
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
Post = Annotated[str, Field(max_length=64)]


class DutyBody(Body):
    """A duty; see `DutyOrder`. Without `starts_on` it holds from today."""

    title: str = Field(max_length=300)
    frequency: Frequency
    units: tuple[Id, ...] = Field(max_length=100)
    times: int = 1
    post: Post = ""
    report_to: str | None = Field(default=None, max_length=200)
    cadence_id: Id | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class EndBody(Body):
    """The last day on which a period of the duty may begin; today unless said."""

    ends_on: date | None = None


class ReportBody(Body):
    """One line for all `occurrences`, which are named by their tasks."""

    occurrences: tuple[Id, ...] = Field(min_length=1, max_length=200)
    note: str = Field(max_length=2000)
    evidence: tuple[Id, ...] = Field(default=(), max_length=100)
    on_behalf_of: Id | None = None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/duties`."""
    router = APIRouter()
    _serve_reading(router, db, check)
    _serve_writing(router, db, check)
    return router


def _serve_reading(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/duties")
    async def duties(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        *,
        unit: str = "",
        ended: bool = False,
    ) -> list[views.DutyView]:
        who.require(READ)
        async with db.reading() as session:
            today = None if ended else local_date(db.clock.now())
            found = await repository.list_duties(session, unit, today, page.asked)
            return await views.show_duties(session, page.show(found))

    @router.get("/duties/proposals")
    async def proposals(who: Annotated[Principal, Depends(check)]) -> list[views.ProposalView]:
        who.require(READ)
        async with db.reading() as session:
            return await views.show_proposals(session)

    @router.get("/duties/open")
    async def owed(
        who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()], unit: str = ""
    ) -> list[views.OccurrenceView]:
        who.require(READ)
        async with db.reading() as session:
            found = await repository.open_occurrences(session, unit, page.asked)
        return [views.show_occurrence(one) for one in page.show(found)]

    @router.get("/duties/{duty_id}")
    async def duty(duty_id: str, who: Annotated[Principal, Depends(check)]) -> views.DutyDetail:
        who.require(READ)
        async with db.reading() as session:
            return await views.show_duty(session, await repository.get_duty(session, duty_id))


def _serve_writing(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/duties")
    async def adopt(body: DutyBody, who: Annotated[Principal, Depends(check)]) -> list[views.DutyView]:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                said = body.model_dump(exclude={"starts_on"})
                order = DutyOrder(starts_on=body.starts_on or local_date(tx.now), **said)
                rows = await adopt_duty(tx, order, act_of(who, tx, db))
                await tx.session.flush()
                return await views.show_duties(tx.session, rows)

    @router.post("/duties/report")
    async def report(body: ReportBody, who: Annotated[Principal, Depends(check)]) -> TaskPage:
        who.require(WRITE)
        async with db.transaction() as tx:
            done = await report_duties(tx, DutyReport(**body.model_dump()), act_of(who, tx, db))
            await tx.session.flush()
            return await show_page(tx.session, done, None)

    @router.post("/duties/{duty_id}/end")
    async def end(duty_id: str, body: EndBody, who: Annotated[Principal, Depends(check)]) -> views.DutyDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await end_duty(tx, duty_id, body.ends_on or local_date(tx.now), act_of(who, tx, db))
            await tx.session.flush()
            return await views.show_duty(tx.session, row)
