"""The inner HTTP API of rates: answers, the rows behind them, and the rules."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection

from services.metrics.permissions import CLERK_READERS, Check, check_unit
from services.metrics.rates import service
from services.metrics.rates.domain import Part
from services.metrics.rates.service import Asked
from services.metrics.rates.views import AnswerView, RowsView, RuleView
from shared.clock import end_of_day, local_date
from shared.database import Database
from shared.errors import Invalid
from shared.paging_http import Linking
from shared.principal import UNIT_ROLES, Principal

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class RuleBody(BaseModel):
    """What this place has otherwise than the shipped rule, whole; nothing goes back to the shipped one."""

    model_config = ConfigDict(extra="forbid")

    changes: dict[str, Any] = Field(default_factory=dict)
    why: Why


class RuleHistory(BaseModel):
    """The rule in force, and those before it, the newest first."""

    rule: RuleView
    versions: list[RuleView]


class RulesView(BaseModel):
    """The rates with their rules in force."""

    as_of: datetime
    items: list[RuleView]


class RateQuery(BaseModel):
    """What the questions of rates share."""

    model_config = ConfigDict(extra="forbid")

    by: str = "unit"
    unit: str | None = None
    key: str | None = None
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    as_of: str = ""


class RowsQuery(RateQuery):
    """What asks for a page of rows."""

    part: Literal["numerator", "denominator", "excluded"]
    after: str = ""
    limit: int = Field(default=100, ge=1, le=service.MOST_ROWS)


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/rates`, to those whom `check` lets in."""
    router = APIRouter(prefix="/rates")

    @router.get("")
    async def rates(_who: Annotated[Principal, Depends(check)]) -> RulesView:
        now = db.clock.now()
        async with db.reading() as session:
            found = await (await session.connection()).run_sync(service.rules, now)
        return RulesView(as_of=now, items=[RuleView.of(one) for one in found])

    @router.get("/{rate}", response_model_by_alias=True)
    async def answer(
        rate: str, who: Annotated[Principal, Depends(check)], query: Annotated[RateQuery, Query()]
    ) -> AnswerView:
        now = db.clock.now()

        def work(connection: Connection) -> AnswerView:
            unit, _is_own = _seen(connection, who, query)
            asked = _asked(rate, query, unit, now)
            return AnswerView.of(service.answer(connection, asked), asked)

        return await db.look(work)

    @router.get("/{rate}/rows")
    async def rows(
        rate: str,
        linking: Annotated[Linking, Depends()],
        who: Annotated[Principal, Depends(check)],
        query: Annotated[RowsQuery, Query()],
    ) -> RowsView:
        now = db.clock.now()

        def work(connection: Connection) -> RowsView:
            unit, is_own = _seen(connection, who, query)
            asked = _asked(rate, query, unit, now)
            found = service.rows_behind(connection, asked, Part(query.part), (query.after, query.limit))
            return RowsView.of(found, query.part, clerks=is_own or who.role in CLERK_READERS)

        shown = await db.look(work)
        linking.tell(shown.after)
        return shown

    _add_rules(router, db, check)
    return router


def _add_rules(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/{rate}/rule")
    async def rule(rate: str, _who: Annotated[Principal, Depends(check)]) -> RuleHistory:
        async with db.reading() as session:
            found = await (await session.connection()).run_sync(service.rule_history, rate)
        shown = [RuleView.of(one) for one in found]
        return RuleHistory(rule=shown[0], versions=shown)

    @router.put("/{rate}/rule")
    async def set_rule(rate: str, body: RuleBody, who: Annotated[Principal, Depends(check)]) -> RuleView:
        async with db.transaction() as tx:
            found = await service.set_rule(tx, rate, body.changes, by=who.id, why=body.why)
        return RuleView.of(found)


def _seen(connection: Connection, who: Principal, query: RateQuery) -> tuple[str | None, bool]:
    """Give the unit of the question and whether it is that of `who`; clerks are for their own unit and supervisors."""
    own = (who.unit, *service.codes_of(connection, who.unit)) if who.unit else ()
    about = "按经办人（clerk）统计"
    unit = check_unit(who, query.unit, own, about=about) if query.by == "clerk" else query.unit
    return unit, who.role in UNIT_ROLES and unit in own


def _asked(rate: str, query: RateQuery, unit: str | None, now: datetime) -> Asked:
    return Asked(
        rate,
        query.by,
        now,
        unit=unit,
        key=query.key,
        first=query.first,
        last=query.last,
        as_of=read_as_of(query.as_of, now),
    )


def read_as_of(said: str, now: datetime) -> datetime | None:
    """Read a day (its end, in Shanghai) or an instant with its zone; today and nothing mean now.

    Raises:
        Invalid: It is neither, or in the future.
    """
    if not said:
        return None
    instant = _instant(said)
    if instant is None:
        message = (
            f"as_of 的取值 {said} 无效，请写成 2023-06-30 或 2023-06-30T12:00%2B08:00（+ 号在地址中写成 %2B）"
        )
        raise Invalid(message, code="rate.as_of", field="as_of")
    if instant > now and local_date(instant) > local_date(now):
        raise Invalid(f"as_of 的取值 {said} 在将来，请填过去的时间", code="rate.as_of", field="as_of")
    return None if instant >= now else instant


def _instant(said: str) -> datetime | None:
    try:
        found = end_of_day(date.fromisoformat(said)) if len(said) == 10 else datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
