"""What is to be expected at a period's end: a line through the last values, or the pace of tasks; the method is named.

Invariant: whole numbers and decimals alone: the same points give the same digits everywhere.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.metrics.indicators.domain import Forecast, Point

ENOUGH = 3  # Points below which nothing is forecast.
USED = 6  # Points that the line is drawn through, the last ones.
TOO_FEW = "数据不足，不预测"
CENT = Decimal("0.01")
ALL = Decimal(100)
ZERO = Fraction(0)


def linear(points: Sequence[Point], ends_on: date) -> Forecast:
    """Draw the straight line of least squares through the last values, and read it at the period's end."""
    used = sorted(points, key=lambda one: one.on)[-USED:]
    if len({one.on for one in used}) < ENOUGH:
        return Forecast(ends_on, None, TOO_FEW)
    days = [Fraction(one.on.toordinal()) for one in used]
    values = [Fraction(one.value) for one in used]
    day, value = sum(days, ZERO) / len(days), sum(values, ZERO) / len(values)
    spread = sum(((one - day) * (one - day) for one in days), ZERO)
    slope = sum(((x - day) * (y - value) for x, y in zip(days, values, strict=True)), ZERO) / spread
    found = value + slope * (ends_on.toordinal() - day)
    method = f"线性：{used[0].on} 至 {used[-1].on} 的 {len(used)} 个值，最小二乘"
    return Forecast(ends_on, _rounded(found), method)


def by_pace(present: Decimal | None, begins_on: date | None, today: date, ends_on: date) -> Forecast:
    """Carry on what was done since the beginning, at the same pace, up to the end; never more than all."""
    if present is None or begins_on is None or today <= begins_on or today > ends_on:
        return Forecast(ends_on, None, TOO_FEW if today <= ends_on else "期已满，不预测")
    passed, all_days = (today - begins_on).days, (ends_on - begins_on).days
    found = min(_rounded(Fraction(present) * all_days / passed), ALL)
    return Forecast(
        ends_on, found, f"序时进度：{begins_on} 至 {today} 共 {passed} 日完成 {present}%，按同样进度"
    )


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)
