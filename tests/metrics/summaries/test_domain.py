"""The pure parts of summaries: what is owed when, what surges, what fits."""

from datetime import date, timedelta

import pytest

from services.metrics.rates.facts_orders import Received
from services.metrics.summaries.domain import Frequent, Span, Surge, fit, summary_rules
from services.metrics.summaries.domain_due import (
    days_before,
    due_at,
    name_of,
    next_due,
    owed,
    read_period,
    read_plan,
    span_at,
)
from services.metrics.summaries.domain_orders import Arrivals, frequent, surging, top_categories, top_regions
from shared.clock import at_local
from shared.errors import Invalid
from shared.events.feed_summaries import (
    FeedSummaryCompiled,
    HotlineFigures,
    HotlineUnit,
    RatingFigures,
    RatingUnit,
)
from shared.workdays import WorkCalendar

CALENDAR = WorkCalendar()
TODAY = date(2023, 6, 20)
JUNE_19, WEEK_BEFORE = Span(date(2023, 6, 19), date(2023, 6, 19)), Span(date(2023, 6, 12), date(2023, 6, 18))


def came(number: int = 1, **changes: object) -> Received:
    at = at_local(date(2023, 6, 19), 12) + timedelta(minutes=number)
    content = Received(f"o{number}", "s", "", "help", "城管/噪声", "城管", "61", "p", "c", "", at)
    return content._replace(**changes)  # type: ignore[arg-type]  # The tests name the fields.


def arrivals(span: Span, *orders: Received) -> Arrivals:
    found = Arrivals(span)
    for one in orders:
        found.add(one)
    return found


@pytest.mark.parametrize(
    ("kind", "day", "period", "due"),
    [
        ("hotline_daily", date(2023, 6, 19), "2023-06-19", at_local(date(2023, 6, 20), 8, 30)),
        ("hotline_weekly", date(2023, 6, 14), "2023-W24", at_local(date(2023, 6, 19), 9)),
        ("hotline_monthly", date(2023, 9, 30), "2023-09", at_local(date(2023, 10, 9), 9)),
        ("ratings_monthly", date(2023, 12, 1), "2023-12", at_local(date(2024, 1, 4), 9)),
    ],
)
def test_each_kind_has_its_time(kind: str, day: date, period: str, due: object) -> None:
    plan = read_plan(kind)
    span = span_at(plan, day)

    assert (name_of(plan, span), read_period(plan, period, date(2024, 1, 1))) == (period, span)
    if period == "2023-09":  # 29 September to 6 October are days off, 7 and 8 October are made up.
        assert due_at(plan, span, CALENDAR) == at_local(date(2023, 10, 9), 9)
    assert due_at(plan, span, CALENDAR) == due


def test_what_is_owed_reaches_back_so_many_periods_as_the_plan_says() -> None:
    plan = read_plan("hotline_daily")

    found = owed(plan, at_local(TODAY, 9), CALENDAR, ["2023-06-18"])

    assert [one.period for one in found] == [f"2023-06-{day}" for day in (13, 14, 15, 16, 17, 19)]


def test_before_its_time_nothing_of_a_period_is_owed() -> None:
    plan = read_plan("hotline_monthly")

    assert [one.period for one in owed(plan, at_local(date(2023, 6, 2), 12), CALENDAR, [])] == [
        "2023-03",
        "2023-04",
    ]


def test_the_next_instant_is_that_of_the_next_day_at_the_latest() -> None:
    plans = summary_rules().schedule

    assert next_due(plans, at_local(TODAY, 9), CALENDAR) == at_local(date(2023, 6, 21), 8, 30)


def test_days_are_compared_with_a_week_and_months_with_months() -> None:
    day, month = read_plan("hotline_daily"), read_plan("hotline_monthly")

    assert days_before(day, JUNE_19) == WEEK_BEFORE
    assert days_before(month, span_at(month, TODAY)) == Span(date(2023, 5, 1), date(2023, 5, 31))


