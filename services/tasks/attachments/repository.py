"""Attachments in the database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import String, cast, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.attachments.domain import Standing
from services.tasks.models import (
    AttachmentRow,
    DebtRow,
    PaymentRow,
    ProjectElementRow,
    ProjectNodeRow,
    ReportRow,
    TaskLinkRow,
    TaskRow,
    TaskUnitRow,
)
from shared.errors import NotFound


async def attachments_of(session: AsyncSession, task_id: str) -> Sequence[AttachmentRow]:
    """Read all attachments of a task, also withdrawn ones, in the order in which they came.

    Raises:
        NotFound: There is no such task.
    """
    await _require_task(session, task_id)
    stated = select(AttachmentRow).where(AttachmentRow.task_id == task_id)
    return (await session.scalars(stated.order_by(AttachmentRow.added_at, AttachmentRow.id))).all()


async def units_on(session: AsyncSession, task_id: str) -> frozenset[str]:
    """Give the units that have a role on a task.

    Raises:
        NotFound: There is no such task.
    """
    await _require_task(session, task_id)
    return frozenset(await session.scalars(select(TaskUnitRow.unit_id).where(TaskUnitRow.task_id == task_id)))


async def contents_named(session: AsyncSession) -> frozenset[str]:
    """Give the hashes of all contents that attachments name, withdrawn ones too."""
    return frozenset(await session.scalars(select(AttachmentRow.sha256).distinct()))


async def _require_task(session: AsyncSession, task_id: str) -> None:
    if await session.get(TaskRow, task_id) is None:
        raise NotFound(f"没有事项 {task_id}", code="task.not_found", field="task_id")


async def get_attachment(session: AsyncSession, attachment_id: str) -> AttachmentRow:
    """Read an attachment, locked for a change.

    Raises:
        NotFound: There is no such attachment.
    """
    row = await session.get(AttachmentRow, attachment_id, with_for_update=True)
    if row is None:
        raise NotFound(f"没有附件 {attachment_id}", code="attachment.not_found", field="attachment_id")
    return row


async def is_named(session: AsyncSession, row: AttachmentRow) -> bool:
    """Say whether anything names an attachment as evidence, be it on its task or on one that is served with it."""
    # In a column of JSON an id stands in quotes, and has no sign that JSON or LIKE would take otherwise.
    quoted = f'"{row.id}"'
    places = (
        cast(ReportRow.evidence, String).contains(quoted),
        cast(ProjectNodeRow.evidence, String).contains(quoted),
        ProjectElementRow.evidence == row.id,
        PaymentRow.voucher == row.id,
        DebtRow.judicial_proof == row.id,
    )
    return bool(await session.scalar(select(or_(*(exists().where(place) for place in places)))))


async def standings(session: AsyncSession, ids: Collection[str]) -> Mapping[str, Standing]:
    """Read what decides whether attachments may be named as evidence."""
    rows = await session.scalars(select(AttachmentRow).where(AttachmentRow.id.in_(ids)))
    return {row.id: standing_of(row) for row in rows}


def standing_of(row: AttachmentRow, *, used: bool = False) -> Standing:
    """Give what decides about an attachment."""
    return Standing(row.id, row.task_id, row.unit_id, row.withdrawn_at is not None, used)


async def tasks_served(session: AsyncSession, task_id: str) -> frozenset[str]:
    """Give the task and those linked with it: one report serves all of them."""
    link = select(TaskLinkRow.link_id).where(TaskLinkRow.task_id == task_id).scalar_subquery()
    linked = await session.scalars(select(TaskLinkRow.task_id).where(TaskLinkRow.link_id == link))
    return frozenset({task_id, *linked})
