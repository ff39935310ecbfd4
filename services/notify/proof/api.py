"""The inner HTTP interface of proofs: as JSON and as a paper. A unit gets the part that it was told itself."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from services.notify.proof.adapters import ArchiveReader
from services.notify.proof.docx import MEDIA_TYPE, write
from services.notify.proof.page import ProofPage
from services.notify.proof.service import prove
from shared.database import Database
from shared.errors import Forbidden
from shared.principal import UNIT_ROLES, Principal


def build_router(
    db: Database, check: Callable[..., Awaitable[Principal]], archive: ArchiveReader
) -> APIRouter:
    """Serve the proof of a task to principals that `check` lets pass."""
    router = APIRouter()

    async def page(task_id: str, principal: Annotated[Principal, Depends(check)]) -> ProofPage:
        return await prove(db, archive, task_id, unit=_unit_of(principal))

    @router.get("/tasks/{task_id}/proof")
    async def proof(found: Annotated[ProofPage, Depends(page)]) -> ProofPage:
        return found

    @router.get("/tasks/{task_id}/proof.docx", response_class=Response)
    async def paper(found: Annotated[ProofPage, Depends(page)]) -> Response:
        headers = {"content-disposition": f'attachment; filename="proof-{found.task_id}.docx"'}
        return Response(write(found), media_type=MEDIA_TYPE, headers=headers)

    return router


def _unit_of(principal: Principal) -> str:
    """Give the unit whose part is shown; empty for those who see everything.

    Raises:
        Forbidden: The key is a unit's, but names none.
    """
    if principal.role in UNIT_ROLES and not principal.unit:
        raise Forbidden("该密钥没有关联单位，请联系管理员", code="notices.not_yours", field="unit")
    return principal.unit if principal.role in UNIT_ROLES else ""
