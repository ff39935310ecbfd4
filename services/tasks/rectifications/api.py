"""The inner API of rectifications 差评整改: lists, and the steps of a case; its rules stand in `api_rules`."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.tasks.acts import Act
from services.tasks.edge import Check, act_of, seen_by
from services.tasks.rectifications import (
    appeals,
    bodies,
    call_backs,
    remedies,
    repository,
    verdicts,
    views,
    views_findings,
)
from services.tasks.rectifications.appeals import Appeal
from services.tasks.rectifications.call_backs import Call
from services.tasks.rectifications.remedies import LedgerEntry, Remedy
from services.tasks.rectifications.repository_lists import Wanted, list_cases
from services.tasks.rectifications.verdicts import Proposal
from shared.clock import at_local
from shared.database import Database, Tx
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
FINDINGS_REACH = timedelta(days=366)
Step = Callable[[Tx, Act], Awaitable[object]]
REVIEWS = {"support": verdicts.support, "confirm": verdicts.confirm, "refuse": verdicts.refuse}


class Filters(BaseModel):
    """What `GET /rectifications` is asked for; see `Wanted`."""

    model_config = ConfigDict(extra="forbid")

    unit: str = ""
    state: str = ""
    stage: str = ""
    grade: str = ""
    verdict: str = ""
    overdue: bool = False
    without_unit: bool = False
    done: bool = False


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/rectifications`."""
    router = APIRouter(prefix="/rectifications")
    _serve_lists(router, db, check)
    _serve_case(router, db, check)
    _serve_verdicts(router, db, check)
    _serve_appeals(router, db, check)
    _serve_remedies(router, db, check)
    _serve_endings(router, db, check)
    return router


async def _make(db: Database, who: Principal, task_id: str, step: Step) -> views.WholeCaseView:
    """Make a step in one transaction and show the case as it is then."""
    who.require(WRITE)
    async with db.transaction() as tx:
        await step(tx, act_of(who, tx, db))
        await tx.session.flush()
        case = await repository.read_case(tx.session, task_id)
        return await views.show_case(tx.session, case, tx.now, seen_by=seen_by(who))


def _serve_lists(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("")
    async def cases(
        asked: Annotated[Filters, Depends()],
        page: Annotated[Paging, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[views.CaseView]:
        who.require(READ)
        now = db.clock.now()
        async with db.reading() as session:
            listed = await list_cases(session, Wanted(**asked.model_dump()), now, page.asked)
            return await views.show_list(session, page.show(listed), now)

    @router.get("/findings")
    async def findings(
        who: Annotated[Principal, Depends(check)], since: date | None = None, unit: str = ""
    ) -> list[views_findings.FindingView]:
        who.require(READ)
        begin = at_local(since) if since else db.clock.now() - FINDINGS_REACH
        async with db.reading() as session:
            return await views_findings.show_findings(session, begin, unit)


def _serve_case(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/{task_id}")
    async def show(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.WholeCaseView:
        who.require(READ)
        async with db.reading() as session:
            case = await repository.read_case(session, task_id)
            return await views.show_case(session, case, db.clock.now(), seen_by=seen_by(who))

    @router.get("/{task_id}/steps")
    async def steps(task_id: str, who: Annotated[Principal, Depends(check)]) -> list[views.StepView]:
        who.require(READ)
        async with db.reading() as session:
            return views.show_steps(await repository.read_case(session, task_id), seen_by=seen_by(who))


def _serve_verdicts(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/{task_id}/verdict")
    async def propose(
        task_id: str, body: bodies.ProposalBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said = Proposal(**body.model_dump())
        return await _make(db, who, task_id, lambda tx, act: verdicts.propose(tx, task_id, said, act))

    @router.post("/{task_id}/review")
    async def review(
        task_id: str, body: bodies.ReviewBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        say, reason = REVIEWS[body.step], body.reason
        return await _make(db, who, task_id, lambda tx, act: say(tx, task_id, reason, act))

    @router.post("/{task_id}/grade")
    async def classify(
        task_id: str, body: bodies.GradeBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        grade, reason = body.grade, body.reason
        return await _make(
            db, who, task_id, lambda tx, act: verdicts.classify(tx, task_id, grade, reason, act)
        )


def _serve_appeals(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/{task_id}/appeal")
    async def appeal(
        task_id: str, body: bodies.AppealBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said = Appeal(**body.model_dump())
        return await _make(db, who, task_id, lambda tx, act: appeals.appeal(tx, task_id, said, act))

    @router.post("/{task_id}/appeal/decision")
    async def decide(
        task_id: str, body: bodies.DecisionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        reason, upheld = body.reason, body.upheld
        return await _make(
            db, who, task_id, lambda tx, act: appeals.decide(tx, task_id, reason, act, upheld=upheld)
        )


def _serve_remedies(router: APIRouter, db: Database, check: Check) -> None:
    @router.put("/{task_id}/ledger")
    async def ledger(
        task_id: str, body: bodies.LedgerBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said = LedgerEntry(**body.model_dump())
        return await _make(db, who, task_id, lambda tx, act: remedies.keep_ledger(tx, task_id, said, act))

    @router.post("/{task_id}/remedy")
    async def rectify(
        task_id: str, body: bodies.RemedyBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said = Remedy(**body.model_dump())
        return await _make(db, who, task_id, lambda tx, act: remedies.rectify(tx, task_id, said, act))

    @router.post("/{task_id}/reply")
    async def reply(
        task_id: str, body: bodies.ReplyBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said, unit = body.reply, body.on_behalf_of
        return await _make(
            db, who, task_id, lambda tx, act: remedies.reply(tx, task_id, said, act, on_behalf_of=unit)
        )


def _serve_endings(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/{task_id}/call-backs")
    async def call(
        task_id: str, body: bodies.CallBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        said = Call(**body.model_dump())
        return await _make(db, who, task_id, lambda tx, act: call_backs.call_back(tx, task_id, said, act))

    @router.post("/{task_id}/closing")
    async def close(
        task_id: str, body: bodies.ClosingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        reason = body.reason
        return await _make(db, who, task_id, lambda tx, act: call_backs.close(tx, task_id, reason, act))

    @router.post("/{task_id}/reopening")
    async def reopen(
        task_id: str, body: bodies.ReopeningBody, who: Annotated[Principal, Depends(check)]
    ) -> views.WholeCaseView:
        reason = body.reason
        return await _make(db, who, task_id, lambda tx, act: call_backs.reopen(tx, task_id, reason, act))
