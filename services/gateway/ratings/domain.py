"""What a rating is: read from a line, put on our scale by its source's tables, and told apart by a stable id.

Invariant: the same project and service number of one source always give the same `rating_id`, and the same content
always the same hash, also after optional fields are added to the event.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.gateway.ratings.codes import CHANNELS, SCHEMES
from shared.clock import SHANGHAI
from shared.errors import Invalid
from shared.events.ratings import RatingSubmitted


def _split(value: object) -> object:
    """Accept the comma-joined codes of the push interface (`evalDetail`) besides a list."""
    return [code for code in value.split(",") if code] if isinstance(value, str) else value


def _plausible(value: datetime) -> datetime:
    """Refuse years near 1 and 9999, which can't be brought to UTC; `read_rating` refuses the rest of the future."""
    if not 2000 <= value.year <= 2999:
        raise ValueError("the year is none of a rating")
    return value


# Digits are ASCII's ([0-9]; \d takes any script's), and no text holds control characters: PostgreSQL stores no NUL, and
# one of them separates the parts that `rating_id` hashes.
PLAIN = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_ID = 64
Code = Annotated[str, Field(pattern=r"^[0-9]{1,2}$")]
ReasonCode = Annotated[str, Field(pattern=r"^[0-9]{3}$")]


class RatingIn(BaseModel):
    """One rating as a source sends it; unknown fields are refused, because texts and names have no place here yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    source: str = Field(default="", max_length=64, description="评价来源编号；密钥已绑定来源时可省略")
    scheme: str = Field(
        default="", max_length=32, description="可选：声明满意度编码方案，与来源设置不符时拒收"
    )
    project_no: str = Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=64, description="办件编号")
    service_number: int = Field(ge=1, le=9999, description="服务次数")
    unit_code: str = Field(pattern=r"^[0-9A-Za-z-]{1,64}$", description="部门统一社会信用代码")
    item_code: str = Field(default="", pattern=r"^[^\x00-\x1f\x7f]*$", max_length=64, description="事项编码")
    region_code: str = Field(
        default="", pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", description="行政区划代码，6、9 或 12 位"
    )
    channel: Code = Field(description="评价渠道代码 pf，按来源的渠道代码表解释")
    satisfaction: Code = Field(description="满意度代码，按来源的编码方案解释")
    reasons: Annotated[tuple[ReasonCode, ...], BeforeValidator(_split)] = Field(
        default=(), max_length=20, description="评价详情代码，列表或逗号分隔"
    )
    is_default: bool = Field(default=False, description="是否默认评价")
    rated_at: Annotated[datetime, AfterValidator(_plausible)] = Field(
        description="评价时间；不带时区按北京时间"
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A rating source with the names of its scale and of its channel table."""

    id: str
    scheme: str
    channels: str


class Rating(NamedTuple):
    """A rating that can be stored: its event and the hash of all that it says."""

    event: RatingSubmitted
    content_hash: bytes

    @property
    def rating_id(self) -> str:
        """The stable id."""
        return self.event.rating_id


