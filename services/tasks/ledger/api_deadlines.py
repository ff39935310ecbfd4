"""The inner API of setting missing deadlines in bulk 人工设定."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.tasks.edge import Check, act_of, looking
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.ledger.deadlines import DeadlineOrder, DeadlineOutcome, set_deadlines, try_deadlines
from services.tasks.ledger.domain_query import TaskQuery, read_query
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal

MOST = 5000  # Tasks in one order.


class DeadlinesBody(Body):
    """Which tasks get which date, and why: ids, or a filter as in the ledger's list, which picks those without a date.

    Nothing is set unless `confirm`.
    """

    tasks: tuple[Id, ...] = Field(default=(), max_length=MOST)
    filter: dict[str, str] | None = None
    deadline: date
    reason: Words
    confirm: bool = False


class FaultView(BaseModel):
    """Why a task can't have the date."""

    code: str
    message: str


class PlannedView(BaseModel):
    """A task that the order is about."""

    task_id: str
    title: str
    state: str
    old_deadline: date | None
    refused: FaultView | None


class DeadlinesView(BaseModel):
    """What an order did, or would do."""

    confirmed: bool
    deadline: date
    count: int
    refused: int
    tasks: list[PlannedView]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/tasks/deadlines`."""
    router = APIRouter()

    @router.post("/tasks/deadlines")
    async def deadlines(body: DeadlinesBody, who: Annotated[Principal, Depends(check)]) -> DeadlinesView:
        who.require("tasks:write")
        order = DeadlineOrder(
            tasks=body.tasks, chosen=_query(body), deadline=body.deadline, reason=body.reason
        )
        if not body.confirm:
            async with db.reading() as session:
                return _view(await try_deadlines(session, order, looking(who, db)))
        async with db.transaction() as tx:
            return _view(await set_deadlines(tx, order, act_of(who, tx, db)))

    return router


def _query(body: DeadlinesBody) -> TaskQuery | None:
    if (body.filter is None) != bool(body.tasks):
        message = "请填写 tasks（事项编号）或 filter（筛选条件）之一"
        raise Invalid(message, code="deadline.no_tasks", field="tasks")
    if body.filter is None:
        return None
    if paging := sorted({"limit", "after"} & set(body.filter)):
        message = f"filter 不分页，请去掉 {paging[0]}"
        raise Invalid(message, code="query.filter_unknown", field=paging[0])
    return read_query(body.filter)


def _view(outcome: DeadlineOutcome) -> DeadlinesView:
    return DeadlinesView(
        confirmed=outcome.confirmed,
        deadline=outcome.deadline,
        count=len(outcome.planned),
        refused=len(outcome.refused),
        tasks=[
            PlannedView(
                task_id=one.task_id,
                title=one.title,
                state=one.state,
                old_deadline=one.old_deadline,
                refused=FaultView(code=one.fault.code, message=one.fault.message) if one.fault else None,
            )
            for one in outcome.planned
        ],
    )
