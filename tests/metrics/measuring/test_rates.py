"""Rates as measures: the same figures as `rates` gives, the rows behind them, and what exemptions take out."""

from datetime import date
from decimal import Decimal

import pytest

from services.metrics.measuring.domain import Scope
from services.metrics.rates.functions import rules_of_file
from shared.database import Database
from shared.events import hotline, supervision
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.measuring.asked import listed, measured
from tests.metrics.rates import made
from tests.metrics.rates import test_orders as orders
from tests.metrics.rates.test_rates import set_rule


async def forty_ratings(db: Database) -> None:
    """Tell of forty ratings, of which two are bad and one is by default."""
    ratings = [make.rating(n, level=1 if n < 2 else 5, is_default=n == 39) for n in range(40)]
    await make.tell_ratings(db, ratings)


def name(number: int) -> str:
    return make.rating(number).rating_id


@pytest.mark.parametrize("live", [True, False])
async def test_a_rate_is_read_in_percent_with_its_exclusions(live: bool, db: Database) -> None:  # noqa: FBT001
    await forty_ratings(db)

    found = await measured(db, "ratings.satisfaction", Scope(NOW, live=live))

    assert (found.value, found.numerator, found.denominator) == (Decimal("94.87"), 37, 39)
    assert (found.exclusions, found.minimum, found.version, found.unit) == ({"default": 1}, 30, 1, "%")


async def test_a_mean_level_is_read_in_points(db: Database) -> None:
    await forty_ratings(db)

    found = await measured(db, "ratings.level", Scope(NOW, live=True))

    assert (found.value, found.unit) == (Decimal("4.7948"), "分")


async def test_an_exemption_takes_a_rating_out_of_both_parts(db: Database) -> None:
    await forty_ratings(db)
    out = {name(0): "1号", name(5): "2号", "61-unknown": "3号", name(39): "4号"}

    found = await measured(db, "ratings.satisfaction", Scope(NOW, left_out=out))
    level = await measured(db, "ratings.level", Scope(NOW, left_out=out))

    assert (found.numerator, found.denominator, found.exclusions) == (36, 37, {"default": 1, "exempted": 2})
    assert (level.numerator, level.denominator) == (37 * 5 + 2 - 6, 37)


async def test_the_rows_of_a_rate_come_in_pages_by_the_last_subject(db: Database) -> None:
    await forty_ratings(db)
    scope = Scope(NOW, left_out={name(5): "2号"})

    first = await listed(db, "ratings.satisfaction", scope, "denominator", ("", 4))
    second = await listed(db, "ratings.satisfaction", scope, "denominator", (first[-1].subject, 50))

    assert [row.subject for row in first] == [name(number) for number in range(4)]
    assert [row.part for row in first] == ["denominator", "denominator", "numerator", "numerator"]
    assert [row.subject for row in second] == [name(n) for n in range(4, 39) if n != 5]
    assert {(row.stream, row.told_at) for row in first} == {("ratings", NOW)}


async def test_what_is_exempted_stands_last_among_the_excluded(db: Database) -> None:
    await forty_ratings(db)
    scope = Scope(NOW, left_out={name(5): "2号", name(7): "3号"})

    pages = [await listed(db, "ratings.satisfaction", scope, "excluded", ("", 2))]
    pages.append(await listed(db, "ratings.satisfaction", scope, "excluded", (pages[0][-1].subject, 2)))

    shown = [[(row.subject, row.reason) for row in page] for page in pages]
    assert shown == [[(name(39), "default"), (name(5), "exempted 2号")], [(name(7), "exempted 3号")]]


async def test_services_are_exempted_and_traced_to_their_last_word(db: Database) -> None:
    names = [f"s{number}" for number in range(6)]
    begun = [made.accepted(one, accepted_at=NOW - 20 * DAY) for one in names]
    await made.tell(db, *begun, *(made.completed(one, NOW - 19 * DAY) for one in names[1:]))
    await made.roll_all(db)
    scope = Scope(NOW, left_out={"s0": "1号"})

    found = await measured(db, "services.on_time", scope)
    rows = await listed(db, "services.on_time", scope, "numerator")

    assert (found.numerator, found.denominator, found.exclusions) == (5, 5, {"exempted": 1})
    assert [(row.subject, row.sequence) for row in rows][:2] == [("s1", 7), ("s2", 8)]


