"""The test kit for consumers: calls that a receiver of webhooks has to take or refuse, made of the golden events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.events.examples import golden
from shared.events.schemas import published
from shared.webhooks import webhook_signature

CONTENT_TYPE = "application/cloudevents+json"
FIRST = "cn.duban.supervision.task.closed.v1"
STALE = timedelta(minutes=10)  # Standard Webhooks: five minutes are tolerated.
OTHER_SECRET = "whsec_" + "A" * 32


@dataclass(frozen=True, slots=True)
class Trial:
    """One call, and what the receiver should do with it.

    Attributes:
        name: Of the trial, for reports.
        takes: It has to answer 2xx; else it has to refuse with a 4xx.
        remedy: What is wrong where it does otherwise, in Chinese.
    """

    name: str
    headers: Mapping[str, str]
    body: bytes
    takes: bool
    remedy: str


def trials(secret: str, real_now: datetime, mark: str) -> Iterator[Trial]:
    """Give the trials in order; `mark` makes the webhook ids of this round its own."""
    events = {name: golden(model) for name, model in published().items()}
    first = events.pop(FIRST)
    signed = _headers(secret, f"check-{mark}", first, real_now)
    yield Trial("signed", signed, first, takes=True, remedy="签名正确的事件应答 2xx")
    yield Trial("repeated", signed, first, takes=True, remedy="重复的 webhook-id 应答 2xx，但只处理一次")
    altered = first.replace(b"fa01-3", b"fa01-4")
    yield Trial("altered", signed, altered, takes=False, remedy="正文被改过，签名不符，应拒绝（401）")
    strange = _headers(OTHER_SECRET, f"check-{mark}-strange", first, real_now)
    yield Trial("strange", strange, first, takes=False, remedy="签名不是用本订阅的密钥做的，应拒绝（401）")
    stale = _headers(secret, f"check-{mark}-stale", first, real_now - STALE)
    yield Trial("stale", stale, first, takes=False, remedy="时间戳超过 5 分钟，应拒绝，以防重放（401）")
    unsigned = {name: one for name, one in signed.items() if name != "webhook-signature"}
    yield Trial("unsigned", unsigned, first, takes=False, remedy="没有签名，应拒绝（401）")
    both = signed | {"webhook-id": f"check-{mark}-two"}
    old = webhook_signature(OTHER_SECRET, both["webhook-id"], int(real_now.timestamp()), first)
    new = webhook_signature(secret, both["webhook-id"], int(real_now.timestamp()), first)
    both["webhook-signature"] = f"{old} {new}"
    yield Trial("rotating", both, first, takes=True, remedy="更换密钥期间有两个签名，任一正确即应接受")
    for name, body in events.items():
        headers = _headers(secret, f"check-{mark}-{name}", body, real_now)
        yield Trial(name, headers, body, takes=True, remedy="不认识的事件类型也应答 2xx 并忽略")


def _headers(secret: str, name: str, body: bytes, at: datetime) -> dict[str, str]:
    stamp = int(at.timestamp())
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": webhook_signature(secret, name, stamp, body),
    }
