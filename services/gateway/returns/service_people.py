"""Use cases of people: say a return again, let it go, and hold a day against what the platform says that it has."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.returns import repository_lists as lists
from services.gateway.returns.domain import LONGEST_REASON, OPEN, State
from services.gateway.returns.models import ReturnRow
from services.gateway.returns.repository_sending import lock_row, release_next
from services.gateway.returns.service_sending import publish_end
from services.gateway.returns.service_targets import require_target
from shared.database import Tx
from shared.errors import Conflict, NotFound

MISSING = "对账：平台没有这一条，已以同一编号重报"
CONFIRMED = "对账：平台确认已收到"


async def retry(tx: Tx, return_id: str, *, real_now: datetime) -> ReturnRow:
    """Queue a return again under its id, whatever came of it: after a correction, or because the platform asks again.

    Raises:
        NotFound: There is none.
        Conflict: It is on its way, or nobody knows where to.
    """
    row = await _require(tx, return_id)
    if row.state in {State.SENDING, State.UNPLACED}:
        why = "正在发送，请稍后再看" if row.state == State.SENDING else "还不知道回传给哪个来源"
        raise Conflict(f"回传 {return_id} {why}", code="return.not_ready", field="id", state=row.state)
    _queue(row, real_now)
    return row


def _queue(row: ReturnRow, real_now: datetime, reason: str | None = None) -> None:
    row.state, row.tries, row.delivered_at = State.WAITING, 0, None
    row.queued_at = row.next_try_at = real_now
    if reason is not None:
        row.reason = reason


async def dismiss(tx: Tx, return_id: str, reason: str, *, by: str, real_now: datetime) -> ReturnRow:
    """Let a return go, for a reason: it does not go back any more, and those behind it may.

    Raises:
        NotFound: There is none.
        Conflict: It is on its way, or there already.
    """
    row = await _require(tx, return_id)
    if row.state in {State.SENDING, State.DELIVERED}:
        why = "正在发送，请稍后再试" if row.state == State.SENDING else "已经送达，不必撤下"
        raise Conflict(f"回传 {return_id} {why}", code="return.not_dismissable", field="id", state=row.state)
    row.state, row.reason = State.DISMISSED, f"{reason[:LONGEST_REASON]}（{by}）"
    await release_next(tx.session, row, real_now)
    return row


async def _require(tx: Tx, return_id: str) -> ReturnRow:
    row = await lock_row(tx.session, return_id)
    if row is None:
        raise NotFound(f"没有回传 {return_id[:64]}", code="return.not_found", field="id")
    return row


@dataclass(frozen=True, slots=True)
class StepCount:
    """How the returns of one step stand; `due` is the sum of the others."""

    step: str
    due: int
    delivered: int
    refused: int
    waiting: int
    unknown: int
    dismissed: int


# What of a count a state is; what is on its way may or may not be there.
_COLUMNS = {
    State.DELIVERED: "delivered",
    State.REFUSED: "refused",
    State.WAITING: "waiting",
    State.SENDING: "unknown",
    State.UNKNOWN: "unknown",
    State.DISMISSED: "dismissed",
}


async def reconciliation(session: AsyncSession, source_id: str, day: date) -> list[StepCount]:
    """Count by step what of a day was due to go back to a source.

    Raises:
        NotFound: The source has no target.
    """
    await require_target(session, source_id)
    return _counted(await lists.counts_of_day(session, source_id, day))


def _counted(rows: Iterable[tuple[str, str, int]]) -> list[StepCount]:
    steps: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COLUMNS.values(), 0))
    for step, state, count in rows:
        steps[step][_COLUMNS[State(state)]] += count
    return [StepCount(step, sum(counts.values()), **counts) for step, counts in sorted(steps.items())]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a list of the platform.

    Attributes:
        requeued: What we hold for delivered and the platform lacks: it is said again.
        confirmed: What had no answer, and the platform has.
        strange: What the platform lists and is no return of that source and day.
    """

    requeued: list[str]
    confirmed: list[str]
    strange: list[str]


async def reconcile(
    tx: Tx, source_id: str, day: date, has: Collection[str], *, real_now: datetime
) -> Reconciled:
    """Hold a day against the ids that the platform says it has.

    Raises:
        NotFound: The source has no target.
    """
    await require_target(tx.session, source_id)
    known = await lists.ids_of_day(tx.session, source_id, day)
    rows = await lists.lock_day(tx.session, source_id, day, {State.DELIVERED, *OPEN})
    requeued = [row for row in rows if row.state == State.DELIVERED and row.id not in has]
    confirmed = [row for row in rows if row.state in OPEN and row.id in has]
    for row in requeued:
        _queue(row, real_now, MISSING)
    for row in confirmed:
        row.state, row.reason, row.delivered_at = State.DELIVERED, CONFIRMED, real_now
        await release_next(tx.session, row, real_now)
        publish_end(tx, row)
    return Reconciled([row.id for row in requeued], [row.id for row in confirmed], sorted(set(has) - known))
