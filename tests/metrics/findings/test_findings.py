"""Ratings that look made up are found, with their rows; a busy window alone is not suspected."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.metrics.findings import service
from services.metrics.findings.domain import Finding, Giver, Minute, finding_rules, findings
from shared.database import Database
from tests.metrics import factories as make
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.test_api import answer, ask

GIVER = Giver("u", "window", "w1")
SPAN = date(2023, 6, 1), date(2023, 6, 30)
MINUTE = timedelta(minutes=1)


def minute(number: int, at: str = "2023-06-20 01:00", *, level: int = 5, channel: str = "pc") -> Minute:
    return Minute(GIVER, at, level, channel, number)


def bursts(*minutes: Minute) -> list[Finding]:
    return [one for one in findings(minutes, finding_rules()) if one.rule == "burst"]


def test_ten_times_the_usual_in_one_minute_is_a_burst() -> None:
    usual = [minute(1, f"2023-06-20 02:{n:02}") for n in range(30)]

    (found,) = bursts(*usual, minute(10))

    assert (found.minute, found.number, found.usual) == ("2023-06-20 01:00", 10, (30, 30))


def test_a_busy_window_is_not_suspected_for_being_busy() -> None:
    assert bursts(*(minute(10, f"2023-06-20 02:{n:02}") for n in range(30)), minute(99)) == []


def test_levels_and_channels_together_make_a_burst_and_bad_ratings_none() -> None:
    mixed = [minute(5, level=5), minute(5, level=4, channel="qr")]

    assert [one.number for one in bursts(*mixed)] == [10]
    assert bursts(minute(50, level=1)) == []


def test_fewer_than_the_minimum_are_no_burst() -> None:
    assert bursts(minute(9)) == []


@pytest.mark.parametrize(("number", "count"), [(4, 0), (5, 1)])
def test_many_of_the_same_in_one_minute_are_found(number: int, count: int) -> None:
    found = [one for one in findings([minute(number, level=3)], finding_rules()) if one.rule == "same_minute"]

    assert len(found) == count


async def test_a_finding_comes_with_exactly_its_ratings(db: Database) -> None:
    at = {"window": "w1", "hall": "h1", "unit_code": made.A}
    burst = [make.rating(n, rated_at=NOW + n * timedelta(seconds=4), **at) for n in range(12)]
    others = [make.rating(100 + n, rated_at=NOW + (n + 1) * MINUTE, **at) for n in range(20)]
    nobody = make.rating(200, is_default=True, **at)
    await made.tell(db, *burst, *others, nobody)

    async with db.reading() as session:
        found = await (await session.connection()).run_sync(service.look, SPAN, None)

    assert [(one.rule, one.giver.key, one.number) for one, _ in found.items] == [
        ("burst", "h1/w1", 12),
        ("same_minute", "h1/w1", 12),
    ]
    assert [{row.rating_id for row in rows} for _, rows in found.items] == [
        {one.rating_id for one in burst}
    ] * 2


async def test_findings_are_shown_with_their_rules(file_db: Database, tmp_path: Path) -> None:
    await made.tell(file_db, *(make.rating(n, clerk="c1") for n in range(10)))

    found = await answer(tmp_path, "/ratings/findings?from=2023-06-01&to=2023-06-30")

    assert (found["count"], found["rules"]["burst"]["times"]) == (2, 10)
    assert [(one["by"], one["key"], len(one["rows"])) for one in found["items"]] == [("clerk", "c1", 10)] * 2


@pytest.mark.parametrize("query", ["from=2023-06-21&to=2023-06-20", "from=2023-01-01&to=2023-06-20"])
async def test_a_span_that_is_none_or_too_long_is_refused(tmp_path: Path, query: str) -> None:
    response = await ask(tmp_path, f"/ratings/findings?{query}")

    assert (response.status_code, response.json()["code"]) == (422, "ratings.span")
