"""The inner API of the 督办台账 as a workbook: out, and in again."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.tasks.edge import Check, act_of, refuse_collision, seen_by
from services.tasks.ledger.domain_as_of import read_instant
from services.tasks.ledger.domain_query import read_query
from services.tasks.sheets import bodies, views
from services.tasks.sheets.bodies import actor_of
from services.tasks.sheets.domain_cells import chinese_date
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.service_export import Export, stream_ledger
from services.tasks.sheets.service_import import import_ledger, preview_ledger
from services.tasks.sheets.study import Read, read_ledger
from shared.clock import local_date
from shared.database import Database
from shared.principal import Principal


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/ledger.xlsx` and `/ledger/import`."""
    router = APIRouter()

    @router.get("/ledger.xlsx")
    async def export_ledger(request: Request, who: Annotated[Principal, Depends(check)]) -> Response:
        who.require("tasks:read")
        asked, now = dict(request.query_params), db.clock.now()
        said = asked.pop("as_of", "")
        query = read_query(asked, seen_by=seen_by(who))
        export = Export(query, now, read_instant(said, now) if said else None)
        name = f"督办台账（{chinese_date(local_date(export.shown_at))}）.xlsx"
        return await bodies.answer(stream_ledger(db, export), name, "ledger.xlsx")

    @router.post("/ledger/import")
    async def import_sheet(
        request: Request, who: Annotated[Principal, Depends(check)], *, confirm: bool = False
    ) -> views.LedgerImportView:
        who.require("tasks:write")
        read = await asyncio.to_thread(_read, await bodies.read_body(request))
        if not confirm:
            async with db.reading() as session:
                study = await preview_ledger(session, read, actor_of(who), local_date(db.clock.now()))
            return views.show_import(study, confirmed=False)
        with refuse_collision():
            async with db.transaction() as tx:
                study = await import_ledger(tx, read, act_of(who, tx, db))
        return views.show_import(study, confirmed=True)

    return router


def _read(content: bytes) -> Read:
    return read_ledger(read_workbook(content))
