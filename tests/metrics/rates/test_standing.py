"""The gauge, the indicators and the summary give what the rates give: one rule, the same exclusions."""

import random
from collections.abc import Mapping

import pytest

from services.metrics.rates.service import set_rule
from services.metrics.rates.standing import SATISFACTION, InSpan, as_rate, rates_in
from shared.database import Database
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.rates import made

UNITS = ("A", "B", "C")


async def filled(db: Database, seed: int) -> None:
    """Tell ratings of which some do not stand, some were restored, and some are not rolled up yet."""
    drawn = random.Random(seed)  # noqa: S311 - facts of a test.
    ratings = [
        make.rating(
            number,
            unit_code=drawn.choice(UNITS),
            level=drawn.choice((5, 4, 3, 2, 1)),
            is_default=drawn.random() < 0.2,
            service_number=drawn.choice((1, 1, 2)),
            rated_at=NOW - drawn.randrange(40) * DAY,
        )
        for number in range(400)
    ]
    await made.tell(db, *ratings[:300])
    await made.roll_all(db)
    await made.tell(db, *ratings[300:], first=400)
    bad = [one for one in ratings if one.level <= 2]
    for number, one in enumerate(drawn.sample(bad, 40)):
        told = made.judged(f"t{number}", one.rating_id, stands=drawn.random() < 0.3)
        await made.tell(db, told, first=1000 + number)


CHANGES: list[Mapping[str, object]] = [
    {},
    {"exclude": ["default", "additional", "not_standing"], "rounding": "half_up", "decimals": 3},
    {"exclude": [], "minimum": 1},
]


@pytest.mark.slow
@pytest.mark.parametrize("changes", CHANGES)
async def test_the_gauge_and_the_indicators_equal_the_rates_under_any_rule(
    db: Database, changes: Mapping[str, object]
) -> None:
    await filled(db, seed=len(changes))
    async with db.transaction() as tx:
        await set_rule(tx, SATISFACTION, changes, by="p1", why="试")

    picture = await make.pictured(db, now=NOW + DAY)
    answered = {rate: await made.ask(db, rate, now=NOW + DAY) for rate in picture.rated.whole}

    gauge = {group.unit: figure.value for group, figure in answered[SATISFACTION].figures.items()}
    assert picture.rated.satisfaction == gauge
    assert set(gauge) == set(UNITS)
    for rate, found in picture.rated.whole.items():
        assert found == as_rate(answered[rate].whole, NOW + DAY)
        assert found.value == answered[rate].whole.value


async def test_the_summary_of_a_unit_and_a_span_equals_the_rates(db: Database) -> None:
    await filled(db, seed=7)
    first, last = (NOW - 20 * DAY).date(), (NOW - 5 * DAY).date()
    async with db.reading() as session:
        connection = await session.connection()
        found = await connection.run_sync(rates_in, InSpan("A", first, last), NOW)

    for rate, told in found.items():
        asked = await made.ask(db, rate, unit="A", first=first, last=last)
        assert told == as_rate(asked.whole, NOW)
    assert {"default", "not_standing"} == set(found[SATISFACTION].exclusions)


async def test_an_activity_by_services_is_read_from_them(db: Database) -> None:
    await made.tell(db, *(make.rating(number) for number in range(3)))
    await made.tell(db, made.accepted("s1"), made.completed("s1"), first=10)
    async with db.transaction() as tx:
        await set_rule(tx, "ratings.activity", {"denominator": "services", "minimum": 1}, by="p1", why="试")

    activity = (await make.pictured(db)).rated.whole["ratings.activity"]

    assert (activity.numerator, activity.denominator, activity.value) == (3, 1, None)
    assert activity.standing.value == "分子大于分母，请核对来源是否齐全"
