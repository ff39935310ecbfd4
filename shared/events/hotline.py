"""12345: orders 工单 as the hotline sends them. Owner: services/gateway. What people said stays in its vault.

What becomes of an order here stands in `shared.events.orders`, by the ledger.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

OrderKind = Literal["consultation", "help", "complaint", "report", "suggestion", "thanks", "other"]


class OrderEvent(Event):
    """A step of an order 工单: `order_id` is made of its source and its number there."""

    subject_field: ClassVar[str] = "order_id"
    order_id: str


class OrderReceived(OrderEvent):
    """An order came in.

    Attributes:
        kind: 咨询, 求助, 投诉, 举报, 建议, 感谢 or other.
        category: Codes or names of the category from the widest to the narrowest, three levels at most.
        unit_code: The unit that the platform itself dispatched to; empty where that is ours to do.
        enterprise: 涉企: it is about the business of an enterprise.
        caller: A pseudonym: the same for every order of one person at one source; empty for nobody known.
        repeats: Number of an earlier order of the same source that this one says again.
        due_on: The last day that the platform states.
    """

    type: ClassVar[str] = "cn.duban.hotline.order.received.v1"
    source_id: str
    order_no: str
    kind: OrderKind
    category: tuple[str, ...] = ()
    region_code: str = ""
    unit_code: str = ""
    enterprise: bool = False
    urgent: bool = False
    channel: str = ""
    caller: str = ""
    repeats: str = ""
    is_named: bool = False
    received_at: datetime
    due_on: date | None = None
    scheme: str
    raw_code: str = ""


class OrderUrged(OrderEvent):
    """催办: the platform or the caller asks again; `number` counts from 1."""

    type: ClassVar[str] = "cn.duban.hotline.order.urged.v1"
    number: int = Field(ge=1)
    urged_at: datetime


class OrderRecalled(OrderEvent):
    """撤回: the platform took the order back."""

    type: ClassVar[str] = "cn.duban.hotline.order.recalled.v1"
    recalled_at: datetime


class OrderRevisited(OrderEvent):
    """回访: the platform asked the caller after the answer; `number` counts the visits of an order from 1.

    Attributes:
        resolved: 解决, 部分解决 or 未解决; None where the caller did not say.
        level: 5 非常满意 … 1 非常不满意; None where the caller did not say.
    """

    type: ClassVar[str] = "cn.duban.hotline.order.revisited.v1"
    number: int = Field(ge=1)
    reached: bool
    resolved: Literal["yes", "partly", "no"] | None = None
    level: int | None = Field(default=None, ge=1, le=5)
    revisited_at: datetime
