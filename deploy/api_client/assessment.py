"""/assessment of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import Done


class AppealBody(Model):
    """An appeal against a line of one's score: which cases, and why."""

    line: str
    period: str
    text: str
    subjects: list[str] = Field(default_factory=list)


class AppealDecision(Model):
    """Whether an appeal is upheld, and why."""

    upheld: bool
    why: str


class AppealView(Model):
    """An appeal; `new_run` has the score after it was upheld."""

    appeal_id: str
    decided_at: dt.datetime | None
    decided_by: str | None
    decision: str
    filed_at: dt.datetime
    filed_by: str
    line: str
    new_run: int | None
    period_id: str
    run: int
    state: str
    subjects: list[str]
    text: str
    unit_id: str


class Appeals(Model):
    """The window for appeals: days after the closing day, natural or working ones."""

    days: int = 5
    working: bool = True


class Bound(Model):
    """All points or none."""

    operator: str
    value: float | str
    kind: Literal["bound"] = "bound"


class Case(Model):
    """An addition or a deduction for each case that a measure counts.

    Attributes:
        counts: The facts in the numerator, or those in the denominator alone.
        points: For each; below nought for a deduction.
        cap: Points, either way, that it gives at most.
    """

    cap: float | str
    code: str
    measure: str
    name: str
    points: float | str
    counts: str = "numerator"
    plan_id: str | None = None


class DrawBody(Model):
    """Which list of a final period; `struck` are units to be struck off, each with the reason."""

    code: str
    period: str
    struck: dict[str, str] = Field(default_factory=dict)


class EntryView(Model):
    """An entry with the name of its unit."""

    class_code: str
    percent: str
    rank: int | None
    ranked: int
    unit_id: str
    unit_name: str
    struck: str = ""


class ExemptionBody(Model):
    """A request to take a case out of the deductions."""

    reason: str
    subject: str
    text: str
    unit: str | None = None


class ExemptionDecision(Model):
    """Whether an exemption is approved, and why."""

    approved: bool
    why: str


class ExemptionView(Model):
    """An exemption."""

    decided_at: dt.datetime | None
    decided_by: str | None
    decision: str
    exemption_id: str
    reason: str
    requested_at: dt.datetime
    requested_by: str
    state: str
    subject: str
    text: str
    unit_id: str


class FactView(Model):
    """A fact behind a line, with the event that told it: `sequence` nought is found by its subject."""

    part: str
    reason: str
    sequence: int
    stream: str
    subject: str
    told_at: dt.datetime


class Informed(Model):
    """Units that are informed, neither scored nor ranked: by kind, by id or name, or by a word in their names."""

    kinds: list[str] = Field(default_factory=list)
    units: list[str] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)


class LineChange(Model):
    """A line whose points differ; None where it is not there."""

    after: str | None
    before: str | None
    code: str
    name: str


class LineView(Model):
    """A line: its rule, what was measured, its points, and where the facts are to be found."""

    cases: int
    code: str
    each: str
    effective: str
    explanation: str
    kind: str
    name: str
    points: str
    reading: JsonObject | None
    rows: dict[str, str]
    rule: str
    share: str
    standing: str
    standing_title: str
    weight: str


class Linear(Model):
    """All points at `full_at`, none at `nothing_at`, in proportion between; falling where the first is the smaller."""

    full_at: float | str
    nothing_at: float | str
    kind: Literal["linear"] = "linear"


class ListRule(Model):
    """Who stands on a list.

    Attributes:
        most: Ranks from the top (`red`, `award`) or the bottom (`black`, `notice`); None goes by the bounds alone.
        at_least, at_most: Bounds of the score out of a hundred.
    """

    code: str
    kind: str
    name: str
    at_least: float | str | None = None
    at_most: float | str | None = None
    most: int | None = None


class MeasureSource(Model):
    """A registered measure, of all plans or one."""

    measure: str
    kind: Literal["measure"] = "measure"
    plan_id: str | None = None