async def test_a_rectification_is_as_it_was_at_an_instant_whatever_came_later(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(1, level=1)])
    await made.tell(db, make.registered("t1"), made.opened("t1", name(1)), time=NOW - 2 * DAY)
    before = await measured(db, "rectifications.done", Scope(NOW - DAY))
    cancelled = supervision.TaskCancelled(task_id="t1", state="cancelled")
    await made.tell(db, cancelled, first=10)

    after = [await measured(db, "rectifications.done", Scope(at)) for at in (NOW - DAY, NOW)]
    rows = await listed(db, "rectifications.done", Scope(NOW - DAY, left_out={"t1": "1号"}), "excluded")

    assert (before.denominator, after[0], after[1].exclusions) == (1, before, {"cancelled": 1})
    assert [(row.subject, row.stream, row.sequence, row.reason) for row in rows] == [
        ("t1", "supervision", 2, "exempted 1号")
    ]


async def test_every_rate_of_the_file_is_a_measure(file_db: Database) -> None:
    await forty_ratings(file_db)

    scope = Scope(NOW, first=date(2023, 1, 1), last=date(2023, 12, 31))
    found = [(await measured(file_db, rate, scope)).measure for rate in rules_of_file()]

    assert found == list(rules_of_file())


async def test_an_order_that_is_exempted_takes_its_dispatches_out(db: Database) -> None:
    came = [orders.received("o1"), orders.received("o2"), orders.received("o3")]
    sent = [orders.dispatched("o1"), orders.dispatched("o1", hop=2), orders.dispatched("o2")]
    await made.tell(db, *came, *sent)
    scope = Scope(NOW, left_out={"o1": "1号"})

    found = await measured(db, "orders.returned", scope)
    kept = await listed(db, "orders.returned", scope, "denominator")
    out = await listed(db, "orders.returned", scope, "excluded", ("o1#0001", 5))

    assert (found.denominator, found.exclusions) == (1, {"exempted": 2})
    assert [(row.subject, row.part, row.stream, row.sequence) for row in kept] == [
        ("o2#0001", "denominator", "supervision", 6)
    ]
    assert [(row.subject, row.reason) for row in out] == [("o1#0002", "exempted 1号")]


async def test_what_the_platform_told_of_an_order_last_is_found_in_its_own_feed(db: Database) -> None:
    gone = hotline.OrderRecalled(order_id="o1", recalled_at=NOW)
    await made.tell(db, orders.received("o1"), gone)

    (row,) = await listed(db, "orders.accepted", Scope(NOW, left_out={"o1": "1号"}), "excluded")

    assert (row.subject, row.reason, row.stream, row.sequence) == ("o1", "recalled", "hotline", 2)


async def test_beside_services_ratings_are_the_numerator_and_services_the_rest(db: Database) -> None:
    await set_rule(db, "ratings.activity", denominator="services", minimum=1)
    await make.tell_ratings(db, [make.rating(1)])
    begun = made.accepted("s1", accepted_at=NOW - DAY), made.accepted("s2", accepted_at=NOW - DAY)
    await made.tell(db, *begun, made.completed("s1", NOW), made.completed("s2", NOW), first=50)
    scope = Scope(NOW, left_out={"s2": "1号"})

    found = await measured(db, "ratings.activity", scope)
    rows = [await listed(db, "ratings.activity", scope, part) for part in ("numerator", "denominator")]

    assert (found.numerator, found.denominator, found.version) == (1, 1, 2)
    assert [[(row.subject, row.part) for row in page] for page in rows] == [
        [(name(1), "numerator")],
        [("s1", "denominator")],
    ]
