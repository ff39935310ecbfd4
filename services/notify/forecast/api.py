"""The inner HTTP interface of the forecast. A unit sees only what goes to itself, and tries no changes."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notify.api import SCOPE, visible_recipient
from services.notify.forecast.changes import Change
from services.notify.forecast.domain import LONGEST, USUAL, Altered, Forecast, Window, per_recipient, window
from services.notify.forecast.service import Comparison, Forecaster
from shared.clock import local_date
from shared.database import Database
from shared.errors import Forbidden, Invalid
from shared.principal import UNIT_ROLES, Principal

ASSUMES = "假定期间没有签收、报送、办结、延期等新情况，各渠道均正常接收"


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NoticeForecast(_Answer):
    """A notice that will be decided; `recipient` is a mailbox, `planned_at` business time."""

    id: str
    task_id: str
    clock: str
    due_at: datetime
    rung: str
    offset_days: int
    occurrence: int
    recipient: str
    planned_at: datetime
    text: str


class MessageForecast(_Answer):
    """A message that will leave; `notices` are ids."""

    id: str
    channel: str
    recipient: str
    leaves_at: datetime
    urgent: bool
    notices: tuple[str, ...]


class ForecastAnswer(BaseModel):
    """What will be decided and sent in days that are both included, and what that takes for granted."""

    first: date
    last: date
    as_of: datetime
    rules_version: int
    assumes: str = ASSUMES
    per_recipient: dict[str, int]
    notices: list[NoticeForecast]
    messages: list[MessageForecast]


class AlteredForecast(_Answer):
    """A message before and after a change."""

    before: MessageForecast
    after: MessageForecast


class DifferenceAnswer(BaseModel):
    """What a change makes of the messages: `moved` leave at another instant, `refilled` hold other notices."""

    first: date
    last: date
    as_of: datetime
    assumes: str = ASSUMES
    summary: str
    changed: int
    before: int
    after: int
    added: list[MessageForecast]
    removed: list[MessageForecast]
    moved: list[AlteredForecast]
    refilled: list[AlteredForecast]


class Days(BaseModel):
    """The days that are asked for, both included: so many from today or `from` on, unless `to` is given."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    days: int = Field(default=USUAL, ge=1, le=LONGEST)


class ForecastFilters(Days):
    """What `GET /forecast` is asked for."""

    recipient: str = ""


class DayBody(BaseModel):
    """A day that would be a working one, or off."""

    model_config = ConfigDict(extra="forbid")

    day: date
    is_workday: bool


class ChangeBody(Days):
    """What would be otherwise: a whole rulebook, and days of the calendar."""

    rules: dict[str, Any] | None = None
    calendar: list[DayBody] = Field(default=[], max_length=800)

    def change(self) -> Change:
        """Give the change.

        Raises:
            Invalid: Nothing would be otherwise.
        """
        if self.rules is None and not self.calendar:
            message = "请给出要试算的变化：rules（整本规则）或 calendar（日期）"
            raise Invalid(message, code="forecast.no_change", field="rules")
        rules = json.dumps(self.rules) if self.rules is not None else ""
        return Change(rules, {one.day: one.is_workday for one in self.calendar})


def build_router(
    db: Database, check: Callable[..., Awaitable[Principal]], channels: Sequence[str]
) -> APIRouter:
    """Serve `/forecast` to principals that `check` lets pass."""
    router, forecaster = APIRouter(), Forecaster(db, channels)

    def asked(days: Days) -> Window:
        return window(local_date(db.clock.now()), days.first, days.last, days.days)

    @router.get("/forecast")
    async def show(
        filters: Annotated[ForecastFilters, Query()], principal: Annotated[Principal, Depends(check)]
    ) -> ForecastAnswer:
        principal.require(SCOPE)
        recipient = visible_recipient(principal, filters.recipient)
        return _forecast((await forecaster.forecast(asked(filters))).only_for(recipient))

    @router.post("/forecast")
    async def compare(body: ChangeBody, principal: Annotated[Principal, Depends(check)]) -> DifferenceAnswer:
        principal.require(SCOPE)
        if principal.role in UNIT_ROLES:
            raise Forbidden("规则和日历的变化由督查部门试算", code="role.refused", field="role")
        return _difference(await forecaster.compare(asked(body), body.change()))

    return router


def _forecast(found: Forecast) -> ForecastAnswer:
    return ForecastAnswer(
        first=found.window.first,
        last=found.window.last,
        as_of=found.as_of,
        rules_version=found.rules_version,
        per_recipient=dict(per_recipient(found.messages)),
        notices=[NoticeForecast.model_validate(one) for one in found.notices],
        messages=[MessageForecast.model_validate(one) for one in found.messages],
    )


def _difference(found: Comparison) -> DifferenceAnswer:
    changed = found.changed
    summary = (
        f"{changed.messages} 条消息变化：新增 {len(changed.added)}，减少 {len(changed.removed)}，"
        f"改期 {len(changed.moved)}，内容变化 {len(changed.refilled)}"
    )
    return DifferenceAnswer(
        first=found.before.window.first,
        last=found.before.window.last,
        as_of=found.before.as_of,
        summary=summary,
        changed=changed.messages,
        before=len(found.before.messages),
        after=len(found.after.messages),
        added=[MessageForecast.model_validate(one) for one in changed.added],
        removed=[MessageForecast.model_validate(one) for one in changed.removed],
        moved=_altered(changed.moved),
        refilled=_altered(changed.refilled),
    )


def _altered(found: Sequence[Altered]) -> list[AlteredForecast]:
    return [AlteredForecast.model_validate(one) for one in found]
