"""The inner API of the rules of rectifications: which hold where, and setting them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.models import RectificationRuleRow
from services.tasks.rectifications import bodies, repository
from services.tasks.rectifications.domain_rules import Rules, shipped
from services.tasks.rectifications.ruling import RulesOrder, set_rules
from shared.database import Database
from shared.principal import Principal

READ, WRITE = "tasks:read", "plans:write"


class RulesView(BaseModel):
    """A version of the rules of a place; version 0 is as shipped."""

    region: str
    version: int
    rules: Rules
    set_by: str
    set_at: datetime | None
    reason: str


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/rectification-rules`."""
    router = APIRouter(prefix="/rectification-rules")

    @router.get("")
    async def versions(who: Annotated[Principal, Depends(check)]) -> list[RulesView]:
        who.require(READ)
        first = RulesView(region="", version=0, rules=shipped(), set_by="", set_at=None, reason="随产品")
        async with db.reading() as session:
            return [first, *(_show(row) for row in await repository.rule_rows(session))]

    @router.put("")
    async def put(body: bodies.RulesBody, who: Annotated[Principal, Depends(check)]) -> RulesView:
        who.require(WRITE)
        rules = body.model_dump(exclude={"region", "reason"}, exclude_none=True)
        said = RulesOrder(region=body.region, reason=body.reason, rules=rules)
        with refuse_collision():
            async with db.transaction() as tx:
                return _show(await set_rules(tx, said, act_of(who, tx, db)))

    return router


def _show(row: RectificationRuleRow) -> RulesView:
    return RulesView(
        region=row.region,
        version=row.version,
        rules=Rules.model_validate(row.rules),
        set_by=row.set_by,
        set_at=row.set_at,
        reason=row.reason,
    )
