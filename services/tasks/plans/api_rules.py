"""The inner API of a plan's rules: the chain of reviews of its tasks."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of
from services.tasks.ledger.domain_chain import REVIEWER_WORDS, Reviewer
from services.tasks.plans.rules import PlanRules, Setting, read_rules, set_rules
from shared.database import Database
from shared.principal import Principal


class RulesBody(BaseModel):
    """The chain of reviews, in order; `authority` is the unit 主管部门 of its middle step, `reason` why it is set."""

    model_config = ConfigDict(extra="forbid")

    reviews: tuple[Annotated[str, Field(max_length=32)], ...] = Field(min_length=1, max_length=8)
    authority: str | None = Field(default=None, max_length=64)
    reason: str = Field(default="", max_length=2000)


class SettingView(BaseModel):
    """One time that people set the rules of a plan; `set_at` is business time, `entered_at` real time."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    reviews: list[Reviewer]
    authority: str | None
    set_by: str
    set_at: datetime
    entered_at: datetime
    reason: str


class RulesView(BaseModel):
    """The rules of a plan; `chosen` is false while those of each task's kind hold.

    `settings` are what people set, the latest first, which is in force; none where that was before they were recorded.
    """

    plan_id: str
    reviews: list[Reviewer]
    words: list[str]
    authority: str | None
    chosen: bool
    settings: list[SettingView]


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
            wanted = Setting(reviews=body.reviews, authority=body.authority or None, reason=body.reason)
            return _view(await set_rules(tx.session, plan_id, wanted, act_of(who, tx, db)))

    return router


def _view(rules: PlanRules) -> RulesView:
    steps = list(rules.chain.steps)
    return RulesView(
        plan_id=rules.plan_id,
        reviews=steps,
        words=[REVIEWER_WORDS[step] for step in steps],
        authority=rules.chain.authority,
        chosen=rules.chosen,
        settings=[SettingView.model_validate(one) for one in rules.settings],
    )
