"""Use cases of people: set a subscription, pause and resume it, rotate its secret, replay, and reconcile a day."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.subscriptions import repository_lists as lists
from services.gateway.subscriptions.domain import NAME, DeliveryState, SubscriptionKind, SubscriptionState
from services.gateway.subscriptions.domain_streams import password_hash
from services.gateway.subscriptions.models import Delivery, Subscription
from services.gateway.subscriptions.repository import release
from services.gateway.subscriptions.service_orders import Desk, Order
from shared.clock import Clock
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound
from shared.webhooks import webhook_key


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A new secret, made here where none is given; the old one holds beside it for `overlap` (real time)."""

    given: str = ""
    overlap: timedelta = timedelta(hours=24)


def new_secret() -> str:
    """Make a secret of Standard Webhooks: `whsec_` and 32 random bytes as Base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _new_secret(kind: str, desk: Desk) -> tuple[str, bytes]:
    """Make what a subscriber is shown once, and what is kept of it: of a password its hash alone."""
    if kind == SubscriptionKind.WEBHOOK:
        secret = new_secret()
        return secret, desk.seal.seal(secret.encode())
    password = secrets.token_hex(32)
    return password, desk.seal.seal(password_hash(password).encode())


async def set_subscription(
    tx: Tx, name: str, order: Order, desk: Desk, *, by: str
) -> tuple[Subscription, str]:
    """Set a subscription that was checked; give it, and its secret when it is new.

    Raises:
        Invalid: The name is none.
        Conflict: It is of another kind.
    """
    if not NAME.fullmatch(name):
        message = f"订阅名 {name[:40]} 无效：小写字母开头，限小写字母、数字和 -，最长 40 字符"
        raise Invalid(message, code="subscription.name_invalid", field="name")
    row, secret = await tx.session.get(Subscription, name, with_for_update=True), ""
    if row is None:
        row = Subscription(name=name, owner=by, kind=order.kind, begun_after=order.begin, header_names="")
        secret, row.secret = _new_secret(order.kind, desk)
        row.position, row.appended, row.trimmed = order.begin, None, 0
        row.old_secret, row.old_until = None, None
        row.headers, row.state = None, SubscriptionState.ACTIVE
        row.reason, row.failures, row.failing_since, row.not_before = "", 0, None, None
        tx.session.add(row)
    if row.kind != order.kind:
        message = f"订阅 {name} 的方式是 {row.kind}，不能改为 {order.kind}：请另设一个订阅，或先删除"
        raise Conflict(message, code="subscription.kind_fixed", field="kind")
    row.keep_entries, row.keep_hours = order.keep_entries, order.keep_hours
    row.url, row.filters, row.timeout = order.url, order.filters.model_dump_json(), order.timeout
    row.proxy, row.ca_file = order.proxy, order.ca_file
    row.at_once, row.per_second, row.not_before = order.at_once, order.per_second, None
    if order.headers is not None:
        row.headers = desk.seal.seal(json.dumps(dict(order.headers)).encode()) if order.headers else None
        row.header_names = " ".join(sorted(order.headers))
    _touch(row, by, desk.clock)
    return row, secret


def _touch(row: Subscription, by: str, clock: Clock) -> None:
    row.changed_at, row.changed_by = clock.real_now(), by


async def rotate(tx: Tx, name: str, new: NewSecret, desk: Desk, *, by: str) -> str:
    """Give a subscription a new secret; the old one holds beside it for a while.

    Raises:
        NotFound: There is no such subscription.
        Invalid: The given secret is none.
    """
    row = await require(tx.session, name, lock=True)
    if new.given and row.kind == SubscriptionKind.STREAM:
        message = "流订阅的密码由系统生成，请不填 secret"
        raise Invalid(message, code="subscription.secret_invalid", field="secret")
    row.old_secret, row.old_until = row.secret, desk.clock.real_now() + new.overlap
    if new.given:
        secret, row.secret = new.given, desk.seal.seal(_webhook_secret(new.given))
    else:
        secret, row.secret = _new_secret(row.kind, desk)
    _touch(row, by, desk.clock)
    return secret


def _webhook_secret(given: str) -> bytes:
    try:
        webhook_key(given)
    except ValueError as error:
        message = f"签名密钥无效（{error}）：应为 whsec_ 加 24 至 64 字节的 Base64"
        raise Invalid(message, code="subscription.secret_invalid", field="secret") from error
    return given.encode()


async def pause(tx: Tx, name: str, *, by: str, clock: Clock) -> Subscription:
    """Stop serving a subscription for now; what is published meanwhile waits in the archive."""
    row = await require(tx.session, name, lock=True)
    row.state, row.reason = SubscriptionState.PAUSED, f"由 {by} 暂停"
    _touch(row, by, clock)
    return row


async def resume(tx: Tx, name: str, *, by: str, clock: Clock) -> Subscription:
    """Serve a subscription again, from where it stood; a stream that we gave up is built anew."""
    row = await require(tx.session, name, lock=True)
    if row.state == SubscriptionState.DISABLED:
        row.appended = None
    row.state, row.reason, row.failures = SubscriptionState.ACTIVE, "", 0
    row.failing_since = row.not_before = None
    _touch(row, by, clock)
    return row


async def remove(tx: Tx, name: str) -> None:
    """Remove a subscription that is not served, and what is on record of its deliveries.

    Raises:
        NotFound: There is none of that name.
        Conflict: It is served.
    """
    row = await require(tx.session, name, lock=True)
    if row.state == SubscriptionState.ACTIVE:
        message = f"订阅 {name} 正在投递，请先暂停（POST /api/v1/subscriptions/{name}/pause）"
        raise Conflict(message, code="subscription.active", field="name")
    await lists.forget(tx.session, name)
    await tx.session.delete(row)


async def require(session: AsyncSession, name: str, *, lock: bool = False) -> Subscription:
    """Give a subscription.

    Raises:
        NotFound: There is none of that name.
    """
    row = await session.get(Subscription, name, with_for_update=lock)
    if row is None:
        message = f"没有订阅 {name[:40]}，请先设置（PUT /api/v1/subscriptions/{name[:40]}）"
        raise NotFound(message, code="subscription.not_found", field="name")
    return row


async def require_webhook(session: AsyncSession, name: str) -> Subscription:
    """Give a subscription whose events we deliver.

    Raises:
        NotFound: There is none of that name.
        Conflict: It is a stream, which its subscriber reads by itself.
    """
    row = await require(session, name)
    if row.kind != SubscriptionKind.WEBHOOK:
        message = f"订阅 {name} 是流，由订阅方自行读取，没有投递；读到哪里请看 {name} 的 position 与流的 XINFO STREAM"
        raise Conflict(message, code="subscription.not_webhook", field="name")
    return row


async def replay(
    tx: Tx, name: str, *, positions: tuple[int, int], states: frozenset[DeliveryState], real_now: datetime
) -> int:
    """Queue deliveries of a range of positions again under their ids, in order per subject; give how many.

    Raises:
        NotFound: There is no such subscription.
    """
    await require(tx.session, name, lock=True)
    found = await lists.lock_range(tx.session, name, positions, states)
    for row in found:
        row.state, row.tries, row.next_try_at = DeliveryState.HELD, 0, real_now
        row.delivered_at, row.reason = None, "重新投递"
    await tx.session.flush()
    await release(tx.session, name, {row.subject for row in found}, real_now)
    return len(found)


async def skip(tx: Tx, key: tuple[str, int], reason: str, *, by: str, real_now: datetime) -> Delivery:
    """Let a delivery go, for a reason; those behind it may go.

    Raises:
        NotFound: There is none.
        Conflict: It is on its way, or there already.
    """
    name, position = key
    await require(tx.session, name, lock=True)
    row = await tx.session.get(Delivery, key, with_for_update=True)
    if row is None:
        raise NotFound(f"订阅 {name} 没有第 {position} 号投递", code="delivery.not_found", field="position")
    if row.state in {DeliveryState.SENDING, DeliveryState.DELIVERED}:
        why = "正在发送，请稍后再试" if row.state == DeliveryState.SENDING else "已经送达，不必跳过"
        raise Conflict(f"第 {position} 号投递{why}", code="delivery.not_skippable", field="position")
    row.state, row.reason = DeliveryState.SKIPPED, f"{reason}（{by}）"
    await tx.session.flush()
    await release(tx.session, name, {row.subject}, real_now)
    return row


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a subscriber lacks and has beyond us, by webhook ids.

    Attributes:
        missing: Delivered by our record, and not on the receiver's list; they are queued again when asked.
        strange: On its list, and none of ours.
        open: Not delivered yet.
    """

    missing: list[str]
    strange: list[str]
    open: list[str]


async def reconcile(session: AsyncSession, name: str, day: date, has: frozenset[str]) -> Reconciled:
    """Hold a day of a subscription against the ids that the receiver says it has.

    Raises:
        NotFound: There is no such subscription.
    """
    await require(session, name)
    states = await lists.ids_of_day(session, name, day)
    delivered = {one for one, state in states if state == DeliveryState.DELIVERED}
    unfinished = sorted(one for one, state in states if state != DeliveryState.DELIVERED and one not in has)
    known = {one for one, _ in states}
    return Reconciled(sorted(delivered - has), sorted(has - known), unfinished)
