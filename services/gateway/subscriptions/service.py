"""Use cases of the engine: read the archive for each subscription, claim what may go out, and end what went.

Invariants: a position is passed in the transaction that queues its delivery; a delivery is on record as on its way
before its call; nothing external is called while a transaction is open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.choice import Choice
from services.gateway.archive.domain_filters import Filters
from services.gateway.archive.repository import Archived, Page, page
from services.gateway.models import ApiKey
from services.gateway.returns.domain import wait_after
from services.gateway.subscriptions import repository as rows
from services.gateway.subscriptions.domain import (
    GIVES_UP_AFTER,
    DeliveryState,
    Outcome,
    SubscriptionState,
    Verdict,
    break_after,
    is_past_its_attempts,
)
from services.gateway.subscriptions.models import Delivery, Subscription
from shared.clock import local_date
from shared.database import Tx
from shared.events.exchange import SubscriptionDisabled

SCANNED = 1000  # Positions that one page looks at.
MOST_PENDING = 1000  # Deliveries of a subscription that may go out; more are not put into the queue.
MOST_HELD = 100_000  # Those that wait behind a subject that fails.
ALL_FAIL = "连续 {days} 天全部投递失败，已停用；请核对接收方后恢复（resume）"
GONE = "接收方回答 410，不再接收，已停用"
NO_WORD = "发送中断，没有等到回答；以同一编号重发"


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that was made: what it came to, how long it took, and where in its wait chance puts the next one."""

    subscription: str
    position: int
    number: int
    verdict: Verdict
    latency_ms: int
    spread: float


class Pages:
    """Pages of the archive within one transaction: subscriptions at one position share theirs."""

    def __init__(self, session: AsyncSession, *, scanned: int = SCANNED) -> None:
        self._session, self._scanned = session, scanned
        self._pages: dict[int, Page] = {}
        self._choice = Choice(session)

    async def behind(self, position: int) -> Page:
        """Give the page behind a position."""
        if position not in self._pages:
            most = self._scanned
            self._pages[position] = await page(self._session, after=position, limit=most, scanned=most)
        return self._pages[position]

    async def wanted(self, found: Page, filters: Filters) -> list[Archived]:
        """Give the events of a page that a subscription wants; what is no event goes to nobody."""
        return await self._choice.of([one for one in found.entries if one.type], filters)


async def feed(tx: Tx, subscription: Subscription, pages: Pages, *, real_now: datetime) -> bool:
    """Queue what the next page of the archive has for a subscription; tells whether there may be more."""
    found = await pages.behind(subscription.position)
    if found.reached == subscription.position:
        return False
    full = await rows.depth(tx.session, subscription.name, most=MOST_HELD)
    if full.pending >= MOST_PENDING or full.held >= MOST_HELD:
        return False
    wanted = await pages.wanted(found, Filters.model_validate_json(subscription.filters))
    lanes = [_lane(entry) for entry in wanted]
    busy = await rows.busy_subjects(tx.session, subscription.name, set(lanes))
    plain = {"subscription": subscription.name, "day": local_date(tx.now), "queued_at": real_now}
    new = _gap(found, subscription.position, plain, real_now)
    for entry, lane in zip(wanted, lanes, strict=True):
        state = DeliveryState.HELD if lane in busy else DeliveryState.WAITING
        busy.add(lane)
        place = {"position": entry.position, "webhook_id": entry.event_id, "type": entry.type}
        new.append(plain | place | {"subject": lane, "gap_from": None} | _fresh(state, real_now))
    await rows.enqueue(tx.session, new)
    subscription.position = found.reached
    return bool(found.entries)


def _lane(entry: Archived) -> str:
    return entry.subject or f"@{entry.position}"  # An event about nothing waits for nothing.


def _fresh(state: DeliveryState, real_now: datetime) -> dict[str, Any]:
    nothing = {"begun_at": None, "lost_at": None, "delivered_at": None, "reason": "", "holder": ""}
    return nothing | {"state": state, "attempts": 0, "tries": 0, "next_try_at": real_now}


def _gap(found: Page, after: int, plain: Mapping[str, Any], real_now: datetime) -> list[dict[str, Any]]:
    """Say that retention has passed over positions that a subscription has not read."""
    if found.first <= after + 1:
        return []
    last = found.first - 1
    name = f"gap-{after + 1}-{last}"
    place = {"position": last, "webhook_id": name, "type": "gap", "subject": name, "gap_from": after + 1}
    return [{**plain, **place, **_fresh(DeliveryState.WAITING, real_now)}]


