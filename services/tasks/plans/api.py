"""The inner API of plans: check and import a document, list and show plans."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.tasks.checkup.views import CheckView, check_view
from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.importer.reading import MAX_BYTES
from services.tasks.ledger.proposals import propose_links
from services.tasks.plans import views
from services.tasks.plans.service import confirm_plan, preview
from services.tasks.plans.uploads import read_upload, use_upload
from shared.database import Database
from shared.errors import TooLarge
from shared.principal import Principal


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/plans`."""
    router = APIRouter()

    @router.post("/plans")
    async def import_plan(
        request: Request,
        who: Annotated[Principal, Depends(check)],
        filename: str,
        *,
        confirm: bool = False,
    ) -> views.ImportView:
        who.require("plans:write")
        parsed, origin = await read_upload(filename, await _content(request))
        if confirm:
            with refuse_collision():
                async with db.transaction() as tx:
                    outcome = await confirm_plan(tx, parsed, origin, act_of(who, tx, db))
        else:
            async with db.reading() as session:
                outcome = await preview(session, parsed, origin)
        async with db.reading() as session:
            return views.show_import(outcome, await propose_links(session, outcome.sayings))

    @router.post("/plans/check")
    async def check_plan(
        request: Request, who: Annotated[Principal, Depends(check)], filename: str
    ) -> CheckView:
        who.require("plans:write")
        return await use_upload(filename, await _content(request), check_view)

    @router.get("/plans")
    async def list_plans(who: Annotated[Principal, Depends(check)]) -> list[views.PlanView]:
        who.require("plans:read")
        async with db.reading() as session:
            return await views.show_plans(session)

    @router.get("/plans/{plan_id}")
    async def show_plan(plan_id: str, who: Annotated[Principal, Depends(check)]) -> views.PlanDetail:
        who.require("plans:read")
        async with db.reading() as session:
            return await views.show_plan(session, plan_id)

    return router


async def _content(request: Request) -> bytes:
    """Read the body, but never much more than the limit."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            message = f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再导入"
            raise TooLarge(message, code="document.too_large", field="file")
    return bytes(content)
