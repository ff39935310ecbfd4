"""The 督办台账 as it was at a past instant: its tasks from the snapshots, with what was reported and judged by then.

Invariant: beyond what a look at the past takes from the present, only the cadences are of today: they keep no history.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_as_of
from services.tasks.ledger.as_of import find_as_of
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import read_terms
from services.tasks.models import ReportRow, TaskRow
from services.tasks.sheets.records import Record
from services.tasks.sheets.repository import (
    PAGE,
    Names,
    by_role,
    cadences_of,
    granted_extensions,
    last_opinions,
    read_names,
    registered_days,
    says_something,
)
from services.tasks.units.repository import names_at
from shared.clock import local_date


@dataclass(frozen=True, slots=True)
class PastLedger:
    """The ledger of a past instant; `shown` holds the light of each task by id, in the ledger's order."""

    session: AsyncSession
    instant: datetime
    names: Names
    shown: Mapping[str, str]
    lights: dict[str, int]

    async def records(self) -> AsyncIterator[Sequence[Record]]:
        """Give its records."""
        ids = list(self.shown)
        for start in range(0, len(ids), PAGE):
            yield await self._page(ids[start : start + PAGE])
            self.session.expunge_all()

    async def _page(self, ids: Sequence[str]) -> list[Record]:
        session, instant = self.session, self.instant
        seen = await repository_as_of.seen_at(session, ids, instant)
        registered = await registered_days(session, ids)
        reports, opinions = (
            await _last_reports(session, ids, instant),
            await last_opinions(session, ids, until=instant),
        )
        extensions, cadences = (
            await granted_extensions(session, ids, until=instant),
            await cadences_of(session, ids),
        )
        return [
            Record(
                task=(task := seen[task_id].held.task),
                light=self.shown[task_id],
                body=seen[task_id].body,
                plan_title=self.names.plans.get(task.plan_id or "", ""),
                units=by_role(
                    [(one.role, self.names.units[one.unit_id]) for one in seen[task_id].held.units]
                ),
                registered_on=registered[task_id],
                report=reports.get((task_id, task.answering_unit)),
                opinion=opinions.get(task_id, ""),
                extensions=extensions.get(task_id, 0),
                due_on=local_date(task.due_at) if task.due_at else task.deadline,
                original_due_on=_original_due_on(seen[task_id].held),
                cadence="、".join(cadences.get(task_id, ())),
            )
            for task_id in ids
        ]


async def open_past(session: AsyncSession, query: TaskQuery, instant: datetime) -> PastLedger:
    """Find the tasks that `query` chose at a past instant, with their lights.

    Raises:
        Invalid: Another order than the ledger's was asked for.
        Conflict: The history holds no snapshots of that time.
    """
    whole, terms = replace(query, after=""), await read_terms(session, instant)
    shown = {seen.held.task.id: lit.light async for seen, lit in find_as_of(session, instant, whole, terms)}
    lights: dict[str, int] = {}
    for light in shown.values():
        lights[light] = lights.get(light, 0) + 1
    today = await read_names(session)
    names = Names(await names_at(session, today.units, instant), today.plans)
    return PastLedger(session, instant, names, shown, lights)


def _original_due_on(held: Held) -> date | None:
    clock = held.owed_by
    return local_date(clock.original_due_at) if clock else None


async def _last_reports(
    session: AsyncSession, ids: Sequence[str], instant: datetime
) -> dict[tuple[str, str | None], ReportRow]:
    """Read the last report of each unit by then that says something, by task and unit id."""
    until = repository_as_of.last_revisions(instant, TaskRow.id.in_(ids)).subquery()
    last = (
        select(ReportRow.task_id, ReportRow.unit_id, func.max(ReportRow.revision).label("revision"))
        .join(until, until.c.task_id == ReportRow.task_id)
        .where(ReportRow.revision <= until.c.revision, says_something())
        .group_by(ReportRow.task_id, ReportRow.unit_id)
        .subquery()
    )
    same = (ReportRow.task_id == last.c.task_id) & (ReportRow.revision == last.c.revision)
    reports = await session.scalars(select(ReportRow).join(last, same))
    return {(report.task_id, report.unit_id): report for report in reports}
