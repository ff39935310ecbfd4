"""How a value becomes points: exact fractions inside, decimals outside, rounded once at the end.

Invariant: rounded points add up to the rounded sum; nothing is added that no line shows.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.metrics.assessment.schemes.domain import Bound, Curve, Linear, Operator, Steps

CENT = Decimal("0.01")
ROUNDING = "得分保留2位小数，四舍五入；各部分按最大余数取整，使其和等于总分"


def share_of(curve: Curve, value: Decimal) -> Fraction:
    """Give which share of its points a value earns, from nought to one."""
    if isinstance(curve, Linear):
        return _linear(curve, value)
    if isinstance(curve, Steps):
        return _step(curve, value)
    return Fraction(int(_holds(curve, value)))


def _linear(curve: Linear, value: Decimal) -> Fraction:
    slope = Fraction(curve.full_at) - Fraction(curve.nothing_at)
    return min(max((Fraction(value) - Fraction(curve.nothing_at)) / slope, Fraction(0)), Fraction(1))


def _step(curve: Steps, value: Decimal) -> Fraction:
    reached = [
        step.share
        for step in curve.steps
        if (value <= step.at if curve.lower_is_better else value >= step.at)
    ]
    return Fraction(max(reached, default=Decimal())) / 100


def _holds(curve: Bound, value: Decimal) -> bool:
    compared: dict[Operator, bool] = {
        ">=": value >= curve.value,
        "<=": value <= curve.value,
        ">": value > curve.value,
        "<": value < curve.value,
        "==": value == curve.value,
    }
    return compared[curve.operator]


def half_up(exact: Fraction) -> Decimal:
    """Round to hundredths, halves away from nought."""
    cents = Fraction(abs(exact) * 100)
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-2).quantize(CENT)


def apportion(exact: Sequence[Fraction]) -> list[Decimal]:
    """Round amounts of nought or more to hundredths that add up to their rounded sum: by the largest remainder.

    Of equal remainders the first is rounded up.
    """
    floors = [int(one * 100) for one in exact]
    missing = int(half_up(sum(exact, Fraction(0))) * 100) - sum(floors)
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place] * 100, place))
    up = set(order[:missing])
    return [Decimal(cents + (place in up)).scaleb(-2).quantize(CENT) for place, cents in enumerate(floors)]


def trimmed_mean(points: Sequence[Decimal], trimmed: int) -> Decimal:
    """Give the mean without the `trimmed` highest and lowest, in hundredths, half up; more have to be left."""
    kept = sorted(points)[trimmed : len(points) - trimmed]
    return half_up(Fraction(sum(kept, Decimal())) / len(kept))


def out_of_hundred(total: Decimal, out_of: Decimal) -> Decimal:
    """Give a score out of a hundred, in hundredths, half up."""
    return (half_up(Fraction(total) * 100 / Fraction(out_of))).quantize(CENT, ROUND_HALF_UP)
