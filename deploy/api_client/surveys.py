"""/surveys of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import Done


class GroupView(Model):
    """The numbers of a group; while the survey is open, `answered` is what was handed in until now."""

    answered: int
    code: str
    counted: int | None
    invited: int
    name: str
    spoilt: int | None
    unread: int | None


class InviteBody(Model):
    """How many tokens of which group; without a name of anybody."""

    count: int
    group: str


class Named(Model):
    """A subject that is evaluated, or a group of those who are asked."""

    code: str
    name: str


class Question(Model):
    """What is asked of every subject.

    Attributes:
        kind: `scale` has a mean, its options stand from the best to the worst; `choice` has only counts.
    """

    code: str
    text: str
    kind: str = "scale"
    options: list[str] = Field(default_factory=list)


class ResultView(Model):
    """A result with the words of what it is about."""

    count: int | None
    distribution: list[int]
    group: str
    mean: str | None
    out_of: int | None
    percent: str | None
    question: str
    subject: str
    why: str


class Tokens(Model):
    """Tokens, in no order; nobody can be shown them again."""

    group: str
    survey: str
    tokens: list[str]


class Sheet(Model):
    """A survey as it was drawn up. It has no free texts: how somebody writes tells who it is.

    Attributes:
        about: What the subjects are; units by their ids, persons best by their posts.
        minimum: Sheets that leave together, and answers below which nothing is shown.
        opens_at, closes_at: When it may be answered, in business time.
    """

    closes_at: dt.datetime
    groups: list[Named]
    kind: str
    opens_at: dt.datetime
    questions: list[Question]
    subjects: list[Named]
    title: str
    about: str = "unit"
    minimum: int = 10


class SurveyView(Model):
    """A survey with its numbers; how many sheets left is told when it is closed."""

    closed_at: dt.datetime | None
    closed_by: str | None
    closes_at: dt.datetime
    created_by: str
    groups: list[GroupView]
    id: str
    kind: str
    kind_title: str
    minimum: int
    opened_by: str | None
    opens_at: dt.datetime
    sheet: Sheet
    state: str
    state_title: str
    title: str


class ResultsView(Model):
    """What a closed survey says; results of the group '' are those of all groups that are shown."""

    items: list[ResultView]
    survey: SurveyView
    rounding: str = "均值与百分制得分保留2位小数，四舍五入；答卷少于最少份数的不出数（样本不足）"


class SurveysView(Model):
    """A page of surveys, the latest first; `next` is the `after` of the page behind it."""

    items: list[SurveyView]
    next: str | None = None


class SurveysApi:
    """/surveys of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_surveys(self, *, after: str | None = None, limit: int | None = None) -> SurveysView:
        """列出测评: GET /api/v1/surveys."""
        return self.calls.ask(SurveysView, "GET", "/api/v1/surveys", query={"after": after, "limit": limit})

    def post_surveys(self, body: Sheet | JsonObject, *, idempotency_key: str | None = None) -> Done:
        """拟订测评：对象、题目、答卷人分组、最少答卷数: POST /api/v1/surveys."""
        return self.calls.ask(
            Done, "POST", "/api/v1/surveys", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_surveys_by_survey(self, *, survey: str) -> SurveyView:
        """查看测评和各组答卷数: GET /api/v1/surveys/{survey}."""
        return self.calls.ask(SurveyView, "GET", f"/api/v1/surveys/{in_path(survey)}")

    def post_surveys_by_survey_invitations(
        self, body: InviteBody | JsonObject, *, survey: str, idempotency_key: str | None = None
    ) -> Tokens:
        """为某组生成一次性测评码，仅此一次给出: POST /api/v1/surveys/{survey}/invitations."""
        return self.calls.ask(
            Tokens,
            "POST",
            f"/api/v1/surveys/{in_path(survey)}/invitations",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_surveys_by_survey_opening(self, *, survey: str, idempotency_key: str | None = None) -> Done:
        """开始测评: POST /api/v1/surveys/{survey}/opening."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/surveys/{in_path(survey)}/opening",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_surveys_by_survey_closing(self, *, survey: str, idempotency_key: str | None = None) -> Done:
        """结束测评：不能再打开: POST /api/v1/surveys/{survey}/closing."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/surveys/{in_path(survey)}/closing",
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_surveys_by_survey_results(self, *, survey: str) -> ResultsView:
        """查看已结束测评的结果: GET /api/v1/surveys/{survey}/results."""
        return self.calls.ask(ResultsView, "GET", f"/api/v1/surveys/{in_path(survey)}/results")