class ObservationSource(Model):
    """The mean of the judges' scores of observation days 观摩打分赛绩.

    Attributes:
        judges: Scores below which there is no mean: 样本不足.
        trimmed: How many of the highest and as many of the lowest are left out.
    """

    judges: int = 3
    kind: Literal["observation"] = "observation"
    trimmed: int = 0


class ObservationView(Model):
    """A judge's score."""

    day: dt.date
    entered_at: dt.datetime
    entered_by: str
    judge: str
    number: int
    points: str
    unit_id: str
    why: str


class ObservedBody(Model):
    """A judge's score of a unit, from nought to a hundred; a correction says why."""

    day: dt.date
    judge: str
    points: float | str
    unit: str
    why: str = ""


class OpenBody(Model):
    """Which period of which scheme: `2023-Q2` or `2023`."""

    period: str
    scheme: str


class PeriodView(Model):
    """A period; `run` is the one that counts."""

    appeals_until: dt.datetime | None
    final_at: dt.datetime | None
    final_by: str | None
    first: dt.date
    id: str
    kind: str
    last: dt.date
    opened_at: dt.datetime
    opened_by: str
    period: str
    run: int
    scheme: str
    state: str
    state_title: str


class QuartersSource(Model):
    """The mean of the year's quarterly scores (out of a hundred) under `scheme`; all `quarters` have to be final."""

    scheme: str
    kind: Literal["quarters"] = "quarters"
    quarters: int = 1


class Ranking(Model):
    """Who is ranked. 国办函〔2025〕66号: no ranking by 12345, none among few; either needs a word in the scheme.

    Attributes:
        smallest_class: Comparable units in a class below which there is no ranking.
        hotline: Whether units are ranked although hotline measures give points.
    """

    hotline: bool = False
    on: bool = True
    smallest_class: int = 5


class RecordBody(Model):
    """An entry: whose (the id of the account), with which post at which unit, about which final period."""

    period: str
    person: str
    post: str
    text: str
    unit: str


class RecordView(Model):
    """An entry of a performance record."""

    answer: str
    answered_at: dt.datetime | None
    answered_by: str | None
    entered_at: dt.datetime
    entered_by: str
    objected_at: dt.datetime | None
    objection: str
    period_id: str
    person_id: str
    post: str
    record_id: str
    run: int
    state: str
    text: str
    unit_id: str


class ReleaseBody(Model):
    """The post of who releases."""

    post: str


class ScoreView(Model):
    """A score with its rank; `why_unranked` says why it has none."""

    class_code: str
    out_of: str
    percent: str | None
    rank: int | None
    ranked: int
    short: bool
    total: str | None
    unit: str
    unit_name: str
    why_unranked: str


class Step(Model):
    """A value of `at` or better gives `share` % of the points."""

    at: float | str
    share: float | str


class UnitClass(Model):
    """Units that are compared with each other: those listed by id or name, and those of a kind."""

    code: str
    name: str
    kinds: list[str] = Field(default_factory=list)
    units: list[str] = Field(default_factory=list)


class WhyBody(Model):
    """Why."""

    why: str


class AnswerBody(Model):
    """Whether an entry that was objected to is kept, and why."""

    kept: bool
    why: str


class RuleView(Model):
    """A line of a scheme in words."""

    code: str
    name: str
    rule: str
    weight: str | None


class AppealsView(Model):
    """A page of appeals, the latest first; `next` is the `after` of the page behind it."""

    items: list[AppealView]
    next: str | None = None


class Change(Model):
    """A unit whose score or rank differs; None where it has none."""

    after: str | None
    before: str | None
    lines: list[LineChange]
    rank_after: int | None
    rank_before: int | None
    unit_id: str


class ExemptionsView(Model):
    """A page of exemptions, the latest first; `reasons` are those that may be given."""

    items: list[ExemptionView]
    reasons: dict[str, str]
    next: str | None = None


class ExplanationView(Model):
    """A score explained: the points of its lines add up to the total."""

    archive_hash: str
    archive_position: int
    as_of: dt.datetime
    digest: str
    lines: list[LineView]
    period: str
    run: int
    scheme: str
    scheme_version: int
    score: ScoreView
    rounding: str = "得分保留2位小数，四舍五入；各部分按最大余数取整，使其和等于总分"


