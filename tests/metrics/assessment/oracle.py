"""An independent calculation of a score: from the scheme as plain JSON, in hundredths and fractions."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

Json = Mapping[str, Any]


def cents(amount: Fraction) -> int:
    """Round to hundredths, halves away from nought."""
    return floor(amount * 100 + Fraction(1, 2)) if amount >= 0 else -floor(-amount * 100 + Fraction(1, 2))


def share(curve: Json, value: Fraction) -> Fraction:
    if curve["kind"] == "linear":
        low, high = Fraction(curve["nothing_at"]), Fraction(curve["full_at"])
        if low > high:
            low, high, value = -low, -high, -value
        if value <= low:
            return Fraction(0)
        return Fraction(1) if value >= high else (value - low) / (high - low)
    if curve["kind"] == "bound":
        limit = Fraction(curve["value"])
        return Fraction(eval(f"value {curve['operator']} limit", {"value": value, "limit": limit}))  # noqa: S307 - ours.
    best = Fraction(0)
    for step in curve["steps"]:
        at = Fraction(step["at"])
        if (value <= at) if curve["lower_is_better"] else (value >= at):
            best = max(best, Fraction(step["share"]) / 100)
    return best


def state(part: Json, read: Json) -> str:
    if read["denominator"] == 0:
        return "no_data"
    return "short" if read["value"] is None or read["denominator"] < part["minimum"] else "measured"


def total(scheme: Json, reads: Mapping[str, Json]) -> tuple[int, Fraction] | None:
    """Give the total in hundredths and what it is out of; None for no score."""
    full, there, out_of = Fraction(scheme["full"]), Fraction(0), Fraction(scheme["full"])
    for part in scheme["parts"]:
        found = state(part, reads[part["code"]])
        if found == "measured":
            there += Fraction(part["weight"])
        elif scheme[found] == "set_aside":
            out_of -= Fraction(part["weight"])
    if not there:
        return None
    earned = (
        sum((points(part, reads[part["code"]]) for part in scheme["parts"]), Fraction(0)) * out_of / there
    )
    assert earned <= full
    sums = {
        sign: cases(scheme, reads, sign, name) for sign, name in ((1, "most_added"), (-1, "most_deducted"))
    }
    return max(cents(earned) + sums[1] - sums[-1], 0), out_of


def points(part: Json, read: Json) -> Fraction:
    """Give what a part earns of its own weight."""
    if state(part, read) != "measured":
        return Fraction(0)
    return Fraction(part["weight"]) * share(part["curve"], Fraction(read["value"]))


def cases(scheme: Json, reads: Mapping[str, Json], sign: int, most: str) -> int:
    """Give all additions, or all deductions, in hundredths."""
    found = 0
    for case in scheme["cases"]:
        read, each = reads[case["code"]], Fraction(case["points"]) * sign
        count = (
            read["numerator"] if case["counts"] == "numerator" else read["denominator"] - read["numerator"]
        )
        found += cents(min(each * count, Fraction(case["cap"]))) if each > 0 else 0
    return found if scheme[most] is None else min(found, cents(Fraction(scheme[most])))
