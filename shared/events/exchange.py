"""交换: what other systems were told and answered. Owner: services/gateway. Their words stay with the gateway."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event


class ReturnEvent(Event):
    """What a platform answered to one state 上报状态 that went back to it 回传.

    Attributes:
        return_id: The idempotency id under which the platform got it, whatever the number of `attempts`.
        subject_kind: What `subject_id` names: a rating, or an order of the hotline.
        step: Which state it was: `accepted` 签收, `answered` 答复, `closed` 办结 …
    """

    subject_field: ClassVar[str] = "return_id"
    return_id: str
    source_id: str
    subject_kind: Literal["rating", "order"]
    subject_id: str
    step: str
    attempts: int = Field(ge=1)


class ReturnDelivered(ReturnEvent):
    """已回传: the platform took it."""

    type: ClassVar[str] = "cn.duban.exchange.return.delivered.v1"


class ReturnRefused(ReturnEvent):
    """拒收: the platform said no, for a reason that stands in the list of returns; a person has to look."""

    type: ClassVar[str] = "cn.duban.exchange.return.refused.v1"


class SubscriptionDisabled(Event):
    """停用订阅: a subscriber is no longer served until a person resumes it; what it misses waits in the archive.

    Attributes:
        owner: Id of the key that made it.
        owner_unit: The unit of that key; empty where it has none.
        why: It answered 410 `gone`, or failed for days `failing`; a stream of its own was written to by others, or is
            ahead of the archive, `failing` too.
        position: Position of the archive up to which it was served or queued.
    """

    type: ClassVar[str] = "cn.duban.exchange.subscription.disabled.v1"
    subject_field: ClassVar[str] = "subscription"
    subscription: str
    owner: str
    owner_unit: str = ""
    why: Literal["gone", "failing"]
    position: int


class SubscriptionTested(Event):
    """测试订阅: goes to one subscriber alone, to show that it is reached; it stands in no stream."""

    type: ClassVar[str] = "cn.duban.exchange.subscription.tested.v1"
    subject_field: ClassVar[str] = "subscription"
    subscription: str


class EventsMissed(Event):
    """事件缺口: retention has passed over positions of the archive; it goes to one subscriber alone, in their place.

    Attributes:
        first, last: Positions of the archive, both of which are gone.
    """

    type: ClassVar[str] = "cn.duban.exchange.events.missed.v1"
    subject_field: ClassVar[str] = "subscription"
    subscription: str
    first: int
    last: int


class ArchiveAnchored(Event):
    """存证: where the archive's chain of hashes stood when a day began, for whoever compares it later.

    Attributes:
        day: The day that began, in Shanghai.
        position: Of the last entry of the archive then.
        hash: Of that entry (SHA-256), in hexadecimal; it stands for all entries up to it.
    """

    type: ClassVar[str] = "cn.duban.exchange.archive.anchored.v1"
    subject_field: ClassVar[str] = "day"
    day: date
    position: int = Field(ge=1)
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
