"""The inner API of attachments: up, listed, down, withdrawn."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from services.tasks.attachments import repository, service
from services.tasks.attachments.ports import Shelf
from services.tasks.edge import Check, act_of, looking, seen_by
from services.tasks.ledger.repository_sight import check_sight
from services.tasks.models import AttachmentRow
from shared.database import Database
from shared.principal import Principal


class AttachmentView(BaseModel):
    """An attachment; `unit_id` is None where the supervision office attached it, times are business time."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    task_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    unit_id: str | None
    added_by: str
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str


class WithdrawalBody(BaseModel):
    """Why an attachment is withdrawn."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=2000)


def build_router(db: Database, check: Check, shelf: Shelf) -> APIRouter:
    """Serve `/tasks/{task_id}/attachments` and `/attachments/{attachment_id}`."""
    router = APIRouter()

    @router.get("/tasks/{task_id}/attachments")
    async def list_attachments(
        task_id: str, who: Annotated[Principal, Depends(check)]
    ) -> list[AttachmentView]:
        who.require("tasks:read")
        async with db.reading() as session:
            await check_sight(session, task_id, seen_by(who))
            rows = await repository.attachments_of(session, task_id)
            return [AttachmentView.model_validate(row) for row in rows]

    @router.post("/tasks/{task_id}/attachments")
    async def attach(
        task_id: str,
        request: Request,
        who: Annotated[Principal, Depends(check)],
        filename: Annotated[str, Query(max_length=400)],
    ) -> AttachmentView:
        who.require("tasks:write")
        async with db.reading() as session:
            await service.check_attaching(session, task_id, looking(who, db))
        stored = await service.store_file(shelf, filename, request.stream())
        async with db.transaction() as tx:
            row = await service.add_attachment(tx, task_id, stored, act_of(who, tx, db))
            return AttachmentView.model_validate(row)

    @router.get("/attachments/{attachment_id}")
    async def download(attachment_id: str, who: Annotated[Principal, Depends(check)]) -> StreamingResponse:
        who.require("tasks:read")
        async with db.reading() as session:
            row = await repository.get_attachment(session, attachment_id)
            await check_sight(session, row.task_id, seen_by(who))
        return StreamingResponse(
            await shelf.store.read(row.sha256), media_type=row.media_type, headers=_headers(row)
        )

    @router.post("/attachments/{attachment_id}/withdrawal")
    async def withdraw(
        attachment_id: str, body: WithdrawalBody, who: Annotated[Principal, Depends(check)]
    ) -> AttachmentView:
        who.require("tasks:write")
        async with db.transaction() as tx:
            row = await service.withdraw_attachment(tx, attachment_id, body.reason, act_of(who, tx, db))
            return AttachmentView.model_validate(row)

    return router


def _headers(row: AttachmentRow) -> dict[str, str]:
    """Make a browser save the file and never show it in our name."""
    return {
        "content-disposition": f"attachment; filename=\"{row.id}\"; filename*=UTF-8''{quote(row.name)}",
        "x-content-type-options": "nosniff",
        "etag": f'"{row.sha256}"',
    }
