"""What the history says of tasks at a past instant: their last revision then, and the snapshot that it holds.

Invariant: the present rows stand for a snapshot only where nothing has happened to the task since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks.ledger import repository
from services.tasks.ledger.history import RETELLING, restore
from services.tasks.ledger.repository import Held
from services.tasks.models import ReportRow, RevisionRow, TaskRow, UnitRow
from shared.errors import Conflict

CHUNK = 500  # Tasks read at a time; a rare filter reads many.


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as it was: its rows, which must not be changed, and its text."""

    held: Held
    body: str


async def chunk_after(session: AsyncSession, sort_key: str) -> Sequence[tuple[str, str]]:
    """Read the next ids and sort keys in the present order of the ledger."""
    stated = select(TaskRow.id, TaskRow.sort_key).where(TaskRow.sort_key > sort_key)
    rows = await session.execute(stated.order_by(TaskRow.sort_key).limit(CHUNK))
    return [(task_id, key) for task_id, key in rows]


def last_revisions(instant: datetime, *conditions: ColumnElement[bool]) -> Select[str, int]:
    """State which revision of each task was its last at `instant`; `conditions` are on the task."""
    return (
        select(RevisionRow.task_id, func.max(RevisionRow.revision).label("revision"))
        .join(TaskRow, TaskRow.id == RevisionRow.task_id)
        .where(RevisionRow.at <= instant, *conditions)
        .group_by(RevisionRow.task_id)
    )


async def seen_at(session: AsyncSession, ids: Sequence[str], instant: datetime) -> dict[str, Seen]:
    """Read tasks with their texts as they were at `instant`, by id; those that came later are missing.

    Raises:
        Conflict: As `held_at`.
    """
    held_then = await held_at(session, ids, instant)
    bodies = await _bodies(session, {task_id: held.task.revision for task_id, held in held_then.items()})
    return {task_id: Seen(held, bodies[task_id]) for task_id, held in held_then.items()}


async def held_at(session: AsyncSession, ids: Sequence[str], instant: datetime) -> dict[str, Held]:
    """Read tasks as they were at `instant`, by id; those that came later are missing.

    Raises:
        Conflict: The history of one has no snapshot of that time; the message names the first instant that has.
    """
    rows = await _last_rows(session, ids, instant)
    present = await repository.hold_all(
        session, [row.task_id for row in rows if row.snapshot is None], lock=False
    )
    if any(held.task.revision != row.revision for row in rows if (held := present.get(row.task_id))):
        await _refuse(session, ids if len(ids) == 1 else ())
    collectives = set(await session.scalars(select(UnitRow.id).where(UnitRow.collective)))
    return {
        row.task_id: present[row.task_id] if row.snapshot is None else restore(row.snapshot, collectives)
        for row in rows
    }


async def _last_rows(session: AsyncSession, ids: Sequence[str], instant: datetime) -> Sequence[RevisionRow]:
    last = last_revisions(instant, TaskRow.id.in_(ids)).subquery()
    same = and_(RevisionRow.task_id == last.c.task_id, RevisionRow.revision == last.c.revision)
    return (await session.scalars(select(RevisionRow).join(last, same))).all()


async def _bodies(session: AsyncSession, revisions: dict[str, int]) -> dict[str, str]:
    """Read the texts as they were: the present one, taken back by every later change that names it."""
    texts = await session.execute(select(TaskRow.id, TaskRow.body).where(TaskRow.id.in_(revisions)))
    bodies: dict[str, str] = {task_id: body for task_id, body in texts}  # noqa: C416 - rows are no pairs.
    later = select(RevisionRow.task_id, RevisionRow.revision, RevisionRow.changes)
    later = later.where(RevisionRow.task_id.in_(revisions), RevisionRow.move.in_(RETELLING))
    for task_id, revision, changes in await session.execute(later.order_by(RevisionRow.revision.desc())):
        if revision > revisions[task_id] and "body" in changes:
            bodies[task_id] = changes["body"][0]
    return bodies


async def _refuse(session: AsyncSession, ids: Sequence[str]) -> None:
    later = aliased(RevisionRow)
    following = and_(later.task_id == RevisionRow.task_id, later.revision == RevisionRow.revision + 1)
    stated = select(func.max(later.at)).join(RevisionRow, following).where(RevisionRow.snapshot.is_(None))
    first = await session.scalar(stated.where(later.task_id.in_(ids)) if ids else stated)
    since = first.isoformat() if first else ""
    message = f"当时的台账没有留存快照，可查看 {since}（含）之后的时点"
    raise Conflict(message, code="as_of.unrecorded", field="as_of", first=since)


async def history_to(session: AsyncSession, held: Held) -> Sequence[RevisionRow]:
    """Read all that had happened to a task as it was seen, oldest first."""
    stated = select(RevisionRow).where(RevisionRow.task_id == held.task.id)
    stated = stated.where(RevisionRow.revision <= held.task.revision).order_by(RevisionRow.revision)
    return (await session.scalars(stated)).all()


async def reports_to(session: AsyncSession, held: Held, limit: int) -> Sequence[ReportRow]:
    """Read the latest reports on a task as it was seen, the last one first."""
    stated = select(ReportRow).where(ReportRow.task_id == held.task.id)
    stated = stated.where(ReportRow.revision <= held.task.revision).order_by(ReportRow.revision.desc())
    return (await session.scalars(stated.limit(limit))).all()