@pytest.mark.parametrize(
    ("kind", "period", "code"),
    [
        ("hotline_daily", "2023-06", "summary.period_invalid"),
        ("hotline_daily", "2023-06-31", "summary.period_invalid"),
        ("hotline_weekly", "2023-W54", "summary.period_invalid"),
        ("hotline_monthly", "2023-13", "summary.period_invalid"),
        ("hotline_monthly", "2023-07", "summary.period_ahead"),
        ("monthly", "2023-06", "summary.kind_unknown"),
    ],
)
def test_a_period_or_kind_that_is_none_is_refused(kind: str, period: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_period(read_plan(kind), period, TODAY)

    assert refused.value.code == code


def test_a_category_surges_at_twice_its_daily_mean_and_not_below() -> None:
    before = arrivals(WEEK_BEFORE, *(came(n) for n in range(21)))  # Three a day.
    rule = Surge(times=2, minimum=5)

    assert [one.orders for one in surging(arrivals(JUNE_19, *(came(n) for n in range(6))), before, rule)] == [
        6
    ]
    assert surging(arrivals(JUNE_19, *(came(n) for n in range(5))), before, rule) == []


def test_a_category_that_is_new_surges_from_the_minimum_on() -> None:
    before = arrivals(WEEK_BEFORE, came(1, category="其他"))
    fresh = [came(n) for n in range(4)]
    rule = Surge(times=2, minimum=4)

    assert [one.before for one in surging(arrivals(JUNE_19, *fresh), before, rule)] == [0]
    assert surging(arrivals(JUNE_19, *fresh[1:]), before, rule) == []
    assert surging(arrivals(JUNE_19, *fresh), arrivals(WEEK_BEFORE), rule) == []


def test_orders_without_a_category_or_region_are_counted_but_not_listed() -> None:
    now = arrivals(
        JUNE_19, came(1, category="", region_code=""), *(came(n, category="") for n in range(2, 9))
    )

    assert now.received == 8
    assert top_categories(now, arrivals(WEEK_BEFORE), 10) == ([], 0)
    assert [one.orders for one in top_regions(now, arrivals(WEEK_BEFORE), 10)[0]] == [7]
    assert surging(now, arrivals(WEEK_BEFORE, came()), Surge(times=2, minimum=5)) == []


def test_what_has_no_room_is_counted() -> None:
    now = arrivals(JUNE_19, came(1), came(2, category="城管/占道", region_code="62"))

    assert [one.category for one in top_categories(now, now, 1)[0]] == [("城管",), ("城管", "占道")]
    assert (top_categories(now, now, 1)[1], top_regions(now, now, 1)[1]) == (1, 1)


def test_a_matter_is_frequent_when_one_caller_brings_it_up_three_times_and_again() -> None:
    rule = Frequent(minimum=3, days=30)
    again = [came(n) for n in (1, 2, 3)]
    long_ago = came(1, received_at=at_local(date(2023, 5, 20), 12))

    [matter] = frequent(again, JUNE_19, rule)

    assert (matter.category, [one.order_id for one in matter.orders]) == (
        ("城管", "噪声"),
        ["o1", "o2", "o3"],
    )
    assert frequent([long_ago, *again[1:]], JUNE_19, rule) == []
    assert frequent([one._replace(caller="") for one in again], JUNE_19, rule) == []
    assert frequent(again, Span(date(2023, 6, 20), date(2023, 6, 20)), rule) == []


@pytest.mark.parametrize("field", ["hotline", "ratings"])
def test_units_with_the_fewest_facts_are_left_out_of_an_event_that_is_too_large(field: str) -> None:
    at = at_local(TODAY)
    hotline = HotlineFigures(
        received=9, units=tuple(HotlineUnit(unit_id=f"u{n}", orders=n) for n in range(99))
    )
    ratings = RatingFigures(ratings=9, units=tuple(RatingUnit(unit_id=f"u{n}", ratings=n) for n in range(99)))
    summary = FeedSummaryCompiled(
        summary_id="s",
        kind="hotline_daily" if field == "hotline" else "ratings_monthly",
        period="2023-06-19",
        version=1,
        first_on=TODAY,
        last_on=TODAY,
        as_of=at,
        due_at=at,
        compiled_at=at,
        hotline=hotline if field == "hotline" else None,
        ratings=ratings if field == "ratings" else None,
    )

    part = getattr(fit(summary, most=4000), field)

    assert len(fit(summary, most=4000).model_dump_json(exclude_none=True)) <= 4000
    assert part.units[-1].unit_id == "u98"
    assert part.left_out["units"] + len(part.units) == 99
    assert fit(summary) == summary
