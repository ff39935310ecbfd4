"""What sheets show, read page by page; and the tasks that the rows of a sheet mean."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository, repository_queries
from services.tasks.ledger.domain import OWED
from services.tasks.ledger.domain_extensions import ExtensionState
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.domain_sources import SOURCES
from services.tasks.models import (
    CadenceRow,
    ClockRow,
    ExtensionRow,
    PlanRow,
    ReportRow,
    RevisionRow,
    TaskRow,
    UnitRow,
)
from services.tasks.sheets.domain_words import FREQUENCIES
from services.tasks.sheets.records import Record
from shared.clock import local_date

PAGE = 200  # Tasks that are in memory at once; reading them holds the event loop up.
OPINIONS: Mapping[str, str] = {
    "verify": "复核通过",
    "return": "退回",
    "close": "办结",
    "normalise": "转常态化",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of all units and plans by id: they are few."""

    units: Mapping[str, str]
    plans: Mapping[str, str]


async def hold_snapshot(session: AsyncSession) -> None:
    """Let all statements of a reading session see the same instant; SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def read_names(session: AsyncSession) -> Names:
    """Read the names of all units and plans."""
    units = await session.execute(select(UnitRow.id, UnitRow.name))
    plans = await session.execute(select(PlanRow.id, PlanRow.title))
    return Names(
        {unit_id: name for unit_id, name in units},  # noqa: C416 - rows are no pairs to the type checker.
        {plan_id: title for plan_id, title in plans},  # noqa: C416 - the same.
    )


async def pages(session: AsyncSession, query: TaskQuery) -> AsyncIterator[Sequence[TaskRow]]:
    """Read the tasks that a query chooses, a page at a time, in the ledger's order."""
    after: str | None = ""
    while after is not None:
        asked = replace(query, limit=PAGE, after=after)
        tasks, after = await repository_queries.list_tasks(session, asked)
        yield tasks
        session.expunge_all()


async def records_of(session: AsyncSession, tasks: Sequence[TaskRow], names: Names) -> list[Record]:
    """Read what a sheet says of some tasks, in their order."""
    ids = [task.id for task in tasks]
    units = await repository.units_of(session, ids)
    registered, clocks = await registered_days(session, ids), await _finish_clocks(session, ids)
    reports, opinions = await _last_reports(session, ids), await last_opinions(session, ids)
    extensions, cadences = await granted_extensions(session, ids), await cadences_of(session, ids)
    return [
        Record(
            task=task,
            light=task.light,
            body=task.body,
            plan_title=names.plans.get(task.plan_id or "", ""),
            units=by_role([(unit.role, names.units[unit.unit_id]) for unit in units.get(task.id, ())]),
            registered_on=registered[task.id],
            report=reports.get(task.id),
            opinion=opinions.get(task.id, ""),
            extensions=extensions.get(task.id, 0),
            due_on=local_date(task.due_at) if task.due_at else task.deadline,
            original_due_on=clocks.get(task.id),
            cadence="、".join(cadences.get(task.id, ())),
        )
        for task in tasks
    ]


