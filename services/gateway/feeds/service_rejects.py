"""Use cases of refused records: listed, shown, tried again, discarded; and the reconciliation of a day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.domain.steps import Outcome
from services.gateway.feeds.repository_rejects import count_states, find_reject
from services.gateway.feeds.views import Reconciled
from services.gateway.models import FeedReject, FeedStatement, FeedTally
from shared.database import Tx
from shared.errors import Conflict, NotFound

MOST_DAYS = 200  # Sources and days that are reconciled at once.
STATES = ("open", "replayed", "discarded")


async def require_reject(session: AsyncSession, reject_id: str, *, lock: bool = False) -> FeedReject:
    """Give a refused record.

    Raises:
        NotFound: There is none.
    """
    row = await find_reject(session, reject_id, lock=lock)
    if row is None:
        message = f"没有被拒记录 {reject_id}，全部见 GET /api/v1/feed-rejects"
        raise NotFound(message, code="reject.not_found", field="id")
    return row


def check_open(row: FeedReject) -> None:
    """Pass for a refused record that nobody has decided on.

    Raises:
        Conflict: Somebody has.
    """
    if row.state != "open":
        done = {"replayed": "已补收", "discarded": "已作废"}[row.state]
        message = f"被拒记录 {row.id} {done}（{row.decided_by}），不能再处理"
        raise Conflict(message, code="reject.decided", field="id", state=row.state)


async def discard(tx: Tx, reject_id: str, *, reason: str, by: str) -> FeedReject:
    """Give a refused record up; it stays, with the reason.

    Raises:
        NotFound: There is none.
        Conflict: Somebody has decided on it.
    """
    row = await require_reject(tx.session, reject_id, lock=True)
    check_open(row)
    row.state, row.reason, row.decided_by, row.decided_at = "discarded", reason, by, tx.now
    return row


async def state_count(tx: Tx, source: str, day: date, *, count: int, by: str) -> None:
    """Note how many records a source says that it sent on a day; the last word counts."""
    row = await tx.session.get(FeedStatement, (source, day)) or FeedStatement(source_id=source, day=day)
    row.count, row.stated_at, row.stated_by = count, tx.now, by
    tx.session.add(row)


async def reconcile(session: AsyncSession, source: str, day: date) -> Reconciled:
    """Set what was received against what the source says; a record sent again counts once."""
    wanted = select(FeedTally.name, FeedTally.count)
    rows = await session.execute(wanted.where(FeedTally.source_id == source, FeedTally.day == day))
    counts: dict[str, int] = {name: count for name, count in rows}  # noqa: C416 - typed so.
    outcomes = {one.value: counts.get(f"record.{one.value}", 0) for one in Outcome}
    states = await count_states(session, source, day)
    statement = await session.get(FeedStatement, (source, day))
    stated = None if statement is None else statement.count
    received = sum(outcomes.values())
    return Reconciled(
        source=source,
        day=day,
        received=received,
        **outcomes,
        rejects={state: sum(n for (_, one), n in states.items() if one == state) for state in STATES},
        events={name.removeprefix("event."): n for name, n in counts.items() if name.startswith("event.")},
        stated=stated,
        difference=None if stated is None else received - outcomes["repeated"] - stated,
    )


async def reconciled_days(session: AsyncSession, source: str, day: date | None) -> list[tuple[str, date]]:
    """Give the sources and days of which there is anything, the newest day first."""
    found: set[tuple[str, date]] = set()
    for table in (FeedTally, FeedStatement):
        wanted = select(table.source_id, table.day).distinct()
        for column, value in ((table.source_id, source), (table.day, day)):
            if value:
                wanted = wanted.where(column == value)
        rows = await session.execute(wanted.order_by(table.day.desc(), table.source_id).limit(MOST_DAYS))
        found |= {(named, told) for named, told in rows}
    return sorted(found, key=lambda one: (-one[1].toordinal(), one[0]))[:MOST_DAYS]
