"""Use cases of people: set a subscription, pause and resume it, rotate its secret, replay, and reconcile a day."""

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.domain_filters import Filters
from services.gateway.returns.ports import Seal
from services.gateway.subscriptions import repository_lists as lists
from services.gateway.subscriptions.adapters import Addresses
from services.gateway.subscriptions.domain import NAME, DeliveryState, SubscriptionState
from services.gateway.subscriptions.models import Delivery, Subscription
from services.gateway.subscriptions.repository import release
from shared.clock import Clock
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound
from shared.webhooks import webhook_key

_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_OWN_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "duban-position"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """A subscription as people set it.

    Attributes:
        headers: With every call; None keeps those before.
        timeout: Real seconds that one step of a call may take; a call takes twice that at most.
        proxy, ca_file: Through which, and with which roots the receiver is reached; empty for none.
        at_once: Deliveries on their way at the same time.
        begin: Position of the archive behind which a new subscription begins.
    """

    url: str
    filters: Filters
    headers: Mapping[str, str] | None
    timeout: float
    proxy: str
    ca_file: str
    at_once: int
    per_second: int
    begin: int = 0


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A new secret, made here where none is given; the old one signs beside it for `overlap` (real time)."""

    given: str = ""
    overlap: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Desk:
    """What setting a subscription needs: which addresses may be called, how secrets are stored, and the time."""

    addresses: Addresses
    seal: Seal
    clock: Clock


def new_secret() -> str:
    """Make a secret of Standard Webhooks: `whsec_` and 32 random bytes as Base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


async def check_order(order: Order, desk: Desk) -> None:
    """Pass when a subscription can be served as it was set; asks the system for names, so no transaction is open.

    Raises:
        Invalid: An address may not be called, a header can't be set, or the file of roots is none.
    """
    for field, url in (("url", order.url), ("proxy", order.proxy)):
        through_proxy = field == "url" and bool(order.proxy)
        if url and not await desk.addresses.permits(url, through_proxy=through_proxy):
            remedy = "请核对写法，或由运维把主机或网段加入 DUBAN_SUBSCRIBER_HOSTS"
            message = f"{field} 的地址 {url[:200]} 不能投递：{remedy}"
            raise Invalid(message, code="subscription.host_refused", field=field)
    for name, value in (order.headers or {}).items():
        plain = value.isascii() and value.isprintable()
        if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS or not plain:
            message = (
                f"请求头 {name[:60]} 不能设置：名称限字母、数字和 -，值限可打印的 ASCII，签名等由系统填写"
            )
            raise Invalid(message, code="subscription.header_invalid", field="headers")
    if order.ca_file and not await asyncio.to_thread(Path(order.ca_file).is_file):
        message = f"ca_file {order.ca_file[:200]} 不存在，请填写网关能读到的 PEM 文件"
        raise Invalid(message, code="subscription.ca_file_missing", field="ca_file")


async def set_subscription(
    tx: Tx, name: str, order: Order, desk: Desk, *, by: str
) -> tuple[Subscription, str]:
    """Set a subscription that was checked; give it, and its secret when it is new.

    Raises:
        Invalid: The name is none.
    """
    if not NAME.fullmatch(name):
        message = f"订阅名 {name[:40]} 无效：小写字母开头，限小写字母、数字和 -，最长 40 字符"
        raise Invalid(message, code="subscription.name_invalid", field="name")
    row, secret = await tx.session.get(Subscription, name, with_for_update=True), ""
    if row is None:
        secret = new_secret()
        row = Subscription(
            name=name, owner=by, begun_after=order.begin, position=order.begin, header_names=""
        )
        row.secret, row.old_secret, row.old_until = desk.seal.seal(secret.encode()), None, None
        row.headers, row.state = None, SubscriptionState.ACTIVE
        row.reason, row.failures, row.failing_since, row.not_before = "", 0, None, None
        tx.session.add(row)
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
    """Give a subscription a new secret; the old one signs beside it for a while.

    Raises:
        NotFound: There is no such subscription.
        Invalid: The given secret is none.
    """
    row = await require(tx.session, name, lock=True)
    secret = new.given or new_secret()
    try:
        webhook_key(secret)
    except ValueError as error:
        message = f"签名密钥无效（{error}）：应为 whsec_ 加 24 至 64 字节的 Base64"
        raise Invalid(message, code="subscription.secret_invalid", field="secret") from error
    row.old_secret, row.old_until = row.secret, desk.clock.real_now() + new.overlap
    row.secret = desk.seal.seal(secret.encode())
    _touch(row, by, desk.clock)
    return secret


async def pause(tx: Tx, name: str, *, by: str, clock: Clock) -> Subscription:
    """Stop serving a subscription for now; what is published meanwhile waits in the archive."""
    row = await require(tx.session, name, lock=True)
    row.state, row.reason = SubscriptionState.PAUSED, f"由 {by} 暂停"
    _touch(row, by, clock)
    return row


async def resume(tx: Tx, name: str, *, by: str, clock: Clock) -> Subscription:
    """Serve a subscription again, from where it stood."""
    row = await require(tx.session, name, lock=True)
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
