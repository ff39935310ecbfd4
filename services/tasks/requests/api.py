"""The inner API of requests of enterprises, beside what every task has."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends

from services.tasks.edge import Check
from services.tasks.requests import views
from shared.clock import local_date
from shared.database import Database
from shared.principal import Principal


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/requests/cycle`."""
    router = APIRouter()

    @router.get("/requests/cycle")
    async def cycle(who: Annotated[Principal, Depends(check)], on: date | None = None) -> views.CycleView:
        who.require("tasks:read")
        async with db.reading() as session:
            now = db.clock.now()
            return await views.show_cycle(session, on or local_date(now), now)

    return router
