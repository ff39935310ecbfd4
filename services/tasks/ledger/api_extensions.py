"""The inner API of extensions 延期: ask, answer, take back, and the list of those that wait."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.tasks.edge import Check, act_of
from services.tasks.ledger import repository_extensions, views
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.ledger.domain import FINISH
from services.tasks.ledger.domain_extensions import Answer, ExtensionState
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension, withdraw_extension
from services.tasks.ledger.views_dealings import ExtensionView, show_extension
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal


class RequestBody(Body):
    """A request for a later day of a clock."""

    clock: Id = FINISH
    wanted_on: date
    reason: Words
    on_behalf_of: Id | None = None
    if_revision: int | None = None


class AnswerBody(Body):
    """The answer; without `granted_on` the day that was asked for is granted."""

    grant: bool
    granted_on: date | None = None
    opinion: Words = ""


class WithdrawalBody(Body):
    """Taking a request back."""

    on_behalf_of: Id | None = None


class QueuedView(ExtensionView):
    """A request with the title of its task."""

    title: str


class QueueView(BaseModel):
    """A page of the requests in one state, oldest first; `next` is the `after` of the page behind it."""

    items: list[QueuedView]
    next: str | None = None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/tasks/{id}/extensions` and `/extensions`."""
    router = APIRouter()

    @router.get("/extensions")
    async def queue(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        state: ExtensionState = ExtensionState.PENDING,
    ) -> QueueView:
        who.require("tasks:read")
        async with db.reading() as session:
            found = await repository_extensions.queue(session, state, page.asked)
        items = [
            QueuedView(**show_extension(row).model_dump(), title=title) for row, title in page.show(found)
        ]
        return QueueView(items=items, next=found.next)

    @router.post("/tasks/{task_id}/extensions")
    async def ask(
        task_id: str, body: RequestBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskDetail:
        who.require("tasks:write")
        async with db.transaction() as tx:
            wanted = Request(task_id=task_id, **body.model_dump())
            return await views.show_changed(tx.session, await ask_extension(tx, wanted, act_of(who, tx, db)))

    @router.post("/tasks/{task_id}/extensions/{number}/decision")
    async def decide(
        task_id: str, number: int, body: AnswerBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskDetail:
        who.require("tasks:write")
        async with db.transaction() as tx:
            answer, act = Answer(**body.model_dump()), act_of(who, tx, db)
            task = await decide_extension(tx, task_id, number, answer, act)
            return await views.show_changed(tx.session, task)

    @router.post("/tasks/{task_id}/extensions/{number}/withdrawal")
    async def withdraw(
        task_id: str,
        number: int,
        who: Annotated[Principal, Depends(check)],
        body: WithdrawalBody | None = None,
    ) -> views.TaskDetail:
        who.require("tasks:write")
        unit = body.on_behalf_of if body else None
        async with db.transaction() as tx:
            task = await withdraw_extension(tx, task_id, number, act_of(who, tx, db), on_behalf_of=unit)
            return await views.show_changed(tx.session, task)

    return router
