"""The inner API of the 进展填报表: a unit's form out, and in again filled in."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.tasks.edge import Check, act_of
from services.tasks.sheets import bodies, views
from services.tasks.sheets.bodies import actor_of
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.service_fill import Filled, fill_in
from services.tasks.sheets.service_form import ReadForm, check_unit, export_form, read_form
from services.tasks.sheets.service_import import refuse_faults
from shared.database import Database
from shared.principal import Principal


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/forms/progress.xlsx` and `/forms/progress`."""
    router = APIRouter()

    @router.get("/forms/progress.xlsx")
    async def export_progress_form(who: Annotated[Principal, Depends(check)], unit: str = "") -> Response:
        who.require("tasks:read")
        wanted = unit.strip() or who.unit
        check_unit(actor_of(who), wanted)
        name, pieces = await export_form(db, wanted, db.clock.now())
        return await bodies.answer(_each(pieces), f"{name}进展填报表.xlsx", "progress.xlsx")

    @router.post("/forms/progress")
    async def import_progress_form(
        request: Request, who: Annotated[Principal, Depends(check)], *, confirm: bool = False
    ) -> views.FormImportView:
        who.require("tasks:write")
        form = await asyncio.to_thread(_read_form, await bodies.read_body(request))
        filled = Filled(form.unit)
        with suppress(_TrialOnly):
            async with db.transaction() as tx:
                filled = await fill_in(tx, form, act_of(who, tx, db))
                if not confirm:
                    raise _TrialOnly
                refuse_faults(filled.faults)
        return views.show_form(filled, confirmed=confirm)

    return router


class _TrialOnly(Exception):  # noqa: N818 - no error: it undoes the transaction of a trial.
    """What a form does was only to be tried: undo it."""


async def _each(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _read_form(content: bytes) -> ReadForm:
    return read_form(read_workbook(content))
