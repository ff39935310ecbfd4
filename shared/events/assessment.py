"""考核: schemes, periods, scores, appeals, exemptions, lists. Part of the feed `assessment`. Owner: services/metrics.

Names, reasons and texts stay out: units, cases and persons are ids. Points are hundredths of a point, as integers.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Event


class SchemeRevised(Event):
    """A scheme 考核办法 got a version, which holds for periods that begin on `valid_from` or later."""

    type: ClassVar[str] = "cn.duban.assessment.scheme.revised.v1"
    subject_field: ClassVar[str] = "scheme"
    scheme: str
    version: int
    valid_from: date
    by: str


class ObservationScored(Event):
    """观摩打分: a judge's score of a unit on an observation day; a later one of the same three takes its place."""

    type: ClassVar[str] = "cn.duban.assessment.observation.scored.v1"
    subject_field: ClassVar[str] = "unit_id"
    unit_id: str
    day: date
    judge: str
    hundredths: int


class PeriodEvent(Event):
    """A step of a period 考核周期; `revision` of the envelope is the number of the step."""

    subject_field: ClassVar[str] = "period_id"
    period_id: str
    by: str


class PeriodOpened(PeriodEvent):
    """A period was opened."""

    type: ClassVar[str] = "cn.duban.assessment.period.opened.v1"
    scheme: str
    first: date
    last: date


class PeriodPreviewed(PeriodEvent):
    """Scores were counted for units to look at; they may still change."""

    type: ClassVar[str] = "cn.duban.assessment.period.previewed.v1"
    run: int
    scheme_version: int
    units: int


class PeriodClosed(PeriodEvent):
    """结账: the scores stand, bound to the archive; appeals may be filed until `appeals_until`."""

    type: ClassVar[str] = "cn.duban.assessment.period.closed.v1"
    run: int
    scheme_version: int
    units: int
    archive_position: int
    archive_hash: str
    digest: str
    appeals_until: datetime


class PeriodRescored(PeriodEvent):
    """重新计分: a new run took the place of `before`, after an upheld appeal or by explicit order."""

    type: ClassVar[str] = "cn.duban.assessment.period.rescored.v1"
    run: int
    before: int
    changed: tuple[str, ...]
    digest: str
    appeal_id: str | None = None


class PeriodFinalised(PeriodEvent):
    """定案: the window for appeals is over and all are decided; `run` holds the final scores."""

    type: ClassVar[str] = "cn.duban.assessment.period.finalised.v1"
    run: int
    digest: str


class LinePoints(BaseModel):
    """What a line of a score gives."""

    model_config = ConfigDict(frozen=True)

    code: str
    hundredths: int


class ScoreGiven(Event):
    """A unit's score in a run of a period; the lines add up to `total_hundredths`."""

    type: ClassVar[str] = "cn.duban.assessment.score.given.v1"
    subject_field: ClassVar[str] = "unit_id"
    unit_id: str
    period_id: str
    run: int
    class_code: str
    total_hundredths: int | None = None
    percent_hundredths: int | None = None
    short: bool
    rank: int | None = None
    ranked: int = 0
    lines: tuple[LinePoints, ...]


class AppealEvent(Event):
    """A step of an appeal 申诉."""

    subject_field: ClassVar[str] = "appeal_id"
    appeal_id: str
    period_id: str
    unit_id: str
    line: str
    by: str


class AppealFiled(AppealEvent):
    """A unit appealed against a line of its score, about the cases `subjects`."""

    type: ClassVar[str] = "cn.duban.assessment.appeal.filed.v1"
    run: int
    subjects: tuple[str, ...] = ()


class AppealDecided(AppealEvent):
    """An appeal was upheld, and `run` has the new score, or dismissed."""

    type: ClassVar[str] = "cn.duban.assessment.appeal.decided.v1"
    upheld: bool
    run: int | None = None


class ExemptionEvent(Event):
    """A step of an exemption 容错."""

    subject_field: ClassVar[str] = "exemption_id"
    exemption_id: str
    unit_id: str
    case: str
    reason: str
    by: str


class ExemptionRequested(ExemptionEvent):
    """It was asked that a case be taken out of the deductions."""

    type: ClassVar[str] = "cn.duban.assessment.exemption.requested.v1"


class ExemptionApproved(ExemptionEvent):
    """It was approved, by another than who asked."""

    type: ClassVar[str] = "cn.duban.assessment.exemption.approved.v1"


class ExemptionRefused(ExemptionEvent):
    """It was refused."""

    type: ClassVar[str] = "cn.duban.assessment.exemption.refused.v1"


class ListEvent(Event):
    """A step of a list 榜单: red, black, notice 通报 or award 奖励."""

    subject_field: ClassVar[str] = "list_id"
    list_id: str
    period_id: str
    run: int
    kind: Literal["red", "black", "notice", "award"]
    by: str


class ListReleased(ListEvent):
    """A list was released by a named person; until then nobody is told who stands on it."""

    type: ClassVar[str] = "cn.duban.assessment.list.released.v1"
    units: tuple[str, ...]


class ListWithdrawn(ListEvent):
    """A list was withdrawn."""

    type: ClassVar[str] = "cn.duban.assessment.list.withdrawn.v1"


class RecordEvent(Event):
    """A step of an entry in a performance record 干部实绩档案; whose it is stays out."""

    subject_field: ClassVar[str] = "record_id"
    record_id: str
    period_id: str
    unit_id: str


class RecordEntered(RecordEvent):
    """An entry was made."""

    type: ClassVar[str] = "cn.duban.assessment.record.entered.v1"


class RecordObjected(RecordEvent):
    """The person objected to the entry."""

    type: ClassVar[str] = "cn.duban.assessment.record.objected.v1"


class RecordAnswered(RecordEvent):
    """The objection was answered: the entry was kept or withdrawn."""

    type: ClassVar[str] = "cn.duban.assessment.record.answered.v1"
    kept: bool


class SurveyEvent(Event):
    """A step of a survey 测评. An answer is none: nothing tells of one."""

    subject_field: ClassVar[str] = "survey_id"
    survey_id: str
    by: str


class SurveyInvited(SurveyEvent):
    """One-time tokens were made for a group; to whom they went is known to nobody here."""

    type: ClassVar[str] = "cn.duban.assessment.survey.invited.v1"
    group: str
    count: int


class SurveyOpened(SurveyEvent):
    """A survey was opened; `subjects` are the units that it is about, persons stay out."""

    type: ClassVar[str] = "cn.duban.assessment.survey.opened.v1"
    kind: Literal["satisfaction", "back_to_back", "conduct"]
    about: Literal["unit", "person"]
    subjects: tuple[str, ...] = ()
    minimum: int
    opens_at: datetime
    closes_at: datetime


class SurveyGroup(BaseModel):
    """The numbers of a group: asked, answered, counted; destroyed unread since they were too few; and spoilt."""

    model_config = ConfigDict(frozen=True)

    code: str
    invited: int
    answered: int
    counted: int
    unread: int
    spoilt: int


class SurveyClosed(SurveyEvent):
    """A survey was closed for good."""

    type: ClassVar[str] = "cn.duban.assessment.survey.closed.v1"
    groups: tuple[SurveyGroup, ...]
