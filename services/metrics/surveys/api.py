"""The inner HTTP API of surveys 测评 for those who hold them, and for who reads their results."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from services.metrics.assessment.api_parts import Body, Done, Key, fresh
from services.metrics.permissions import Check
from services.metrics.surveys import repository, service
from services.metrics.surveys.domain import KINDS, STATES, Sheet, check_state
from services.metrics.surveys.domain_results import Result, results
from services.metrics.surveys.repository import Found
from services.metrics.surveys.service import Asked, Means
from shared.database import Database, SyncTx
from shared.errors import Forbidden
from shared.paging_http import Paging
from shared.principal import UNIT_ROLES, Principal


@dataclass(frozen=True, slots=True)
class Tools:
    """What the routes work with."""

    db: Database
    means: Means


class InviteBody(Body):
    """How many tokens of which group; without a name of anybody."""

    group: Key
    count: Annotated[int, Field(ge=1, le=5000)]


class Tokens(BaseModel):
    """Tokens, in no order; nobody can be shown them again."""

    survey: str
    group: str
    tokens: list[str]


class GroupView(BaseModel):
    """The numbers of a group; while the survey is open, `answered` is what was handed in until now."""

    code: str
    name: str
    invited: int
    answered: int
    counted: int | None
    unread: int | None
    spoilt: int | None


class SurveyView(BaseModel):
    """A survey with its numbers; how many sheets left is told when it is closed."""

    id: str
    kind: str
    kind_title: str
    title: str
    state: str
    state_title: str
    minimum: int
    opens_at: datetime
    closes_at: datetime
    created_by: str
    opened_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    groups: list[GroupView]
    sheet: Sheet


class SurveysView(BaseModel):
    """A page of surveys, the latest first; `next` is the `after` of the page behind it."""

    items: list[SurveyView]
    next: str | None = None


class ResultView(BaseModel):
    """A result with the words of what it is about."""

    model_config = ConfigDict(from_attributes=True)

    group: str
    subject: str
    question: str
    why: str
    count: int | None
    mean: Decimal | None
    percent: Decimal | None
    out_of: int | None
    distribution: tuple[int, ...]


class ResultsView(BaseModel):
    """What a closed survey says; results of the group '' are those of all groups that are shown."""

    survey: SurveyView
    rounding: str = "均值与百分制得分保留2位小数，四舍五入；答卷少于最少份数的不出数（样本不足）"
    items: list[ResultView]


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve `/surveys`, to those whom `check` lets in."""
    router = APIRouter(prefix="/surveys")
    _add_reading(router, tools, check)
    _add_steps(router, tools, check)
    return router


def _add_reading(router: APIRouter, tools: Tools, check: Check) -> None:
    @router.get("", dependencies=[Depends(check)])
    async def surveys(page: Annotated[Paging, Depends()]) -> SurveysView:
        def work(connection: Connection) -> SurveysView:
            found = repository.surveys(connection, page.asked)
            return SurveysView(items=[_view(connection, row) for row in found.items], next=found.next)

        shown = await tools.db.look(work)
        page.tell(shown.next)
        return shown

    @router.get("/{survey}", dependencies=[Depends(check)])
    async def survey(survey: str) -> SurveyView:
        return await tools.db.look(
            lambda connection: _view(connection, repository.survey(connection, survey))
        )

    @router.get("/{survey}/results")
    async def survey_results(survey: str, who: Annotated[Principal, Depends(check)]) -> ResultsView:
        def work(connection: Connection) -> ResultsView:
            row = repository.survey(connection, survey)
            check_state(row.state, "closed", survey, "查看结果")
            view = _view(connection, row)
            found = results(view.sheet, repository.counts(connection, survey))
            seen = _seen(list(found), view.sheet, who)
            return ResultsView(survey=view, items=[ResultView.model_validate(one) for one in seen])

        return await tools.db.look(work)


def _seen(found: list[Result], sheet: Sheet, who: Principal) -> list[Result]:
    """Give what somebody may see: a unit what was said about itself.

    Raises:
        Forbidden: Nothing is about it.
    """
    if who.role not in UNIT_ROLES:
        return found
    own = [one for one in found if sheet.about == "unit" and one.subject == who.unit]
    if not own:
        message = f"该测评的结果不涉及单位 {who.unit}，只对督查、领导开放"
        raise Forbidden(message, code="survey.other_unit", field="unit")
    return own


def _add_steps(router: APIRouter, tools: Tools, check: Check) -> None:
    db, means = tools.db, tools.means

    @router.post("", status_code=201)
    async def draw_up(body: Sheet, who: Annotated[Principal, Depends(check)]) -> Done:
        asked = Asked(fresh("survey"), who.id)
        await db.run_sync(lambda tx: service.draw_up(tx, asked, body, means.sealer))
        return Done(id=asked.survey_id)

    @router.post("/{survey}/invitations", status_code=201)
    async def invite(survey: str, body: InviteBody, who: Annotated[Principal, Depends(check)]) -> Tokens:
        def work(tx: SyncTx) -> list[str]:
            return service.invite(tx, Asked(survey, who.id), body.group, body.count, means.chance)

        return Tokens(survey=survey, group=body.group, tokens=await db.run_sync(work))

    @router.post("/{survey}/opening")
    async def open_to_answers(survey: str, who: Annotated[Principal, Depends(check)]) -> Done:
        await db.run_sync(lambda tx: service.open_to_answers(tx, Asked(survey, who.id), means.sealer))
        return Done(id=survey)

    @router.post("/{survey}/closing")
    async def close(survey: str, who: Annotated[Principal, Depends(check)]) -> Done:
        await db.run_sync(lambda tx: service.close(tx, Asked(survey, who.id), means))
        return Done(id=survey)


def _view(connection: Connection, row: Found) -> SurveyView:
    sheet = Sheet.model_validate(row.content)
    return SurveyView(
        id=row.survey_id,
        kind=sheet.kind,
        kind_title=KINDS[sheet.kind],
        title=sheet.title,
        state=row.state,
        state_title=STATES[row.state],
        minimum=sheet.minimum,
        opens_at=sheet.opens_at,
        closes_at=sheet.closes_at,
        created_by=row.created_by,
        opened_by=row.opened_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        groups=_groups(connection, row, sheet),
        sheet=sheet,
    )


def _groups(connection: Connection, row: Found, sheet: Sheet) -> list[GroupView]:
    found, closed = repository.groups(connection, row.survey_id), row.state == "closed"
    spent = {} if closed else repository.spent(connection, row.survey_id)
    return [
        GroupView(
            code=one.code,
            name=one.name,
            invited=found[one.code].invited,
            answered=found[one.code].answered if closed else spent.get(one.code, 0),
            counted=found[one.code].counted if closed else None,
            unread=found[one.code].unread if closed else None,
            spoilt=found[one.code].spoilt if closed else None,
        )
        for one in sheet.groups
    ]
