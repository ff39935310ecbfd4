"""Use cases on attachments.

Invariant: a content is durable in the store before the row that names it commits; a crash between leaves a content that
nobody names, and never a name without its content.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.attachments import repository
from services.tasks.attachments.domain import PREFIX, File, check_withdrawal, read_file
from services.tasks.attachments.ports import Draft, Shelf
from services.tasks.ledger.repository import hold
from services.tasks.models import AttachmentRow
from shared.database import Tx
from shared.errors import Forbidden, Invalid
from shared.events.attachments import AttachmentAdded, AttachmentWithdrawn
from shared.principal import UNIT_ROLES


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose content is in the store."""

    file: File
    sha256: str


async def check_attaching(session: AsyncSession, task_id: str, act: Act) -> None:
    """Pass when somebody may attach to a task: asked before anything is read or kept of the file.

    Raises:
        NotFound: There is no such task.
        Forbidden: The actor's unit has no role on it.
    """
    units = await repository.units_on(session, task_id)
    unit = _unit_of(act)
    if unit is not None and unit not in units:
        raise Forbidden(f"本单位不承办事项 {task_id}，不能上传附件", code="attachment.not_your_task")


async def store_file(shelf: Shelf, name: str, pieces: AsyncIterator[bytes]) -> Stored:
    """Receive a file, look at it, scan it and keep it; memory holds a piece at a time, and no transaction is open.

    Raises:
        TooLarge: It is larger than the shelf takes; the rest is not read.
        Invalid: It is of no type that is taken, or a virus was found.
        Unavailable: The scanner or the store does not answer; nothing was kept.
    """
    draft = await shelf.store.receive(pieces, most=shelf.most)
    try:
        file = await asyncio.to_thread(_look, draft, name)
        if found := await shelf.scanner.find(shelf.store.pieces(draft)):
            message = f"附件 {file.name} 含有病毒（{found}），未保存"
            raise Invalid(message, code="attachment.virus", field="filename")
        await shelf.store.keep(draft)
    finally:
        await shelf.store.discard(draft)
    return Stored(file, draft.sha256)


def _look(draft: Draft, name: str) -> File:
    with draft.path.open("rb") as content:
        return read_file(name, draft.size, content)


async def add_attachment(tx: Tx, task_id: str, stored: Stored, act: Act) -> AttachmentRow:
    """Attach a stored file to a task; the same content on the same task, while it stands, is the same attachment.

    Raises:
        DubanError: As `check_attaching`.
    """
    await hold(tx.session, task_id)  # Two who send the same at once get the same attachment.
    await check_attaching(tx.session, task_id, act)
    unit = _unit_of(act)
    for row in await repository.attachments_of(tx.session, task_id):
        if (row.sha256, row.unit_id, row.withdrawn_at) == (stored.sha256, unit, None):
            return row
    row = AttachmentRow(
        id=f"{PREFIX}{uuid4().hex[:20]}",
        task_id=task_id,
        sha256=stored.sha256,
        name=stored.file.name,
        media_type=stored.file.media_type,
        size=stored.file.size,
        added_by=act.actor.id,
        unit_id=unit,
        added_at=act.at,
        withdrawn_reason="",
    )
    tx.session.add(row)
    event = AttachmentAdded(
        task_id=task_id,
        attachment_id=row.id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        unit_id=unit,
    )
    tx.publish(event, time=act.at)
    return row


async def withdraw_attachment(tx: Tx, attachment_id: str, reason: str, act: Act) -> AttachmentRow:
    """Withdraw an attachment that no report names yet; its content stays.

    Raises:
        NotFound: There is no such attachment.
        DubanError: As `domain.check_withdrawal`.
    """
    row = await repository.get_attachment(tx.session, attachment_id)
    standing = repository.standing_of(row, used=await repository.is_named(tx.session, row))
    check_withdrawal(standing, unit=_unit_of(act), reason=reason)
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = act.actor.id, act.at, reason.strip()
    tx.publish(AttachmentWithdrawn(task_id=row.task_id, attachment_id=row.id), time=act.at)
    return row


def _unit_of(act: Act) -> str | None:
    """Give the unit for which somebody attaches; None for the supervision office."""
    return act.actor.unit if act.actor.role in UNIT_ROLES else None
