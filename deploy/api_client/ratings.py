"""/ratings of the API (好差评、好差评公开、指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import Kept, RateView, State


class Found(StrEnum):
    """What was taken out."""

    NAME = "name"
    PHONE = "phone"
    CERTIFICATE = "certificate"
    CARD = "card"
    NUMBER = "number"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"
    BIRTHDAY = "birthday"


class PostRatingsBody(Model):
    """One rating as a source sends it; unknown fields are refused, because texts and names have no place here yet."""

    # 办件编号
    project_no: str
    # 服务次数
    service_number: int
    # 部门统一社会信用代码
    unit_code: str
    # 评价渠道代码 pf，按来源的渠道代码表解释
    channel: str
    # 满意度代码，按来源的编码方案解释
    satisfaction: str
    # 评价时间；不带时区按北京时间
    rated_at: dt.datetime
    # 评价来源编号；密钥已绑定来源时可省略
    source: str = ""
    # 可选：声明满意度编码方案，与来源设置不符时拒收
    scheme: str = ""
    # 事项编码
    item_code: str = ""
    # 行政区划代码，6、9 或 12 位
    region_code: str = ""
    # 评价详情代码，列表或逗号分隔
    reasons: list[str] = Field(default_factory=list)
    # 是否默认评价
    is_default: bool = False


class Rejected(Model):
    """A line of a batch that was not stored; lines count from 1."""

    line: int
    code: str
    message: str
    field: str = ""


class Release(Model):
    """The words that a person has checked."""

    # 遮蔽后的评价内容，经人工核对；没有文字则为空
    text: str
    # 处理结果，随评价公开
    outcome: str = ""


class Taken(Model):
    """What became of one rating."""

    rating_id: str
    repeated: bool


class BurstRule(Model):
    """A burst: at least `minimum` ratings of these levels in a minute, and `times` the usual number of a minute."""

    levels: list[int]
    minimum: int
    text: str
    times: int
    title: str


class LimitsBody(Model):
    """What this place has otherwise than the shipped limits, whole; nothing goes back to the shipped ones."""

    why: str
    changes: dict[str, JsonObject] = Field(default_factory=dict)


class RatingSummary(Model):
    """Ratings of a span of Shanghai days: counts by level and channel, and the rates."""

    activity: RateView
    as_of: dt.datetime
    by_channel: dict[str, int]
    by_level: dict[str, int]
    dissatisfaction: RateView
    first: dt.date | None
    last: dt.date | None
    satisfaction: RateView
    total: int
    unit: str | None


class RatingView(Model):
    """A rating behind a finding."""

    channel: str
    clerk: str
    hall: str
    level: int
    rated_at: dt.datetime
    rating_id: str
    received_at: dt.datetime
    window: str


class Rectified(Model):
    """What became of the bad ratings that were opened in the month: of those that stand, how far each got."""

    called_back: int = 0
    done: int = 0
    in_time: int = 0
    named: int = 0
    opened: int = 0
    standing: int = 0


class SameRule(Model):
    """At least `minimum` ratings in a minute that are the same in level and channel."""

    minimum: int
    text: str
    title: str


class BatchTaken(Model):
    """What became of a batch: each line is accepted, repeated or rejected."""

    accepted: int = 0
    repeated: int = 0
    rejected: list[Rejected] = Field(default_factory=list)


class Proposal(Model):
    """A publication with the draft of its words: what redaction leaves of them, and what it took out."""

    rating_id: str
    level: int
    level_words: str
    unit_code: str
    item_code: str
    reasons: list[str]
    rated_on: str
    text: str
    outcome: str
    published_at: dt.datetime | None
    state: State | str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str
    draft: str
    taken_out: dict[str, int]


class FindingRules(Model):
    """The limits: those of the file, or with what a place has otherwise."""

    burst: BurstRule
    same_minute: SameRule
    version: int


class FindingView(Model):
    """A minute of a window or clerk that looks made up; `usual` is what a minute of it has on average."""

    by: str
    channel: str | None
    key: str
    level: int | None
    minute: dt.datetime
    number: int
    rows: list[RatingView]
    rule: str
    title: str
    unit_code: str
    unit_name: str
    usual: float | None


class MonthView(Model):
    """The figures of a line; delays in seconds from the rating to its arrival, by nearest rank."""

    by_channel: dict[str, int]
    by_level: dict[str, int]
    default: int
    delay_median: int | None
    delay_p95: int | None
    ratings: int
    rectification: Rectified
    source_id: str = ""
    unit_code: str = ""
    unit_name: str = ""


class FindingsView(Model):
    """What was found, the largest first; `count` is of all, also of those that are left off."""

    count: int
    first: dt.date
    items: list[FindingView]
    last: dt.date
    rules: FindingRules


class LimitsView(Model):
    """A version of the limits; of the shipped one nobody is the author."""

    rules: FindingRules
    set_at: dt.datetime | None
    set_by: str
    why: str


class StatisticsView(Model):
    """A month by unit and source, with its sum."""

    as_of: dt.datetime
    first: dt.date
    items: list[MonthView]
    last: dt.date
    month: str
    total: MonthView


class LimitsHistory(Model):
    """The limits in force, and those before them, the newest first."""

    limits: LimitsView
    versions: list[LimitsView]


class RatingsApi:
    """/ratings of the API (好差评、好差评公开、指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def post_ratings(
        self, body: PostRatingsBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Taken:
        """报送一条评价: POST /api/v1/ratings."""
        return self.calls.ask(
            Taken, "POST", "/api/v1/ratings", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def post_ratings_batch(
        self,
        body: Sequence[PostRatingsBody] | bytes | Sequence[JsonObject],
        *,
        content_type: str,
        idempotency_key: str | None = None,
    ) -> BatchTaken:
        """批量报送评价（NDJSON 或 JSON 数组）: POST /api/v1/ratings/batch."""
        return self.calls.ask(
            BatchTaken,
            "POST",
            "/api/v1/ratings/batch",
            headers={"Idempotency-Key": idempotency_key, "content-type": content_type},
            body=body,
        )

    def get_ratings_by_rating_id_publication(self, *, rating_id: str) -> Proposal:
        """评价的公开状态，和遮蔽后的草稿；每次记入审计: GET /api/v1/ratings/{rating_id}/publication."""
        return self.calls.ask(Proposal, "GET", f"/api/v1/ratings/{in_path(rating_id)}/publication")

    def post_ratings_by_rating_id_publication(
        self, body: Release | JsonObject, *, rating_id: str, idempotency_key: str | None = None
    ) -> Kept:
        """公开一条评价：人工核对遮蔽后的内容: POST /api/v1/ratings/{rating_id}/publication."""
        return self.calls.ask(
            Kept,
            "POST",
            f"/api/v1/ratings/{in_path(rating_id)}/publication",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def delete_ratings_by_rating_id_publication(self, *, rating_id: str, reason: str | None = None) -> Kept:
        """撤下一条已公开的评价: DELETE /api/v1/ratings/{rating_id}/publication."""
        return self.calls.ask(
            Kept, "DELETE", f"/api/v1/ratings/{in_path(rating_id)}/publication", query={"reason": reason}
        )

    def get_ratings_summary(
        self, *, unit: str | None = None, from_: dt.date | None = None, to: dt.date | None = None
    ) -> RatingSummary:
        """查看好差评汇总: GET /api/v1/ratings/summary."""
        return self.calls.ask(
            RatingSummary, "GET", "/api/v1/ratings/summary", query={"unit": unit, "from": from_, "to": to}
        )

    def get_ratings_findings_limits(self) -> LimitsHistory:
        """查看异常评价界限的各版本: GET /api/v1/ratings/findings/limits."""
        return self.calls.ask(LimitsHistory, "GET", "/api/v1/ratings/findings/limits")

    def put_ratings_findings_limits(self, body: LimitsBody | JsonObject) -> LimitsView:
        """设定异常评价的界限: PUT /api/v1/ratings/findings/limits."""
        return self.calls.ask(LimitsView, "PUT", "/api/v1/ratings/findings/limits", body=body)

    def get_ratings_findings(
        self, *, unit: str | None = None, from_: dt.date | None = None, to: dt.date | None = None
    ) -> FindingsView:
        """查看评价疑点：短时集中好评、同一分钟相同评价: GET /api/v1/ratings/findings."""
        return self.calls.ask(
            FindingsView, "GET", "/api/v1/ratings/findings", query={"unit": unit, "from": from_, "to": to}
        )

    def get_ratings_statistics(self, *, month: str | None = None) -> StatisticsView:
        """好差评月度统计：分来源、单位的评价量、上传时延和整改: GET /api/v1/ratings/statistics."""
        return self.calls.ask(StatisticsView, "GET", "/api/v1/ratings/statistics", query={"month": month})

    def get_ratings_statistics_xlsx(self, *, month: str | None = None) -> bytes:
        """好差评月度统计表（Excel）: GET /api/v1/ratings/statistics.xlsx."""
        return self.calls.fetch("GET", "/api/v1/ratings/statistics.xlsx", query={"month": month})
