"""The inner API of projects: the list, one project with its steps, the pace and the funds."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.projects import api_adjustments, bodies, repository, views, views_pace
from services.tasks.projects.domain_nodes import Confirmation
from services.tasks.projects.domain_pace import shipped_rule
from services.tasks.projects.repository import Wanted
from services.tasks.projects.service import (
    Advance,
    Particulars,
    advance_project,
    confirm_node,
    edit_project,
    register_project,
)
from services.tasks.projects.service_invest import (
    Done,
    Element,
    FundReport,
    Investment,
    YearPlan,
    add_element,
    finish_element,
    plan_year,
    report_fund,
    report_investment,
)
from shared.clock import local_date
from shared.database import Database, Tx
from shared.errors import Invalid
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"


class Filters(BaseModel):
    """What `GET /projects` is asked for; see `Wanted`."""

    model_config = ConfigDict(extra="forbid")

    unit: str = ""
    stage: str = ""
    level_owner: str = ""
    fund: str = ""
    preliminary: bool | None = None
    dropped: bool = False


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/projects`; paths that are no project's id come first."""
    router = APIRouter()
    _serve_tables(router, db, check)
    router.routes.extend(api_adjustments.build_router(db, check).routes)
    _serve_reading(router, db, check)
    _serve_steps(router, db, check)
    _serve_money(router, db, check)
    _serve_elements(router, db, check)
    return router


def _day(on: date | None, db: Database) -> date:
    """Give the day that is asked for, today unless said.

    Raises:
        Invalid: It lies in the future.
    """
    today = local_date(db.clock.now())
    if on is not None and on > today:
        raise Invalid(f"on 的日期 {on} 晚于今天（{today}）", code="project.future", field="on")
    return on or today


def _serve_tables(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/projects/pace")
    async def pace(
        who: Annotated[Principal, Depends(check)], on: date | None = None, unit: str = ""
    ) -> views_pace.PaceTable:
        who.require(READ)
        async with db.reading() as session:
            wanted = Wanted(unit=unit, dropped=True)
            return await views_pace.show_pace(session, wanted, _day(on, db), shipped_rule())

    @router.get("/projects/funds")
    async def funds(
        who: Annotated[Principal, Depends(check)], on: date | None = None
    ) -> list[views_pace.FundSum]:
        who.require(READ)
        async with db.reading() as session:
            return await views_pace.show_funds(session, _day(on, db))


def _serve_reading(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/projects")
    async def projects(
        asked: Annotated[Filters, Depends()],
        page: Annotated[Paging, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[views.ProjectView]:
        who.require(READ)
        async with db.reading() as session:
            listed = await repository.list_projects(session, Wanted(**asked.model_dump()), page.asked)
            return await views.show_projects(session, page.show(listed), _day(None, db))

    @router.get("/projects/{task_id}")
    async def project(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.ProjectDetail:
        who.require(READ)
        async with db.reading() as session:
            one = await repository.get_project(session, task_id)
            return await views.show_project(session, one, _day(None, db))


async def _show(tx: Tx, task_id: str) -> views.ProjectDetail:
    await tx.session.flush()
    one = await repository.get_project(tx.session, task_id)
    return await views.show_project(tx.session, one, local_date(tx.now))


def _serve_steps(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/projects")
    async def register(
        body: bodies.ProjectBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                task = await register_project(tx, body.said(), act_of(who, tx, db))
                return await _show(tx, task.id)

    @router.patch("/projects/{task_id}")
    async def edit(
        task_id: str, body: bodies.EditBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        said = Particulars(**body.model_dump(exclude={"if_revision"}))
        async with db.transaction() as tx:
            await edit_project(tx, task_id, said, act_of(who, tx, db), if_revision=body.if_revision)
            return await _show(tx, task_id)

    @router.post("/projects/{task_id}/stage")
    async def advance(
        task_id: str, body: bodies.AdvanceBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        own = {"to", "reason", "if_revision"}
        particulars = Particulars(**body.model_dump(exclude=own))
        said = Advance(**body.model_dump(include=own), particulars=particulars)
        async with db.transaction() as tx:
            await advance_project(tx, task_id, said, act_of(who, tx, db))
            return await _show(tx, task_id)

    @router.post("/projects/{task_id}/nodes")
    async def node(
        task_id: str, body: bodies.NodeBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        said = Confirmation(**body.model_dump(exclude={"if_revision"}))
        async with db.transaction() as tx:
            await confirm_node(tx, task_id, said, act_of(who, tx, db), if_revision=body.if_revision)
            return await _show(tx, task_id)


def _serve_money(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/projects/{task_id}/investment")
    async def invest(
        task_id: str, body: bodies.InvestmentBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            await report_investment(tx, task_id, Investment(**body.model_dump()), act_of(who, tx, db))
            return await _show(tx, task_id)

    @router.put("/projects/{task_id}/plans/{year}")
    async def plan(
        task_id: str, year: bodies.Year, body: bodies.YearPlanBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            await plan_year(tx, task_id, YearPlan(year=year, **body.model_dump()), act_of(who, tx, db))
            return await _show(tx, task_id)

    @router.post("/projects/{task_id}/funds")
    async def fund(
        task_id: str, body: bodies.FundBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        async with db.transaction() as tx:
            await report_fund(tx, task_id, FundReport(**body.model_dump()), act_of(who, tx, db))
            return await _show(tx, task_id)


def _serve_elements(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/projects/{task_id}/elements")
    async def add(
        task_id: str, body: bodies.ElementBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                await add_element(tx, task_id, Element(**body.model_dump()), act_of(who, tx, db))
                return await _show(tx, task_id)

    @router.post("/projects/{task_id}/elements/{number}/done")
    async def finish(
        task_id: str, number: int, body: bodies.DoneBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProjectDetail:
        who.require(WRITE)
        said = Done(number=number, **body.model_dump())
        async with db.transaction() as tx:
            await finish_element(tx, task_id, said, act_of(who, tx, db))
            return await _show(tx, task_id)
