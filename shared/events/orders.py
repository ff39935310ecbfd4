"""督办: what becomes of hotline orders 工单. A part of the feed `supervision`. Owner: services/tasks.

The task of kind `order` has its own events of lifecycle beside these.
"""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event


class OrderTaskEvent(Event):
    """A step of the task that an order became."""

    subject_field: ClassVar[str] = "task_id"
    task_id: str
    order_id: str


class OrderOpened(OrderTaskEvent):
    """受理: an order became a task, or was not taken up 不受理 for a `refusal` by the list.

    Attributes:
        about_office: It complains about an office itself 处投诉, by the rules that held when it came.
    """

    type: ClassVar[str] = "cn.duban.supervision.order.opened.v1"
    refusal: str = ""
    about_office: bool = False


class OrderDispatched(OrderTaskEvent):
    """派单: handed to `unit_id`, its clock runs from now; `hop` counts the units that it was handed to, from 1."""

    type: ClassVar[str] = "cn.duban.supervision.order.dispatched.v1"
    unit_id: str
    hop: int = Field(ge=1)
    by_directory: bool
    due_at: datetime


class OrderContacted(OrderTaskEvent):
    """联系: the unit spoke with the caller; `late` beyond the limit."""

    type: ClassVar[str] = "cn.duban.supervision.order.contacted.v1"
    unit_id: str
    late: bool


class OrderReturned(OrderTaskEvent):
    """退单: a unit gave the order back, by a reason of the list; `granted` once that was decided."""

    type: ClassVar[str] = "cn.duban.supervision.order.returned.v1"
    unit_id: str
    reason: str
    hop: int = Field(ge=1)
    granted: bool | None = None


class OrderMerged(OrderTaskEvent):
    """并单: it is dealt with in another task from now on."""

    type: ClassVar[str] = "cn.duban.supervision.order.merged.v1"
    into: str


class OrderAnswered(OrderTaskEvent):
    """答复: the unit's answer to the caller; `late` beyond the limit."""

    type: ClassVar[str] = "cn.duban.supervision.order.answered.v1"
    unit_id: str
    late: bool


class OrderVisited(OrderTaskEvent):
    """回访: we asked the caller ourselves, as is done after every bad rating of an order."""

    type: ClassVar[str] = "cn.duban.supervision.order.visited.v1"
    attempt: int = Field(ge=1)
    reached: bool
    resolved: Literal["yes", "partly", "no"] | None = None
    level: int | None = Field(default=None, ge=1, le=5)


class OrderExcluded(OrderTaskEvent):
    """剔除: it counts in no rate, for a `reason` that a named person approved; `excluded` false takes that back."""

    type: ClassVar[str] = "cn.duban.supervision.order.excluded.v1"
    reason: str
    approved_by: str
    excluded: bool = True


class OrderReferred(OrderTaskEvent):
    """移送: a referral for shirking 推诿 to 纪委监委机关 or 组织部, approved by a person."""

    type: ClassVar[str] = "cn.duban.supervision.order.referred.v1"
    to: Literal["discipline", "organisation"]
