"""Rules, rounding and what a figure says, as pure functions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.domain import Standing, rounded
from services.metrics.rates import functions, questions
from services.metrics.rates.domain import Cell, Figure, Group, Part, RateRule, RuleInForce, tally
from services.metrics.rates.functions import (
    FUNCTIONS,
    RatingSort,
    changed,
    function_of,
    rule_of_file,
    rules_of_file,
)
from shared.errors import Invalid, NotFound

SATISFACTION = rule_of_file("ratings.satisfaction")


def figure(rule: RateRule, numerator: int, denominator: int) -> Figure:
    return Figure(RuleInForce(rule), numerator, denominator)


def counted(rule: RateRule, *cells: tuple[RatingSort, int]) -> Figure:
    found = tally(
        [Cell("u", "", sort, number) for sort, number in cells], RuleInForce(rule), function_of(rule).judge
    )
    return found[Group("u", "")]


def of_level(level: int) -> RatingSort:
    return RatingSort(level, is_default=False, additional=False)


def test_every_rule_of_the_file_names_a_function_and_every_function_is_used() -> None:
    assert {rule.function for rule in rules_of_file().values()} == set(FUNCTIONS)


@pytest.mark.parametrize(("rounding", "value"), [("down", "0.6666"), ("half_up", "0.6667")])
def test_a_value_is_rounded_as_the_rule_says(rounding: str, value: str) -> None:
    rule = changed(SATISFACTION, {"rounding": rounding, "minimum": 1}, version=2)

    assert figure(rule, 2, 3).value == Decimal(value)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(0, 8))
def test_rounding_half_up_is_never_more_than_half_a_digit_away(part: int, whole: int, decimals: int) -> None:
    distance = abs(Decimal(part) - rounded(part, whole, decimals=decimals, half_up=True) * whole)

    assert distance * 2 * 10**decimals <= whole


def test_a_small_sample_has_no_value_and_says_why() -> None:
    assert (figure(SATISFACTION, 29, 29).value, figure(SATISFACTION, 29, 29).standing) == (
        None,
        Standing.INSUFFICIENT,
    )
    assert figure(SATISFACTION, 30, 30).value == 1
    assert figure(SATISFACTION, 0, 0).standing is Standing.NOTHING


def test_which_levels_satisfy_is_data() -> None:
    stricter = changed(SATISFACTION, {"levels": [5, 4]}, version=2)
    cells = ((of_level(5), 6), (of_level(3), 4))

    assert counted(SATISFACTION, *cells).numerator == 10
    assert counted(stricter, *cells).numerator == 6


def test_what_is_excluded_is_data_and_the_first_reason_counts() -> None:
    fallen = RatingSort(5, is_default=True, additional=True, stands=False)

    assert counted(SATISFACTION, (fallen, 3)).exclusions["not_standing"].count == 3
    assert counted(changed(SATISFACTION, {"exclude": []}, version=2), (fallen, 3)).denominator == 3
    only = changed(SATISFACTION, {"exclude": ["additional"]}, version=2)
    assert list(counted(only, (fallen, 3)).exclusions) == ["additional"]


def test_an_exclusion_by_rule_names_the_rule_and_who_set_it() -> None:
    found = counted(SATISFACTION, (RatingSort(5, is_default=True, additional=False), 2))

    approvals = dict(found.exclusions["default"].approved_by)
    assert approvals == {"规则 ratings.satisfaction 第 1 版（系统默认）": 2}


@pytest.mark.parametrize(
    ("rate", "changes", "field"),
    [
        ("ratings.satisfaction", {"levels": []}, "levels"),
        ("ratings.satisfaction", {"levels": [6]}, "levels"),
        ("ratings.satisfaction", {"kinds": ["instant"]}, "kinds"),
        ("ratings.satisfaction", {"exclude": ["unreasonable"]}, "exclude"),
        ("ratings.satisfaction", {"decimals": 9}, "decimals"),
        ("ratings.satisfaction", {"minimum": 0}, "minimum"),
        ("ratings.satisfaction", {"title": "好评率"}, "title"),
        ("services.on_time", {"kinds": []}, "kinds"),
        ("rectifications.done", {"owed": "some"}, "owed"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_its_name(
    rate: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        changed(rule_of_file(rate), changes, version=2)

    assert (refused.value.code, refused.value.field.split(".")[0]) == ("rate.choice", field)


def test_a_rate_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound) as refused:
        rule_of_file("ratings.joy")

    assert "ratings.satisfaction" in refused.value.message


def test_what_is_in_the_numerator_stands_behind_the_denominator_too() -> None:
    every = functions.ALL_RATINGS
    numerator, denominator, excluded = (functions.sorts_in(every, SATISFACTION, part) for part in Part)

    assert set(numerator) < set(denominator)
    assert len(denominator) + len(excluded) == len(every)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-Q4", date(2023, 10, 1), date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12-31", date(2023, 12, 31), date(2023, 12, 31)),
    ],
)
def test_a_period_has_its_days_and_each_day_its_period(period: str, first: date, last: date) -> None:
    by = {4: "year", 7: "month", 10: "day"}[len(period)] if "Q" not in period else "quarter"

    assert questions.span_of(period) == (first, last)
    assert {questions.period_of(first, by), questions.period_of(last, by)} == {period}


@pytest.mark.parametrize("period", ["", "23", "2023-Q5", "2023-13", "2023-02-30", "soon"])
def test_a_period_that_is_none_is_refused(period: str) -> None:
    with pytest.raises(Invalid) as refused:
        questions.span_of(period)

    assert refused.value.code == "rate.period"


@given(st.dates(date(2022, 1, 1), date(2024, 12, 31)), st.dates(date(2022, 1, 1), date(2024, 12, 31)))
def test_whole_months_and_the_days_at_the_ends_are_the_span(one: date, other: date) -> None:
    first, last = sorted((one, other))

    months, edges = questions.whole_months(first, last)

    days = sorted(day for begin, end in edges for day in days_from(begin, end))
    if months:
        assert months[0] is not None
        assert months[0].day == 1
        days = sorted([*days, *days_from(*months)])
    assert days == days_from(first, last)


def test_a_span_may_end_with_the_last_day_that_there_is() -> None:
    assert questions.whole_months(None, date(9999, 12, 31)) == ((None, date(9999, 12, 31)), [])


def days_from(first: date | None, last: date | None) -> list[date]:
    assert first is not None
    assert last is not None
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
