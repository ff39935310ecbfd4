"""What people send and see of subscriptions; a secret is shown once."""

import json
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.gateway.archive.domain_filters import Filters
from services.gateway.subscriptions.domain import DeliveryState, SubscriptionKind, SubscriptionState
from services.gateway.subscriptions.models import Subscription
from services.gateway.subscriptions.service_orders import Order
from shared.streams import stream_of, user_of

MOST_RECONCILED = 50_000


class SubscriptionSet(BaseModel):
    """What is set of a subscription, but for its secrets."""

    model_config = ConfigDict(extra="forbid")

    kind: SubscriptionKind = Field(
        default=SubscriptionKind.WEBHOOK, description="webhook：投递到接收方；stream：订阅方自行读取专用的流"
    )
    url: str = Field(default="", max_length=500, description="接收方地址，webhook 必填")
    filters: Filters = Field(
        default_factory=Filters,
        description="要哪些事件：feeds、types、units、plans、kinds、levels；不填为全部",
    )
    timeout: float = Field(default=15, gt=0, le=30, description="秒")
    proxy: str = Field(default="", max_length=500)
    ca_file: str = Field(default="", max_length=500, description="接收方证书的根，网关上的 PEM 文件")
    at_once: int = Field(default=8, ge=1, le=64, description="同时在途的投递数；同一对象始终按序")
    per_second: int = Field(default=100, ge=1, le=5000, description="每秒最多投递数")
    keep_entries: int = Field(default=100_000, ge=100, le=1_000_000, description="流中最多保留的事件数")
    keep_hours: int = Field(default=168, ge=1, le=24 * 365, description="流中事件保留的小时数")


class SubscriptionIn(SubscriptionSet):
    """A subscription as people set it; `from` counts when it is made."""

    headers: dict[str, SecretStr] | None = Field(
        default=None, max_length=20, description="附加请求头；不填则保留原来的"
    )
    begin: str = Field(
        default="now",
        alias="from",
        max_length=40,
        description="从哪里开始：now、beginning 或 0（全部历史）、档案位置，或日期如 2023-04-25",
    )

    def order(self) -> Order:
        """Give what is set."""
        headers = self.headers
        plain = None if headers is None else {name: one.get_secret_value() for name, one in headers.items()}
        return Order(
            self.url,
            self.filters,
            plain,
            self.timeout,
            self.proxy,
            self.ca_file,
            self.at_once,
            self.per_second,
            kind=self.kind,
            keep_entries=self.keep_entries,
            keep_hours=self.keep_hours,
        )


class SubscriptionOut(SubscriptionSet):
    """A subscription as stored.

    Attributes:
        begun_after: Position of the archive behind which it began; it is read up to `position`.
        failures: Failed calls in a row, since `failing_since`; the receiver is left alone until `silent_until`.
        old_secret_until: Until then the secret before it signs too; real time, as are the others.
        stream, user: What a subscriber reads, and as whom; empty for webhooks.
        trimmed: Position up to which entries of its stream were removed for their age or number.
        secret: Only in the answer that made it.
    """

    name: str
    state: SubscriptionState
    reason: str
    header_names: list[str]
    begun_after: int
    position: int
    stream: str
    user: str
    trimmed: int
    failures: int
    failing_since: datetime | None
    silent_until: datetime | None
    old_secret_until: datetime | None
    owner: str
    changed_at: datetime
    changed_by: str
    secret: str | None = None


class SecretIn(BaseModel):
    """A new secret; one is made where none is given."""

    model_config = ConfigDict(extra="forbid")

    secret: SecretStr = Field(default=SecretStr(""), max_length=200)
    overlap_hours: int = Field(default=24, ge=0, le=24 * 30, description="新旧同时有效的小时数")


class SecretOut(BaseModel):
    """The new secret; it is not shown again."""

    secret: str


class DeliveryOut(BaseModel):
    """A delivery; real time but for `day`, the business day on which it was queued."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    webhook_id: str
    type: str
    subject: str
    gap_from: int | None
    day: date
    state: DeliveryState
    reason: str
    attempts: int
    queued_at: datetime
    next_try_at: datetime
    delivered_at: datetime | None


class AttemptOut(BaseModel):
    """One call of the receiver; real time."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    begun_at: datetime
    outcome: str
    status: int | None
    latency_ms: int | None
    detail: str


class DeliveryShown(DeliveryOut):
    """A delivery with all that was tried."""

    tried: list[AttemptOut]


class Deliveries(BaseModel):
    """A page of deliveries; `next` is the `after` of the next page."""

    items: list[DeliveryOut]
    next: int | None


class ReplayIn(BaseModel):
    """Which deliveries to queue again: between two positions, both of which belong to it."""

    model_config = ConfigDict(extra="forbid")

    first: int = Field(ge=1)
    last: int = Field(ge=1)
    states: list[DeliveryState] = Field(
        default_factory=lambda: [DeliveryState.DEAD], description="哪些状态：dead、skipped、delivered"
    )


class Replayed(BaseModel):
    """How many were queued again."""

    queued: int


class SkipIn(BaseModel):
    """Why a delivery need not go."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=200, description="不再投递的理由")


class TestOut(BaseModel):
    """What the receiver said to a test event."""

    webhook_id: str
    outcome: str
    status: int | None
    latency_ms: int
    detail: str


class Reconciliation(BaseModel):
    """A day of a subscription by state; `published` is the sum."""

    subscription: str
    day: date
    published: int
    states: dict[str, int]


class HasIn(BaseModel):
    """The webhook ids that the receiver says it has of a day."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(max_length=100)]] = Field(max_length=MOST_RECONCILED)


class ReconciledOut(BaseModel):
    """What came of it: `missing` we hold for delivered, `strange` is none of ours, `open` is on its way."""

    model_config = ConfigDict(from_attributes=True)

    missing: list[str]
    strange: list[str]
    open: list[str]


def shown(row: Subscription, secret: str = "") -> SubscriptionOut:
    """Show a subscription."""
    is_stream = row.kind == SubscriptionKind.STREAM
    return SubscriptionOut(
        **{name: getattr(row, name) for name in SubscriptionSet.model_fields if name != "filters"},
        **{
            name: getattr(row, name)
            for name in ("name", "reason", "begun_after", "position", "failures", "failing_since", "owner")
        },
        stream=stream_of(row.name) if is_stream else "",
        user=user_of(row.name) if is_stream else "",
        trimmed=row.trimmed,
        filters=Filters.model_validate(json.loads(row.filters)),
        state=SubscriptionState(row.state),
        header_names=row.header_names.split(),
        silent_until=row.not_before,
        old_secret_until=row.old_until,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        secret=secret or None,
    )
