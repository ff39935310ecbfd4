"""What scores, ranks and lists must be: from readings and the scheme as plain JSON, in whole cents and fractions.

As `oracle.py`: nothing of our code is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

Json = Mapping[str, Any]
UNRANKED = {
    "no_score": "没有可计分的数据",
    "short": "样本不足，不参加排名",
    "few": "同类可比单位过少，不排名",
}


class Reading(NamedTuple):
    """What was counted for a line: its value in hundredths of its unit, none where that would rest on too little."""

    value: int | None
    numerator: int
    denominator: int
    left_out: Mapping[str, int]


class Line(NamedTuple):
    """A line: what state its reading is in, and its points in cents."""

    code: str
    state: str
    points: int
    reading: Reading | None


class Score(NamedTuple):
    """A score, in cents; `out_of` in points. None for no score."""

    class_code: str
    total: int | None
    out_of: Fraction
    percent: int | None
    short: bool
    lines: list[Line]


class Place(NamedTuple):
    """A rank, of how many, and why there is none; `behind` is how many are worse."""

    rank: int | None
    of: int
    why: str
    behind: int


def cents(amount: Fraction) -> int:
    """Round to hundredths, halves away from nought."""
    return floor(amount * 100 + Fraction(1, 2)) if amount >= 0 else -floor(-amount * 100 + Fraction(1, 2))


def share_of(curve: Json, value: int) -> Fraction:
    """Give the share of the points; the schemes of the play have straight lines only."""
    assert curve["kind"] == "linear"
    low, high = Fraction(curve["nothing_at"]), Fraction(curve["full_at"])
    return min(max((Fraction(value, 100) - low) / (high - low), Fraction(0)), Fraction(1))


def state_of(part: Json, reading: Reading) -> str:
    if not reading.denominator:
        return "no_data"
    short = reading.value is None or reading.denominator < part.get("minimum", 0)
    return "short" if short else "measured"


def apportioned(amounts: list[Fraction]) -> list[int]:
    """Give cents that add up to the rounded sum: what is left over goes to the largest remainders, one each."""
    found = [floor(one * 100) for one in amounts]
    left = cents(sum(amounts, Fraction(0))) - sum(found)
    rest = {place: one * 100 - floor(one * 100) for place, one in enumerate(amounts)}
    for _ in range(left):
        place = max(rest, key=lambda one: (rest[one], -one))
        found[place] += 1
        del rest[place]
    return found


def score(scheme: Json, readings: Mapping[str, Reading], class_code: str) -> Score:
    """Score a unit."""
    states = {part["code"]: state_of(part, readings[part["code"]]) for part in scheme["parts"]}
    weights = {part["code"]: Fraction(part["weight"]) for part in scheme["parts"]}
    there = sum((weights[code] for code, state in states.items() if state == "measured"), Fraction(0))
    thin = there < Fraction(scheme.get("least_measured", 0))
    short = thin or any(state == "short" and weights[code] for code, state in states.items())
    out_of = (
        Fraction(scheme.get("full", 100)) if there else Fraction(0)
    )  # What is missing goes to the others.
    points = apportioned(
        [_earned(part, readings[part["code"]], states, there, out_of) for part in scheme["parts"]]
    )
    lines = [Line(code, states[code], one, readings[code]) for code, one in zip(states, points, strict=True)]
    if not there:
        return Score(class_code, None, out_of, None, short, lines)
    lines += _cases(scheme, readings)
    below = sum(one.points for one in lines)
    if below < 0:
        lines.append(Line("limit.floor", "measured", -below, None))
    total = sum(one.points for one in lines)
    return Score(class_code, total, out_of, cents(Fraction(total) / out_of), short, lines)


def _earned(part: Json, reading: Reading, states: Json, there: Fraction, out_of: Fraction) -> Fraction:
    if states[part["code"]] != "measured" or reading.value is None or not there:
        return Fraction(0)
    return Fraction(part["weight"]) * out_of / there * share_of(part["curve"], reading.value)


def _cases(scheme: Json, readings: Mapping[str, Reading]) -> Iterator[Line]:
    sums = {1: 0, -1: 0}
    for case in scheme.get("cases", ()):
        read, each = readings[case["code"]], Fraction(case["points"])
        sign = 1 if each > 0 else -1
        count = read.numerator if case["counts"] == "numerator" else read.denominator - read.numerator
        found = cents(min(abs(each) * count, Fraction(case["cap"])))
        sums[sign] += found
        yield Line(case["code"], "measured", sign * found, read)
    for sign, word in ((1, "added"), (-1, "deducted")):
        most = scheme.get(f"most_{word}")
        if most is not None and sums[sign] > cents(Fraction(most)):
            yield Line(f"limit.{word}", "measured", sign * (cents(Fraction(most)) - sums[sign]), None)


def class_of(scheme: Json, name: str, kind: str) -> str | None:
    """Give the class of a unit; none for one that is informed only, and for a name that stands for several."""
    informed = scheme.get("informed", {})
    if kind in {"collective", *informed.get("kinds", ())} or any(
        one in name for one in informed.get("words", ())
    ):
        return None
    return next((one["code"] for one in scheme["classes"] if kind in one["kinds"]), None)


def places(scheme: Json, scores: Mapping[str, Score]) -> dict[str, Place]:
    """Rank units within their class, the best first; equal scores have the same rank."""
    smallest = scheme.get("ranking", {}).get("smallest_class", 5)
    found = {}
    for unit, one in scores.items():
        rivals = [
            other.percent
            for other in scores.values()
            if other.class_code == one.class_code and other.percent is not None and not other.short
        ]
        few = len(rivals) < smallest
        why = "no_score" if one.percent is None else "short" if one.short else "few" if few else ""
        if why or one.percent is None:
            found[unit] = Place(None, 0 if few else len(rivals), UNRANKED[why], 0)
        else:
            better, behind = (
                sum(test) for test in zip(*((o > one.percent, o < one.percent) for o in rivals), strict=True)
            )
            found[unit] = Place(better + 1, len(rivals), "", behind)
    return found


def listed(rule: Json, scores: Mapping[str, Score], ranked: Mapping[str, Place]) -> list[str]:
    """Name who stands on a list, class by class: praise from the best on, blame from the worst on."""
    praise = rule["kind"] in {"red", "award"}
    found = [unit for unit, one in scores.items() if _fits(rule, one, ranked[unit], praise=praise)]
    order: dict[str, Any] = {unit: (scores[unit].percent or 0) * (-1 if praise else 1) for unit in found}
    return sorted(found, key=lambda unit: (scores[unit].class_code, order[unit], unit))


def _fits(rule: Json, one: Score, place: Place, *, praise: bool) -> bool:
    if one.percent is None or one.short:
        return False
    if "at_least" in rule and one.percent < cents(Fraction(rule["at_least"])):
        return False
    if "at_most" in rule and one.percent > cents(Fraction(rule["at_most"])):
        return False
    if "most" not in rule:
        return True
    if place.rank is None:
        return False
    from_top, from_bottom = place.rank, place.behind + 1
    near, far = (from_top, from_bottom) if praise else (from_bottom, from_top)
    return near <= int(rule["most"]) and near < far


def mean_of(points: Iterable[Fraction], trimmed: int) -> int:
    """Give a mean without so many of the highest and of the lowest, in hundredths."""
    kept = sorted(points)
    kept = kept[trimmed : len(kept) - trimmed]
    return cents(sum(kept, Fraction(0)) / len(kept))
