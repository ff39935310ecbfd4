"""Use cases of summaries: compile what is owed or asked for, keep it and what became of it, switch kinds on and off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_periods import Period
from services.tasks.models import SummaryKindRow, SummaryRow
from services.tasks.radar.repository import goals
from services.tasks.summaries import domain, repository
from services.tasks.summaries.domain import Fact
from services.tasks.summaries.domain_due import KINDS, last_instant, name_of, owed_on
from services.tasks.workdays.repository import read_calendar
from shared.clock import at_local, local_date
from shared.database import Tx
from shared.events.deadlines import PaperDrafted, PaperEvent, PaperReleased
from shared.events.summaries import SummaryCompiled, SummaryKind, TaskCounts

AT_DAYBREAK = "daybreak"


@dataclass(frozen=True, slots=True)
class Asked:
    """A summary that is to be compiled: its kind, and the period that it is about."""

    kind: SummaryKind
    period: Period


async def compile_owed(session: AsyncSession, now: datetime) -> list[SummaryCompiled]:
    """Compile the summaries that are owed on a day and that nobody compiled before.

    Raises:
        Conflict: As `compile_summary`.
    """
    today, calendar = local_date(now), await read_calendar(session)
    off, compiled = await repository.inactive(session), []
    facts: dict[datetime, list[Fact]] = {}  # A week, a month and a quarter may end with one instant.
    for kind in KINDS:
        period = None if kind in off else owed_on(kind, today, calendar)
        if period and not await repository.newest_version(session, kind, name_of(kind, period)):
            compiled.append(await compile_summary(session, Asked(kind, period), now, facts))
    return compiled


async def compile_summary(
    session: AsyncSession, asked: Asked, now: datetime, facts: dict[datetime, list[Fact]] | None = None
) -> SummaryCompiled:
    """Sum the ledger up as of the end of a period, or as of now while it lasts; `keep_summary` makes it known.

    It reads the whole ledger: do this on a snapshot, not in a transaction for which others would wait.

    `facts` is what was read before, by its instant; what is read is added.

    Raises:
        Conflict: The history has no snapshots of that time.
    """
    kind, period = asked.kind, name_of(asked.kind, asked.period)
    version = await repository.newest_version(session, kind, period) + 1
    as_of, read = min(last_instant(asked.period.last), now), {} if facts is None else facts
    if as_of not in read:
        read[as_of] = await repository.facts_at(session, as_of)
    return await _sum_up(session, asked, version, as_of, read[as_of])


async def keep_summary(tx: Tx, summary: SummaryCompiled, by: str) -> SummaryRow:
    """Keep and publish what was compiled; two at once collide on the version.

    What is compiled at daybreak is not published when there was no task.
    """
    row = SummaryRow(
        id=summary.summary_id,
        kind=summary.kind,
        period=summary.period,
        version=summary.version,
        as_of=summary.as_of,
        compiled_at=tx.now,
        by=by,
        tasks=summary.totals.tasks,
    )
    tx.session.add(row)
    if row.tasks or by != AT_DAYBREAK:
        tx.publish(summary, revision=row.version)
    return row


async def keep_owed(tx: Tx, compiled: Iterable[SummaryCompiled]) -> list[SummaryRow]:
    """Keep what was owed, but for what somebody else has kept meanwhile."""
    return [
        await keep_summary(tx, one, AT_DAYBREAK)
        for one in compiled
        if not await repository.newest_version(tx.session, one.kind, one.period)
    ]


async def _sum_up(
    session: AsyncSession, asked: Asked, version: int, as_of: datetime, facts: list[Fact]
) -> SummaryCompiled:
    period, begun = name_of(asked.kind, asked.period), at_local(asked.period.first)
    looked = domain.outlooks(await goals(session), facts, local_date(as_of))
    readings = [str(one.reading) for one in looked]
    summary = SummaryCompiled(
        summary_id=f"{asked.kind}-{period}-{version}",
        kind=asked.kind,
        period=period,
        version=version,
        first_on=asked.period.first,
        last_on=asked.period.last,
        as_of=as_of,
        totals=TaskCounts(**domain.count(facts, as_of)),
        finished=domain.finished_within(facts, begun, as_of),
        extended=await repository.extensions_granted(session, begun, as_of),
        measures=await repository.measures_taken(session, begun, as_of),
        plans=domain.by_plan(facts, await repository.plan_titles(session), as_of),
        units=domain.by_unit(facts, as_of),
        readings={reading: readings.count(reading) for reading in sorted(set(readings))},
        goals=domain.goals_in_danger(looked),
        lagging=domain.lagging(facts, as_of),
        blocked=await repository.blocked_at(session, as_of),
        extensions=await repository.extensions_waiting_at(session, as_of),
        proposed=await repository.measures_waiting_at(session, as_of),
    )
    return domain.fit(summary)


async def switch_kind(tx: Tx, kind: SummaryKind, by: str, *, active: bool) -> None:
    """Say whether a kind of summary is compiled at its times from now on."""
    await tx.session.merge(SummaryKindRow(kind=kind, active=active, set_by=by, set_at=tx.now))


async def record_paper(tx: Tx, event: PaperEvent) -> None:
    """Keep what became of a summary: its paper was drafted, released or withdrawn.

    A summary that is not known changes nothing: papers may come of other things.
    """
    row = await tx.session.get(SummaryRow, event.summary_id)
    if row is None:
        return
    if isinstance(event, PaperDrafted):
        row.paper_state = "draft"
    elif isinstance(event, PaperReleased):
        row.paper_state, row.paper_number = "released", event.number
    else:
        row.paper_state = "withdrawn"
