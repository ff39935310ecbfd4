"""Scores: they equal an independent calculation, and their lines add up to them."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.assessment.schemes.domain import Scheme
from services.metrics.assessment.scoring.domain import apportion, half_up, trimmed_mean
from services.metrics.assessment.scoring.domain_scores import Reading, Score, readings_of, score
from tests.metrics.assessment import made, oracle

Drawn = tuple[Scheme, Mapping[str, Reading]]


def scored(scheme: Scheme, readings: Mapping[str, Reading]) -> Score:
    return score(scheme, readings, unit_id="u1", class_code="departments")


def plain(*amounts: Decimal | None) -> list[float | None]:
    return [None if one is None else float(one) for one in amounts]


@pytest.mark.slow
@given(made.scored())
@settings(max_examples=100, deadline=None)
def test_any_score_equals_an_independent_calculation_and_its_lines_add_up_to_it(drawn: Drawn) -> None:
    scheme, readings = drawn
    reads = {code: one.model_dump(mode="json") for code, one in readings.items()}

    found, expected = scored(*drawn), oracle.total(scheme.model_dump(mode="json"), reads)

    assert sum(line.points for line in found.lines) == (found.total or 0)
    assert all(line.points == line.points.quantize(Decimal("0.01")) for line in found.lines)
    if expected is None:
        assert found.total is found.percent is None
        assert not found.out_of
    else:
        assert found.total is not None
        assert (int(found.total * 100), Fraction(found.out_of)) == expected
        assert found.percent == Decimal(oracle.cents(Fraction(found.total) * 100 / expected[1])).scaleb(-2)


@pytest.mark.slow
@given(made.scored())
@settings(max_examples=30, deadline=None)
def test_a_score_is_made_again_from_what_its_lines_keep(drawn: Drawn) -> None:
    found = scored(*drawn)
    kept = Score.model_validate_json(found.model_dump_json())

    again = scored(drawn[0], drawn[1] if kept.total is None else readings_of(kept.lines))

    assert kept == found == again


@pytest.mark.slow
@given(st.lists(st.fractions(0, 100, max_denominator=997), max_size=8))
@settings(max_examples=50)
def test_rounded_amounts_add_up_to_the_rounded_sum(exact: list[Fraction]) -> None:
    found = apportion(exact)

    assert sum(found) == half_up(sum(exact, Fraction(0)))
    assert all(abs(Fraction(one) - was) < Fraction(1, 100) for one, was in zip(found, exact, strict=True))


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("2/3", "0.67")]
)
def test_halves_are_rounded_away_from_nought(exact: str, rounded: str) -> None:
    assert half_up(Fraction(exact)) == Decimal(rounded)


def test_a_mean_leaves_the_highest_and_the_lowest_out() -> None:
    points = [Decimal(one) for one in ("10", "80", "85", "90", "100")]

    assert (trimmed_mean(points, 1), trimmed_mean(points, 0)) == (Decimal("85.00"), Decimal("73.00"))


def test_the_weight_of_a_short_part_goes_to_the_others_or_is_set_aside() -> None:
    parts = [made.part("a", "60"), made.part("b", "40", minimum=30)]
    readings = {"a": made.reading("80"), "b": made.reading("100", 3, 3)}

    shared = scored(made.scheme(parts=parts), readings)
    aside = scored(made.scheme(parts=parts, short="set_aside"), readings)

    assert plain(shared.total, shared.out_of, shared.percent) == [50, 100, 50]
    assert plain(aside.total, aside.out_of, aside.percent) == [30, 60, 50]
    assert (shared.short, [line.standing for line in shared.lines]) == (True, ["measured", "short"])


def test_a_part_without_facts_does_not_make_a_unit_short() -> None:
    parts = [made.part("a", "60"), made.part("b", "40")]

    found = scored(made.scheme(parts=parts), {"a": made.reading("100"), "b": made.reading(None, 0, 0)})

    assert (found.short, plain(found.total), found.lines[1].standing) == (False, [100], "no_data")


def test_who_was_measured_by_too_small_a_part_is_short() -> None:
    parts = [made.part("a", "60"), made.part("b", "40")]
    readings = {"a": made.reading(None, 0, 0), "b": made.reading("100")}

    found = [scored(made.scheme(parts=parts, least_measured=least), readings) for least in ("40", "50")]

    assert [(one.short, plain(one.total)) for one in found] == [(False, [100]), (True, [100])]


def test_thirds_of_a_perfect_score_are_a_hundred() -> None:
    parts = [
        made.part(code, weight) for code, weight in (("a", "33.3333"), ("b", "33.3333"), ("c", "33.3334"))
    ]

    found = scored(made.scheme(parts=parts), dict.fromkeys("abc", made.reading("100")))

    assert plain(found.total, *(line.points for line in found.lines)) == [100, 33.33, 33.33, 33.34]


def test_cases_have_caps_of_their_own_and_all_together() -> None:
    cases = [made.case("late"), made.case("returned", "-2", "6"), made.case("early", "1", "3")]
    counted = {code: made.reading("9", 9, 9) for code in ("late", "returned", "early")}
    scheme = made.scheme(cases=cases, most_deducted="8", most_added="2")

    found = scored(scheme, counted | {"on_time": made.reading("100")})

    points = {line.code: line.points for line in found.lines}
    assert points == {
        "on_time": 100,
        "late": -5,
        "returned": -6,
        "early": 3,
        "limit.added": -1,
        "limit.deducted": 3,
    }
    assert found.total == 94


def test_a_score_does_not_fall_below_nought_and_says_so() -> None:
    scheme = made.scheme(cases=[made.case(counts="rest", cap="50")])

    found = scored(scheme, {"on_time": made.reading("60"), "late": made.reading("0", 0, 7)})

    assert (plain(found.total, found.lines[-1].points), found.lines[-1].code) == ([0, 7], "limit.floor")