class FactsView(Model):
    """A page of facts, longer where its last subject has several; the next begins behind `after`, null for no more."""

    after: str | None
    items: list[FactView]
    left_out: dict[str, str]
    line: str
    measure: str
    period: str
    run: int
    unit: str
    version: int


class ListView(Model):
    """A list; drafts are for those who draw and release them."""

    code: str
    drafted_at: dt.datetime
    drafted_by: str
    entries: list[EntryView]
    id: str
    kind: str
    kind_title: str
    name: str
    period: str
    post: str
    released_at: dt.datetime | None
    released_by: str | None
    run: int
    state: str
    why: str


class ObservationsBody(Model):
    """The scores of an observation day: all are kept, or none."""

    scores: list[ObservedBody]


class ObservationsView(Model):
    """A page of the scores that count on the days of a span; `next` is the `after` of the page behind it."""

    items: list[ObservationView]
    next: str | None = None


class PeriodsView(Model):
    """A page of periods, the latest first; `next` is the `after` of the page behind it."""

    items: list[PeriodView]
    next: str | None = None


class RecordsView(Model):
    """A page of entries, the latest first; `next` is the `after` of the page behind it."""

    items: list[RecordView]
    next: str | None = None


class SchemeView(Model):
    """A version of a scheme; nobody set one that ships."""

    content: JsonObject
    name: str
    rules: list[RuleView]
    scheme: str
    set_at: dt.datetime | None
    set_by: str
    valid_from: dt.date
    version: int
    why: str
    rounding: str = "得分保留2位小数，四舍五入；各部分按最大余数取整，使其和等于总分"


class ScoresView(Model):
    """The scores of a run, class by class, the best first."""

    items: list[ScoreView]
    period: str
    run: int


class Steps(Model):
    """Points by steps: the best step that the value reaches; below all of them nothing."""

    steps: list[Step]
    kind: Literal["steps"] = "steps"
    lower_is_better: bool = False


class ChangesView(Model):
    """What a run changed against the one before it, or what scoring again now would change."""

    before: int
    changes: list[Change]
    period: str
    run: int


class ListsView(Model):
    """A page of lists, the latest first; `next` is the `after` of the page behind it."""

    items: list[ListView]
    next: str | None = None


class Part(Model):
    """A part of the score.

    Attributes:
        weight: Its points at most; nought is shown and not scored.
        minimum: Denominator below which it reads 样本不足, where the measure's own minimum is not higher.
        exempt: Whether approved exemptions 容错 take cases out of this measure as well.
    """

    code: str
    curve: Linear | Steps | Bound
    name: str
    source: MeasureSource | ObservationSource | QuartersSource
    weight: float | str
    exempt: bool = False
    minimum: int = 0


class PreviewView(Model):
    """What a draft would change: the units whose scores or ranks differ."""

    as_of: dt.datetime
    changes: list[Change]
    period: str
    run: int
    units: int


class RunView(Model):
    """A run of a period: what it was counted from, and what later facts would have changed in the period before."""

    appeal: str
    archive_hash: str
    archive_position: int
    as_of: dt.datetime
    at: dt.datetime
    before: int
    by: str
    corrections: list[Change]
    cursors: dict[str, int]
    digest: str
    kind: str
    number: int
    scheme_version: int
    why: str


class SchemesView(Model):
    """The newest versions of the schemes."""

    items: list[SchemeView]


class VersionsView(Model):
    """All versions of a scheme, the newest first."""

    versions: list[SchemeView]


class PeriodDetail(Model):
    """A period with its runs and the number of appeals that wait."""

    appeals_until: dt.datetime | None
    final_at: dt.datetime | None
    final_by: str | None
    first: dt.date
    id: str
    kind: str
    last: dt.date
    opened_at: dt.datetime
    opened_by: str
    period: str
    run: int
    runs: list[RunView]
    scheme: str
    state: str
    state_title: str
    undecided: int


