"""/indicators of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import RateView


class Changes(Model):
    """What planners set of an indicator; what is left out is as the catalogue says."""

    cadence: str | None = None
    grace: int | None = None
    highest: float | str | None = None
    jump: int | None = None
    lowest: float | str | None = None
    owner: str | None = None
    stale_after: int | None = None


class ForecastView(Model):
    """What is to be expected at the period's end, and by which method; `value` is null where nothing can be said."""

    ends_on: dt.date
    method: str
    value: float | None


class FrameView(Model):
    """An indicator of the frame 18+5."""

    basis: str
    code: str
    level: str
    name: str
    owner: str
    plans: list[str]


class MetricsMeasureView(Model):
    """A registered measure and how it counts."""

    name: str
    text: str
    title: str
    unit: str


class SettingView(Model):
    """Who owns an indicator, how often it is reported, and what a value may be."""

    cadence: str
    grace: int
    highest: float | None
    jump: int
    lowest: float | None
    owner: str
    stale_after: int
    version: int


class StateInput(StrEnum):
    """Where an indicator stands."""

    MET = "met"
    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    MISSED = "missed"
    UNREPORTED = "unreported"
    UNKNOWN = "unknown"


class ValueBody(Model):
    """A value that is reported; `why` confirms a jump, or says what was wrong with the one that it corrects."""

    on: dt.date
    value: str
    corrects: str | None = None
    evidence: list[str] = Field(default_factory=list)
    note: str = ""
    unit: str = ""
    why: str = ""


class ValueView(Model):
    """A reported value; `holds` is false for one that was corrected, or that another of its day replaced."""

    corrects: str | None
    evidence: list[str]
    holds: bool
    note: str
    on: dt.date
    reported_at: dt.datetime
    reported_by: str
    unit_id: str
    value: float
    value_id: str
    why: str


class RowView(Model):
    """A fact behind a measured indicator; the event that told it last is found by stream and sequence, or subject."""

    part: str
    reason: str
    sequence: int
    stream: str
    subject: str
    told_at: dt.datetime


class CatalogueView(Model):
    """What there is: the frame, the measures, and the codes of notes."""

    frame: list[FrameView]
    measures: list[MetricsMeasureView]
    notes: dict[str, str]


class IndicatorView(Model):
    """An indicator, what it stands at, and why that is unknown where it is.

    `target_id` is its id, whatever its kind: `target` of a plan, `frame` 18+5, or `goal`.
    """

    direction: str
    due_on: dt.date | None
    ends_on: dt.date
    forecast: ForecastView
    frame: str
    kind: str
    level: str
    measure: str | None
    met: bool | None
    name: str
    operator: str
    owner: str
    period: str | None
    plan_id: str
    plans: list[str]
    present: float | None
    present_on: dt.date | None
    rate: RateView | None
    reason: str
    stale: bool
    state: str
    strength: str
    target_id: str
    task_id: str | None
    unit: str
    value: float | None
    value_max: float | None
    why: str


class KeptView(Model):
    """What was kept."""

    items: list[ValueView]


class SettingBody(Model):
    """What planners set, whole, and why."""

    changes: Changes
    why: str


class RowsView(Model):
    """A page of facts; `after` is where the next one begins, null for no more."""

    after: str | None
    as_of: dt.datetime
    items: list[RowView]


class DetailView(Model):
    """An indicator with its setting, how it is counted, all its values, and the periods that were missed."""

    as_of: dt.datetime
    counted: str
    history: list[ValueView]
    indicator: IndicatorView
    missed: dict[str, dt.date]
    setting: SettingView


class IndicatorsView(Model):
    """Indicators with what they stand at."""

    as_of: dt.datetime
    items: list[IndicatorView]


class IndicatorsApi:
    """/indicators of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_indicators(
        self,
        *,
        plan: str | None = None,
        task: str | None = None,
        owner: str | None = None,
        frame: str | None = None,
        state: StateInput | str | None = None,
        kind: str | None = None,
        as_of: str | None = None,
    ) -> IndicatorsView:
        """列出指标：目标、现值、状态及原因、预测；kind 为 target（方案量化目标）、frame（18+5）、goal（阶段目标）或 all: GET /api/v1/indicators."""
        return self.calls.ask(
            IndicatorsView,
            "GET",
            "/api/v1/indicators",
            query={
                "plan": plan,
                "task": task,
                "owner": owner,
                "frame": frame,
                "state": state,
                "kind": kind,
                "as_of": as_of,
            },
        )

    def get_indicators_catalogue(self) -> CatalogueView:
        """查看指标框架 18+5、测量口径和说明代码: GET /api/v1/indicators/catalogue."""
        return self.calls.ask(CatalogueView, "GET", "/api/v1/indicators/catalogue")

    def get_indicators_by_indicator_id(self, *, indicator_id: str, as_of: str | None = None) -> DetailView:
        """查看指标：口径、设定、报送历史、未按时报送的期间、预测: GET /api/v1/indicators/{indicator_id}."""
        return self.calls.ask(
            DetailView, "GET", f"/api/v1/indicators/{in_path(indicator_id)}", query={"as_of": as_of}
        )

    def get_indicators_by_indicator_id_rows(
        self,
        *,
        indicator_id: str,
        part: str | None = None,
        after: str | None = None,
        limit: int | None = None,
        as_of: str | None = None,
    ) -> RowsView:
        """列出测量指标某一部分（numerator、denominator、excluded）背后的逐条事实: GET /api/v1/indicators/{indicator_id}/rows."""
        return self.calls.ask(
            RowsView,
            "GET",
            f"/api/v1/indicators/{in_path(indicator_id)}/rows",
            query={"part": part, "after": after, "limit": limit, "as_of": as_of},
        )

    def post_indicators_upload(self, body: bytes, *, idempotency_key: str | None = None) -> KeptView:
        """导入指标报送表（CSV 或 xlsx）：全部导入，或按行和字段指出错误、一行也不导入: POST /api/v1/indicators/upload."""
        return self.calls.ask(
            KeptView,
            "POST",
            "/api/v1/indicators/upload",
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )

    def post_indicators_by_indicator_id_values(
        self, body: ValueBody | JsonObject, *, indicator_id: str, idempotency_key: str | None = None
    ) -> ValueView:
        """报送或更正指标值: POST /api/v1/indicators/{indicator_id}/values."""
        return self.calls.ask(
            ValueView,
            "POST",
            f"/api/v1/indicators/{in_path(indicator_id)}/values",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_indicators_by_indicator_id_setting(
        self, body: SettingBody | JsonObject, *, indicator_id: str
    ) -> SettingView:
        """设定指标的责任单位、报送周期、范围: PUT /api/v1/indicators/{indicator_id}/setting."""
        return self.calls.ask(
            SettingView, "PUT", f"/api/v1/indicators/{in_path(indicator_id)}/setting", body=body
        )
