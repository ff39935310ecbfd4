"""The inner API of units: the list, and editing a unit's names."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.models import UnitRow
from services.tasks.units import repository
from services.tasks.units.service import UnitEdit, edit_unit
from shared.database import Database
from shared.principal import Principal


class UnitOut(BaseModel):
    """A unit with all names that documents print for it."""

    id: str
    name: str
    kind: str
    collective: bool
    aliases: list[str]
    revision: int


class UnitBody(BaseModel):
    """How a unit is to be called; see `services.tasks.units.service.UnitEdit`."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=200)
    aliases: list[Annotated[str, Field(max_length=200)]] = Field(max_length=200)
    take_over: bool = False


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/units`."""
    router = APIRouter()

    @router.get("/units")
    async def list_units(who: Annotated[Principal, Depends(check)]) -> list[UnitOut]:
        who.require("tasks:read")
        async with db.reading() as session:
            units, aliases = await repository.all_units(session), await repository.all_aliases(session)
        return [_show(unit, aliases) for unit in units]

    @router.put("/units/{unit_id}")
    async def put_unit(unit_id: str, body: UnitBody, who: Annotated[Principal, Depends(check)]) -> UnitOut:
        who.require("plans:write")
        edit = UnitEdit(unit_id=unit_id, name=body.name, aliases=body.aliases, take_over=body.take_over)
        with refuse_collision():
            async with db.transaction() as tx:
                unit = await edit_unit(tx, edit, act_of(who, tx, db))
                await tx.session.flush()
                return _show(unit, await repository.all_aliases(tx.session))

    return router


def _show(unit: UnitRow, aliases: dict[str, str]) -> UnitOut:
    theirs = sorted(name for name, owner in aliases.items() if owner == unit.id and name != unit.name)
    return UnitOut(
        id=unit.id,
        name=unit.name,
        kind=unit.kind,
        collective=unit.collective,
        aliases=theirs,
        revision=unit.revision,
    )
