"""The inner API of a list of units: what it would change, and loading it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.units.domain_loading import Loading, OtherName
from services.tasks.units.loading import load_units, preview_units, read_list
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal


class NewUnitOut(BaseModel):
    """A unit that the ledger does not know yet."""

    id: str
    name: str
    kind: str


class NewNameOut(BaseModel):
    """A name that the ledger does not know yet, and the unit that it will mean."""

    name: str
    unit_id: str


class NewKindOut(BaseModel):
    """A known unit that is of another kind."""

    unit_id: str
    kind: str


class OtherNameOut(BaseModel):
    """A name of the list that means another unit, or a unit of another name, to the ledger."""

    name: str
    listed: str
    unit_id: str
    unit: str


class LoadingOut(BaseModel):
    """What loading a list of units did, or would do; see `Loading`."""

    confirmed: bool
    listed: int
    new: list[NewUnitOut]
    names: list[NewNameOut]
    kinds: list[NewKindOut]
    differing: list[OtherNameOut]
    conflicts: list[OtherNameOut]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `POST /units`."""
    router = APIRouter()

    @router.post("/units")
    async def load(
        request: Request, who: Annotated[Principal, Depends(check)], *, confirm: bool = False
    ) -> LoadingOut:
        who.require("plans:write")
        listed = read_list(_text(await request.body()))
        if not confirm:
            async with db.reading() as session:
                return _show(await preview_units(session, listed), len(listed), confirmed=False)
        with refuse_collision():
            async with db.transaction() as tx:
                loading = await load_units(tx, listed, act_of(who, tx, db))
        return _show(loading, len(listed), confirmed=True)

    return router


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("单位清单不是 UTF-8 文本，请转换后再导入", code="units.not_utf8") from error


def _show(loading: Loading, listed: int, *, confirmed: bool) -> LoadingOut:
    added = {new.name for new in loading.found.new_units}
    return LoadingOut(
        confirmed=confirmed,
        listed=listed,
        new=[NewUnitOut(id=new.id, name=new.name, kind=new.kind) for new in loading.found.new_units],
        names=[
            NewNameOut(name=name, unit_id=unit_id)
            for name, unit_id in loading.found.new_aliases.items()
            if name not in added
        ],
        kinds=[NewKindOut(unit_id=unit_id, kind=kind) for unit_id, kind in loading.kinds.items()],
        differing=_other(loading.differing),
        conflicts=_other(loading.conflicts),
    )


def _other(names: list[OtherName]) -> list[OtherNameOut]:
    return [OtherNameOut(**name._asdict()) for name in names]
