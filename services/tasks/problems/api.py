"""The inner API of problems and blocks: the wall chart, registering, measures, and what blocks what."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.blocks import Blocks, set_blocks
from services.tasks.ledger.repository_queries import read_task
from services.tasks.problems import repository, views
from services.tasks.problems.repository import Wanted
from services.tasks.problems.service import Problem, Remedy, edit_problem, register_problem
from shared.database import Database
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
Id = Annotated[str, Field(max_length=64)]


class ProblemBody(BaseModel):
    """A problem; see `Problem`."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=500)
    body: str = Field(default="", max_length=10_000)
    units: tuple[Id, ...] = Field(max_length=50)
    category: str = Field(default="other", max_length=32)
    measure: str = Field(default="", max_length=5000)
    level: str = Field(default="normal", max_length=16)
    deadline: date | None = None
    blocks: tuple[Id, ...] = Field(default=(), max_length=500)
    found_in: Id | None = None
    assign: bool = False
    client_ref: str | None = Field(default=None, max_length=200)


class RemedyBody(BaseModel):
    """What is said of a problem later; see `Remedy`."""

    model_config = ConfigDict(extra="forbid")

    measure: str | None = Field(default=None, max_length=5000)
    category: str | None = Field(default=None, max_length=32)
    on_behalf_of: Id | None = None


class BlocksBody(BaseModel):
    """What a task blocks from now on."""

    model_config = ConfigDict(extra="forbid")

    blocks: tuple[Id, ...] = Field(max_length=500)
    if_revision: int | None = None


class Filters(BaseModel):
    """What `GET /problems` is asked for; see `Wanted`."""

    model_config = ConfigDict(extra="forbid")

    unit: str = ""
    category: str = ""
    found_in: str = ""
    blocks: str = ""
    done: bool = False


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/problems` and `/tasks/{id}/blocks`."""
    router = APIRouter()
    _serve_problems(router, db, check)
    _serve_blocks(router, db, check)
    return router


def _serve_problems(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/problems")
    async def problems(
        asked: Annotated[Filters, Depends()], who: Annotated[Principal, Depends(check)]
    ) -> list[views.OwnerProblems]:
        who.require(READ)
        wanted = Wanted(**asked.model_dump())
        async with db.reading() as session:
            listed = await repository.list_problems(session, wanted)
            return await views.show_problems(session, listed, db.clock.now())

    @router.post("/problems")
    async def register(body: ProblemBody, who: Annotated[Principal, Depends(check)]) -> views.ProblemView:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                task = await register_problem(tx, Problem(**body.model_dump()), act_of(who, tx, db))
                await tx.session.flush()
                return await _show(tx.session, db, task.id)

    @router.put("/problems/{task_id}")
    async def edit(
        task_id: str, body: RemedyBody, who: Annotated[Principal, Depends(check)]
    ) -> views.ProblemView:
        who.require(WRITE)
        async with db.transaction() as tx:
            await edit_problem(tx, task_id, Remedy(**body.model_dump()), act_of(who, tx, db))
            await tx.session.flush()
            return await _show(tx.session, db, task_id)


def _serve_blocks(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/tasks/{task_id}/blocks")
    async def show(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.TaskBlocks:
        who.require(READ)
        async with db.reading() as session:
            await read_task(session, task_id)
            return await views.show_blocks(session, task_id)

    @router.put("/tasks/{task_id}/blocks")
    async def put(
        task_id: str, body: BlocksBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskBlocks:
        who.require(WRITE)
        said = Blocks(blocker=task_id, blocked=body.blocks, if_revision=body.if_revision)
        with refuse_collision():
            async with db.transaction() as tx:
                await set_blocks(tx, said, act_of(who, tx, db))
                await tx.session.flush()
                return await views.show_blocks(tx.session, task_id)


async def _show(session: AsyncSession, db: Database, task_id: str) -> views.ProblemView:
    listed = (await repository.get_problem(session, task_id), await read_task(session, task_id))
    blocks = (await repository.blocked_by(session, [task_id])).get(task_id, [])
    return views.show_problem(listed, blocks, db.clock.now())
