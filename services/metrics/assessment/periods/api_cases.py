"""The inner HTTP API of single cases: judges' scores, exemptions 容错 and appeals 申诉."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.metrics.assessment.api_parts import Body, Done, Key, Subject, Tools, Why, fresh, seen_unit
from services.metrics.assessment.periods import repository_cases, service_cases
from services.metrics.assessment.periods.service_cases import Asked, Decision, Filed, Observed
from services.metrics.permissions import Check
from shared.database import SyncTx
from shared.paging_http import Paging
from shared.principal import UNIT_ROLES, Principal


class RowView(BaseModel):
    """A row of a table, as it is."""

    model_config = ConfigDict(from_attributes=True)


class ObservationView(RowView):
    """A judge's score."""

    number: int
    day: date
    judge: str
    unit_id: str
    points: Decimal
    entered_at: datetime
    entered_by: str
    why: str


class ObservationsView(BaseModel):
    """A page of the scores that count on the days of a span; `next` is the `after` of the page behind it."""

    items: list[ObservationView]
    next: str | None = None


class AppealView(RowView):
    """An appeal; `new_run` has the score after it was upheld."""

    appeal_id: str
    period_id: str
    run: int
    unit_id: str
    line: str
    subjects: list[str]
    text: str
    filed_at: datetime
    filed_by: str
    state: str
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    new_run: int | None


class AppealsView(BaseModel):
    """A page of appeals, the latest first; `next` is the `after` of the page behind it."""

    items: list[AppealView]
    next: str | None = None


class ExemptionView(RowView):
    """An exemption."""

    exemption_id: str
    unit_id: str
    subject: str
    reason: str
    text: str
    requested_at: datetime
    requested_by: str
    state: str
    decided_at: datetime | None
    decided_by: str | None
    decision: str


class ExemptionsView(BaseModel):
    """A page of exemptions, the latest first; `reasons` are those that may be given."""

    items: list[ExemptionView]
    reasons: dict[str, str]
    next: str | None = None


class ObservedBody(Body):
    """A judge's score of a unit, from nought to a hundred; a correction says why."""

    day: date
    judge: Key
    unit: Key
    points: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
    why: Annotated[str, Field(max_length=2000)] = ""


class ObservationsBody(Body):
    """The scores of an observation day: all are kept, or none."""

    scores: Annotated[list[ObservedBody], Field(min_length=1, max_length=5000)]


class AppealBody(Body):
    """An appeal against a line of one's score: which cases, and why."""

    period: Key
    line: Key
    subjects: Annotated[list[Subject], Field(default_factory=list, max_length=200)]
    text: Why


class ExemptionBody(Body):
    """A request to take a case out of the deductions."""

    unit: Key | None = None
    subject: Subject
    reason: Key
    text: Why


class AppealDecision(Body):
    """Whether an appeal is upheld, and why."""

    upheld: bool
    why: Why


class ExemptionDecision(Body):
    """Whether an exemption is approved, and why."""

    approved: bool
    why: Why


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve observations, appeals and exemptions, to those whom `check` lets in."""
    router = APIRouter(prefix="/assessment")
    _add_observations(router, tools, check)
    _add_appeals(router, tools, check)
    _add_exemptions(router, tools, check)
    return router


def _add_observations(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/observations", dependencies=[Depends(check)])
    async def observations(
        first: Annotated[date, Query(alias="from")],
        last: Annotated[date, Query(alias="to")],
        page: Annotated[Paging, Depends()],
        unit: str | None = None,
    ) -> ObservationsView:
        now = tools.db.clock.now()
        found = await tools.db.look(
            lambda connection: repository_cases.observations(connection, unit, (first, last), now, page.asked)
        )
        items = [ObservationView.model_validate(row) for row in page.show(found)]
        return ObservationsView(items=items, next=found.next)

    @router.post("/observations", status_code=201)
    async def observe(body: ObservationsBody, who: Annotated[Principal, Depends(check)]) -> Done:
        scores = [Observed(one.day, one.judge, one.unit, one.points, one.why) for one in body.scores]
        await tools.db.run_sync(lambda tx: service_cases.observe(tx, scores, who.id))
        return Done(id=str(len(scores)))


def _add_appeals(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/appeals")
    async def appeals(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        period: str | None = None,
        unit: str | None = None,
    ) -> AppealsView:
        seen = seen_unit(who, unit)
        found = await tools.db.look(
            lambda connection: repository_cases.appeals(connection, period, seen, page.asked)
        )
        items = [AppealView.model_validate(row) for row in page.show(found)]
        return AppealsView(items=items, next=found.next)

    @router.post("/appeals", status_code=201)
    async def file(body: AppealBody, who: Annotated[Principal, Depends(check)]) -> Done:
        filed = Filed(
            appeal_id=fresh("appeal"),
            period=body.period,
            unit_id=who.unit,
            line=body.line,
            subjects=tuple(dict.fromkeys(body.subjects)),
            text=body.text,
            by=who.id,
        )
        await tools.db.run_sync(lambda tx: service_cases.file_appeal(tx, filed))
        return Done(id=filed.appeal_id)

    @router.post("/appeals/{appeal}/decision")
    async def decide(appeal: str, body: AppealDecision, who: Annotated[Principal, Depends(check)]) -> Done:
        head = await tools.archive.head()
        decision = Decision(body.upheld, who.id, body.why)
        run = await tools.db.run_sync(
            lambda tx: service_cases.decide_appeal(tx, tools.measures, appeal, decision, head)
        )
        return Done(id=appeal, run=run)


def _add_exemptions(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("/exemptions")
    async def exemptions(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        state: Literal["requested", "approved", "refused"] | None = None,
        unit: str | None = None,
    ) -> ExemptionsView:
        seen = seen_unit(who, unit)
        found = await tools.db.look(
            lambda connection: repository_cases.exemptions(connection, state, seen, page.asked)
        )
        items = [ExemptionView.model_validate(row) for row in page.show(found)]
        return ExemptionsView(items=items, reasons=service_cases.REASONS, next=found.next)

    @router.post("/exemptions", status_code=201)
    async def ask(body: ExemptionBody, who: Annotated[Principal, Depends(check)]) -> Done:
        unit = seen_unit(who, body.unit) if who.role in UNIT_ROLES else body.unit
        asked = Asked(
            exemption_id=fresh("exemption"),
            unit_id=unit or "",
            subject=body.subject,
            reason=body.reason,
            text=body.text,
            by=who.id,
        )
        await tools.db.run_sync(lambda tx: service_cases.ask_exemption(tx, asked))
        return Done(id=asked.exemption_id)

    @router.post("/exemptions/{exemption}/decision")
    async def decide(
        exemption: str, body: ExemptionDecision, who: Annotated[Principal, Depends(check)]
    ) -> Done:
        decision = Decision(body.approved, who.id, body.why)

        def work(tx: SyncTx) -> None:
            service_cases.decide_exemption(tx, exemption, decision)

        await tools.db.run_sync(work)
        return Done(id=exemption)
