"""The inner API of tasks that people register by hand, and of the members of collectives."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger import views
from services.tasks.ledger.bodies import Body, Id, MemberBody, UnitBody, in_order
from services.tasks.ledger.by_hand import Entry, edit_task, register_by_hand
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.members import Members, name_members
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal

Title = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]
Ref = Annotated[str, Field(min_length=1, max_length=200)]


class EntryBody(Body):
    """A task as somebody enters it; see `Entry`."""

    kind: Id
    title: Title
    body: Text = ""
    units: tuple[UnitBody, ...] = Field(min_length=1, max_length=100)
    deadline: date | None = None
    source: Id
    source_ref: Ref | None = None
    level: Id = "normal"
    plan_id: Id | None = None
    parent_id: Id | None = None
    client_ref: Ref | None = None
    fields: dict[Id, Text] = Field(default_factory=dict, max_length=50)


class EditBody(Body):
    """What to correct; a field that is not given stays, `source_ref` may be emptied."""

    title: Title = ""
    body: Text = ""
    level: Id = ""
    source_ref: Ref | None = None
    if_revision: int | None = None


class MembersBody(Body):
    """Who stands behind a collective on the task."""

    collective: Id
    units: tuple[MemberBody, ...] = Field(min_length=1, max_length=100)
    on_behalf_of: Id | None = None
    if_revision: int | None = None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `POST /tasks`, `PATCH /tasks/{id}` and `/tasks/{id}/members`."""
    router = APIRouter()

    @router.post("/tasks")
    async def register(body: EntryBody, who: Annotated[Principal, Depends(check)]) -> views.TaskDetail:
        who.require("tasks:write")
        _check_kind(body.kind)
        entry = Entry(**body.model_dump(exclude={"units"}), units=in_order(body.units))
        with refuse_collision():
            async with db.transaction() as tx:
                task = await register_by_hand(tx, entry, act_of(who, tx, db))
                return await views.show_changed(tx.session, task)

    @router.patch("/tasks/{task_id}")
    async def edit(
        task_id: str, body: EditBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskDetail:
        who.require("tasks:write")
        said = body.model_dump(exclude_unset=True, exclude={"if_revision"})
        async with db.transaction() as tx:
            act = act_of(who, tx, db)
            task = await edit_task(tx, task_id, said, act, if_revision=body.if_revision)
            return await views.show_changed(tx.session, task)

    @router.put("/tasks/{task_id}/members")
    async def members(
        task_id: str, body: MembersBody, who: Annotated[Principal, Depends(check)]
    ) -> views.TaskDetail:
        who.require("tasks:write")
        said = body.model_dump(exclude={"units"})
        async with db.transaction() as tx:
            named = Members(task_id=task_id, units=in_order(body.units), **said)
            return await views.show_changed(tx.session, await name_members(tx, named, act_of(who, tx, db)))

    return router


def _check_kind(kind_id: str) -> None:
    """Pass for a kind that has no rows of its own; the others are registered where those are written."""
    kind = kind_of(kind_id)
    if kind.registry:
        message = f"{kind.word}（{kind.id}）请在 {kind.registry} 登记"
        raise Invalid(message, code="kind.registered_elsewhere", field="kind", path=kind.registry)
