"""Queries for a proof: what is recorded about one task, and when the service ran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository as mirror
from services.notify import repository_notices
from services.notify.models import DeliveryRow, InboxRow, NoticeRow, RulebookRow, RunRow, TaskRow, UnitRow
from services.notify.rules import Rulebook, read_rulebook
from shared.workdays import WorkCalendar


async def keep_run(session: AsyncSession, holder: str, started_at: datetime, *, alive_at: datetime) -> None:
    """Write that a life of a replica went on until `alive_at`."""
    values = {"holder": holder, "started_at": started_at, "alive_at": alive_at}
    statement = mirror.dialect_insert(session, RunRow).values(values)
    keys = ["holder", "started_at"]
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"alive_at": alive_at}))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One notice with its inbox row and its attempts."""

    notice: NoticeRow
    read_at: datetime | None
    attempts: Sequence[DeliveryRow]


@dataclass(frozen=True, slots=True)
class Units:
    """What a page has to know of units.

    Attributes:
        collectives: Those without a mailbox.
    """

    names: dict[str, str]
    collectives: frozenset[str]


async def find_task(session: AsyncSession, task_id: str) -> TaskRow | None:
    """Read the mirrored task."""
    return await session.get(TaskRow, task_id)


async def recorded(session: AsyncSession, task_id: str) -> list[Recorded]:
    """Read all that was decided for a task, in the order of its plan."""
    rows = await session.execute(
        select(NoticeRow, InboxRow.read_at)
        .outerjoin(InboxRow, InboxRow.notice_id == NoticeRow.id)
        .where(NoticeRow.task_id == task_id)
        .order_by(NoticeRow.clock, NoticeRow.planned_at, NoticeRow.decided_at, NoticeRow.recipient)
    )
    found = [(notice, read_at) for notice, read_at in rows]
    attempts = await repository_notices.deliveries_of(session, [notice.id for notice, _ in found])
    return [Recorded(notice, read_at, attempts.get(notice.id, [])) for notice, read_at in found]


async def units(session: AsyncSession) -> Units:
    """Read the names of all units."""
    rows = [(row[0], row[1], row[2]) for row in await session.execute(_NAMES)]
    return Units({unit: name for unit, name, _ in rows}, frozenset(unit for unit, _, many in rows if many))


_NAMES = select(UnitRow.unit_id, UnitRow.name, UnitRow.collective)


async def runs(session: AsyncSession) -> list[tuple[datetime, datetime]]:
    """Read when replicas started and were last seen alive."""
    rows = await session.execute(select(RunRow.started_at, RunRow.alive_at).order_by(RunRow.started_at))
    return [(started, alive) for started, alive in rows]


async def rulebooks(session: AsyncSession) -> list[Rulebook]:
    """Read all versions of the rules, oldest first."""
    rows = await session.scalars(select(RulebookRow).order_by(RulebookRow.version))
    return [read_rulebook(row.body, version=row.version, since=row.since) for row in rows]


async def calendar(session: AsyncSession) -> WorkCalendar:
    """Read the working calendar that holds now."""
    return await mirror.calendar(session)
