"""What the forecast is asked for, and what it answers, as JSON."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.notify.forecast.domain import LONGEST, USUAL, Altered, Forecast, per_recipient
from services.notify.forecast.domain_notices import notices_difference as compared
from services.notify.forecast.service import Comparison

ASSUMES = "假定期间没有签收、报送、办结、延期等新情况，各渠道均正常接收"


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NoticeForecast(_Answer):
    """A notice that will be decided; `recipient` is a mailbox, `planned_at` business time."""

    id: str
    task_id: str
    clock: str
    due_at: datetime
    rung: str
    offset_days: int
    occurrence: int
    recipient: str
    planned_at: datetime
    text: str


class MessageForecast(_Answer):
    """A message that will leave; `notices` are ids."""

    id: str
    channel: str
    recipient: str
    leaves_at: datetime
    urgent: bool
    notices: tuple[str, ...]


class ForecastAnswer(BaseModel):
    """What will be decided and sent in days that are both included, and what that takes for granted."""

    first: date
    last: date
    as_of: datetime
    rules_version: int
    assumes: str = ASSUMES
    per_recipient: dict[str, int]
    notices: list[NoticeForecast]
    messages: list[MessageForecast]


class AlteredForecast(_Answer):
    """A message before and after a change."""

    before: MessageForecast
    after: MessageForecast


class DifferenceAnswer(BaseModel):
    """What a change makes of the messages: `moved` leave at another instant, `refilled` hold other notices."""

    first: date
    last: date
    as_of: datetime
    assumes: str = ASSUMES
    summary: str
    changed: int
    before: int
    after: int
    added: list[MessageForecast]
    removed: list[MessageForecast]
    moved: list[AlteredForecast]
    refilled: list[AlteredForecast]


class Days(BaseModel):
    """The days that are asked for, both included: so many from today or `from` on, unless `to` is given."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    days: int = Field(default=USUAL, ge=1, le=LONGEST)


class MovedNoticeAnswer(_Answer):
    """A notice before and after a change."""

    before: NoticeForecast
    after: NoticeForecast


class NoticesDifferenceAnswer(_Answer):
    """What a change makes of the notices; one that leaves these days counts as dropped."""

    first: date
    last: date
    as_of: datetime
    assumes: str = ASSUMES
    summary: str
    added: list[NoticeForecast]
    dropped: list[NoticeForecast]
    moved: list[MovedNoticeAnswer]


def forecast_answer(found: Forecast) -> ForecastAnswer:
    """Answer a forecast."""
    return ForecastAnswer(
        first=found.window.first,
        last=found.window.last,
        as_of=found.as_of,
        rules_version=found.rules_version,
        per_recipient=dict(per_recipient(found.messages)),
        notices=[NoticeForecast.model_validate(one) for one in found.notices],
        messages=[MessageForecast.model_validate(one) for one in found.messages],
    )


def difference_answer(found: Comparison) -> DifferenceAnswer:
    """Answer what a change makes of the messages."""
    changed = found.changed
    summary = (
        f"{changed.messages} 条消息变化：新增 {len(changed.added)}，减少 {len(changed.removed)}，"
        f"改期 {len(changed.moved)}，内容变化 {len(changed.refilled)}"
    )
    return DifferenceAnswer(
        first=found.before.window.first,
        last=found.before.window.last,
        as_of=found.before.as_of,
        summary=summary,
        changed=changed.messages,
        before=len(found.before.messages),
        after=len(found.after.messages),
        added=[MessageForecast.model_validate(one) for one in changed.added],
        removed=[MessageForecast.model_validate(one) for one in changed.removed],
        moved=_altered(changed.moved),
        refilled=_altered(changed.refilled),
    )


def _altered(found: Sequence[Altered]) -> list[AlteredForecast]:
    return [AlteredForecast.model_validate(one) for one in found]


def notices_difference(found: Comparison) -> NoticesDifferenceAnswer:
    """Answer what a change makes of the notices."""
    changed, days = compared(found.before.notices, found.after.notices), found.before.window
    return NoticesDifferenceAnswer(
        first=days.first,
        last=days.last,
        as_of=found.before.as_of,
        summary=changed.summary,
        added=[NoticeForecast.model_validate(one) for one in changed.added],
        dropped=[NoticeForecast.model_validate(one) for one in changed.dropped],
        moved=[MovedNoticeAnswer.model_validate(one) for one in changed.moved],
    )
