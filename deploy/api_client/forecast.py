"""/forecast of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, Json, JsonObject, Model
from .common import Book, NoticeForecast


class DayBody(Model):
    """A day that would be a working one, or off."""

    day: dt.date
    is_workday: bool


class MessageForecast(Model):
    """A message that will leave; `notices` are ids."""

    channel: str
    id: str
    leaves_at: dt.datetime
    notices: list[str]
    recipient: str
    urgent: bool


class AlteredForecast(Model):
    """A message before and after a change."""

    after: MessageForecast
    before: MessageForecast


class ChangeBody(Model):
    """What would be otherwise: a whole rulebook, days of the calendar, a whole book of contacts."""

    calendar: list[DayBody] = Field(default_factory=list)
    contacts: Book | None = None
    days: int = 7
    from_: dt.date | None = Field(None, alias="from")
    rules: Json = None
    to: dt.date | None = None


class ForecastAnswer(Model):
    """What will be decided and sent in days that are both included, and what that takes for granted."""

    as_of: dt.datetime
    first: dt.date
    last: dt.date
    messages: list[MessageForecast]
    notices: list[NoticeForecast]
    per_recipient: dict[str, int]
    rules_version: int
    assumes: str = "假定期间没有签收、报送、办结、延期等新情况，各渠道均正常接收"


class DifferenceAnswer(Model):
    """What a change makes of the messages: `moved` leave at another instant, `refilled` hold other notices."""

    added: list[MessageForecast]
    after: int
    as_of: dt.datetime
    before: int
    changed: int
    first: dt.date
    last: dt.date
    moved: list[AlteredForecast]
    refilled: list[AlteredForecast]
    removed: list[MessageForecast]
    summary: str
    assumes: str = "假定期间没有签收、报送、办结、延期等新情况，各渠道均正常接收"


class ForecastApi:
    """/forecast of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_forecast(
        self,
        *,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        days: int | None = None,
        recipient: str | None = None,
    ) -> ForecastAnswer:
        """提醒预报：今后若干天将向谁发送什么: GET /api/v1/forecast."""
        return self.calls.ask(
            ForecastAnswer,
            "GET",
            "/api/v1/forecast",
            query={"from": from_, "to": to, "days": days, "recipient": recipient},
        )

    def post_forecast(
        self, body: ChangeBody | JsonObject, *, idempotency_key: str | None = None
    ) -> DifferenceAnswer:
        """提醒预报试算：规则、日历或联系人变化后消息有何不同（不写入任何内容）: POST /api/v1/forecast."""
        return self.calls.ask(
            DifferenceAnswer,
            "POST",
            "/api/v1/forecast",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
