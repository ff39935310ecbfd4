"""The inner API of the ledger: list, show and move tasks."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from services.tasks.edge import Check, act_of, seen_by
from services.tasks.ledger import as_of, repository_queries, views
from services.tasks.ledger.bodies import Body, Id, ReportBody, UnitBody, in_order
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_as_of import read_instant
from services.tasks.ledger.domain_query import read_query
from services.tasks.ledger.repository_sight import check_sight
from services.tasks.ledger.service import move_linked
from shared.database import Database
from shared.paging_http import Linking
from shared.principal import Principal


class MoveBody(Body):
    """A move; see `MoveCommand`. `if_revision` refuses it when the task has changed since."""

    move: Move
    reason: str = Field(default="", max_length=2000)
    progress: int | None = Field(default=None, ge=0, le=100)
    on_behalf_of: str | None = Field(default=None, max_length=64)
    part: Id | None = None
    deadline: date | None = None
    units: tuple[UnitBody, ...] = Field(default=(), max_length=100)
    report: ReportBody = Field(default_factory=ReportBody)
    if_revision: int | None = None

    def command(self, task_id: str) -> MoveCommand:
        """Say it as the ledger does."""
        said = self.model_dump(exclude={"units", "report", "on_behalf_of"})
        return MoveCommand(
            task_id=task_id,
            on_behalf_of=self.on_behalf_of or None,
            units=in_order(self.units),
            report=Report(**self.report.model_dump()),
            **said,
        )


class MovedView(views.TaskDetail):
    """The task after its move, and what became of the others of its link."""

    followed: list[str]
    not_followed: list[views.NotFollowedView]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/tasks`."""
    router = APIRouter()

    @router.get("/tasks")
    async def list_tasks(
        request: Request, linking: Annotated[Linking, Depends()], who: Annotated[Principal, Depends(check)]
    ) -> views.TaskPage:
        who.require("tasks:read")
        asked = dict(request.query_params)
        then = asked.pop("as_of", "")
        query = read_query(asked, seen_by=seen_by(who))
        async with db.reading() as session:
            if then:
                shown = await as_of.list_as_of(session, read_instant(then, db.clock.now()), query)
            else:
                shown = await views.show_page(session, *await repository_queries.list_tasks(session, query))
        linking.tell(shown.next)
        return shown

    @router.get("/tasks/{task_id}")
    async def show_task(
        task_id: str,
        who: Annotated[Principal, Depends(check)],
        then: Annotated[str, Query(alias="as_of")] = "",
    ) -> views.TaskDetail | as_of.TaskThen:
        who.require("tasks:read")
        async with db.reading() as session:
            await check_sight(session, task_id, seen_by(who))
            if then:
                return await as_of.show_as_of(session, read_instant(then, db.clock.now()), task_id)
            return await views.show_task(session, await repository_queries.read_task(session, task_id))

    @router.post("/tasks/{task_id}/moves")
    async def move(task_id: str, body: MoveBody, who: Annotated[Principal, Depends(check)]) -> MovedView:
        who.require("tasks:write")
        async with db.transaction() as tx:
            moved = await move_linked(tx, body.command(task_id), act_of(who, tx, db))
            shown = await views.show_changed(tx.session, moved.task)
        refused = [views.NotFollowedView.model_validate(one) for one in moved.not_followed]
        return MovedView(**shown.model_dump(), followed=moved.followed, not_followed=refused)

    return router
