"""Ratings are counted once each, before, while and after they are rolled up."""

import random
from collections import Counter
from datetime import date, timedelta

from sqlalchemy import func, select

from services.metrics import repository_ratings
from services.metrics.models import Rating, RatingDay
from services.metrics.repository_ratings import Span
from shared.database import Database
from tests.metrics import factories as make
from tests.metrics.factories import NOW


async def counted(db: Database) -> dict[tuple[str, int, bool], int]:
    async with db.reading() as session:
        cells = await repository_ratings.count_ratings(session)
    return {(cell.channel, cell.level, cell.is_default): cell.count for cell in cells}


async def counted_in(db: Database, span: Span) -> int:
    async with db.reading() as session:
        cells = await repository_ratings.count_ratings_in(session, span)
    return sum(cell.count for cell in cells)


async def roll(db: Database, *, limit: int = 1000) -> int:
    async with db.transaction() as tx:
        return await repository_ratings.roll_up(tx.session, limit=limit)


async def test_a_batch_that_comes_twice_is_counted_once(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(number) for number in range(5)], times=2)

    assert await counted(db) == {("pc", 5, False): 5}


async def test_a_rating_named_twice_in_one_batch_is_counted_once(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(1), make.rating(1, level=1), make.rating(2)])

    assert await counted(db) == {("pc", 5, False): 2}


async def test_an_empty_batch_does_nothing(db: Database) -> None:
    await make.tell_ratings(db, [])

    assert await counted(db) == {}


async def test_counts_are_the_same_before_while_and_after_the_roll(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(number, level=number % 5 + 1) for number in range(50)])
    before = await counted(db)

    passed = [await roll(db, limit=20)]
    middle = await counted(db)
    passed += [await roll(db, limit=20), await roll(db, limit=20), await roll(db, limit=20)]

    assert passed == [20, 20, 10, 0]
    assert before == middle == await counted(db)


async def test_what_arrives_after_a_roll_is_added_to_the_same_sort(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(1)])
    await roll(db)
    await make.tell_ratings(db, [make.rating(1), make.rating(2)])
    await roll(db)

    assert await counted(db) == {("pc", 5, False): 2}


async def test_a_rating_belongs_to_its_day_in_shanghai(db: Database) -> None:
    late_evening = make.utc(2023, 6, 20, hour=16)  # Midnight in Shanghai.

    await make.tell_ratings(db, [make.rating(1, rated_at=late_evening)])

    async with db.reading() as session:
        assert await session.scalar(select(Rating.day)) == date(2023, 6, 21)
        assert await session.scalar(select(Rating.rated_at)) == late_evening


async def test_a_span_takes_both_of_its_days_rolled_up_or_not(db: Database) -> None:
    days = [make.rating(number, rated_at=NOW + timedelta(days=number)) for number in range(10)]
    await make.tell_ratings(db, days)
    span = Span(first=date(2023, 6, 22), last=date(2023, 6, 24))

    found = [await counted_in(db, span)]
    await roll(db, limit=4)
    found.append(await counted_in(db, span))

    assert found == [3, 3]


async def test_a_span_of_one_unit_leaves_the_others_out(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(1), make.rating(2, unit_code="B")])

    assert await counted_in(db, Span(codes=("B",))) == 1


async def test_any_mix_of_batches_and_rolls_counts_what_a_plain_count_does(db: Database) -> None:
    chance = random.Random(7)  # noqa: S311 - a test that can be repeated.
    known = Counter[tuple[str, int, bool]]()
    for _ in range(10):
        batch = [
            make.rating(chance.randrange(200), channel=chance.choice(["pc", "qr"]), level=5)
            for _ in range(40)
        ]
        await make.tell_ratings(db, batch, times=chance.randint(1, 2))
        await roll(db, limit=chance.randrange(1, 60))
    async with db.reading() as session:
        for channel, level in await session.execute(select(Rating.channel, Rating.level)):
            known[channel, level, False] += 1

    assert await counted(db) == dict(known)


async def test_the_days_add_up_to_the_totals(db: Database) -> None:
    await make.tell_ratings(db, [make.rating(n, rated_at=NOW + timedelta(hours=n)) for n in range(60)])
    await roll(db)

    async with db.reading() as session:
        assert await session.scalar(select(func.sum(RatingDay.count))) == 60
