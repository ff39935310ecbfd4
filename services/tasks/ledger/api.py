"""The inner API of the ledger: list, show and move tasks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of
from services.tasks.ledger import repository_queries, views
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_query import read_query
from services.tasks.ledger.service import MoveCommand, move_task
from shared.database import Database
from shared.principal import Principal


class MoveBody(BaseModel):
    """A move; `if_revision` refuses it when the task has changed since."""

    model_config = ConfigDict(extra="forbid")

    move: Move
    reason: str = Field(default="", max_length=2000)
    progress: int | None = Field(default=None, ge=0, le=100)
    on_behalf_of: str | None = Field(default=None, max_length=64)
    if_revision: int | None = None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/tasks`."""
    router = APIRouter()

    @router.get("/tasks")
    async def list_tasks(request: Request, who: Annotated[Principal, Depends(check)]) -> views.TaskPage:
        who.require("tasks:read")
        query = read_query(dict(request.query_params))
        async with db.reading() as session:
            return await views.show_page(session, *await repository_queries.list_tasks(session, query))

    @router.get("/tasks/{task_id}")
    async def show_task(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.TaskDetail:
        who.require("tasks:read")
        async with db.reading() as session:
            return await views.show_task(session, await repository_queries.read_task(session, task_id))

    @router.post("/tasks/{task_id}/moves")
    async def move(
        task_id: str, body: MoveBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskDetail:
        who.require("tasks:write")
        said = body.model_dump() | {"on_behalf_of": body.on_behalf_of or None}
        async with db.transaction() as tx:
            task = await move_task(tx, MoveCommand(task_id=task_id, **said), act_of(who, tx, db))
            await tx.session.flush()
            return await views.show_task(tx.session, task)

    return router
