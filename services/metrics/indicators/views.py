"""What the API says of indicators; today's fields of a target stay as they are, others stand beside them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, Field

from services.metrics.api import RateView
from services.metrics.indicators import catalogue
from services.metrics.indicators.domain import Forecast, Indicator, Standing
from services.metrics.indicators.domain_values import NOTES, Reported, Said, holding
from services.metrics.measuring import registry
from services.metrics.measuring.domain import Measured, MeasuredRow


class ForecastView(BaseModel):
    """What is to be expected at the period's end, and by which method; `value` is null where nothing can be said."""

    ends_on: date
    value: float | None
    method: str

    @classmethod
    def of(cls, one: Forecast) -> "ForecastView":
        """Show a forecast."""
        return cls(ends_on=one.ends_on, value=_float(one.value), method=one.method)


class SettingView(BaseModel):
    """Who owns an indicator, how often it is reported, and what a value may be."""

    owner: str
    cadence: str
    grace: int
    stale_after: int
    jump: int
    lowest: float | None
    highest: float | None
    version: int

    @classmethod
    def of(cls, one: Indicator) -> "SettingView":
        """Show the setting of an indicator."""
        made = one.setting
        return cls(
            owner=made.owner,
            cadence=made.cadence,
            grace=made.grace,
            stale_after=made.stale_after,
            jump=made.jump,
            lowest=_float(made.lowest),
            highest=_float(made.highest),
            version=made.version,
        )


class IndicatorView(BaseModel):
    """An indicator, what it stands at, and why that is unknown where it is.

    `target_id` is its id, whatever its kind: `target` of a plan, `frame` 18+5, or `goal`.
    """

    target_id: str
    plan_id: str
    task_id: str | None
    name: str
    operator: str
    value: float | None
    value_max: float | None
    unit: str
    due_on: date | None
    period: str | None
    strength: str
    present: float | None
    met: bool | None
    why: str
    measure: str | None
    rate: RateView | None
    kind: str
    plans: tuple[str, ...]
    owner: str
    frame: str
    level: str
    direction: str
    ends_on: date
    present_on: date | None
    stale: bool
    state: str
    reason: str
    forecast: ForecastView

    @classmethod
    def of(cls, stood: Standing, as_of: datetime) -> "IndicatorView":
        """Show what an indicator stands at."""
        one = stood.indicator
        same = (
            "task_id",
            "name",
            "operator",
            "unit",
            "due_on",
            "period",
            "strength",
            "kind",
            "plans",
            "frame",
        )
        return cls(
            **{name: getattr(one, name) for name in (*same, "level", "direction", "ends_on")},
            target_id=one.indicator_id,
            plan_id=one.plans[0] if one.plans else "",
            value=_float(one.value),
            value_max=_float(one.value_max),
            present=_float(stood.present),
            met=None if stood.present is None else one.is_met_by(stood.present),
            why=stood.why,
            measure=one.measure or None,
            rate=_rate(stood.measured, as_of),
            owner=one.setting.owner,
            present_on=stood.on,
            stale=stood.stale,
            state=stood.state.value,
            reason=stood.reason,
            forecast=ForecastView.of(stood.forecast),
        )


class IndicatorsView(BaseModel):
    """Indicators with what they stand at."""

    as_of: datetime
    items: list[IndicatorView]


class ValueView(BaseModel):
    """A reported value; `holds` is false for one that was corrected, or that another of its day replaced."""

    value_id: str
    value: float
    on: date
    note: str
    evidence: tuple[str, ...]
    why: str
    corrects: str | None
    unit_id: str
    reported_by: str
    reported_at: datetime
    holds: bool

    @classmethod
    def of(cls, one: Reported, *, holds: bool) -> "ValueView":
        """Show a value."""
        same = (
            "value_id",
            "on",
            "note",
            "evidence",
            "why",
            "corrects",
            "unit_id",
            "reported_by",
            "reported_at",
        )
        return cls(value=float(one.value), holds=holds, **{name: getattr(one, name) for name in same})

    @classmethod
    def history(cls, values: Sequence[Reported], as_of: datetime) -> "list[ValueView]":
        """Show all values that were reported by an instant."""
        held = {one.value_id for one in holding(values, as_of)}
        return [cls.of(one, holds=one.value_id in held) for one in values if one.reported_at <= as_of]


class DetailView(BaseModel):
    """An indicator with its setting, how it is counted, all its values, and the periods that were missed."""

    as_of: datetime
    indicator: IndicatorView
    setting: SettingView
    counted: str
    history: list[ValueView]
    missed: dict[str, date]


class RowView(BaseModel):
    """A fact behind a measured indicator; the event that told it last is found by stream and sequence, or subject."""

    subject: str
    part: str
    reason: str
    told_at: datetime
    stream: str
    sequence: int

    @classmethod
    def of(cls, row: MeasuredRow) -> "RowView":
        """Show a fact."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RowsView(BaseModel):
    """A page of facts; `after` is where the next one begins, null for no more."""

    as_of: datetime
    items: list[RowView]
    after: str | None


class MeasureView(BaseModel):
    """A registered measure and how it counts."""

    name: str
    title: str
    unit: str
    text: str


class FrameView(BaseModel):
    """An indicator of the frame 18+5."""

    code: str
    name: str
    level: str
    plans: tuple[str, ...]
    owner: str
    basis: str


class CatalogueView(BaseModel):
    """What there is: the frame, the measures, and the codes of notes."""

    frame: list[FrameView]
    measures: list[MeasureView]
    notes: dict[str, str]

    @classmethod
    def whole(cls) -> "CatalogueView":
        """Show it."""
        rows = [FrameView(**row.model_dump(include=set(FrameView.model_fields))) for row in catalogue.frame()]
        said = [registry.about(name) for name in registry.names()]
        measures = [MeasureView(name=one.name, title=one.title, unit=one.unit, text=one.text) for one in said]
        return cls(frame=rows, measures=measures, notes=NOTES)


class ValueBody(BaseModel):
    """A value that is reported; `why` confirms a jump, or says what was wrong with the one that it corrects."""

    value: str = Field(max_length=40)
    on: date
    unit: str = Field(default="", max_length=20)
    note: str = Field(default="", max_length=32)
    evidence: tuple[str, ...] = ()
    why: str = Field(default="", max_length=500)
    corrects: str | None = None

    def said(self) -> Said:
        """Give it as the domain knows it."""
        return Said(**self.model_dump())


class SettingBody(BaseModel):
    """What planners set, whole, and why."""

    changes: catalogue.Changes
    why: str = Field(min_length=1, max_length=500)


class KeptView(BaseModel):
    """What was kept."""

    items: list[ValueView]


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _rate(measured: Measured | None, as_of: datetime) -> RateView | None:
    """Show a share as it was counted; other measures are no rates."""
    if measured is None or measured.unit != catalogue.PERCENT:
        return None
    return RateView(
        value=None if measured.value is None else float(measured.value.scaleb(-2)),
        why=measured.why,
        numerator=measured.numerator,
        denominator=measured.denominator,
        minimum=measured.minimum,
        exclusions=dict(measured.exclusions),
        as_of=as_of,
    )
