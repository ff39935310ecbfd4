"""Queries on what notify mirrors of the ledger: units, tasks, clocks, working days; and on its rules.

Invariant: a row never goes back to an older revision of its subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, case, delete, func, insert, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Told
from services.notify.models import (
    Base,
    CalendarDayRow,
    CalendarYearRow,
    ClockRow,
    RulebookRow,
    TaskRow,
    TaskUnitRow,
    UnitRow,
)
from services.notify.rules import Matched, Rulebook, read_rulebook
from shared.bulk import has_key
from shared.errors import NotFound
from shared.workdays import WorkCalendar

Values = Mapping[str, Any]  # Any: the values of a row's columns.


def dialect_insert(session: AsyncSession, table: type[Base]) -> Any:  # noqa: ANN401 - two unrelated Insert types.
    """Give the INSERT of the database at hand, the one that knows ON CONFLICT."""
    maker = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return maker(table)


async def upsert_newer(session: AsyncSession, table: type[Base], values: Values) -> bool:
    """Write one row by its primary key unless a newer revision is there; say whether it was written."""
    keys = [column.name for column in table.__table__.primary_key]
    statement = dialect_insert(session, table).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: statement.excluded[name] for name in values if name not in keys},
        where=table.__table__.c.revision <= statement.excluded.revision,
    )
    written = await session.scalars(statement.returning(*table.__table__.primary_key))
    return written.first() is not None


async def register_task(session: AsyncSession, values: Values) -> bool:
    """Write a task; one that is known keeps its state. Say whether it was written."""
    statement = dialect_insert(session, TaskRow).values({**values, "state": "registered"})
    statement = statement.on_conflict_do_update(
        index_elements=["task_id"], set_=dict(values), where=TaskRow.revision <= statement.excluded.revision
    )
    written = await session.scalars(statement.returning(TaskRow.task_id))
    return written.first() is not None


async def replace_units(session: AsyncSession, task_id: str, roles: Sequence[tuple[str, str]]) -> None:
    """Set the units of a task, each as (unit, role), in the order of the document."""
    await session.execute(delete(TaskUnitRow).where(TaskUnitRow.task_id == task_id))
    rows = [
        {"task_id": task_id, "unit_id": unit_id, "role": role, "place": place}
        for place, (unit_id, role) in enumerate(dict.fromkeys(roles))
    ]
    if rows:
        await session.execute(insert(TaskUnitRow), rows)


async def set_state(session: AsyncSession, task_id: str, state: str, *, revision: int) -> None:
    """Set a task's state unless a newer revision is known."""
    newer = update(TaskRow).where(TaskRow.task_id == task_id, TaskRow.revision <= revision)
    await session.execute(newer.values(state=state, revision=revision))


async def start_clock(session: AsyncSession, values: Values, *, now: datetime) -> None:
    """Write a running clock, to be planned now; another due instant begins its rungs anew."""
    clocks = ClockRow.__table__.c
    statement = dialect_insert(session, ClockRow).values({**values, "next_at": now})
    same = clocks.due_at == statement.excluded.due_at
    kept = {
        name: case((same, clocks[name]), else_=null())
        for name in ("decided_offset", "snoozed_offset", "snoozed_until")
    }
    statement = statement.on_conflict_do_update(
        index_elements=["task_id", "clock"],
        set_={**values, "stopped_at": None, "next_at": now, **kept},
        where=clocks.revision <= statement.excluded.revision,
    )
    await session.execute(statement)


async def stop_clocks(
    session: AsyncSession, task_id: str, stopped_at: datetime, *, clock: str | None = None, revision: int
) -> None:
    """Stop one clock of a task, or all that run, unless a newer revision is known."""
    running = update(ClockRow).where(ClockRow.task_id == task_id, ClockRow.revision <= revision)
    if clock is not None:
        running = running.where(ClockRow.clock == clock)
    running = running.where(ClockRow.stopped_at.is_(None))
    await session.execute(running.values(stopped_at=stopped_at, next_at=None, revision=revision))


async def replace_year(session: AsyncSession, year: int, days: Mapping[date, bool]) -> None:
    """Set the revised days of a year, True for a working day."""
    await session.execute(delete(CalendarDayRow).where(CalendarDayRow.year == year))
    rows = [{"day": day, "year": year, "workday": workday} for day, workday in days.items()]
    if rows:
        await session.execute(insert(CalendarDayRow), rows)


async def replan(
    session: AsyncSession, *, now: datetime, within: tuple[datetime, datetime] | None = None
) -> int:
    """Have running clocks planned anew: all, or those with a due or next instant that touches `within`.

    Returns:
        How many clocks.
    """
    running = update(ClockRow).where(ClockRow.next_at.is_not(None))
    if within is not None:
        begin, end = within
        running = running.where(or_(ClockRow.next_at <= end, ClockRow.due_at <= end))
        running = running.where(or_(ClockRow.next_at >= begin, ClockRow.due_at >= begin))
    done = await session.execute(running.values(next_at=now))
    return done.rowcount if isinstance(done, CursorResult) else 0