def begin(row: Delivery, *, holder: str, timeout: float, real_now: datetime) -> None:
    """Put on record that an attempt begins."""
    row.state, row.attempts, row.tries = DeliveryState.SENDING, row.attempts + 1, row.tries + 1
    row.begun_at, row.holder = real_now, holder
    row.lost_at = real_now + timedelta(seconds=2 * timeout) + rows.LOST_AFTER


async def end_lost(tx: Tx, names: Collection[str], *, real_now: datetime) -> None:
    """Queue again what was on its way when its sender ended."""
    attempts = []
    for row in await rows.lost(tx.session, names, real_now):
        attempts.append(_attempt(row, Verdict(Outcome.LOST, detail=NO_WORD), None))
        row.state, row.reason, row.lost_at = DeliveryState.WAITING, NO_WORD, None
        row.next_try_at = real_now
    await rows.record(tx.session, attempts)


async def end(
    tx: Tx, ended: Sequence[Ended], subscriptions: Mapping[str, Subscription], *, real_now: datetime
) -> None:
    """Record what attempts came to; one that counted as lost in between changes nothing but by being delivered."""
    found = await rows.rows_of(tx.session, {(one.subscription, one.position) for one in ended})
    attempts, done = [], dict[str, set[str]]()
    for one in ended:
        row = found.get((one.subscription, one.position))
        if row is None or (row.attempts, row.state) != (one.number, DeliveryState.SENDING):
            continue  # It was lost, and is on record so; the receiver knows its id.
        attempts.append(_attempt(row, one.verdict, one.latency_ms))
        if _settle(row, one, real_now):
            done.setdefault(row.subscription, set()).add(row.subject)
        subscription = subscriptions.get(one.subscription)
        if subscription is not None:
            await _judge_receiver(tx, subscription, one.verdict, real_now)
    await rows.record(tx.session, attempts)
    await tx.session.flush()
    for name, subjects in sorted(done.items()):
        await rows.release(tx.session, name, subjects, real_now)


def _attempt(row: Delivery, verdict: Verdict, latency_ms: int | None) -> dict[str, Any]:
    place = {"subscription": row.subscription, "position": row.position, "number": row.attempts}
    said = {"outcome": verdict.outcome, "status": verdict.status, "detail": verdict.detail}
    return place | said | {"begun_at": row.begun_at, "latency_ms": latency_ms}


def _settle(row: Delivery, one: Ended, real_now: datetime) -> bool:
    """Put a delivery where its attempt leads; tells whether those behind it may go."""
    row.lost_at, row.reason = None, "" if one.verdict.outcome is Outcome.DELIVERED else one.verdict.detail
    if one.verdict.outcome is Outcome.DELIVERED:
        row.state, row.delivered_at = DeliveryState.DELIVERED, real_now
        return True
    if is_past_its_attempts(row.tries) and one.verdict.outcome is Outcome.FAILED:
        row.state = DeliveryState.DEAD
        return True
    row.state = DeliveryState.WAITING
    row.next_try_at = real_now + wait_after(row.tries, spread=one.spread, asked=one.verdict.leave_alone)
    return False


async def _judge_receiver(tx: Tx, subscription: Subscription, verdict: Verdict, real_now: datetime) -> None:
    if verdict.outcome is Outcome.DELIVERED:
        subscription.failures, subscription.failing_since, subscription.not_before = 0, None, None
        return
    subscription.failures += 1
    subscription.failing_since = since = subscription.failing_since or real_now
    waits = [wait for wait in (break_after(subscription.failures), verdict.leave_alone) if wait]
    if waits:
        subscription.not_before = real_now + max(waits)
    if verdict.outcome is Outcome.GONE:
        await disable(tx, subscription, "gone", GONE)
    elif real_now - since >= GIVES_UP_AFTER:
        await disable(tx, subscription, "failing", ALL_FAIL.format(days=GIVES_UP_AFTER.days))


async def disable(tx: Tx, subscription: Subscription, why: Literal["gone", "failing"], reason: str) -> None:
    """Switch a subscription off; what is published meanwhile waits in the archive."""
    if subscription.state != SubscriptionState.ACTIVE:
        return
    subscription.state, subscription.reason = SubscriptionState.DISABLED, reason
    unit = await tx.session.scalar(select(ApiKey.unit).where(ApiKey.id == subscription.owner))
    event = SubscriptionDisabled(
        subscription=subscription.name,
        owner=subscription.owner,
        owner_unit=unit or "",
        why=why,
        position=subscription.position,
    )
    tx.publish(event)
