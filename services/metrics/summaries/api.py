"""The inner API of summaries: compile one, list them, and switch kinds on and off."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.metrics.permissions import Check
from services.metrics.summaries import repository
from services.metrics.summaries.compiling import compile_now
from services.metrics.summaries.domain import summary_rules
from services.metrics.summaries.domain_due import read_period, read_plan
from services.metrics.summaries.service import switch_kind
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal


class FeedSummaryView(BaseModel):
    """A summary; `facts` are the orders or ratings of its period, `late` that it was compiled long after its time."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: str
    period: str
    version: int
    as_of: datetime
    due_at: datetime
    compiled_at: datetime
    by: str
    late: bool
    facts: int


class FeedSummariesView(BaseModel):
    """A page of summaries, the latest first; `active` are the kinds that are compiled at their times."""

    items: list[FeedSummaryView]
    active: list[str]
    next: str | None = None


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskedBody(_Said):
    """What to sum up: a kind, and a period such as `2023-06-20`, `2023-W25` or `2023-06`."""

    kind: Annotated[str, Field(max_length=64)]
    period: Annotated[str, Field(max_length=64)]


class SwitchBody(_Said):
    """Whether a kind is compiled at its times."""

    active: bool


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/feed-summaries`, to those whom `check` lets in."""
    router = APIRouter(prefix="/feed-summaries")

    @router.get("", dependencies=[Depends(check)])
    async def summaries(
        page: Annotated[Paging, Depends()], kind: str = "", period: str = ""
    ) -> FeedSummariesView:
        async with db.reading() as session:
            found = await repository.list_summaries(session, kind, period, page.asked)
            off = await (await session.connection()).run_sync(repository.inactive)
        items = [FeedSummaryView.model_validate(row) for row in page.show(found)]
        known = [one.kind for one in summary_rules().schedule]
        active: list[str] = [one for one in known if one not in off]
        return FeedSummariesView(items=items, active=active, next=found.next)

    @router.post("")
    async def compile_one(body: AskedBody, who: Annotated[Principal, Depends(check)]) -> FeedSummaryView:
        plan = read_plan(body.kind)
        span = read_period(plan, body.period, local_date(db.clock.now()))
        return FeedSummaryView.model_validate(await compile_now(db, plan, span, who.id))

    @router.put("/kinds/{kind}")
    async def switch(
        kind: str, body: SwitchBody, who: Annotated[Principal, Depends(check)]
    ) -> dict[str, bool | str]:
        plan = read_plan(kind)
        async with db.transaction() as tx:
            await switch_kind(tx, plan.kind, who.id, active=body.active)
        return {"kind": plan.kind, "active": body.active}

    return router
