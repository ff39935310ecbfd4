"""The inner API of public lists 晾晒榜."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.tasks.boards import views
from services.tasks.edge import Check
from shared.database import Database
from shared.principal import Principal


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/boards/{kind}`."""
    router = APIRouter()

    @router.get("/boards/{kind}")
    async def board(kind: str, who: Annotated[Principal, Depends(check)], unit: str = "") -> views.BoardView:
        who.require("tasks:read")
        async with db.reading() as session:
            return await views.show_board(session, kind, unit, db.clock.now())

    return router
