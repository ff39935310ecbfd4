"""The inner HTTP interface of the rules: everybody may read them, the supervision office alone sets them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notify.forecast.answers import NoticesDifferenceAnswer, notices_difference
from services.notify.forecast.changes import Change
from services.notify.forecast.domain import LONGEST, window
from services.notify.forecast.service import Forecaster
from services.notify.models import RulebookRow
from services.notify.rulebooks import repository, service
from services.notify.rulebooks.domain import difference
from services.notify.rulebooks.service import Author, HandedIn, Proposal
from services.notify.rules import ParcelRule, Rule, read_rulebook
from shared.clock import local_date
from shared.database import Database
from shared.errors import Invalid
from shared.paging_http import Paging
from shared.principal import Principal

Json = Any


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class VersionView(_View):
    """A version of the rules: from when its rungs hold, who set it, when and why; `shipped`: a release did."""

    version: int
    since: datetime | None
    shipped: bool
    made_at: datetime | None
    made_by: str
    reason: str


class RulesView(VersionView):
    """A version with its rules; what is handed in as `rules` may be a changed copy of this."""

    rules: tuple[Rule, ...]
    parcels: ParcelRule


class FieldView(_View):
    """What a field says before and after."""

    field: str
    before: Json
    after: Json


class RuleChangeView(_View):
    """What becomes of the rule for some tasks."""

    change: str
    kind: str
    plan: str | None
    level: str | None
    unit: str | None
    fields: list[FieldView]


class RulesDifferenceView(_View):
    """Which rules change, and what of when messages leave."""

    rules: list[RuleChangeView]
    parcels: list[FieldView]


class RulesBody(BaseModel):
    """A whole rulebook, the version that it was made from, and why."""

    model_config = ConfigDict(extra="forbid")

    rules: Json
    made_from: int
    reason: str = Field(default="", max_length=2000)


class SetQuery(BaseModel):
    """Whether rules are only tried, and for how many days their notices are forecast."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False
    days: Annotated[int | None, Query(ge=1, le=LONGEST)] = None


class SetAnswer(BaseModel):
    """What was set, or would be: nothing has `changed` when the same rules were set before."""

    version: int
    changed: bool
    dry_run: bool
    difference: RulesDifferenceView
    notices: NoticesDifferenceAnswer | None = None


def build_router(
    db: Database, check: Callable[..., Awaitable[Principal]], forecaster: Forecaster
) -> APIRouter:
    """Serve `/rules` to principals that `check` lets pass."""
    router = APIRouter()
    _serve_versions(router, db, check)

    @router.put("/rules")
    async def set_rules(
        body: RulesBody, query: Annotated[SetQuery, Query()], who: Annotated[Principal, Depends(check)]
    ) -> SetAnswer:
        handed = HandedIn(body.rules, body.made_from)
        if query.dry_run:
            return await _tried(db, forecaster, handed, query.days)
        if query.days is not None:
            message = f"days（{query.days}）只用于试算，请同时给出 dry_run=true，或去掉 days"
            raise Invalid(message, code="rules.days", field="days")
        async with db.transaction() as tx:
            proposal = await service.set_rules(tx, handed, Author(who.id, body.reason))
        return _answer(proposal, dry_run=False)

    return router


def _serve_versions(router: APIRouter, db: Database, check: Callable[..., Awaitable[Principal]]) -> None:
    @router.get("/rules")
    async def rules(_who: Annotated[Principal, Depends(check)]) -> RulesView:
        async with db.reading() as session:
            return _rules(await service.current(session))

    @router.get("/rules/versions")
    async def versions(
        _who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()]
    ) -> list[VersionView]:
        async with db.reading() as session:
            found = await repository.versions(session, page.asked)
        return [VersionView.model_validate(row) for row in page.show(found)]

    @router.get("/rules/versions/{version}")
    async def one_version(version: int, _who: Annotated[Principal, Depends(check)]) -> RulesView:
        async with db.reading() as session:
            return _rules(await repository.get_version(session, version))


async def _tried(db: Database, forecaster: Forecaster, handed: HandedIn, days: int | None) -> SetAnswer:
    """Say what rules would change; nothing is written."""
    async with db.reading() as session:
        answer = _answer(await service.propose(session, handed), dry_run=True)
    if days is None:
        return answer
    asked = window(local_date(db.clock.now()), days=days)
    notices = notices_difference(await forecaster.compare(asked, Change(rules=handed.document)))
    return answer.model_copy(update={"notices": notices})


def _answer(proposal: Proposal, *, dry_run: bool) -> SetAnswer:
    changed = proposal.changes_anything
    return SetAnswer(
        version=proposal.row.version + changed,
        changed=changed,
        dry_run=dry_run,
        difference=RulesDifferenceView.model_validate(difference(proposal.before, proposal.after)),
    )


def _rules(row: RulebookRow) -> RulesView:
    book, about = read_rulebook(row.body), VersionView.model_validate(row)
    return RulesView(**about.model_dump(), rules=book.rules, parcels=book.parcels)