def by_role(units: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Gather (role, name) by role, in their order."""
    roles: dict[str, tuple[str, ...]] = {}
    for role, name in units:
        roles[role] = (*roles.get(role, ()), name)
    return roles


async def registered_days(session: AsyncSession, ids: Sequence[str]) -> dict[str, date]:
    """Read the day of registration by task id."""
    rows = await session.execute(
        select(RevisionRow.task_id, RevisionRow.at).where(
            RevisionRow.task_id.in_(ids), RevisionRow.revision == 1
        )
    )
    return {task_id: local_date(at) for task_id, at in rows}


async def _finish_clocks(session: AsyncSession, ids: Sequence[str]) -> dict[str, date]:
    rows = await session.execute(
        select(ClockRow.task_id, ClockRow.original_due_at).where(
            ClockRow.task_id.in_(ids), ClockRow.name.in_(OWED)
        )
    )
    return {task_id: local_date(due_at) for task_id, due_at in rows}


async def _last_reports(session: AsyncSession, ids: Sequence[str]) -> dict[str, ReportRow]:
    """Read the last report of each answering unit that says something."""
    last = (
        select(ReportRow.task_id, func.max(ReportRow.revision).label("revision"))
        .join(TaskRow, TaskRow.id == ReportRow.task_id)
        .where(ReportRow.task_id.in_(ids), ReportRow.unit_id == TaskRow.answering_unit, says_something())
        .group_by(ReportRow.task_id)
        .subquery()
    )
    stated = select(ReportRow).join(
        last, (ReportRow.task_id == last.c.task_id) & (ReportRow.revision == last.c.revision)
    )
    return {report.task_id: report for report in await session.scalars(stated)}


def says_something() -> ColumnElement[bool]:
    """State that a report has words."""
    return or_(ReportRow.note != "", ReportRow.problem != "", ReportRow.next_step != "")


async def last_opinions(
    session: AsyncSession, ids: Sequence[str], *, until: datetime | None = None
) -> dict[str, str]:
    """Read what the reviewers said last of tasks, by task id; with `until`, what they had said by then."""
    stated = select(RevisionRow.task_id, RevisionRow.move, RevisionRow.reason)
    stated = stated.where(RevisionRow.task_id.in_(ids), RevisionRow.move.in_([*OPINIONS]))
    stated = stated.where(RevisionRow.at <= until) if until else stated
    rows = await session.execute(stated.order_by(RevisionRow.task_id, RevisionRow.revision))
    return {task_id: "：".join(filter(None, (OPINIONS[move], reason))) for task_id, move, reason in rows}


async def granted_extensions(
    session: AsyncSession, ids: Sequence[str], *, until: datetime | None = None
) -> dict[str, int]:
    """Count the extensions granted of tasks, by task id; with `until`, those granted by then."""
    stated = select(ExtensionRow.task_id, func.count()).group_by(ExtensionRow.task_id)
    stated = stated.where(ExtensionRow.task_id.in_(ids), ExtensionRow.state == ExtensionState.GRANTED)
    rows = await session.execute(stated.where(ExtensionRow.decided_at <= until) if until else stated)
    return {task_id: count for task_id, count in rows}  # noqa: C416 - rows are no pairs to the type checker.


async def cadences_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read how often what recurs of tasks is owed, in words, by task id."""
    rows = await session.execute(
        select(CadenceRow.task_id, CadenceRow.frequency)
        .where(CadenceRow.task_id.in_(ids))
        .order_by(CadenceRow.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for task_id, frequency in rows:
        word = FREQUENCIES.get(frequency, frequency)
        theirs = found.get(str(task_id), ())
        found[str(task_id)] = theirs if word in theirs else (*theirs, word)
    return found


async def find_ids(session: AsyncSession, names: Collection[str]) -> list[str]:
    """Find the ids of the tasks that codes of a sheet mean: by id, or by the number of one registered by hand."""
    found: dict[str, None] = {}
    for chunk in repository.batches(sorted(names)):
        by_number = (TaskRow.number.in_(chunk)) & TaskRow.source.in_([*SOURCES])
        ids = await session.scalars(select(TaskRow.id).where(or_(TaskRow.id.in_(chunk), by_number)))
        found |= dict.fromkeys(ids)
    return list(found)


async def reports_of_unit(session: AsyncSession, ids: Sequence[str], unit: str) -> dict[str, ReportRow]:
    """Read what a unit reported last about tasks, by task id, where it said something."""
    stated = (
        select(ReportRow)
        .where(
            ReportRow.task_id.in_(ids),
            ReportRow.unit_id == unit,
            or_(says_something(), ReportRow.progress.is_not(None)),
        )
        .order_by(ReportRow.task_id, ReportRow.revision)
    )
    return {report.task_id: report for report in await session.scalars(stated)}


def instant_day(instant: datetime | None) -> date | None:
    """Give the Shanghai day of an instant, None for none."""
    return local_date(instant) if instant else None
