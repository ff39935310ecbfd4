"""/subscriptions of the API (订阅).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"
    SKIPPED = "skipped"


class Filters(Model):
    """What is wanted; an empty list wants everything, and all lists must fit.

    Attributes:
        feeds: Feeds of events.
        types: Types of events; one that ends in `*` stands for all that begin so.
        units: Units that an event is about: their ids or credit codes.
        plans: Plans that its task belongs to.
        kinds: Kinds of tasks, or of orders.
        levels: Levels of ratings, 1 to 5.
    """

    feeds: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
    units: list[str] = Field(default_factory=list)
    plans: list[str] = Field(default_factory=list)
    kinds: list[str] = Field(default_factory=list)
    levels: list[int] = Field(default_factory=list)


class Reconciliation(Model):
    """A day of a subscription by state; `published` is the sum."""

    subscription: str
    day: dt.date
    published: int
    states: dict[str, int]


class Replayed(Model):
    """How many were queued again."""

    queued: int


class SecretIn(Model):
    """A new secret; one is made where none is given."""

    secret: str = ""
    # 新旧同时有效的小时数
    overlap_hours: int = 24


class SecretOut(Model):
    """The new secret; it is not shown again."""

    secret: str


class SkipIn(Model):
    """Why a delivery need not go."""

    # 不再投递的理由
    reason: str


class SubscriptionKind(StrEnum):
    """How a subscriber gets its events."""

    WEBHOOK = "webhook"
    STREAM = "stream"


class SubscriptionState(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class TestOut(Model):
    """What the receiver said to a test event."""

    webhook_id: str
    outcome: str
    status: int | None
    latency_ms: int
    detail: str


class AttemptOut(Model):
    """One call of the receiver; real time."""

    number: int
    begun_at: dt.datetime
    outcome: str
    status: int | None
    latency_ms: int | None
    detail: str


class HasIn(Model):
    """The webhook ids that the receiver says it has of a day."""

    ids: list[str]


class ReconciledOut(Model):
    """What came of it: `missing` we hold for delivered, `strange` is none of ours, `open` is on its way."""

    missing: list[str]
    strange: list[str]
    open: list[str]


class DeliveryOut(Model):
    """A delivery; real time but for `day`, the business day on which it was queued."""

    position: int
    webhook_id: str
    type: str
    subject: str
    gap_from: int | None
    day: dt.date
    state: DeliveryState | str
    reason: str
    attempts: int
    queued_at: dt.datetime
    next_try_at: dt.datetime
    delivered_at: dt.datetime | None


class DeliveryShown(Model):
    """A delivery with all that was tried."""

    position: int
    webhook_id: str
    type: str
    subject: str
    gap_from: int | None
    day: dt.date
    state: DeliveryState | str
    reason: str
    attempts: int
    queued_at: dt.datetime
    next_try_at: dt.datetime
    delivered_at: dt.datetime | None
    tried: list[AttemptOut]


class ReplayIn(Model):
    """Which deliveries to queue again: between two positions, both of which belong to it."""

    first: int
    last: int
    # 哪些状态：dead、skipped、delivered
    states: list[DeliveryState | str] = Field(default_factory=list)


class SubscriptionIn(Model):
    """A subscription as people set it; `from` counts when it is made."""

    # webhook：投递到接收方；stream：订阅方自行读取专用的流
    kind: SubscriptionKind | str = "webhook"
    # 接收方地址，webhook 必填
    url: str = ""
    # 要哪些事件：feeds、types、units、plans、kinds、levels；不填为全部
    filters: Filters | None = None
    # 秒
    timeout: float = 15
    proxy: str = ""
    # 接收方证书的根，网关上的 PEM 文件
    ca_file: str = ""
    # 同时在途的投递数；同一对象始终按序
    at_once: int = 8
    # 每秒最多投递数
    per_second: int = 100
    # 流中最多保留的事件数
    keep_entries: int = 100000
    # 流中事件保留的小时数
    keep_hours: int = 168
    # 附加请求头；不填则保留原来的
    headers: dict[str, str] | None = None
    # 从哪里开始：now、beginning 或 0（全部历史）、档案位置，或日期如 2023-04-25
    from_: str = Field("now", alias="from")


class SubscriptionOut(Model):
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
    state: SubscriptionState | str
    reason: str
    header_names: list[str]
    begun_after: int
    position: int
    stream: str
    user: str
    trimmed: int
    failures: int
    failing_since: dt.datetime | None
    silent_until: dt.datetime | None
    old_secret_until: dt.datetime | None
    owner: str
    changed_at: dt.datetime
    changed_by: str
    # webhook：投递到接收方；stream：订阅方自行读取专用的流
    kind: SubscriptionKind | str = "webhook"
    # 接收方地址，webhook 必填
    url: str = ""
    # 要哪些事件：feeds、types、units、plans、kinds、levels；不填为全部
    filters: Filters | None = None
    # 秒
    timeout: float = 15
    proxy: str = ""
    # 接收方证书的根，网关上的 PEM 文件
    ca_file: str = ""
    # 同时在途的投递数；同一对象始终按序
    at_once: int = 8
    # 每秒最多投递数
    per_second: int = 100
    # 流中最多保留的事件数
    keep_entries: int = 100000
    # 流中事件保留的小时数
    keep_hours: int = 168
    secret: str | None = None


class Deliveries(Model):
    """A page of deliveries; `next` is the `after` of the next page."""

    items: list[DeliveryOut]
    next: int | None


class SubscriptionsApi:
    """/subscriptions of the API (订阅)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_subscriptions_by_name_deliveries(
        self,
        *,
        name: str,
        limit: int | None = None,
        state: DeliveryState | str | None = None,
        subject: str | None = None,
        day: dt.date | None = None,
        after: int | None = None,
    ) -> Deliveries:
        """列出投递: GET /api/v1/subscriptions/{name}/deliveries."""
        return self.calls.ask(
            Deliveries,
            "GET",
            f"/api/v1/subscriptions/{in_path(name)}/deliveries",
            query={"limit": limit, "state": state, "subject": subject, "day": day, "after": after},
        )

    def get_subscriptions_by_name_deliveries_by_position(self, *, name: str, position: int) -> DeliveryShown:
        """查看一次投递及其历次尝试: GET /api/v1/subscriptions/{name}/deliveries/{position}."""
        return self.calls.ask(
            DeliveryShown, "GET", f"/api/v1/subscriptions/{in_path(name)}/deliveries/{in_path(position)}"
        )

    def post_subscriptions_by_name_replay(
        self, body: ReplayIn | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> Replayed:
        """重新投递一段位置（编号不变）: POST /api/v1/subscriptions/{name}/replay."""
        return self.calls.ask(
            Replayed,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/replay",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_subscriptions_by_name_deliveries_by_position_skip(
        self, body: SkipIn | JsonObject, *, name: str, position: int, idempotency_key: str | None = None
    ) -> DeliveryOut:
        """跳过一次投递，写明理由；同一对象的后续事件继续: POST /api/v1/subscriptions/{name}/deliveries/{position}/skip."""
        return self.calls.ask(
            DeliveryOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/deliveries/{in_path(position)}/skip",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_subscriptions_by_name_reconciliation(self, *, name: str, day: dt.date) -> Reconciliation:
        """对账：一天内入队与送达: GET /api/v1/subscriptions/{name}/reconciliation."""
        return self.calls.ask(
            Reconciliation, "GET", f"/api/v1/subscriptions/{in_path(name)}/reconciliation", query={"day": day}
        )

    def post_subscriptions_by_name_reconciliation(
        self, body: HasIn | JsonObject, *, name: str, day: dt.date, idempotency_key: str | None = None
    ) -> ReconciledOut:
        """对账：与接收方已有的编号逐条核对: POST /api/v1/subscriptions/{name}/reconciliation."""
        return self.calls.ask(
            ReconciledOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/reconciliation",
            query={"day": day},
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_subscriptions(self) -> list[SubscriptionOut]:
        """列出订阅: GET /api/v1/subscriptions."""
        return self.calls.ask(list[SubscriptionOut], "GET", "/api/v1/subscriptions")

    def get_subscriptions_by_name(self, *, name: str) -> SubscriptionOut:
        """查看订阅: GET /api/v1/subscriptions/{name}."""
        return self.calls.ask(SubscriptionOut, "GET", f"/api/v1/subscriptions/{in_path(name)}")

    def put_subscriptions_by_name(self, body: SubscriptionIn | JsonObject, *, name: str) -> SubscriptionOut:
        """设置订阅；新订阅的签名密钥或流的密码只显示一次: PUT /api/v1/subscriptions/{name}."""
        return self.calls.ask(SubscriptionOut, "PUT", f"/api/v1/subscriptions/{in_path(name)}", body=body)

    def delete_subscriptions_by_name(self, *, name: str) -> None:
        """删除已暂停或停用的订阅及其投递记录: DELETE /api/v1/subscriptions/{name}."""
        self.calls.fetch("DELETE", f"/api/v1/subscriptions/{in_path(name)}")

    def post_subscriptions_by_name_secret(
        self, body: SecretIn | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> SecretOut:
        """更换签名密钥或流的密码；新旧在重叠期内同时有效: POST /api/v1/subscriptions/{name}/secret."""
        return self.calls.ask(
            SecretOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/secret",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_subscriptions_by_name_pause(
        self, *, name: str, idempotency_key: str | None = None
    ) -> SubscriptionOut:
        """暂停订阅；其间的事件留待恢复后投递: POST /api/v1/subscriptions/{name}/pause."""
        return self.calls.ask(
            SubscriptionOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/pause",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_subscriptions_by_name_resume(
        self, *, name: str, idempotency_key: str | None = None
    ) -> SubscriptionOut:
        """恢复订阅，从停下处继续: POST /api/v1/subscriptions/{name}/resume."""
        return self.calls.ask(
            SubscriptionOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/resume",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_subscriptions_by_name_test(self, *, name: str, idempotency_key: str | None = None) -> TestOut:
        """向接收方发送一个测试事件，返回其回答: POST /api/v1/subscriptions/{name}/test."""
        return self.calls.ask(
            TestOut,
            "POST",
            f"/api/v1/subscriptions/{in_path(name)}/test",
            headers={"Idempotency-Key": idempotency_key},
        )
