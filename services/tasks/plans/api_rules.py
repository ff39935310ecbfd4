"""The inner API of a plan's rules: the chain of reviews of its tasks."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check
from services.tasks.ledger.domain_chain import REVIEWER_WORDS, Reviewer
from services.tasks.plans.rules import PlanRules, read_rules, set_rules
from shared.database import Database
from shared.principal import Principal


class RulesBody(BaseModel):
    """The chain of reviews, in order; `authority` is the unit 主管部门 of its middle step."""

    model_config = ConfigDict(extra="forbid")

    reviews: tuple[Annotated[str, Field(max_length=32)], ...] = Field(min_length=1, max_length=8)
    authority: str | None = Field(default=None, max_length=64)


class RulesView(BaseModel):
    """The rules of a plan; `chosen` is false while those of each task's kind hold."""

    plan_id: str
    reviews: list[Reviewer]
    words: list[str]
    authority: str | None
    chosen: bool


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/plans/{id}/rules`."""
    router = APIRouter()

    @router.get("/plans/{plan_id}/rules")
    async def show_rules(plan_id: str, who: Annotated[Principal, Depends(check)]) -> RulesView:
        who.require("plans:read")
        async with db.reading() as session:
            return _view(await read_rules(session, plan_id))

    @router.put("/plans/{plan_id}/rules")
    async def put_rules(
        plan_id: str, body: RulesBody, who: Annotated[Principal, Depends(check)]
    ) -> RulesView:
        who.require("plans:write")
        async with db.transaction() as tx:
            return _view(await set_rules(tx.session, plan_id, body.reviews, body.authority or None))

    return router


def _view(rules: PlanRules) -> RulesView:
    steps = list(rules.chain.steps)
    return RulesView(
        plan_id=rules.plan_id,
        reviews=steps,
        words=[REVIEWER_WORDS[step] for step in steps],
        authority=rules.chain.authority,
        chosen=rules.chosen,
    )
