"""好差评: services 办件 from 受理 to 办结. A part of the feed `ratings`. Owner: services/gateway.

Who applied, and for what in words, stays in the gateway's vault. Each step stands for itself: a source sends them in
any order, and again.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

PromisedUnit = Literal["days", "workdays", "months", "years"]


class ServiceEvent(Event):
    """A step of a service 办件: `service_id` is made of its source and its number there."""

    subject_field: ClassVar[str] = "service_id"
    service_id: str


class ServiceAccepted(ServiceEvent):
    """受理: an office took on a service.

    Attributes:
        kind: 即办件 `instant` or 承诺件 `promised`.
        item_type: 事项类型代码, GB/T 39046-2020 A.1.
        applicant: What sort of applicant, by our words; empty where the source does not say.
        promised: 承诺办结时限, in `promised_unit`; None for 即办件 and where only `due_on` is stated.
        due_on: The last day that the source itself states.
        raw: Codes as the source sent them, by its own field names.
    """

    type: ClassVar[str] = "cn.duban.ratings.service.accepted.v1"
    source_id: str
    project_no: str
    unit_code: str
    item_code: str = ""
    item_type: str = ""
    region_code: str = ""
    kind: Literal["instant", "promised"]
    applicant: Literal["", "person", "enterprise", "institution", "organisation", "agency", "other"] = ""
    place: Literal["", "online", "offline"] = ""
    hall: str = ""
    window: str = ""
    clerk: str = ""
    accepted_at: datetime
    promised: int | None = Field(default=None, ge=0)
    promised_unit: PromisedUnit | None = None
    due_on: date | None = None
    scheme: str
    raw: Mapping[str, str] = Field(default_factory=dict)


class ServicePaused(ServiceEvent):
    """特别程序 or 补正: the limit does not run from `paused_at` on; `number` counts the pauses of a service from 1."""

    type: ClassVar[str] = "cn.duban.ratings.service.paused.v1"
    number: int = Field(ge=1)
    reason: Literal["special_procedure", "correction"]
    raw_code: str = ""
    paused_at: datetime


class ServiceResumed(ServiceEvent):
    """The pause `number` ended."""

    type: ClassVar[str] = "cn.duban.ratings.service.resumed.v1"
    number: int = Field(ge=1)
    resumed_at: datetime


class ServiceCompleted(ServiceEvent):
    """办结: the office gave its answer."""

    type: ClassVar[str] = "cn.duban.ratings.service.completed.v1"
    completed_at: datetime
    outcome: Literal["granted", "refused", "withdrawn", "other"] = "other"
    raw_code: str = ""
