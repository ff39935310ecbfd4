"""The inner API of light rules 亮灯规则: what there is, which one holds, and choosing another."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.tasks.edge import Check, act_of
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.ledger.domain_light_rules import LightRule, shipped_rules
from services.tasks.ledger.light_choices import choices, choose_rule, rule_at
from services.tasks.ledger.relighting import relight_open
from shared.database import Database
from shared.principal import Principal


class ChoiceBody(Body):
    """The rule that is to hold from now on."""

    name: Id
    reason: Words


class ChoiceView(BaseModel):
    """A choice that was made."""

    model_config = ConfigDict(from_attributes=True)

    since: datetime
    rule: str
    chosen_by: str
    reason: str


class RulesView(BaseModel):
    """The shipped rules, the name of the one that holds, and the choices so far."""

    active: str
    rules: list[LightRule]
    choices: list[ChoiceView]


class ChosenView(BaseModel):
    """What a choice changed: how many tasks show another light."""

    active: str
    relit: int


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/lights/rules`."""
    router = APIRouter()

    @router.get("/lights/rules")
    async def rules(who: Annotated[Principal, Depends(check)]) -> RulesView:
        who.require("tasks:read")
        async with db.reading() as session:
            active, made = await rule_at(session), await choices(session)
        shown = [ChoiceView.model_validate(one) for one in made]
        return RulesView(active=active.name, rules=list(shipped_rules().values()), choices=shown)

    @router.put("/lights/rules")
    async def choose(body: ChoiceBody, who: Annotated[Principal, Depends(check)]) -> ChosenView:
        who.require("tasks:write")
        async with db.transaction() as tx:
            await choose_rule(tx, body.name, body.reason, act_of(who, tx, db))
        return ChosenView(active=body.name, relit=await relight_open(db))

    return router
