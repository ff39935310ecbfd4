"""The inner API of measures: list, enter, decide, and lift plates."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of, refuse_collision, seen_by
from services.tasks.ledger.repository_queries import read_task
from services.tasks.measures import views
from services.tasks.measures.domain import Decision, MeasureKind, MeasureState
from services.tasks.measures.domain_rules import MeasureRules, shipped_rules
from services.tasks.measures.repository import Wanted, list_measures
from services.tasks.measures.service import Lifting, decide_measure, enter_measure, lift_plate
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
PLATE_STATES = {"hanging": (MeasureState.TAKEN,), "lifted": (MeasureState.LIFTED,)}


class EntryBody(BaseModel):
    """A measure that the supervision office enters."""

    model_config = ConfigDict(extra="forbid")

    kind: MeasureKind
    reason: str = Field(max_length=2000)


class DecisionBody(BaseModel):
    """A leader's decision; see `Decision`."""

    model_config = ConfigDict(extra="forbid")

    take: bool
    decided_by_name: str = Field(default="", max_length=100)
    paper_number: str = Field(default="", max_length=64)
    record: str = Field(default="", max_length=5000)
    published: bool = False
    due_on: date | None = None
    reason: str = Field(default="", max_length=2000)


class LiftingBody(BaseModel):
    """Why a plate comes off; see `Lifting`."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=2000)
    decided_by_name: str = Field(default="", max_length=100)


class Filters(BaseModel):
    """What `GET /measures` is asked for."""

    model_config = ConfigDict(extra="forbid")

    kind: MeasureKind | Literal[""] = ""
    state: MeasureState | Literal[""] = ""
    task: str = ""
    unit: str = ""


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/measures`, `/plates` and `/tasks/{id}/measures`."""
    router = APIRouter()
    _serve_lists(router, db, check)
    _serve_steps(router, db, check)
    return router


def _serve_lists(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/measures")
    async def measures(
        asked: Annotated[Filters, Depends()],
        page: Annotated[Paging, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[views.ListedMeasure]:
        who.require(READ)
        states = (asked.state,) if asked.state else ()
        wanted = Wanted(
            kind=asked.kind, states=states, task=asked.task, unit=asked.unit, seen_by=seen_by(who)
        )
        async with db.reading() as session:
            found = page.show(await list_measures(session, wanted, page.asked))
        return [views.show_listed(one) for one in found]

    @router.get("/measure-rules")
    async def rules(who: Annotated[Principal, Depends(check)]) -> MeasureRules:
        who.require(READ)
        return shipped_rules()

    @router.get("/plates")
    async def plates(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        state: Literal["hanging", "lifted"] = "hanging",
    ) -> list[views.Plate]:
        who.require(READ)
        wanted = Wanted(kind=MeasureKind.PLATE, states=PLATE_STATES[state], seen_by=seen_by(who))
        today = local_date(db.clock.now())
        async with db.reading() as session:
            found = page.show(await list_measures(session, wanted, page.asked))
        return [views.show_plate(one, today) for one in found]

    @router.get("/tasks/{task_id}/measures")
    async def of_task(task_id: str, who: Annotated[Principal, Depends(check)]) -> list[views.ListedMeasure]:
        who.require(READ)
        async with db.reading() as session:
            await read_task(session, task_id)
            found = await list_measures(session, Wanted(task=task_id, seen_by=seen_by(who)))
            return [views.show_listed(one) for one in found.items]


def _serve_steps(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/tasks/{task_id}/measures")
    async def enter(
        task_id: str, body: EntryBody, who: Annotated[Principal, Depends(check)]
    ) -> views.MeasureView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await enter_measure(tx, task_id, body.kind, body.reason, act_of(who, tx, db))
            return views.show_measure(row)

    @router.post("/measures/{measure_id}/decision")
    async def decide(
        measure_id: str, body: DecisionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.MeasureView:
        who.require(WRITE)
        decision = Decision(**body.model_dump())
        with refuse_collision():
            async with db.transaction() as tx:
                row = await decide_measure(tx, measure_id, decision, act_of(who, tx, db))
                return views.show_measure(row)

    @router.post("/measures/{measure_id}/lift")
    async def lift(
        measure_id: str, body: LiftingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.MeasureView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await lift_plate(tx, measure_id, Lifting(**body.model_dump()), act_of(who, tx, db))
            return views.show_measure(row)
