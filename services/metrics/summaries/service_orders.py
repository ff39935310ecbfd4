"""The figures of hotline orders for a summary."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.metrics.rates import repository_units
from services.metrics.rates.repository_orders import orders_told
from services.metrics.rates.repository_rules import rule_in_force
from services.metrics.summaries import domain_orders, repository_orders
from services.metrics.summaries.domain import Plan, Span, SummaryRules, rate_figure, summary_rules
from services.metrics.summaries.domain_due import days_before
from services.metrics.summaries.domain_orders import FINISHED, RETURNED, Arrivals, Matter, Open, Tally
from shared.clock import local_date
from shared.events.feed_summaries import FrequentMatter, HotlineFigures, HotlineUnit


@dataclass(slots=True)
class _Counted:
    """What was counted for a summary: the period, the days before it, and what is open."""

    plan: Plan
    now: Arrivals
    before: Arrivals
    tally: Tally
    tally_before: Tally
    open: Open


def hotline_figures(connection: Connection, plan: Plan, span: Span, as_of: datetime) -> HotlineFigures:
    """Count the orders of a period, by what was told until `as_of`."""
    rules = summary_rules()
    counted = _count(connection, plan, span, as_of)
    matters = domain_orders.frequent(
        repository_orders.often_received(connection, span, rules.hotline.frequent, as_of),
        span,
        rules.hotline.frequent,
    )
    shown = matters[: rules.hotline.most]
    frequent = _frequent(connection, shown, counted.tally, as_of)
    return _figures(counted, rules, frequent, len(matters) - len(shown))


def _count(connection: Connection, plan: Plan, span: Span, as_of: datetime) -> _Counted:
    rules, units = summary_rules().hotline, repository_units.units(connection, as_of).by_code
    in_force = {rate: rule_in_force(connection, rate, as_of) for rate in plan.rates}
    finished = rule_in_force(connection, FINISHED, as_of)
    tally, tally_before = (Tally(in_force, units, as_of, rules.bad_levels) for _ in range(2))
    earlier = days_before(plan, span)
    counted = _Counted(plan, Arrivals(span), Arrivals(earlier), tally, tally_before, Open())
    _read(connection, counted.now, counted.tally, as_of)
    if plan.compare_rates:
        _read(connection, counted.before, counted.tally_before, as_of)
    else:
        for one in repository_orders.received_within(connection, earlier, as_of):
            counted.before.add(one)
    tally.judge()
    tally_before.judge()
    near = domain_orders.near_of(rules)
    for orders in repository_orders.open_orders(connection, as_of, as_of + near):
        for order in orders:
            counted.open.add(order, counted.tally, finished, near)
    return counted


def _read(connection: Connection, arrivals: Arrivals, tally: Tally, as_of: datetime) -> None:
    known = [one.rule for one in tally.rules.values()]
    for orders, repeats, window in repository_orders.orders_within(connection, arrivals.span, known, as_of):
        for order in orders:
            if window.covers(local_date(order.received.received_at)):
                arrivals.add(order.received, tally.unit_of(order.unit))
        tally.add(orders, repeats, window)


def _frequent(
    connection: Connection, matters: list[Matter], tally: Tally, as_of: datetime
) -> tuple[FrequentMatter, ...]:
    newest = [one.orders[-1].order_id for one in matters]
    units = {one.received.order_id: one.unit for one in orders_told(connection, newest, as_of)}
    return tuple(
        FrequentMatter(
            category=one.category,
            unit_id=tally.unit_of(units.get(order_id, "")),
            orders=len(one.orders),
            order_id=order_id,
        )
        for one, order_id in zip(matters, newest, strict=True)
    )


def _figures(
    counted: _Counted, rules: SummaryRules, frequent: tuple[FrequentMatter, ...], unlisted: int
) -> HotlineFigures:
    now, before, tally, limits = counted.now, counted.before, counted.tally, rules.hotline
    categories, more_categories = domain_orders.top_categories(now, before, limits.most)
    regions, more_regions = domain_orders.top_regions(now, before, limits.most)
    surging = domain_orders.surging(now, before, limits.surge)
    more = {
        "categories": more_categories,
        "regions": more_regions,
        "surging": max(len(surging) - limits.most, 0),
        "frequent": unlisted,
    }
    earlier = counted.tally_before if counted.plan.compare_rates else None
    return HotlineFigures(
        received=now.received,
        before=before.received,
        days_before=before.span.days,
        by_kind=dict(sorted(now.kinds.items())),
        overdue=counted.open.overdue.total(),
        near_due=counted.open.near_due.total(),
        near_hours=limits.near_hours,
        returned=tally.whole(RETURNED).numerator,
        bad=tally.bad.total(),
        rates=tuple(rate_figure(tally.whole(rate)) for rate in counted.plan.rates),
        rates_before=tuple(rate_figure(earlier.whole(rate)) for rate in counted.plan.rates)
        if earlier
        else (),
        units=tuple(_units(counted)),
        categories=tuple(categories),
        surging=tuple(surging[: limits.most]),
        regions=tuple(regions),
        frequent=frequent,
        frequent_minimum=limits.frequent.minimum,
        frequent_days=limits.frequent.days,
        left_out={name: number for name, number in more.items() if number},
    )


def _units(counted: _Counted) -> Iterator[HotlineUnit]:
    """Give every unit with anything to say, by id; what no unit has comes last."""
    seen = {unit for unit, number in counted.now.units.items() if number} | counted.tally.seen()
    seen |= {unit for one in (counted.open.overdue, counted.open.near_due) for unit, n in one.items() if n}
    for unit in sorted(seen, key=lambda one: (not one, one)):
        yield HotlineUnit(
            unit_id=unit,
            orders=counted.now.units[unit],
            overdue=counted.open.overdue[unit],
            near_due=counted.open.near_due[unit],
            returned=counted.tally.of_unit(RETURNED, unit).numerator,
            bad=counted.tally.bad[unit],
            rates=tuple(rate_figure(counted.tally.of_unit(rate, unit)) for rate in counted.plan.unit_rates),
        )
