"""The inner API of units: the list, and editing a unit's names and codes."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.models import UnitRow
from services.tasks.units import repository
from services.tasks.units.codes import CodesEdit, set_codes
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
    codes: list[str]
    revision: int


class UnitBody(BaseModel):
    """How a unit is to be called; see `services.tasks.units.service.UnitEdit`."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=200)
    aliases: list[Annotated[str, Field(max_length=200)]] = Field(max_length=200)
    take_over: bool = False


class CodesBody(BaseModel):
    """The 统一社会信用代码 of a unit, all of them; see `CodesEdit`."""

    model_config = ConfigDict(extra="forbid")

    codes: list[Annotated[str, Field(max_length=64)]] = Field(max_length=100)
    take_over: bool = False


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/units`."""
    router = APIRouter()

    @router.get("/units")
    async def list_units(who: Annotated[Principal, Depends(check)]) -> list[UnitOut]:
        who.require("tasks:read")
        async with db.reading() as session:
            units, aliases = await repository.all_units(session), await repository.all_aliases(session)
            codes = await repository.all_codes(session)
        return [_show(unit, aliases, codes.get(unit.id, ())) for unit in units]

    @router.put("/units/{unit_id}")
    async def put_unit(unit_id: str, body: UnitBody, who: Annotated[Principal, Depends(check)]) -> UnitOut:
        who.require("plans:write")
        edit = UnitEdit(unit_id=unit_id, name=body.name, aliases=body.aliases, take_over=body.take_over)
        with refuse_collision():
            async with db.transaction() as tx:
                unit = await edit_unit(tx, edit, act_of(who, tx, db))
                await tx.session.flush()
                codes = await repository.codes_of(tx.session, unit_id)
                return _show(unit, await repository.all_aliases(tx.session), codes)

    @router.put("/units/{unit_id}/codes")
    async def put_codes(unit_id: str, body: CodesBody, who: Annotated[Principal, Depends(check)]) -> UnitOut:
        who.require("plans:write")
        with refuse_collision():
            async with db.transaction() as tx:
                wanted = CodesEdit(unit_id=unit_id, codes=tuple(body.codes), take_over=body.take_over)
                unit = await set_codes(tx, wanted, act_of(who, tx, db))
                await tx.session.flush()
                codes = await repository.codes_of(tx.session, unit_id)
                return _show(unit, await repository.all_aliases(tx.session), codes)

    return router


def _show(unit: UnitRow, aliases: dict[str, str], codes: Sequence[str]) -> UnitOut:
    theirs = sorted(name for name, owner in aliases.items() if owner == unit.id and name != unit.name)
    return UnitOut(
        id=unit.id,
        name=unit.name,
        kind=unit.kind,
        collective=unit.collective,
        aliases=theirs,
        codes=[*codes],
        revision=unit.revision,
    )
