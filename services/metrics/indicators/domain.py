"""What an indicator is, what it stands at, and the state that follows from that; pure, `now` is an argument.

Invariant: a state always says why; a value is of one day, and nothing is guessed where there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from services.metrics.domain import meets
from services.metrics.measuring.domain import Measured

Kind = Literal["target", "frame", "goal"]
Direction = Literal["higher", "lower", "exact"]
DIRECTIONS: Mapping[str, Direction] = {">=": "higher", "<=": "lower", "==": "exact"}
UNBOUND = "未接入测量"
NOT_REPORTED, REPORTED = "尚未报送", "已报送"


class State(StrEnum):
    """Where an indicator stands."""

    MET = "met"  # 已达到
    ON_COURSE = "on_course"  # 预计可达到
    AT_RISK = "at_risk"  # 有风险
    MISSED = "missed"  # 未达到
    UNREPORTED = "unreported"  # 未按时报送
    UNKNOWN = "unknown"  # 无现值


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds of an indicator beside what the plan says: by default, or as planners set it.

    Attributes:
        owner: Unit id; empty for nobody.
        stale_after: Days for which a reported value is fresh.
        jump: Change against the previous value, in % of it, above which a reason is asked for.
        lowest, highest: What a value may be; None does not restrict.
        cadence: How often it is reported: `month`, `quarter`, `half`, `year`, or `once`, at its date.
        grace: Days after a period's end by which its value is due.
    """

    owner: str = ""
    stale_after: int = 400
    jump: int = 50
    lowest: Decimal | None = None
    highest: Decimal | None = None
    cadence: str = "year"
    grace: int = 10
    version: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with what it asks for.

    Attributes:
        plans: Whose tasks and targets belong to it.
        measure: Name of the registered measure; empty for one that is reported.
        begins_on: Since when it is owed; None for unknown.
        ends_on: The last day of its period.
        frame: Code in the frame 18+5; empty where it is in none.
    """

    indicator_id: str
    kind: Kind
    name: str
    plans: tuple[str, ...]
    task_id: str | None
    operator: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    due_on: date | None
    period: str | None
    strength: str
    measure: str
    begins_on: date | None
    ends_on: date
    frame: str = ""
    level: str = ""
    setting: Setting = field(default_factory=Setting)

    @property
    def direction(self) -> Direction:
        """Say which way is better."""
        return DIRECTIONS.get(self.operator, "exact")

    def is_met_by(self, value: Decimal) -> bool | None:
        """Tell whether a value keeps it; None where it asks for nothing."""
        if self.value is None:
            return None
        return meets(
            self.operator, value, float(self.value), None if self.value_max is None else float(self.value_max)
        )


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Present:
    """The present value, or why there is none; `on` is its day where it was reported."""

    value: Decimal | None
    why: str
    on: date | None = None
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected at the period's end; `value` is None where nothing can be said, and `method` says why."""

    ends_on: date
    value: Decimal | None
    method: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What an indicator stands at.

    Attributes:
        present: In its own unit; None for nothing known, and `why` says so.
        on: The day of the present value; None where it is measured, or there is none.
        stale: Whether a reported value is older than it may be.
        measured: How it was counted, where it is measured.
        reason: Why it is in this state.
    """

    indicator: Indicator
    present: Decimal | None
    why: str
    on: date | None
    stale: bool
    measured: Measured | None
    forecast: Forecast
    state: State
    reason: str


def stand(
    indicator: Indicator, present: Present, forecast: Forecast, *, missed: str = "", today: date
) -> Standing:
    """Find what an indicator stands at; `missed` names the last period that was not reported in time, if still open."""
    stale = present.on is not None and (today - present.on).days > indicator.setting.stale_after
    if missed:
        state, reason = State.UNREPORTED, f"{missed} 的值到期未报送"
    elif present.value is None:
        nobody = "" if indicator.measure or indicator.setting.owner else "，未设责任单位"
        state, reason = State.UNKNOWN, f"没有现值：{present.why}{nobody}"
    elif indicator.value is None:
        state, reason = State.UNKNOWN, "未设目标值"
    else:
        state, reason = _state(indicator, present.value, forecast, today)
    return Standing(
        indicator, present.value, present.why, present.on, stale, present.measured, forecast, state, reason
    )


def _state(indicator: Indicator, value: Decimal, forecast: Forecast, today: date) -> tuple[State, str]:
    wanted, now = said(indicator), f"现值 {plain(value)}"
    if indicator.is_met_by(value):
        return State.MET, f"{now} 符合 {wanted}"
    if today > indicator.ends_on:
        return State.MISSED, f"{indicator.ends_on} 到期，{now} 不符合 {wanted}"
    if forecast.value is None:
        return State.AT_RISK, f"{now} 不符合 {wanted}；{forecast.method}"
    is_met = indicator.is_met_by(forecast.value)
    expected = f"预计 {forecast.ends_on} 为 {plain(forecast.value)}（{forecast.method}）"
    return (
        State.ON_COURSE if is_met else State.AT_RISK,
        f"{expected}，{'符合' if is_met else '不符合'} {wanted}",
    )


def said(indicator: Indicator) -> str:
    """Write what an indicator asks for: `>= 99 %`."""
    if indicator.value is None:
        return "（未设目标值）"
    top = "" if indicator.value_max is None else f" 至 {plain(indicator.value_max)}"
    return f"{indicator.operator} {plain(indicator.value)}{top} {indicator.unit}"


def plain(value: Decimal) -> str:
    """Write a number as people do: no exponent, no zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def latest(points: Sequence[Point]) -> Point | None:
    """Give the point of the latest day."""
    return max(points, key=lambda one: one.on, default=None)
