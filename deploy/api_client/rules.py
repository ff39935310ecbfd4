"""/rules of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, Json, JsonObject, Model, in_path
from .common import NoticeForecast


class Before(Model):
    """提前预警: a warning `days` (natural, negative) before the due day."""

    days: int
    tell: list[str]


class CountedRule(Model):
    """The warning of a limit in days, 工作日, months or cycles: so much of it left, at least so many 工作日."""

    tell: list[str]
    left_percent: int = 20
    left_workdays: int = 1


class Elapsed(Model):
    """A warning of a limit in hours or working hours, when so many percent of it have passed."""

    percent: int
    tell: list[str]


class Escalation(Model):
    """升级: whom an overdue rung tells beside the others, from so many 工作日 on."""

    tell: list[str]
    workday: int


class NotifyFieldView(Model):
    """What a field says before and after."""

    after: Json
    before: Json
    field: str


class Hours(Model):
    """The hours of a working day, in Shanghai."""

    at: str = "09:00:00"
    until: str = "18:00:00"


class MovedNoticeAnswer(Model):
    """A notice before and after a change."""

    after: NoticeForecast
    before: NoticeForecast


class OnTheDay(Model):
    """到时提醒: the reminder on the due day."""

    tell: list[str]


class RulesBody(Model):
    """A whole rulebook, the version that it was made from, and why."""

    made_from: int
    rules: Json
    reason: str = ""


class Urgent(Model):
    """What leaves at once, beside the one routine message of the day.

    Attributes:
        levels: Levels 等级 of tasks whose every notice is urgent.
        hour_clocks: Whether a clock that runs in hours, so that it ends within a day, makes its notices urgent.
    """

    hour_clocks: bool = True
    levels: list[str] = Field(default_factory=list)


class VersionView(Model):
    """A version of the rules: from when its rungs hold, who set it, when and why; `shipped`: a release did."""

    made_at: dt.datetime | None
    made_by: str
    reason: str
    shipped: bool
    since: dt.datetime | None
    version: int


class NoticesDifferenceAnswer(Model):
    """What a change makes of the notices; one that leaves these days counts as dropped."""

    added: list[NoticeForecast]
    as_of: dt.datetime
    dropped: list[NoticeForecast]
    first: dt.date
    last: dt.date
    moved: list[MovedNoticeAnswer]
    summary: str
    assumes: str = "假定期间没有签收、报送、办结、延期等新情况，各渠道均正常接收"


class Overdue(Model):
    """超时通报: so many 工作日 after the due day, then again every `then_every` 工作日 until the clock stops."""

    tell: list[str]
    then_every: int
    workdays: list[int]
    escalate: list[Escalation] = Field(default_factory=list)


class ParcelRule(Model):
    """When the routine message of a day leaves: between `at` and `until` of a working day, and once."""

    at: str = "09:00:00"
    until: str = "18:00:00"
    urgent: Urgent | None = None


class RuleChangeView(Model):
    """What becomes of the rule for some tasks."""

    change: str
    fields: list[NotifyFieldView]
    kind: str
    level: str | None
    plan: str | None
    unit: str | None


class Rule(Model):
    """The rungs of the tasks that it matches, all but those of limits in hours at one hour (Shanghai) of their days.

    Attributes:
        kind: Of task; `*` for any.
        plan: Of these tasks only those of one plan; None for all. So for `level`, and for `unit`, the one that answers.
        counted: How limits in days are warned of; None: as dates are.
        hours: How limits in hours are warned of; empty: as dates are.
        work: The hours of work, which limits in working hours count.
    """

    at: str
    due: OnTheDay
    kind: str
    overdue: Overdue
    before: list[Before] = Field(default_factory=list)
    counted: CountedRule | None = None
    hours: list[Elapsed] = Field(default_factory=list)
    level: str | None = None
    plan: str | None = None
    unit: str | None = None
    work: Hours | None = None


class RulesDifferenceView(Model):
    """Which rules change, and what of when messages leave."""

    parcels: list[NotifyFieldView]
    rules: list[RuleChangeView]


class RulesView(Model):
    """A version with its rules; what is handed in as `rules` may be a changed copy of this."""

    made_at: dt.datetime | None
    made_by: str
    parcels: ParcelRule
    reason: str
    rules: list[Rule]
    shipped: bool
    since: dt.datetime | None
    version: int


class SetAnswer(Model):
    """What was set, or would be: nothing has `changed` when the same rules were set before."""

    changed: bool
    difference: RulesDifferenceView
    dry_run: bool
    version: int
    notices: NoticesDifferenceAnswer | None = None


class RulesApi:
    """/rules of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_rules(self) -> RulesView:
        """查看现行提醒规则：版本、何人何时因何设定: GET /api/v1/rules."""
        return self.calls.ask(RulesView, "GET", "/api/v1/rules")

    def put_rules(
        self, body: RulesBody | JsonObject, *, dry_run: bool | None = None, days: int | None = None
    ) -> SetAnswer:
        """整体更换提醒规则；dry_run=true 只试算，加 days 列出今后若干天提醒的增减和改期: PUT /api/v1/rules."""
        return self.calls.ask(
            SetAnswer, "PUT", "/api/v1/rules", query={"dry_run": dry_run, "days": days}, body=body
        )

    def get_rules_versions(self, *, after: str | None = None, limit: int | None = None) -> list[VersionView]:
        """列出提醒规则的全部版本: GET /api/v1/rules/versions."""
        return self.calls.ask(
            list[VersionView], "GET", "/api/v1/rules/versions", query={"after": after, "limit": limit}
        )

    def get_rules_versions_by_version(self, *, version: int) -> RulesView:
        """查看提醒规则的某一版本: GET /api/v1/rules/versions/{version}."""
        return self.calls.ask(RulesView, "GET", f"/api/v1/rules/versions/{in_path(version)}")
