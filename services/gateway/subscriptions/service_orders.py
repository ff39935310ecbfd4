"""What a subscription may be set to: checked before it is stored, since names have to be asked for."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.gateway.archive.domain_filters import Filters
from services.gateway.subscriptions.adapters import Addresses
from services.gateway.subscriptions.domain import SubscriptionKind
from services.gateway.subscriptions.ports import Seal, Streams
from shared.clock import Clock
from shared.errors import Conflict, Invalid

_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_OWN_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "duban-position"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """A subscription as people set it.

    Attributes:
        kind: Webhooks, or a stream; what is only of the one kind is left out for the other.
        headers: With every call; None keeps those before.
        timeout: Real seconds that one step of a call may take; a call takes twice that at most.
        proxy, ca_file: Through which, and with which roots the receiver is reached; empty for none.
        at_once: Deliveries on their way at the same time.
        begin: Position of the archive behind which a new subscription begins.
        keep_entries, keep_hours: How many entries a stream has at most, and how long (real time) they stay.
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
    kind: SubscriptionKind = SubscriptionKind.WEBHOOK
    keep_entries: int = 100_000
    keep_hours: int = 168


@dataclass(frozen=True, slots=True)
class Desk:
    """What setting a subscription needs: which addresses may be called, how secrets are stored, and the time.

    Attributes:
        streams: The server of streams; None where operations gave none.
    """

    addresses: Addresses
    seal: Seal
    clock: Clock
    streams: Streams | None = None


async def check_order(order: Order, desk: Desk) -> None:
    """Pass when a subscription can be served as it was set; asks the system for names, so no transaction is open.

    Raises:
        Invalid: An address may not be called, a header can't be set, the file of roots is none, or what is given is
            for subscriptions of the other kind.
        Conflict: There is no server of streams.
        Unavailable: It does not answer.
    """
    if order.kind == SubscriptionKind.STREAM:
        await _check_stream(order, desk)
        return
    if not order.url:
        message = "url 没有填写：webhook 订阅需要接收方地址；自行读取流的请填 kind=stream"
        raise Invalid(message, code="subscription.url_missing", field="url")
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


async def _check_stream(order: Order, desk: Desk) -> None:
    of_webhooks = {"url": order.url, "headers": order.headers, "proxy": order.proxy, "ca_file": order.ca_file}
    for field, given in of_webhooks.items():
        if given:
            message = f"{field} 只用于 webhook 订阅，流订阅由订阅方自行读取，请不填"
            raise Invalid(message, code="subscription.not_for_stream", field=field)
    if desk.streams is None:
        remedy = "请运维启用 compose 的 subscribers，或设置 DUBAN_SUBSCRIBER_REDIS_URL"
        raise Conflict(f"没有供订阅方读取的流服务器：{remedy}", code="subscription.no_streams", field="kind")
    await desk.streams.check()
