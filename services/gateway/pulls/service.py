"""Use cases of pulling: plans are set, rounds begun, moved on with what was taken, and ended.

Invariant: of one source one round is at hand; a round that another replica took over can't move the cursor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.service_sources import Source, load_source, require_source
from services.gateway.pulls import repository as rows
from services.gateway.pulls.domain import Cursor, Plan, PullPlan, TablePlan, wait_after
from services.gateway.pulls.models import FeedPull
from services.gateway.returns.domain import Hosts
from shared.clock import Clock
from shared.database import SyncTx, Tx
from shared.errors import Conflict, DubanError, Invalid, NotFound

MARGIN = timedelta(seconds=30)  # Beyond the longest call, until a round without a word counts as dead.
_PLANS: TypeAdapter[PullPlan | TablePlan] = TypeAdapter(Plan)


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was begun."""

    source: Source
    plan: PullPlan | TablePlan
    cursor: Cursor
    fence: int

    @property
    def term(self) -> timedelta:
        """Give how long a step of it may take at most."""
        return timedelta(seconds=2 * self.plan.timeout) + MARGIN


@dataclass(frozen=True, slots=True)
class PullOrder:
    """How a source is asked, as people set it."""

    plan: PullPlan | TablePlan
    enabled: bool


@dataclass(frozen=True, slots=True)
class PullDesk:
    """What setting a plan needs: which hosts may be called, and the clock."""

    hosts: Hosts
    clock: Clock


async def set_plan(tx: Tx, source_id: str, order: PullOrder, desk: PullDesk, *, by: str) -> FeedPull:
    """Set how a source is asked from now on; another address, table or kind begins from its start.

    Raises:
        NotFound: There is no such source.
        Invalid: Its host may not be called.
    """
    plan = order.plan
    await require_source(tx.session, source_id)
    if isinstance(plan, PullPlan) and not desk.hosts.permit(plan.url):
        message = "url 的主机不在允许拉取的名单中：请核对地址，或由运维把主机加入 DUBAN_FEED_HOSTS"
        raise Invalid(message, code="pull.host_refused", field="url")
    row = await rows.lock_pull(tx.session, source_id, wait=True)
    now = desk.clock.real_now()
    if row is None:
        row = FeedPull(source_id=source_id, fence=0, holder="", held_until=now, last_at=None, error_at=None)
        row.runs = row.failed_runs = row.failures = 0
        row.error, row.cursor = "", Cursor().model_dump_json()
        tx.session.add(row)
    elif _asked(plan) != _asked(plan_of(row)):
        row.cursor = Cursor().model_dump_json()
    row.plan, row.enabled, row.next_at = plan.model_dump_json(), order.enabled, now
    row.fence += 1  # The round at hand goes by the old plan: it moves nothing more.
    row.holder, row.changed_at, row.changed_by = "", now, by
    return row


def _asked(plan: PullPlan | TablePlan) -> tuple[object, ...]:
    if isinstance(plan, PullPlan):
        return plan.url, plan.paging.by, plan.since is None
    return plan.database, plan.scheme, plan.table, plan.cursor, plan.key


def plan_of(row: FeedPull) -> PullPlan | TablePlan:
    """Read the plan of a row."""
    return _PLANS.validate_json(row.plan)


async def require_pull(session: AsyncSession, source_id: str) -> FeedPull:
    """Give how a source is asked.

    Raises:
        NotFound: It is not.
    """
    row = await rows.find_pull(session, source_id)
    if row is None:
        message = f"来源 {source_id[:64]} 没有拉取设置，请先设置（PUT /api/v1/feed-pulls/{source_id[:64]}）"
        raise NotFound(message, code="pull.not_found", field="source_id")
    return row


async def ask_now(tx: Tx, source_id: str, *, from_start: bool, real_now: datetime) -> FeedPull:
    """Let the next round begin at once; from the very start where asked, which repeats what is here already.

    Raises:
        NotFound: The source is not asked.
    """
    await require_pull(tx.session, source_id)
    row = await rows.lock_pull(tx.session, source_id, wait=True)
    assert row is not None  # noqa: S101 - it was there, and rows are never deleted.
    row.next_at = real_now
    if from_start:
        row.cursor, row.fence, row.holder = Cursor().model_dump_json(), row.fence + 1, ""
    return row


async def begin(tx: Tx, source_id: str, *, holder: str, real_now: datetime) -> Round | None:
    """Begin a round; None where another replica has it, or nothing is to be asked."""
    row = await rows.lock_pull(tx.session, source_id)
    source = await load_source(tx.session, source_id)
    if row is None or source is None or not (row.enabled and source.enabled) or row.next_at > real_now:
        return None
    if row.holder not in {"", holder} and row.held_until > real_now:
        return None
    begun = Round(source, plan_of(row), Cursor.model_validate_json(row.cursor), row.fence + 1)
    row.fence, row.holder, row.held_until = begun.fence, holder, real_now + begun.term
    return begun


def move(tx: SyncTx, at_hand: Round, *, after: Cursor, real_now: datetime) -> None:
    """Move the cursor, in the transaction that took the records before it.

    Raises:
        Conflict: Another round began meanwhile.
    """
    source_id, until = at_hand.source.id, real_now + at_hand.term
    done = partial(rows.move_cursor, tx.connection, source_id, at_hand.fence)
    if not done(cursor=after.model_dump_json(), held_until=until):
        message = f"来源 {source_id} 已由另一轮拉取接手，本轮不再写入"
        raise Conflict(message, code="pull.taken_over", field="source_id")


async def end(tx: Tx, at_hand: Round, *, pause: timedelta, real_now: datetime) -> None:
    """End a round that went well; the next one begins after the pause."""
    row = await rows.lock_pull(tx.session, at_hand.source.id, wait=True)
    if row is None or row.fence != at_hand.fence:
        return
    row.holder, row.last_at, row.failures, row.error = "", real_now, 0, ""
    row.runs += 1
    row.next_at = real_now + pause


async def fail(tx: Tx, at_hand: Round, error: DubanError, *, real_now: datetime) -> None:
    """End a round that failed; the next one begins where it stood."""
    row = await rows.lock_pull(tx.session, at_hand.source.id, wait=True)
    if row is None or row.fence != at_hand.fence:
        return
    asked = error.details.get("retry_after", 0)
    wait = timedelta(seconds=asked if isinstance(asked, int) else 0)
    row.failures += 1
    row.failed_runs += 1
    row.holder, row.error, row.error_at = "", f"{error.message}（{error.code}）"[:1000], real_now
    row.next_at = real_now + wait_after(row.failures, timedelta(seconds=at_hand.plan.every), wait)
