"""Use cases of summaries: say which are owed, sum a feed up, keep what was summed up, switch a kind on or off.

Invariant: what is owed is kept once for its period, whoever sums it up; each further one is a later version.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import Connection

from services.metrics.feeds.repository import calendar
from services.metrics.models import FeedSummaryKindRow, FeedSummaryRow
from services.metrics.summaries import domain, domain_due, repository
from services.metrics.summaries.domain import Plan, summary_rules
from services.metrics.summaries.domain_due import Owed
from services.metrics.summaries.service_orders import hotline_figures
from services.metrics.summaries.service_ratings import rating_figures
from shared.database import Tx
from shared.events.feed_summaries import FeedSummaryCompiled

BY_SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is owed, the oldest first, and when the next one will be."""

    owed: list[Owed]
    next_due: datetime


def agenda(connection: Connection, now: datetime) -> Agenda:
    """Say which summaries are owed; a feed that had told nothing by then owes none."""
    days, off, found = calendar(connection), repository.inactive(connection), list[Owed]()
    plans = summary_rules().schedule
    for plan in plans:
        if plan.kind not in off:
            known = repository.compiled_periods(connection, plan.kind)
            # The latest first: what had not begun by then had not begun before, and need not be asked.
            latest_first = reversed(domain_due.owed(plan, now, days, known))
            found += takewhile(
                lambda one: repository.has_begun(connection, one.plan, one.due_at), latest_first
            )
    return Agenda(sorted(found, key=lambda one: one.due_at), domain_due.next_due(plans, now, days))


def asked_for(connection: Connection, plan: Plan, period: domain.Span) -> Owed:
    """Give what a person asks for, with the instant at which it is owed by itself."""
    return Owed(plan, period, domain_due.due_at(plan, period, calendar(connection)))


def sum_up(connection: Connection, owed: Owed, as_of: datetime) -> FeedSummaryCompiled:
    """Sum a feed up for a period, by what was told until `as_of`; it has no version yet."""
    plan, span = owed.plan, owed.span
    is_hotline = plan.kind != "ratings_monthly"
    return FeedSummaryCompiled(
        summary_id="",
        kind=plan.kind,
        period=owed.period,
        version=0,
        first_on=span.first,
        last_on=span.last,
        as_of=as_of,
        due_at=owed.due_at,
        compiled_at=as_of,
        hotline=hotline_figures(connection, plan, span, as_of) if is_hotline else None,
        ratings=None if is_hotline else rating_figures(connection, plan, span, as_of),
    )


async def keep(
    tx: Tx, summary: FeedSummaryCompiled, by: str, *, real_wait: timedelta
) -> FeedSummaryRow | None:
    """Keep a summary as the next version of its period, and publish it; two at once collide on the version.

    Args:
        tx: The transaction.
        summary: What was summed up.
        by: Who wanted it; what the schedule wants is kept once, and None is given when there is one already.
        real_wait: Real time since it was owed: in a fast drill half an hour may pass before anybody can look.
    """
    before = await repository.newest_version(tx.session, summary.kind, summary.period)
    if before and by == BY_SCHEDULE:
        return None
    version = before + 1
    allowed = timedelta(minutes=summary_rules().late_minutes)
    late = by == BY_SCHEDULE and tx.now - summary.due_at > allowed and real_wait > timedelta(minutes=1)
    summary_id = f"{summary.kind}-{summary.period}-{version}"
    known = {"summary_id": summary_id, "version": version, "compiled_at": tx.now, "late": late}
    made = domain.fit(summary.model_copy(update=known))
    row = FeedSummaryRow(
        id=summary_id,
        kind=made.kind,
        period=made.period,
        version=version,
        as_of=made.as_of,
        due_at=made.due_at,
        compiled_at=tx.now,
        by=by,
        late=late,
        facts=made.hotline.received if made.hotline else made.ratings.ratings if made.ratings else 0,
    )
    tx.session.add(row)
    await tx.session.flush()
    tx.publish(made, revision=version)
    return row


async def switch_kind(tx: Tx, kind: str, by: str, *, active: bool) -> None:
    """Say whether a kind of summary is compiled at its times from now on."""
    await tx.session.merge(FeedSummaryKindRow(kind=kind, active=active, set_by=by, set_at=tx.now))
