"""好差评: ratings of services. Owner: services/gateway. Texts and names stay in the gateway's vault."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

Channel = Literal["pc", "mobile", "qr", "hall_tablet", "hall_other", "phone", "sms", "system"]


class RatingSubmitted(Event):
    """One rating of one service at an office counter or online.

    `level` is the canonical scale 5 非常满意 … 1 非常不满意; `raw_code` is what the source sent in its `scheme`,
    because two national sources use opposite scales (GB/T 39046-2020 A.8 and the provinces' push interface).
    """

    type: ClassVar[str] = "cn.duban.ratings.rating.submitted.v1"
    subject_field: ClassVar[str] = "rating_id"
    rating_id: str
    project_no: str
    service_number: int = Field(ge=1)
    unit_code: str
    item_code: str = ""
    region_code: str = ""
    channel: Channel
    level: int = Field(ge=1, le=5)
    scheme: str
    raw_code: str
    reasons: tuple[str, ...] = ()
    is_default: bool = False
    rated_at: datetime
