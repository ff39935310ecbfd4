"""The inner API of what people do with an order: dispatch, return and decide, answer and close, visit, set aside."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.orders import repository, service_answers, service_returns, service_side, views
from services.tasks.orders.dispatching import Dispatch, dispatch_by_hand
from shared.database import Database
from shared.principal import Principal

WRITE = "tasks:write"
Code = Annotated[str, Field(min_length=1, max_length=32)]
Text = Annotated[str, Field(max_length=10_000)]
Units = Annotated[tuple[Id, ...], Field(max_length=50)]
Resolved = Literal["yes", "partly", "no"]


class DispatchBody(Body):
    """A unit to dispatch to, and why; see `Dispatch`."""

    unit_id: Id
    cooperating: Units = ()
    reason: Words


class ReturnBody(Body):
    """Why a unit gives an order back; see `Return`."""

    reason: Code
    note: Words = ""
    on_behalf_of: Id | None = None


class RulingBody(Body):
    """What is decided about a return; see `Ruling`."""

    grant: bool
    opinion: Words
    unit_id: Id | None = None
    cooperating: Units = ()


class NamingBody(Body):
    """A unit that is named for a 疑难工单; see `Naming`."""

    unit_id: Id
    reason: Words
    on_behalf_of: Id | None = None


class MergeBody(Body):
    """The task that an order is dealt with in, and why."""

    into: Id
    reason: Words


class RefusalBody(Body):
    """Why an order is not taken up."""

    reason: Code
    note: Words = ""


class ContactBody(Body):
    """That the unit spoke with the caller; see `Contact`."""

    note: Text = ""
    on_behalf_of: Id | None = None


class AnswerBody(Body):
    """The unit's answer; see `Answer`."""

    text: Text
    resolved: Resolved | None = None
    evidence: tuple[Id, ...] = Field(default=(), max_length=100)
    on_behalf_of: Id | None = None


class ClosingBody(Body):
    """Whether the matter is resolved."""

    resolved: Resolved
    on_behalf_of: Id | None = None


class VisitBody(Body):
    """An attempt of ours to ask the caller; see `Visit`."""

    reached: bool
    resolved: Resolved | None = None
    level: int | None = None
    note: Words = ""


class ExclusionBody(Body):
    """Why an order counts in no rate; see `Exclusion`."""

    excluded: bool = True
    reason: Annotated[str, Field(max_length=32)] = ""
    note: Words = ""
    decided_by_name: Annotated[str, Field(max_length=100)] = ""


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve the POST routes of `/orders/{id}`."""
    router, doing = APIRouter(), Doing(db)
    _serve_dispatch(router, doing, check)
    _serve_hard(router, doing, check)
    _serve_answers(router, doing, check)
    _serve_side(router, doing, check)
    return router


class Doing:
    """Runs a use case of an order in a transaction, and shows the order after it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(
        self,
        who: Principal,
        task_id: str,
        use_case: Callable[..., Awaitable[Any]],
        *said: object,
        **more: str | None,
    ) -> views.OrderDetail:
        """Do it."""
        who.require(WRITE)
        with refuse_collision():
            async with self._db.transaction() as tx:
                await use_case(tx, task_id, *said, act_of(who, tx, self._db), **more)
                await tx.session.flush()
                order = await repository.get_order(tx.session, task_id)
                return await views.show_order(tx.session, order)


def _serve_dispatch(router: APIRouter, doing: Doing, check: Check) -> None:
    @router.post("/orders/{task_id}/dispatch")
    async def dispatch(
        task_id: str, body: DispatchBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        return await doing(who, task_id, dispatch_by_hand, Dispatch(**body.model_dump()))

    @router.post("/orders/{task_id}/return")
    async def give_back(
        task_id: str, body: ReturnBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_returns.Return(**body.model_dump())
        return await doing(who, task_id, service_returns.return_order, said)

    @router.post("/orders/{task_id}/return/decision")
    async def decide(
        task_id: str, body: RulingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_returns.Ruling(**body.model_dump())
        return await doing(who, task_id, service_returns.decide_return, said)


def _serve_hard(router: APIRouter, doing: Doing, check: Check) -> None:
    @router.post("/orders/{task_id}/hard/industry")
    async def industry(
        task_id: str, body: NamingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_returns.Naming(**body.model_dump())
        return await doing(who, task_id, service_returns.name_industry, said)

    @router.post("/orders/{task_id}/hard/handler")
    async def handler(
        task_id: str, body: NamingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_returns.Naming(**body.model_dump())
        return await doing(who, task_id, service_returns.name_handler, said)


def _serve_answers(router: APIRouter, doing: Doing, check: Check) -> None:
    @router.post("/orders/{task_id}/contact")
    async def contact(
        task_id: str, body: ContactBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_answers.Contact(**body.model_dump())
        return await doing(who, task_id, service_answers.contact, said)

    @router.post("/orders/{task_id}/answer")
    async def answer(
        task_id: str, body: AnswerBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_answers.Answer(**body.model_dump())
        return await doing(who, task_id, service_answers.answer, said)

    @router.post("/orders/{task_id}/closing")
    async def close(
        task_id: str, body: ClosingBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        on_behalf_of = body.on_behalf_of
        return await doing(who, task_id, service_answers.close, body.resolved, on_behalf_of=on_behalf_of)

    @router.post("/orders/{task_id}/visits")
    async def visit(
        task_id: str, body: VisitBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_answers.Visit(**body.model_dump())
        return await doing(who, task_id, service_answers.visit, said)


def _serve_side(router: APIRouter, doing: Doing, check: Check) -> None:
    @router.post("/orders/{task_id}/merge")
    async def merge(
        task_id: str, body: MergeBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        return await doing(who, task_id, service_side.merge, body.into, body.reason)

    @router.post("/orders/{task_id}/refusal")
    async def refuse(
        task_id: str, body: RefusalBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        return await doing(who, task_id, service_side.refuse, body.reason, body.note)

    @router.post("/orders/{task_id}/exclusion")
    async def exclude(
        task_id: str, body: ExclusionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.OrderDetail:
        said = service_side.Exclusion(**body.model_dump())
        return await doing(who, task_id, service_side.exclude, said)
