"""A copy of what decisions and messages depend on, read in one snapshot and written into a database of its own.

Invariant: every table is copied whole but those of `LEAN`, of which only what can still matter is; so a stage that
looks at a new table is rehearsed without a word here.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Table, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Result
from services.notify.forecast.domain import ForecastNotice
from services.notify.models import (
    Base,
    ClockRow,
    DeliveryRow,
    InboxRow,
    NoticeRow,
    ParcelRow,
    ReplyRow,
    ServicePauseRow,
    ServiceRow,
)
from services.notify.repository_notices import SENDING, TOLD, WAITING
from shared.clock import Clock
from shared.database import Database
from shared.tables import BUS, HEADS

Rows = Sequence[dict[str, Any]]  # Any: the values of a row's columns.
FEED = "deadlines"
RATINGS = "ratings"  # Tells of services 办件, of which most are finished.


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of every table, in the order in which they may be written."""

    tables: Mapping[Table, Rows]

    @property
    def told(self) -> frozenset[str]:
        """The ids of the notices that somebody was told of already."""
        notices = self.tables[_table(NoticeRow)]
        return frozenset(row["id"] for row in notices if row["verdict"] in TOLD)


async def read_snapshot(session: AsyncSession, today: date) -> Snapshot:
    """Read the copy in one transaction, as of which is forecast."""
    if session.get_bind().dialect.name == "postgresql":  # One view of all tables; SQLite has no other.
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    lean = _lean(today)
    tables = {}
    for table in Base.metadata.sorted_tables:
        rows = await session.execute(lean.get(table, select(table)))
        tables[table] = [dict(row) for row in rows.mappings()]
    return Snapshot(tables)


def _lean(today: date) -> Mapping[Table, Select[Any]]:
    """Say which rows of the tables that grow for ever can still matter."""
    open_ones = DeliveryRow.outcome.in_([WAITING, SENDING])
    waiting = select(DeliveryRow.notice_id).where(open_ones)
    on_the_way = select(DeliveryRow.parcel_id).where(open_ones, DeliveryRow.parcel_id.is_not(None))
    running = and_(
        ClockRow.task_id == NoticeRow.task_id,
        ClockRow.clock == NoticeRow.clock,
        ClockRow.due_at == NoticeRow.due_at,
        ClockRow.next_at.is_not(None),
        # Earlier rungs are settled, and nobody looks at them again.
        or_(
            ClockRow.decided_offset.is_(None),
            NoticeRow.offset_days > ClockRow.decided_offset,
            NoticeRow.offset_days >= ClockRow.snoozed_offset,
        ),
    )
    decided = select(NoticeRow.id).join(ClockRow, running)
    still_runs = and_(
        ClockRow.task_id == ReplyRow.task_id, ClockRow.clock == ReplyRow.clock, ClockRow.next_at.is_not(None)
    )
    # An answer to a notice of an early rung holds for later ones.
    answered = select(ReplyRow.notice_id).join(ClockRow, still_runs)
    clocks, notices, parcels = _table(ClockRow), _table(NoticeRow), _table(ParcelRow)
    replies = _table(ReplyRow)
    deliveries, inbox = _table(DeliveryRow), _table(InboxRow)
    services, pauses = _table(ServiceRow), _table(ServicePauseRow)
    watched = select(ClockRow.task_id).where(ClockRow.feed == RATINGS, ClockRow.next_at.is_not(None))
    return {
        services: select(services).where(services.c.subject.in_(watched)),
        pauses: select(pauses).where(pauses.c.subject.in_(watched)),
        clocks: select(clocks).where(clocks.c.next_at.is_not(None)),
        notices: select(notices).where(or_(*(notices.c.id.in_(ids) for ids in (waiting, decided, answered)))),
        replies: select(replies).where(replies.c.notice_id.in_(answered)),
        inbox: select(inbox).where(inbox.c.notice_id.in_(waiting)),
        parcels: select(parcels).where(or_(parcels.c.day >= today, parcels.c.id.in_(on_the_way))),
        deliveries: select(deliveries).where(deliveries.c.outcome.in_([WAITING, SENDING])),
    }


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


@asynccontextmanager
async def copied(snapshot: Snapshot, clock: Clock) -> AsyncIterator[Database]:
    """Open a database that holds the snapshot, and throw it away at the end."""
    with tempfile.TemporaryDirectory(prefix="duban-forecast-") as folder:
        db = Database(f"sqlite:///{Path(folder) / 'notify.db'}", service="notify", clock=clock)
        try:
            await _fill(db, snapshot)
            yield db
        finally:
            await db.close()


async def _fill(db: Database, snapshot: Snapshot) -> None:
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(BUS.create_all)
        await connection.execute(insert(HEADS).values(stream=FEED, last_seq=0))
        for table, rows in snapshot.tables.items():
            if rows:
                await connection.execute(insert(table), rows)
        # What is with a channel right now counts as taken.
        taken = update(DeliveryRow).where(DeliveryRow.outcome == SENDING)
        await connection.execute(taken.values(outcome=Result.SENT, at=db.clock.now()))


async def told_notices(session: AsyncSession, known: frozenset[str]) -> dict[str, ForecastNotice]:
    """Read the notices that somebody is told of, by id, beside those that are `known`."""
    told = await session.scalars(select(NoticeRow).where(NoticeRow.verdict.in_(TOLD)))
    return {row.id: _notice(row) for row in told if row.id not in known}


def _notice(row: NoticeRow) -> ForecastNotice:
    return ForecastNotice(
        id=row.id,
        task_id=row.task_id,
        clock=row.clock,
        due_at=row.due_at,
        rung=row.rung,
        offset_days=row.offset_days,
        occurrence=row.occurrence,
        recipient=row.recipient,
        planned_at=row.planned_at,
        text=row.text,
    )