class Outcome(StrEnum):
    """What became of a rating; also the label of the metric that counts them."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    CONFLICT = "conflict"


def rating_id(source_id: str, project_no: str, service_number: int, assessment_number: int = 1) -> str:
    """Name a rating: a source sends one for each service number of a project, and may send added ones 追加评价.

    Offices number their projects one after the other, and a key that grows with them goes to the end of an index: at
    100,000 ratings that makes a batch much faster than a hash. What would not be plain in a URL is hashed all the same.
    """
    number = f"{service_number}" if assessment_number == 1 else f"{service_number}.{assessment_number}"
    whole = f"{source_id}.{project_no}.{number}"
    if PLAIN.fullmatch(source_id) and PLAIN.fullmatch(project_no) and len(whole) <= LONGEST_ID:
        return whole
    said = f"{source_id}\x1f{project_no}\x1f{number}"
    return f"r-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def read_rating(
    given: RatingIn, sources: Mapping[str, Source], *, bound_source: str, latest: datetime
) -> Rating:
    """Put a rating on our scale.

    Args:
        given: What the source sent.
        sources: All rating sources by id.
        bound_source: The source that the key is bound to; it may send for no other. Empty for none.
        latest: Business time after which nobody can have rated yet.

    Raises:
        Invalid: The source is missing, unknown or another than the key's, or its tables have no such code, or the
            rating was given in the future.
    """
    source = _source(given, sources, bound_source)
    if given.scheme and given.scheme != source.scheme:
        message = f"来源 {source.id} 的编码方案是 {source.scheme}，与所声明的 {given.scheme} 不符"
        raise Invalid(message, code="rating.scheme_mismatch", field="scheme")
    level = SCHEMES[source.scheme].get(given.satisfaction)
    if level is None:
        message = f"编码方案 {source.scheme} 没有满意度代码 {given.satisfaction}"
        raise Invalid(message, code="rating.code_unknown", field="satisfaction")
    found = CHANNELS[source.channels].get(given.channel)
    if found is None:
        message = f"渠道代码表 {source.channels} 没有代码 {given.channel}"
        raise Invalid(message, code="rating.code_unknown", field="channel")
    event = _submitted(
        rating_id=rating_id(source.id, given.project_no, given.service_number),
        project_no=given.project_no,
        service_number=given.service_number,
        unit_code=given.unit_code,
        item_code=given.item_code,
        region_code=given.region_code and given.region_code.ljust(12, "0"),
        channel=found.channel,
        level=level,
        scheme=source.scheme,
        raw_code=given.satisfaction,
        reasons=given.reasons,
        is_default=given.is_default or found.is_default,
        rated_at=_past(given.rated_at, latest),
        source_id=source.id,
    )
    return Rating(event=event, content_hash=content_hash(event))


def _submitted(**said: object) -> RatingSubmitted:
    """Make the event. Asking its validator at once saves a quarter of the time that calling the class takes."""
    event: RatingSubmitted = RatingSubmitted.__pydantic_validator__.validate_python(said)
    return event


def _past(rated_at: datetime, latest: datetime) -> datetime:
    when = (
        rated_at if rated_at.tzinfo else rated_at.replace(tzinfo=SHANGHAI)
    )  # As the national interfaces write it.
    if when > latest:
        told, limit = (f"{one.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" for one in (when, latest))
        message = f"评价时间 {told} 在未来：此刻最晚可报 {limit}（北京时间），请检查报送系统的时钟"
        raise Invalid(message, code="rating.rated_at_future", field="rated_at")
    return when


def _source(given: RatingIn, sources: Mapping[str, Source], bound: str) -> Source:
    if bound and given.source not in {"", bound}:
        message = f"该密钥只能报送来源 {bound} 的评价，不能报送 {given.source}"
        raise Invalid(message, code="source.not_yours", field="source")
    chosen = given.source or bound
    if not chosen:
        raise Invalid(
            "未指明评价来源：请填写 source，或使用绑定来源的密钥", code="source.missing", field="source"
        )
    if chosen not in sources:
        raise Invalid(f"没有评价来源 {chosen}，请先登记", code="source.unknown", field="source")
    return sources[chosen]


def content_hash(event: RatingSubmitted) -> bytes:
    """Hash all that a rating says.

    A field that is added later may join the text only where it is set, or every repeat of an old rating would
    read as a conflict.
    """
    said: tuple[str, ...] = (
        event.unit_code,
        event.item_code,
        event.region_code,
        event.channel,
        event.scheme,
        event.raw_code,
        ",".join(event.reasons),
        "default" if event.is_default else "",
        str(event.rated_at.timestamp()),  # One instant is the same in every time zone.
    )
    if event.is_named or event.publish or event.hall or event.window or event.clerk:
        truths = ("named" if event.is_named else "", "publish" if event.publish else "")
        said = (*said, *truths, event.hall, event.window, event.clerk)
    return hashlib.sha256("\x1f".join(said).encode()).digest()


HEARD_AFRESH = timedelta(seconds=20)  # Of business time; silences are counted in minutes.


def heard_afresh(noted: Mapping[str, datetime], sources: Iterable[str], now: datetime) -> list[str]:
    """Name the sources whose being heard is worth a write: none that was noted just before `now`.

    Args:
        noted: When each was noted last.
        sources: Whose ratings came.
        now: Business time; a clock that was set back counts as long ago.
    """
    lately = {source for source, at in noted.items() if timedelta(0) <= now - at < HEARD_AFRESH}
    return sorted(set(sources) - lately)


# pydantic's kind of error → our code and the Chinese words for it.
_EXPLAINED: dict[str, tuple[str, str]] = {
    "missing": ("rating.field_missing", "缺少必填字段"),
    "extra_forbidden": ("rating.field_unknown", "不认识的字段（评价接口不接收姓名、电话和文字）"),
    "json_invalid": ("line.not_json", "不是有效的 JSON"),
    "model_type": ("line.not_object", "应是一个 JSON 对象"),
}


def explain(error: ValidationError) -> Invalid:
    """Say in Chinese what is wrong with a rating that can't be read; the first fault counts."""
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    field = ".".join(str(step) for step in first["loc"])
    code, words = _EXPLAINED.get(first["type"], ("rating.field_invalid", "值无效"))
    if code == "rating.field_invalid":
        words = f"值 {str(first['input'])[:60]!r} 无效（{first['msg']}）"
    return Invalid(f"{field}：{words}" if field else words, code=code, field=field)
