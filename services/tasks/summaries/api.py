"""The inner API of summaries: compile one, list them, and switch kinds on and off."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.tasks.edge import Check, refuse_collision
from services.tasks.ledger.bodies import Body, Id
from services.tasks.models import SummaryRow
from services.tasks.summaries import repository
from services.tasks.summaries.domain_due import KINDS, read_kind, read_period
from services.tasks.summaries.service import Asked, compile_summary, keep_summary, switch_kind
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal


class SummaryView(BaseModel):
    """A summary, and the paper that came of it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: str
    period: str
    version: int
    as_of: datetime
    compiled_at: datetime
    by: str
    tasks: int
    paper_state: str | None
    paper_number: str | None


class SummariesView(BaseModel):
    """A page of summaries, the latest first; `active` are the kinds that are compiled at their times."""

    items: list[SummaryView]
    active: list[str]
    next: str | None = None


class AskedBody(Body):
    """What to sum up: a kind, and a period such as `2023-06`."""

    kind: Id
    period: Id


class SwitchBody(Body):
    """Whether a kind is compiled at its times."""

    active: bool


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/summaries`."""
    router = APIRouter()

    @router.get("/summaries")
    async def summaries(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        kind: str = "",
        period: str = "",
    ) -> SummariesView:
        who.require("tasks:read")
        async with db.reading() as session:
            found = await repository.list_summaries(session, kind, period, page.asked)
            off = await repository.inactive(session)
        items = [SummaryView.model_validate(row) for row in page.show(found)]
        active: list[str] = [one for one in KINDS if one not in off]
        return SummariesView(items=items, active=active, next=found.next)

    @router.post("/summaries")
    async def compile_now(body: AskedBody, who: Annotated[Principal, Depends(check)]) -> SummaryView:
        who.require("plans:write")
        kind = read_kind(body.kind)
        with refuse_collision():
            async with db.reading() as session:
                now = db.clock.now()
                asked = Asked(kind, read_period(kind, body.period, local_date(now)))
                summary = await compile_summary(session, asked, now)
            async with db.transaction() as tx:
                row: SummaryRow = await keep_summary(tx, summary, who.id)
        return SummaryView.model_validate(row)

    @router.put("/summaries/kinds/{kind}")
    async def switch(
        kind: str, body: SwitchBody, who: Annotated[Principal, Depends(check)]
    ) -> dict[str, bool | str]:
        who.require("plans:write")
        async with db.transaction() as tx:
            await switch_kind(tx, read_kind(kind), who.id, active=body.active)
        return {"kind": kind, "active": body.active}

    return router
