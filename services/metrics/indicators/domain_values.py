"""What may be reported: unit, range, day and jumps are checked; a correction names what it corrects.

Invariant: values are never overwritten: what holds at an instant are those reported by then that no other, reported by
then, corrects.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.metrics.indicators.domain import Indicator, Point, plain
from shared.errors import Invalid

NUMBER = re.compile(r"[-+]?\d{1,18}(\.\d{1,6})?")
ATTACHMENT = re.compile(r"att-[0-9A-Za-z-]{1,60}")
NOTES = {
    "": "无",
    "preliminary": "初步数",
    "audited": "审定数",
    "estimated": "估计数",
    "statistics": "统计部门数",
    "corrected": "更正",
}
MOST_EVIDENCE, LONGEST = 20, 200


@dataclass(frozen=True, slots=True)
class Said:
    """A value as somebody reports it; texts are as they were typed."""

    value: str
    on: date
    unit: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()
    why: str = ""
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A value that was reported."""

    indicator_id: str
    number: int
    value_id: str
    value: Decimal
    on: date
    note: str
    evidence: tuple[str, ...]
    why: str
    corrects: str | None
    unit_id: str
    reported_by: str
    reported_at: datetime


def holding(values: Iterable[Reported], as_of: datetime | None = None) -> list[Reported]:
    """Give the values that hold, at an instant or now, by day: of one day, that which was reported last."""
    known = [one for one in values if as_of is None or one.reported_at <= as_of]
    corrected = {one.corrects for one in known}
    held = {one.on: one for one in sorted(known, key=lambda one: one.number) if one.value_id not in corrected}
    return [held[day] for day in sorted(held)]


def points_of(values: Sequence[Reported]) -> list[Point]:
    """Give values as points."""
    return [Point(one.on, one.value) for one in values]


def check(said: Said, indicator: Indicator, values: Sequence[Reported], *, today: date) -> Decimal:
    """Read and check what is reported; gives the number.

    Raises:
        Invalid: Something of it can't be; the message names the field and the remedy.
    """
    value = _number(said.value)
    _check_words(said, indicator)
    _check_day(said, indicator, today)
    _check_range(value, indicator)
    _check_correction(said, values)
    if (jump := _jump(value, said, indicator, values)) and not said.why.strip():
        message = f"value 的取值 {said.value} {jump}，请核对，确认无误的在 why 中写明原因"
        raise Invalid(message, code="indicator.jump", field="why")
    return value


def _number(text: str) -> Decimal:
    cleaned = text.strip().replace(",", "").replace("，", "")
    if NUMBER.fullmatch(cleaned):
        return Decimal(cleaned)
    message = f"value 的取值 {text[:40]} 不是数，请填十进制数，小数不超过 6 位"
    raise Invalid(message, code="indicator.value", field="value")


def _check_words(said: Said, indicator: Indicator) -> None:
    if said.unit and said.unit.strip() != indicator.unit:
        message = f"unit 的取值 {said.unit[:20]} 与指标的计量单位不符，请换算为 {indicator.unit}"
        raise Invalid(message, code="indicator.unit", field="unit")
    if said.note not in NOTES:
        known = "、".join(f"{code}（{name}）" for code, name in NOTES.items() if code)
        raise Invalid(
            f"note 的取值 {said.note[:20]} 无效，可用：{known}", code="indicator.note", field="note"
        )
    if not said.evidence or len(said.evidence) > MOST_EVIDENCE:
        message = (
            f"evidence 有 {len(said.evidence)} 项，请附 1 至 {MOST_EVIDENCE} 项佐证（att-… 附件编号或文号）"
        )
        raise Invalid(message, code="indicator.evidence", field="evidence")
    for one in said.evidence:
        is_named = (
            bool(ATTACHMENT.fullmatch(one)) if one.startswith("att-") else 0 < len(one.strip()) <= LONGEST
        )
        if not is_named:
            message = f"evidence 的取值 {one[:40]} 无效，请填 att-… 附件编号，或不超过 {LONGEST} 字的文号"
            raise Invalid(message, code="indicator.evidence", field="evidence")


def _check_day(said: Said, indicator: Indicator, today: date) -> None:
    if said.on > today:
        message = f"on 的取值 {said.on} 在将来，请填数据截止的日期"
        raise Invalid(message, code="indicator.on", field="on")
    if indicator.measure:
        message = f"指标 {indicator.indicator_id} 由系统测量（{indicator.measure}），不能报送"
        raise Invalid(message, code="indicator.measured", field="indicator_id")


def _check_range(value: Decimal, indicator: Indicator) -> None:
    lowest, highest = indicator.setting.lowest, indicator.setting.highest
    is_within = (lowest is None or value >= lowest) and (highest is None or value <= highest)
    if not is_within:
        span = f"{'不限' if lowest is None else plain(lowest)} 至 {'不限' if highest is None else plain(highest)}"
        message = (
            f"value 的取值 {plain(value)} 超出范围（{span} {indicator.unit}），请核对，或由方案主管调整范围"
        )
        raise Invalid(message, code="indicator.range", field="value")


def _check_correction(said: Said, values: Sequence[Reported]) -> None:
    if said.corrects is None:
        if any(one.on == said.on for one in holding(values)):
            message = f"{said.on} 已有报送值，更正的请在 corrects 中写明被更正的编号"
            raise Invalid(message, code="indicator.corrects", field="corrects")
        return
    if said.corrects not in {one.value_id for one in holding(values)}:
        message = f"corrects 的取值 {said.corrects[:40]} 不是该指标现行的报送值，请从历史中选取"
        raise Invalid(message, code="indicator.corrects", field="corrects")
    if not said.why.strip():
        raise Invalid("why 为空，更正须写明原因", code="indicator.why", field="why")


def _jump(value: Decimal, said: Said, indicator: Indicator, values: Sequence[Reported]) -> str:
    """Say how far a value is from the one before it; empty where that is not too far."""
    before = [one for one in holding(values) if one.on < said.on and one.value_id != said.corrects]
    if not before or before[-1].value == 0:
        return ""
    last = before[-1]
    change = abs(value - last.value) / abs(last.value) * 100
    if change <= indicator.setting.jump:
        return ""
    return f"与 {last.on} 的 {plain(last.value)} 相差 {change:.0f}%，超过 {indicator.setting.jump}%"
