"""What a summary says of ratings equals a count from the raw events."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import pytest

from services.metrics.summaries import service
from services.metrics.summaries.domain_due import Owed, read_period, read_plan
from shared.clock import at_local, local_date
from shared.database import Database
from shared.events import supervision
from shared.events.envelope import Envelope
from shared.events.feed_summaries import FeedSummaryCompiled, RatingFigures
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.rates import made
from tests.metrics.rates.made import A, B

AS_OF = at_local(date(2023, 6, 5), 9)
HOUR = timedelta(hours=1)
UNIT = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(A,))


async def summed(db: Database, as_of: datetime = AS_OF) -> FeedSummaryCompiled:
    plan = read_plan("ratings_monthly")
    span = read_period(plan, "2023-05", date(2023, 6, 30))
    return await db.look(lambda connection: service.sum_up(connection, Owed(plan, span, as_of), as_of))


def figures(summary: FeedSummaryCompiled) -> RatingFigures:
    assert summary.ratings is not None
    return summary.ratings


def some_ratings(seed: int) -> list[Envelope]:
    """Make up ratings of April to June that came up to three days late, some after the instant."""
    pick = random.Random(seed)  # noqa: S311 - a test that can be repeated.
    told = []
    for number in range(1, 300):
        rated_at = AS_OF - pick.randrange(1, 24 * 50) * HOUR
        where = {"unit_code": pick.choice([A, B]), "source_id": pick.choice(["s1", "s2"])}
        what = {"item_code": pick.choice(["", "i1"]), "channel": pick.choice(["pc", "mobile"])}
        how = {"level": pick.choice([5, 5, 4, 3, 2, 1]), "is_default": pick.random() < 0.1}
        event = make.rating(number, rated_at=rated_at, **where, **what, **how)
        told.append(envelope(event, sequence=number, time=rated_at + pick.randrange(0, 70) * HOUR))
    return told


def of_may(told: list[Envelope]) -> list[tuple[Any, int]]:
    """Give the ratings of May that were told in time, with their delay in seconds."""
    return [
        (one.data, round((one.time - one.data.rated_at).total_seconds()))  # type: ignore[union-attr]
        for one in told
        if one.time <= AS_OF and f"{local_date(one.data.rated_at):%Y-%m}" == "2023-05"  # type: ignore[union-attr]
    ]


def rank(delays: list[int], percent: int) -> int:
    return sorted(delays)[ceil(len(delays) * percent / 100) - 1]


@pytest.mark.parametrize("seed", range(2))
async def test_what_the_sources_uploaded_equals_a_count_from_the_events(db: Database, seed: int) -> None:
    told = some_ratings(seed)
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    await make.hand_over(db, told)

    found, own = figures(await summed(db)), of_may(told)

    assert (found.ratings, found.default) == (len(own), sum(one.is_default for one, _ in own))
    assert found.by_level == dict(sorted(Counter(str(one.level) for one, _ in own).items()))
    for source in found.sources:
        mine = [(one, delay) for one, delay in own if one.source_id == source.source_id]
        delays = [delay for _, delay in mine]
        whole = sum(one.unit_code == A and bool(one.item_code) for one, _ in mine)
        days = {local_date(one.rated_at) for one, _ in mine}
        assert (source.ratings, source.days, source.complete) == (len(mine), len(days), whole)
        assert source.late == sum(delay > 86_400 for delay in delays)
        assert (source.delay_median, source.delay_p95) == (rank(delays, 50), rank(delays, 95))


@pytest.mark.parametrize("seed", range(2))
async def test_the_rates_of_ratings_equal_a_count_from_the_events(db: Database, seed: int) -> None:
    told = some_ratings(seed)
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    await make.hand_over(db, told)

    found, own = figures(await summed(db)), [one for one, _ in of_may(told) if not one.is_default]

    good = [one for one in own if one.level >= 3]
    assert (found.rates[0].numerator, found.rates[0].denominator) == (len(good), len(own))
    assert found.bad == len(own) - len(good)
    for unit, code in zip(found.units, (B, A), strict=True):
        mine = [one for one in own if one.unit_code == code]
        parts = (unit.rates[0].numerator, unit.rates[0].denominator)
        assert parts == (sum(one.level >= 3 for one in mine), len(mine))
    assert [unit.unit_id for unit in found.units] == [B, "u1"]


async def test_what_became_of_bad_ratings_is_counted_as_of_the_instant(db: Database) -> None:
    at = at_local(date(2023, 5, 20), 12)
    bad = make.rating(1, rated_at=at, level=1, unit_code=A, source_id="s1")
    await make.tell(db, *make.told(UNIT, time=make.BEGINNING))
    await make.hand_over(db, [envelope(bad, sequence=1, time=at)])
    await made.tell(db, made.opened("t", bad.rating_id), time=at, first=2)
    await made.tell(db, made.rectified("t", bad.rating_id), time=AS_OF + HOUR, first=5)

    then, later = figures(await summed(db)), figures(await summed(db, AS_OF + HOUR))

    assert (then.rectified.opened, then.rectified.standing, then.rectified.done) == (1, 1, 0)
    assert (later.rectified.done, later.rectified.in_time) == (1, 1)
    done = next(one for one in later.rates if one.rate == "rectifications.done")
    assert (done.numerator, done.denominator, str(done.value)) == (1, 1, "1.0000")


async def test_a_month_without_ratings_has_figures_that_say_so(file_db: Database) -> None:
    found = figures(await summed(file_db))

    assert (found.ratings, found.sources, found.units, found.delay_median) == (0, (), (), None)
    assert {one.why for one in found.rates} == {"nothing"}
    assert found.days == 31
