"""交换: what other systems were told and answered. Owner: services/gateway. Their words stay with the gateway."""

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
