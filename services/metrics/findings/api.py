"""The inner HTTP API of findings on ratings."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.metrics.findings import limits, service
from services.metrics.findings.domain import Finding, FindingRules
from services.metrics.findings.service import Found
from services.metrics.permissions import Check
from shared.clock import local_date
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal

SPAN, LONGEST = (
    timedelta(days=29),
    timedelta(days=92),
)  # What is looked through unless asked otherwise, and at most.


class RatingView(BaseModel):
    """A rating behind a finding."""

    rating_id: str
    level: int
    channel: str
    hall: str
    window: str
    clerk: str
    rated_at: datetime
    received_at: datetime


class FindingView(BaseModel):
    """A minute of a window or clerk that looks made up; `usual` is what a minute of it has on average."""

    rule: str
    title: str
    unit_code: str
    unit_name: str
    by: str
    key: str
    minute: datetime
    number: int
    usual: float | None
    level: int | None
    channel: str | None
    rows: list[RatingView]


class FindingsView(BaseModel):
    """What was found, the largest first; `count` is of all, also of those that are left off."""

    first: date
    last: date
    rules: FindingRules
    count: int
    items: list[FindingView]


class LimitsBody(BaseModel):
    """What this place has otherwise than the shipped limits, whole; nothing goes back to the shipped ones."""

    model_config = ConfigDict(extra="forbid")

    changes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class LimitsView(BaseModel):
    """A version of the limits; of the shipped one nobody is the author."""

    model_config = ConfigDict(from_attributes=True)

    rules: FindingRules
    set_by: str
    set_at: datetime | None
    why: str


class LimitsHistory(BaseModel):
    """The limits in force, and those before them, the newest first."""

    limits: LimitsView
    versions: list[LimitsView]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/ratings/findings` and its limits, to those whom `check` lets in."""
    router = APIRouter(dependencies=[Depends(check)])

    @router.get("/ratings/findings/limits")
    async def history() -> LimitsHistory:
        async with db.reading() as session:
            found = await (await session.connection()).run_sync(limits.versions)
        shown = [LimitsView.model_validate(one) for one in found]
        return LimitsHistory(limits=shown[0], versions=shown)

    @router.put("/ratings/findings/limits")
    async def set_limits(body: LimitsBody, who: Annotated[Principal, Depends(check)]) -> LimitsView:
        async with db.transaction() as tx:
            found = await limits.set_limits(tx, body.changes, by=who.id, why=body.why)
        return LimitsView.model_validate(found)

    @router.get("/ratings/findings")
    async def findings(
        unit: str | None = None,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
    ) -> FindingsView:
        span = _span(first, last, local_date(db.clock.now()))
        return _show(await db.look(lambda connection: service.look(connection, span, unit)), span)

    return router


def _span(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    until = last or (min(today, first + SPAN) if first else today)
    since = first or until - SPAN
    if since > until:
        raise Invalid(f"起始日 {since} 晚于截止日 {until}，请交换", code="ratings.span", field="from")
    if until - since >= LONGEST:
        message = f"{since} 至 {until} 超过 {LONGEST.days} 天，请分段查看"
        raise Invalid(message, code="ratings.span", field="to")
    return since, until


def _show(found: Found, span: tuple[date, date]) -> FindingsView:
    items = [_finding(one, rows, found) for one, rows in found.items]
    return FindingsView(first=span[0], last=span[1], rules=found.rules, count=found.count, items=items)


def _finding(one: Finding, rows: list[object], found: Found) -> FindingView:
    rule = found.rules.burst if one.rule == "burst" else found.rules.same_minute
    return FindingView(
        rule=one.rule,
        title=rule.title,
        unit_code=one.giver.unit_code,
        unit_name=found.names.get(one.giver.unit_code, ""),
        by=one.giver.by,
        key=one.giver.key,
        minute=datetime.fromisoformat(f"{one.minute}:00+00:00"),
        number=one.number,
        usual=round(one.usual[0] / one.usual[1], 2) if one.usual else None,
        level=one.level,
        channel=one.channel,
        rows=[_rating(row) for row in rows],
    )


def _rating(row: object) -> RatingView:
    told = {name: getattr(row, name) for name in RatingView.model_fields if name != "window"}
    return RatingView(**told, window=getattr(row, "window_code", ""))
