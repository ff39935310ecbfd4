"""What a summary says of orders equals a count from the raw events, whatever came when and how often."""

from datetime import date, timedelta

import pytest

from services.metrics.summaries import service
from services.metrics.summaries.domain_due import Owed, read_period, read_plan
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.feed_summaries import FeedSummaryCompiled, HotlineFigures
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.rates.made import A
from tests.metrics.rates.test_orders import arrive, received
from tests.metrics.summaries.oracle import SummaryOracle

DAY = timedelta(days=1)
KINDS = {"hotline_daily": "2023-05-31", "hotline_weekly": "2023-W22", "hotline_monthly": "2023-05"}
SEEDS = [0, pytest.param(1, marks=pytest.mark.slow)]


async def summed(db: Database, kind: str, period: str = "") -> FeedSummaryCompiled:
    plan = read_plan(kind)
    span = read_period(plan, period or KINDS[kind], date(2023, 6, 30))
    as_of = min(end_of_day(span.last) + DAY / 3, NOW)
    return await db.look(lambda connection: service.sum_up(connection, Owed(plan, span, as_of), as_of))


def figures(summary: FeedSummaryCompiled) -> HotlineFigures:
    assert summary.hotline is not None
    return summary.hotline


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_rates_of_a_summary_equal_a_count_from_the_events(
    db: Database, seed: int, kind: str
) -> None:
    world = await arrive(db, seed)
    summary = await summed(db, kind)
    found, days = figures(summary), (summary.first_on, summary.last_on)
    oracle = SummaryOracle(world.told, summary.as_of, {A: "u1"})

    for rate in found.rates:
        assert (rate.numerator, rate.denominator, rate.excluded) == oracle.whole(rate.rate, *days), rate
    for unit in found.units:
        for rate in unit.rates:
            own = oracle.of_unit(rate.rate, *days).get(unit.unit_id, (0, 0))
            assert (rate.numerator, rate.denominator) == own, (unit.unit_id, rate)
    for rate in found.rates_before:
        before = oracle.whole(rate.rate, days[0] - 7 * DAY, days[0] - DAY)
        assert (rate.numerator, rate.denominator, rate.excluded) == before


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_counts_of_a_summary_equal_a_count_from_the_events(
    db: Database, seed: int, kind: str
) -> None:
    world = await arrive(db, seed)
    summary = await summed(db, kind)
    found, days = figures(summary), (summary.first_on, summary.last_on)
    oracle = SummaryOracle(world.told, summary.as_of, {A: "u1"})

    overdue, near = oracle.open()
    assert {one.unit_id: one.overdue for one in found.units if one.overdue} == overdue
    assert {one.unit_id: one.near_due for one in found.units if one.near_due} == near
    assert {one.unit_id: one.bad for one in found.units if one.bad} == oracle.bad(*days)
    assert (found.overdue, found.near_due, found.bad) == (
        overdue.total(),
        near.total(),
        oracle.bad(*days).total(),
    )
    assert found.received == len(oracle.span(*days)) == sum(found.by_kind.values())
    for level in (1, 2, 3):
        shown = {one.category: one.orders for one in found.categories if one.level == level}
        assert shown == oracle.categories(level, *days)
    told = [(one.category, one.unit_id, one.orders, one.order_id) for one in found.frequent]
    assert told == oracle.frequent(*days)[:10]


async def test_a_month_is_compared_with_the_month_before_and_a_week_with_the_week_before(
    db: Database,
) -> None:
    at = {"o1": date(2023, 5, 31), "o2": date(2023, 5, 20), "o3": date(2023, 4, 30)}
    orders = [received(name, received_at=at_local(day, 12)) for name, day in at.items()]
    await made.tell(db, *orders, time=at_local(date(2023, 5, 31), 13))

    month, week = figures(await summed(db, "hotline_monthly")), figures(await summed(db, "hotline_weekly"))

    assert (month.received, month.before, month.days_before) == (2, 1, 30)
    assert (week.received, week.before, week.days_before) == (1, 0, 7)


async def test_what_came_after_the_instant_does_not_count(db: Database) -> None:
    await made.tell(
        db, received(received_at=at_local(date(2023, 5, 31), 12)), time=at_local(date(2023, 6, 1), 9)
    )

    assert figures(await summed(db, "hotline_daily")).received == 0


async def test_a_day_without_orders_has_figures_that_say_so(db: Database) -> None:
    found = figures(await summed(db, "hotline_daily"))

    assert (found.received, found.units, found.categories) == (0, (), ())
    assert {(one.value, one.why) for one in found.rates} == {(None, "nothing")}
