"""/calendar of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class CalendarBody(Model):
    """The days of a year that people set; an empty body goes back to the official calendar."""

    complete: bool = False
    days_off: list[dt.date] = Field(default_factory=list)
    workdays: list[dt.date] = Field(default_factory=list)


class ChangedDayOut(Model):
    """A day that is counted otherwise than before."""

    day: dt.date
    is_workday: bool


class MovedClockOut(Model):
    """The clock of a running limit that moves, since it was counted over other working days."""

    clock: str
    new_due_at: dt.datetime
    old_due_at: dt.datetime
    task_id: str


class CalendarOut(Model):
    """A year as everyone counts with it.

    Attributes:
        workdays: Weekend days on which people work.
        days_off: Weekdays on which they don't.
        provisional: Official days are not all known yet.
        revised: What people set, None when they set nothing.
        revision: How often they did.
    """

    days_off: list[dt.date]
    provisional: bool
    revised: CalendarBody | None
    revision: int
    workdays: list[dt.date]
    year: int


class ImportOut(Model):
    """What the import of a year did, or would do.

    Attributes:
        became_official: The days of the year were computed until then.
    """

    became_official: bool
    clocks: list[MovedClockOut]
    confirmed: bool
    days: list[ChangedDayOut]
    year: int


class CalendarApi:
    """/calendar of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_calendar_by_year(self, *, year: int) -> CalendarOut:
        """查看工作日历: GET /api/v1/calendar/{year}."""
        return self.calls.ask(CalendarOut, "GET", f"/api/v1/calendar/{in_path(year)}")

    def put_calendar_by_year(self, body: CalendarBody | JsonObject, *, year: int) -> CalendarOut:
        """设置工作日历: PUT /api/v1/calendar/{year}."""
        return self.calls.ask(CalendarOut, "PUT", f"/api/v1/calendar/{in_path(year)}", body=body)

    def post_calendar_imports(
        self, body: bytes, *, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> ImportOut:
        """导入一年的官方放假安排；confirm=false 只试算，列出变动的日期和随之移动的期限: POST /api/v1/calendar/imports."""
        return self.calls.ask(
            ImportOut,
            "POST",
            "/api/v1/calendar/imports",
            query={"confirm": confirm},
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )
