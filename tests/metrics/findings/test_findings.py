"""Ratings that look made up are found, with their rows; a busy window alone is not suspected."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from services.metrics.findings import service
from services.metrics.findings.domain import Finding, Giver, Minute, changed, finding_rules, findings
from services.metrics.findings.limits import set_limits, versions
from shared.database import Database
from shared.errors import Invalid
from tests.metrics import factories as make
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.test_api import FakeBus, answer, ask, serving, token

GIVER = Giver("u", "window", "w1")
SPAN = date(2023, 6, 1), date(2023, 6, 30)
MINUTE = timedelta(minutes=1)
LIMITS = "/ratings/findings/limits"


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


def test_the_limits_of_the_file_are_read_once() -> None:
    finding_rules.cache_clear()

    assert finding_rules() is finding_rules()


def test_limits_are_those_of_the_file_but_for_what_a_place_has_otherwise() -> None:
    rules = changed(finding_rules(), {"burst": {"times": 20, "levels": [5]}}, version=2)

    assert (rules.version, rules.burst.times, rules.burst.levels, rules.burst.minimum) == (2, 20, (5,), 10)
    assert rules.same_minute == finding_rules().same_minute


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"burst": {"title": "x"}}, "burst.title"),
        ({"other": {"minimum": 3}}, "other.minimum"),
        ({"other": {}}, "other"),
        ({"burst": {"times": 1}}, "burst.times"),
    ],
)
def test_a_limit_that_can_not_be_is_refused_by_its_name(
    changes: dict[str, dict[str, object]], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        changed(finding_rules(), changes, version=2)

    assert (refused.value.code, refused.value.field) == ("findings.choice", field)


async def test_limits_that_a_supervisor_set_hold_from_then_on_and_say_who_set_them(db: Database) -> None:
    same = [make.rating(n, window="w1", hall="h1", unit_code=made.A) for n in range(3)]
    await made.tell(db, *same)
    async with db.transaction() as tx:
        await set_limits(tx, {"same_minute": {"minimum": 3}}, by="key-1", why="窗口少")

    async with db.reading() as session:
        connection = await session.connection()
        found = await connection.run_sync(service.look, SPAN, None)
        newest, shipped = await connection.run_sync(versions)

    assert [(one.rule, one.number) for one, _ in found.items] == [("same_minute", 3)]
    assert (newest.rules.version, newest.set_by, newest.why) == (2, "key-1", "窗口少")
    assert shipped.set_at is None


async def test_limits_are_set_by_supervisors_alone_and_listed(file_db: Database, tmp_path: Path) -> None:  # noqa: ARG001 - makes the file.
    body = {"changes": {"burst": {"minimum": 20}}, "why": "大厅繁忙"}

    async with serving(tmp_path, FakeBus()) as client:
        refused = await client.put(LIMITS, json=body, headers=token("plans:write", role="plan_office"))
        done = await client.put(LIMITS, json=body, headers=token("plans:write"))
    listed = await answer(tmp_path, LIMITS)

    assert (refused.status_code, done.status_code) == (403, 200)
    assert listed["limits"]["rules"]["burst"]["minimum"] == 20
    assert [one["why"] for one in listed["versions"]] == ["大厅繁忙", ""]
