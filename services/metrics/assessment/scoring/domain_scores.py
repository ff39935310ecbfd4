"""From what was measured of a unit to its score: a line for each part, case and limit, which add up to the total.

Invariant: `total` is the sum of the points of the lines, exactly; a score is a function of scheme and readings alone,
and the readings stand in its lines.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.metrics.assessment.schemes.domain import Case, Part, Scheme
from services.metrics.assessment.scoring.domain import apportion, half_up, out_of_hundred, share_of
from services.metrics.measuring.domain import Measured, MeasureUnit

Standing = Literal["measured", "short", "no_data"]
STANDINGS: dict[Standing, str] = {"measured": "已测量", "short": "样本不足", "no_data": "没有数据"}
NOTHING = Decimal("0.00")


class Reading(BaseModel):
    """What was measured for a line, as it is kept; fields as in `Measured`.

    Attributes:
        left_out: Subjects that an exemption or an upheld appeal took out, with the number of its approval.
    """

    model_config = ConfigDict(frozen=True)

    measure: str
    version: int
    unit: MeasureUnit
    value: Decimal | None
    why: str
    numerator: int
    denominator: int
    minimum: int
    exclusions: dict[str, int]
    left_out: dict[str, str] = {}

    @classmethod
    def of(cls, measured: Measured, left_out: Mapping[str, str]) -> "Reading":
        """Keep what a measure answered."""
        return cls(
            measure=measured.measure,
            version=measured.version,
            unit=measured.unit,
            value=measured.value,
            why=measured.why,
            numerator=measured.numerator,
            denominator=measured.denominator,
            minimum=measured.minimum,
            exclusions=dict(measured.exclusions),
            left_out=dict(left_out),
        )


class Line(BaseModel):
    """A line of a score.

    Attributes:
        kind: A part of the weights, an addition or deduction by cases, or a limit that was reached.
        weight: Of a part, its points at most by the scheme; `effective` after the weight of others was redistributed.
        share: Of a part, the share of its points in per cent, as shown.
        cases: Of an addition or deduction, how many cases count, for `each` points.
        points: What the line adds to the total.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: Literal["part", "case", "limit"]
    name: str
    standing: Standing = "measured"
    reading: Reading | None = None
    weight: Decimal = NOTHING
    effective: Decimal = NOTHING
    share: Decimal = NOTHING
    cases: int = 0
    each: Decimal = NOTHING
    points: Decimal


class Score(BaseModel):
    """The score of a unit.

    Attributes:
        out_of: Points of the parts that could be measured or were redistributed; nought for no score at all.
        total: Sum of the lines; None when there is no score.
        percent: The total out of a hundred, by which units are compared.
        short: Whether a part with a weight reads 样本不足, or too little weight was measured: then the unit is neither
            red nor black.
    """

    model_config = ConfigDict(frozen=True)

    unit_id: str
    class_code: str
    out_of: Decimal
    total: Decimal | None
    percent: Decimal | None
    short: bool
    lines: tuple[Line, ...]


def standing_of(part: Part, reading: Reading) -> Standing:
    """Tell whether a part can be scored: the measure gave a value, and the part's own minimum is reached."""
    if not reading.denominator:
        return "no_data"
    enough = reading.value is not None and reading.denominator >= part.minimum
    return "measured" if enough else "short"


def score(scheme: Scheme, readings: Mapping[str, Reading], *, unit_id: str, class_code: str) -> Score:
    """Score a unit by what was measured for each part and case."""
    parts, out_of = _parts(scheme, readings)
    measured = sum((line.weight for line in parts if line.standing == "measured"), Decimal())
    is_thin = measured < scheme.least_measured
    short = is_thin or any(line.standing == "short" and line.weight for line in parts)
    if not out_of:
        return Score(
            unit_id=unit_id,
            class_code=class_code,
            out_of=NOTHING,
            total=None,
            percent=None,
            short=short,
            lines=tuple(parts),
        )
    cases = [_case(case, readings[case.code]) for case in scheme.cases]
    lines = [*parts, *cases, *_limits(scheme, cases)]
    lines += _floor(lines)
    total = _sum(lines)
    return Score(
        unit_id=unit_id,
        class_code=class_code,
        out_of=out_of,
        total=total,
        percent=out_of_hundred(total, out_of),
        short=short,
        lines=tuple(lines),
    )


def readings_of(lines: Iterable[Line]) -> dict[str, Reading]:
    """Give what was measured, as the lines keep it."""
    return {line.code: line.reading for line in lines if line.reading is not None}


def _parts(scheme: Scheme, readings: Mapping[str, Reading]) -> tuple[list[Line], Decimal]:
    """Give the lines of the parts, and what they are out of: nought when none with a weight could be measured."""
    standings = {part.code: standing_of(part, readings[part.code]) for part in scheme.parts}
    measured = sum((part.weight for part in scheme.parts if standings[part.code] == "measured"), Decimal())
    aside = Decimal()
    for part in scheme.parts:
        how = {"short": scheme.short, "no_data": scheme.no_data}.get(standings[part.code])
        aside += part.weight if how == "set_aside" else 0
    out_of = scheme.full - aside if measured else Decimal()
    scale = Fraction(out_of) / Fraction(measured) if measured else Fraction(0)
    shares = [_share(part, readings[part.code], standings[part.code]) for part in scheme.parts]
    weights = [
        Fraction(part.weight) * scale if standings[part.code] == "measured" else Fraction(0)
        for part in scheme.parts
    ]
    points = apportion([weight * share for weight, share in zip(weights, shares, strict=True)])
    lines = [
        Line(
            code=part.code,
            kind="part",
            name=part.name,
            standing=standings[part.code],
            reading=readings[part.code],
            weight=part.weight,
            effective=half_up(weight),
            share=half_up(share * 100),
            points=earned,
        )
        for part, weight, share, earned in zip(scheme.parts, weights, shares, points, strict=True)
    ]
    return lines, out_of


def _share(part: Part, reading: Reading, standing: Standing) -> Fraction:
    if standing != "measured" or reading.value is None:
        return Fraction(0)
    return share_of(part.curve, reading.value)


def _case(case: Case, reading: Reading) -> Line:
    """Give the line of an addition or deduction; cases need no least number."""
    rest = reading.denominator - reading.numerator
    count = reading.numerator if case.counts == "numerator" else rest
    points = min(max(case.points * count, -case.cap), case.cap)
    return Line(
        code=case.code,
        kind="case",
        name=case.name,
        reading=reading,
        cases=count,
        each=case.points,
        points=half_up(Fraction(points)),
    )


def _limits(scheme: Scheme, cases: Iterable[Line]) -> list[Line]:
    """Give a line for each limit of all additions, or of all deductions, that was reached."""
    added = sum((line.points for line in cases if line.points > 0), Decimal())
    taken = -sum((line.points for line in cases if line.points < 0), Decimal())
    found = []
    if scheme.most_added is not None and added > scheme.most_added:
        found.append(_limit("limit.added", f"加分合计上限 {scheme.most_added}", scheme.most_added - added))
    if scheme.most_deducted is not None and taken > scheme.most_deducted:
        name = f"扣分合计上限 {scheme.most_deducted}"
        found.append(_limit("limit.deducted", name, taken - scheme.most_deducted))
    return found


def _floor(lines: Iterable[Line]) -> list[Line]:
    below = _sum(lines)
    return [_limit("limit.floor", "总分不低于0", -below)] if below < 0 else []


def _limit(code: str, name: str, points: Decimal) -> Line:
    return Line(code=code, kind="limit", name=name, points=half_up(Fraction(points)))


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.points for line in lines), NOTHING)
