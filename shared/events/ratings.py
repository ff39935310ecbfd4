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

    Attributes:
        source_id: The source that sent it; empty in events before sources were named in them.
        assessment_number: 评价次数: 1 first rating, 2 one that was added later.
        is_named: 实名: who rated is known to the source.
        publish: The rater allows that it is published, redacted.
        has_text: There are words with it, in the gateway's vault.
        hall, window, clerk: Codes of where and by whom the service was given; `clerk` is shown to few.
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
    source_id: str = ""
    assessment_number: int = Field(default=1, ge=1)
    is_named: bool = False
    publish: bool = False
    has_text: bool = False
    hall: str = ""
    window: str = ""
    clerk: str = ""


class RatingPublished(Event):
    """发布: a rating and what came of it may be shown to everybody, redacted, at `rating_id`."""

    type: ClassVar[str] = "cn.duban.ratings.rating.published.v1"
    subject_field: ClassVar[str] = "rating_id"
    rating_id: str


class RatingWithdrawn(Event):
    """撤下: a rating that was published is not shown any more."""

    type: ClassVar[str] = "cn.duban.ratings.rating.withdrawn.v1"
    subject_field: ClassVar[str] = "rating_id"
    rating_id: str