class Scheme(Model):
    """A scheme; its version is kept beside it.

    Attributes:
        basis: The paper that it comes from.
        full: What the weights add up to.
        most_added, most_deducted: Points that all additions, or all deductions, make at most.
        least_measured: Weight of the parts that have to be measured; with less a unit reads 样本不足 as a whole, so
            that none is ranked by a single part.
        short: What becomes of the weight of a part that reads 样本不足; `no_data` of one that has no facts at all.
    """

    basis: str
    classes: list[UnitClass]
    kinds: list[str]
    name: str
    parts: list[Part]
    scheme: str
    appeals: Appeals | None = None
    cases: list[Case] = Field(default_factory=list)
    full: float | str = "100"
    informed: Informed | None = None
    least_measured: float | str = "0"
    lists: list[ListRule] = Field(default_factory=list)
    most_added: float | str | None = None
    most_deducted: float | str | None = None
    no_data: str = "redistribute"
    ranking: Ranking | None = None
    short: str = "redistribute"


class DraftBody(Model):
    """A draft, and the period that it is tried on."""

    content: Scheme
    period: str


class RevisionBody(Model):
    """A new version, whole, and the period from which on it holds."""

    content: Scheme
    valid_from: str
    why: str


class AssessmentApi:
    """/assessment of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_assessment_schemes(self) -> SchemesView:
        """列出考核办法及现行版本: GET /api/v1/assessment/schemes."""
        return self.calls.ask(SchemesView, "GET", "/api/v1/assessment/schemes")

    def get_assessment_schemes_by_scheme(self, *, scheme: str) -> VersionsView:
        """查看考核办法的各版本: GET /api/v1/assessment/schemes/{scheme}."""
        return self.calls.ask(VersionsView, "GET", f"/api/v1/assessment/schemes/{in_path(scheme)}")

    def put_assessment_schemes_by_scheme(self, body: RevisionBody | JsonObject, *, scheme: str) -> SchemeView:
        """修订考核办法：新版本自某周期起施行: PUT /api/v1/assessment/schemes/{scheme}."""
        return self.calls.ask(SchemeView, "PUT", f"/api/v1/assessment/schemes/{in_path(scheme)}", body=body)

    def post_assessment_schemes_by_scheme_preview(
        self, body: DraftBody | JsonObject, *, scheme: str, idempotency_key: str | None = None
    ) -> PreviewView:
        """用办法草案试算某周期，与现有得分对比，不保存: POST /api/v1/assessment/schemes/{scheme}/preview."""
        return self.calls.ask(
            PreviewView,
            "POST",
            f"/api/v1/assessment/schemes/{in_path(scheme)}/preview",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_periods(
        self, *, scheme: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PeriodsView:
        """列出考核周期: GET /api/v1/assessment/periods."""
        return self.calls.ask(
            PeriodsView,
            "GET",
            "/api/v1/assessment/periods",
            query={"scheme": scheme, "after": after, "limit": limit},
        )

    def post_assessment_periods(
        self, body: OpenBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """开启考核周期（季度 2023-Q2 或年度 2023）: POST /api/v1/assessment/periods."""
        return self.calls.ask(
            Done,
            "POST",
            "/api/v1/assessment/periods",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_periods_by_period(self, *, period: str) -> PeriodDetail:
        """查看考核周期及各次计分: GET /api/v1/assessment/periods/{period}."""
        return self.calls.ask(PeriodDetail, "GET", f"/api/v1/assessment/periods/{in_path(period)}")

    def post_assessment_periods_by_period_preview(
        self, *, period: str, idempotency_key: str | None = None
    ) -> Done:
        """预览得分: POST /api/v1/assessment/periods/{period}/preview."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/periods/{in_path(period)}/preview",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_assessment_periods_by_period_closing(
        self, *, period: str, idempotency_key: str | None = None
    ) -> Done:
        """结账：冻结得分并绑定档案哈希，申诉期开始: POST /api/v1/assessment/periods/{period}/closing."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/periods/{in_path(period)}/closing",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_assessment_periods_by_period_rescoring(
        self, body: WhyBody | JsonObject, *, period: str, idempotency_key: str | None = None
    ) -> Done:
        """重新计分，记录前后变化和原因: POST /api/v1/assessment/periods/{period}/rescoring."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/periods/{in_path(period)}/rescoring",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_periods_by_period_final(
        self, *, period: str, idempotency_key: str | None = None
    ) -> Done:
        """定案：申诉期届满且申诉均已答复: POST /api/v1/assessment/periods/{period}/final."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/periods/{in_path(period)}/final",
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_assessment_periods_by_period_changes(self, *, period: str, run: int | None = None) -> ChangesView:
        """查看某次计分与前一次的差别: GET /api/v1/assessment/periods/{period}/changes."""
        return self.calls.ask(
            ChangesView, "GET", f"/api/v1/assessment/periods/{in_path(period)}/changes", query={"run": run}
        )

    def get_assessment_periods_by_period_corrections(self, *, period: str) -> ChangesView:
        """查看结账后迟到的事实会带来的变化: GET /api/v1/assessment/periods/{period}/corrections."""
        return self.calls.ask(ChangesView, "GET", f"/api/v1/assessment/periods/{in_path(period)}/corrections")

    def get_assessment_periods_by_period_scores(self, *, period: str, run: int | None = None) -> ScoresView:
        """查看得分和名次: GET /api/v1/assessment/periods/{period}/scores."""
        return self.calls.ask(
            ScoresView, "GET", f"/api/v1/assessment/periods/{in_path(period)}/scores", query={"run": run}
        )

    def get_assessment_periods_by_period_scores_by_unit(
        self, *, period: str, unit: str, run: int | None = None
    ) -> ExplanationView:
        """查看某单位的得分说明: GET /api/v1/assessment/periods/{period}/scores/{unit}."""
        return self.calls.ask(
            ExplanationView,
            "GET",
            f"/api/v1/assessment/periods/{in_path(period)}/scores/{in_path(unit)}",
            query={"run": run},
        )

    def get_assessment_periods_by_period_scores_by_unit_lines_by_line_rows(
        self,
        *,
        period: str,
        unit: str,
        line: str,
        part: str | None = None,
        run: int | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> FactsView:
        """列出某项得分背后的逐条事实: GET /api/v1/assessment/periods/{period}/scores/{unit}/lines/{line}/rows."""
        return self.calls.ask(
            FactsView,
            "GET",
            f"/api/v1/assessment/periods/{in_path(period)}/scores/{in_path(unit)}/lines/{in_path(line)}/rows",
            query={"part": part, "run": run, "after": after, "limit": limit},
        )

    def get_assessment_periods_by_period_scores_by_unit_report_docx(self, *, period: str, unit: str) -> bytes:
        """下载某单位的得分说明（Word）: GET /api/v1/assessment/periods/{period}/scores/{unit}/report.docx."""
        return self.calls.fetch(
            "GET", f"/api/v1/assessment/periods/{in_path(period)}/scores/{in_path(unit)}/report.docx"
        )

    def get_assessment_periods_by_period_scores_by_unit_report_xlsx(self, *, period: str, unit: str) -> bytes:
        """下载某单位的得分说明（Excel）: GET /api/v1/assessment/periods/{period}/scores/{unit}/report.xlsx."""
        return self.calls.fetch(
            "GET", f"/api/v1/assessment/periods/{in_path(period)}/scores/{in_path(unit)}/report.xlsx"
        )

    def get_assessment_observations(
        self,
        *,
        from_: dt.date,
        to: dt.date,
        unit: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> ObservationsView:
        """查看观摩打分: GET /api/v1/assessment/observations."""
        return self.calls.ask(
            ObservationsView,
            "GET",
            "/api/v1/assessment/observations",
            query={"from": from_, "to": to, "unit": unit, "after": after, "limit": limit},
        )

    def post_assessment_observations(
        self, body: ObservationsBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """录入观摩打分；更正须写明原因: POST /api/v1/assessment/observations."""
        return self.calls.ask(
            Done,
            "POST",
            "/api/v1/assessment/observations",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_appeals(
        self,
        *,
        period: str | None = None,
        unit: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> AppealsView:
        """列出申诉: GET /api/v1/assessment/appeals."""
        return self.calls.ask(
            AppealsView,
            "GET",
            "/api/v1/assessment/appeals",
            query={"period": period, "unit": unit, "after": after, "limit": limit},
        )

    def post_assessment_appeals(
        self, body: AppealBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """对本单位的某项得分提出申诉: POST /api/v1/assessment/appeals."""
        return self.calls.ask(
            Done,
            "POST",
            "/api/v1/assessment/appeals",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_appeals_by_appeal_decision(
        self, body: AppealDecision | JsonObject, *, appeal: str, idempotency_key: str | None = None
    ) -> Done:
        """答复申诉；成立则公开重新计分: POST /api/v1/assessment/appeals/{appeal}/decision."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/appeals/{in_path(appeal)}/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_exemptions(
        self,
        *,
        state: str | None = None,
        unit: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> ExemptionsView:
        """列出容错申请: GET /api/v1/assessment/exemptions."""
        return self.calls.ask(
            ExemptionsView,
            "GET",
            "/api/v1/assessment/exemptions",
            query={"state": state, "unit": unit, "after": after, "limit": limit},
        )

    def post_assessment_exemptions(
        self, body: ExemptionBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """申请容错：某事项不计扣分: POST /api/v1/assessment/exemptions."""
        return self.calls.ask(
            Done,
            "POST",
            "/api/v1/assessment/exemptions",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_exemptions_by_exemption_decision(
        self, body: ExemptionDecision | JsonObject, *, exemption: str, idempotency_key: str | None = None
    ) -> Done:
        """批准或不批准容错: POST /api/v1/assessment/exemptions/{exemption}/decision."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/exemptions/{in_path(exemption)}/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_lists(
        self, *, period: str | None = None, after: str | None = None, limit: int | None = None
    ) -> ListsView:
        """列出榜单（红黑榜、通报、奖励）: GET /api/v1/assessment/lists."""
        return self.calls.ask(
            ListsView,
            "GET",
            "/api/v1/assessment/lists",
            query={"period": period, "after": after, "limit": limit},
        )

    def post_assessment_lists(
        self, body: DrawBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """按定案得分拟订榜单: POST /api/v1/assessment/lists."""
        return self.calls.ask(
            Done, "POST", "/api/v1/assessment/lists", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def post_assessment_lists_by_name_release(
        self, body: ReleaseBody | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> Done:
        """签发榜单（不能是拟订人）: POST /api/v1/assessment/lists/{name}/release."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/lists/{in_path(name)}/release",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_lists_by_name_withdrawal(
        self, body: WhyBody | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> Done:
        """撤回榜单: POST /api/v1/assessment/lists/{name}/withdrawal."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/lists/{in_path(name)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_assessment_records(
        self, *, person: str | None = None, after: str | None = None, limit: int | None = None
    ) -> RecordsView:
        """查看干部实绩档案：组织部看全部，个人看本人: GET /api/v1/assessment/records."""
        return self.calls.ask(
            RecordsView,
            "GET",
            "/api/v1/assessment/records",
            query={"person": person, "after": after, "limit": limit},
        )

    def post_assessment_records(
        self, body: RecordBody | JsonObject, *, idempotency_key: str | None = None
    ) -> Done:
        """记入干部实绩档案: POST /api/v1/assessment/records."""
        return self.calls.ask(
            Done,
            "POST",
            "/api/v1/assessment/records",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_records_by_name_objection(
        self, body: WhyBody | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> Done:
        """对本人的实绩档案条目提出异议: POST /api/v1/assessment/records/{name}/objection."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/records/{in_path(name)}/objection",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_assessment_records_by_name_answer(
        self, body: AnswerBody | JsonObject, *, name: str, idempotency_key: str | None = None
    ) -> Done:
        """答复对实绩档案条目的异议: POST /api/v1/assessment/records/{name}/answer."""
        return self.calls.ask(
            Done,
            "POST",
            f"/api/v1/assessment/records/{in_path(name)}/answer",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
