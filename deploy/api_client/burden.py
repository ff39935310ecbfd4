"""/burden of the API (督办事项服务、提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model


class WeekAnswer(Model):
    """What one recipient got in one week, or in the part of it that lies in the period."""

    channels: dict[str, int]
    messages: int
    notices: int
    routine: int
    unit_id: str
    urgent: int
    week_from: dt.date
    week_to: dt.date


class WeekView(Model):
    """What one unit had in one week, or in the part of it that lies in the period."""

    asks: int
    entered_for: int
    fields: int
    reports: int
    sign_fors: int
    submissions: int
    unit: str
    unit_id: str
    week_from: dt.date
    week_to: dt.date


class MessagesAnswer(Model):
    """The messages of a period, both days included, with what each number means."""

    definitions: dict[str, str]
    first: dt.date
    items: list[WeekAnswer]
    last: dt.date


class BurdenView(Model):
    """The report of a period, both days included, with what each number means; a week without anything is left out."""

    definitions: dict[str, str]
    first: dt.date
    items: list[WeekView]
    last: dt.date


class BurdenApi:
    """/burden of the API (督办事项服务、提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_burden(
        self, *, from_: dt.date | None = None, to: dt.date | None = None, unit: str | None = None
    ) -> BurdenView:
        """减负统计：各单位每周签收、填报、报审: GET /api/v1/burden."""
        return self.calls.ask(
            BurdenView, "GET", "/api/v1/burden", query={"from": from_, "to": to, "unit": unit}
        )

    def get_burden_messages(
        self, *, from_: dt.date | None = None, to: dt.date | None = None, unit: str | None = None
    ) -> MessagesAnswer:
        """减负统计：各单位每周收到的消息: GET /api/v1/burden/messages."""
        return self.calls.ask(
            MessagesAnswer, "GET", "/api/v1/burden/messages", query={"from": from_, "to": to, "unit": unit}
        )
