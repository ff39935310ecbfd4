"""The inner API of orders about units: enter, list and withdraw."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.units import repository
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder, ChangeState
from services.tasks.units.succession import order_change, withdraw_change
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal


class ChangeBody(BaseModel):
    """An order; see `ChangeOrder`. Without `effective_on` it holds from today."""

    model_config = ConfigDict(extra="forbid")

    kind: ChangeKind
    to: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=200)
    tasks: tuple[Annotated[str, Field(max_length=64)], ...] = Field(default=(), max_length=5000)
    effective_on: date | None = None
    reason: str = Field(max_length=2000)


class ChangeOut(BaseModel):
    """An order as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: ChangeKind
    unit_id: str
    to_unit: str | None
    name: str | None
    tasks: list[str]
    effective_on: date
    state: ChangeState
    reason: str
    ordered_by: str
    ordered_at: datetime
    applied_at: datetime | None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/units/{id}/changes` and `/unit-changes`."""
    router = APIRouter()

    @router.post("/units/{unit_id}/changes")
    async def order(unit_id: str, body: ChangeBody, who: Annotated[Principal, Depends(check)]) -> ChangeOut:
        who.require("plans:write")
        with refuse_collision():
            async with db.transaction() as tx:
                said = body.model_dump(exclude={"effective_on"})
                effective_on = body.effective_on or local_date(tx.now)
                wanted = ChangeOrder(unit_id=unit_id, effective_on=effective_on, **said)
                row = await order_change(tx, wanted, act_of(who, tx, db))
                await tx.session.flush()
                return ChangeOut.model_validate(row)

    @router.get("/unit-changes")
    async def changes(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        state: ChangeState | None = None,
    ) -> list[ChangeOut]:
        who.require("tasks:read")
        async with db.reading() as session:
            found = page.show(await repository.changes(session, state, page.asked))
            return [ChangeOut.model_validate(row) for row in found]

    @router.post("/unit-changes/{change_id}/withdrawal")
    async def withdraw(change_id: str, who: Annotated[Principal, Depends(check)]) -> ChangeOut:
        who.require("plans:write")
        async with db.transaction() as tx:
            return ChangeOut.model_validate(await withdraw_change(tx, change_id))

    return router