async def calendar(session: AsyncSession) -> WorkCalendar:
    """Read the working calendar with all that operators revised."""
    days = await session.execute(select(CalendarDayRow.day, CalendarDayRow.workday))
    years = await session.scalars(select(CalendarYearRow.year).where(CalendarYearRow.complete))
    return WorkCalendar({row[0]: row[1] for row in days}, frozenset(years))


async def newest_rules(session: AsyncSession) -> RulebookRow | None:
    """Read the newest version of the rules."""
    newest = select(RulebookRow).order_by(RulebookRow.version.desc()).limit(1)
    return (await session.scalars(newest)).first()


async def rulebook(session: AsyncSession) -> Rulebook:
    """Read the rules that hold now.

    Raises:
        NotFound: None were adopted yet.
    """
    newest = await newest_rules(session)
    if newest is None:
        raise NotFound("尚未载入提醒规则，请等待服务启动完成", code="rules.not_found")
    return read_rulebook(newest.body, version=newest.version, since=newest.since)


@dataclass(frozen=True, slots=True)
class DueClock:
    """A clock that has to be looked at; its fields are those of `ClockRow`."""

    task_id: str
    clock: str
    started_at: datetime
    recorded_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    decided_offset: int | None
    span: str | None
    amount: int | None
    snoozed_offset: int | None
    snoozed_until: datetime | None


_DUE = [ClockRow.__table__.c[each.name] for each in fields(DueClock)]


async def due_clocks(
    session: AsyncSession, as_of: datetime, *, limit: int, feed: str = "supervision"
) -> Sequence[DueClock]:
    """Take clocks that have to be looked at by `as_of`, longest waiting first; another replica passes them by."""
    due = select(*_DUE).where(ClockRow.feed == feed, ClockRow.next_at <= as_of)
    due = due.order_by(ClockRow.next_at).limit(limit)
    return [DueClock(*row) for row in await session.execute(due.with_for_update(skip_locked=True))]


class Standing(NamedTuple):
    """Where a clock stands after a round; the fields are those of `ClockRow`."""

    decided_offset: int | None
    next_at: datetime | None
    snoozed_offset: int | None = None
    snoozed_until: datetime | None = None


async def set_standings(session: AsyncSession, standings: Iterable[tuple[DueClock, Standing]]) -> None:
    """Write where clocks stand: a statement for all that stand alike, which in a crowd are most."""
    alike: dict[Standing, list[tuple[str, str]]] = {}
    for clock, standing in standings:
        alike.setdefault(standing, []).append((clock.task_id, clock.clock))
    table = Base.metadata.tables[ClockRow.__tablename__]
    for standing, keys in alike.items():
        await session.execute(
            update(table).where(has_key((table.c.task_id, table.c.clock), keys)).values(standing._asdict())
        )


async def next_look(session: AsyncSession, feed: str = "") -> datetime | None:
    """Give the business time at which the first clock, of a feed or any, has to be looked at; None when none runs."""
    first = select(func.min(ClockRow.next_at))
    return await session.scalar(first.where(ClockRow.feed == feed) if feed else first)


async def waiting_clocks(session: AsyncSession, as_of: datetime) -> int:
    """Count the clocks that should have been looked at by `as_of`."""
    return await session.scalar(select(func.count()).where(ClockRow.next_at <= as_of)) or 0


@dataclass(frozen=True, slots=True)
class KnownTask:
    """What a notice has to know of its task."""

    kind: str
    title: str
    units: tuple[Told, ...]
    level: str = "normal"
    plan_id: str | None = None
    answering_unit: str | None = None

    @property
    def matched(self) -> Matched:
        """What of it a rule is matched by."""
        return Matched(self.kind, self.plan_id, self.level, self.answering_unit)


UNKNOWN_TASK = KnownTask(kind="", title="", units=())


async def known_tasks(session: AsyncSession, task_ids: Sequence[str]) -> dict[str, KnownTask]:
    """Read tasks with their units in the order of the document."""
    collective = func.coalesce(UnitRow.collective, False)
    roles = select(TaskUnitRow.task_id, TaskUnitRow.unit_id, TaskUnitRow.role, collective)
    roles = roles.outerjoin(UnitRow, UnitRow.unit_id == TaskUnitRow.unit_id)
    rows = await session.execute(roles.where(TaskUnitRow.task_id.in_(task_ids)).order_by(TaskUnitRow.place))
    units: dict[str, list[Told]] = {}
    for task_id, unit_id, role, is_collective in rows:
        units.setdefault(task_id, []).append((unit_id, role, bool(is_collective)))
    about = select(
        TaskRow.task_id, TaskRow.kind, TaskRow.title, TaskRow.level, TaskRow.plan_id, TaskRow.answering_unit
    )
    return {
        row.task_id: KnownTask(
            row.kind, row.title, tuple(units.get(row.task_id, ())), row.level, row.plan_id, row.answering_unit
        )
        for row in await session.execute(about.where(TaskRow.task_id.in_(task_ids)))
    }
