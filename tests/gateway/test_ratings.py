"""The intake: a rating counts once, bad lines are named, and 2xx means committed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from services.gateway.models import FeedSource
from services.gateway.ratings import lines
from services.gateway.ratings.domain import RatingIn, read_rating
from services.gateway.ratings.intake import MOST_ITEMS, GroupCommit
from services.gateway.ratings.service import Taking
from shared.database import SyncTx
from shared.errors import Invalid, Unavailable
from shared.events.ratings import RatingSubmitted
from shared.testing import events_of
from tests.gateway.test_rating_domain import SOURCES
from tests.gateway.world import World, ndjson, rating

NDJSON = {"content-type": "application/x-ndjson"}


async def test_a_rating_posted_twice_counts_once(world: World) -> None:
    async with await world.client(role="feed") as client:
        first = await client.post("/api/v1/ratings", json=rating())
        second = await client.post("/api/v1/ratings", json=rating())

    assert (first.status_code, first.json()["repeated"]) == (201, False)
    assert (second.status_code, second.json()["repeated"]) == (200, True)
    assert len(await events_of(world.db, RatingSubmitted)) == 1


async def test_a_rating_is_published_on_our_scale(world: World) -> None:
    async with await world.client(role="feed") as client:
        answer = await client.post("/api/v1/ratings", json=rating(source="gbt39046", satisfaction="5"))

    (found,) = await events_of(world.db, RatingSubmitted)
    assert (found.rating_id, found.level, found.raw_code) == (answer.json()["rating_id"], 1, "5")


async def test_a_repeat_with_other_content_is_a_conflict_and_changes_nothing(world: World) -> None:
    async with await world.client(role="feed") as client:
        await client.post("/api/v1/ratings", json=rating())
        answer = await client.post("/api/v1/ratings", json=rating(satisfaction="1"))

    assert (answer.status_code, answer.json()["code"]) == (409, "rating.conflict")
    assert [event.level for event in await events_of(world.db, RatingSubmitted)] == [5]


@pytest.mark.parametrize(
    ("body", "code"), [(b"{", "line.not_json"), (b"{}", "rating.field_missing"), (b"[]", "line.not_object")]
)
async def test_a_rating_that_can_not_be_read_is_refused(world: World, body: bytes, code: str) -> None:
    async with await world.client(role="feed") as client:
        answer = await client.post("/api/v1/ratings", content=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_source_whose_ratings_are_posted_is_heard(world: World) -> None:
    async with await world.client(role="feed") as client:
        await client.post("/api/v1/ratings", json=rating())
        await client.post("/api/v1/ratings", content=ndjson([rating(2, source="gbt39046")]), headers=NDJSON)
    async with world.db.reading() as session:
        heard = set(await session.scalars(select(FeedSource.id).where(FeedSource.heard_at.is_not(None))))

    assert heard == {rating()["source"], "gbt39046"}


async def test_sources_are_noted_as_heard_once_in_many_commits(world: World) -> None:
    noted: list[list[str]] = []
    taking = Taking(lambda _connection, ids, _now: noted.append(list(ids)))
    for number in range(3):
        read = read_rating(
            RatingIn.model_validate(rating(number)), SOURCES, bound_source="", latest=world.clock.now()
        )
        await world.db.run_sync(partial(taking.take, ratings=[read]))

    assert noted == [[rating()["source"]]]


async def test_a_key_sends_for_its_own_source_alone(world: World) -> None:
    async with await world.client(role="feed", source_id="gbt39046") as client:
        own = await client.post("/api/v1/ratings", json=rating(source="", satisfaction="1"))
        other = await client.post("/api/v1/ratings", json=rating(2))

    assert (own.status_code, other.status_code, other.json()["code"]) == (201, 422, "source.not_yours")


async def test_a_batch_of_ten_thousand_stores_all_but_the_three_bad_ones(world: World) -> None:
    items: list[object] = [rating(number) for number in range(1, 10_001)]
    items[4], items[4999], items[9999] = b"not json", rating(1, satisfaction="0"), rating(2, satisfaction="1")

    async with await world.client(role="feed") as client:
        answer = (await client.post("/api/v1/ratings/batch", content=ndjson(items), headers=NDJSON)).json()

    assert (answer["accepted"], answer["repeated"]) == (9_997, 0)
    assert [(bad["line"], bad["code"], bad["field"]) for bad in answer["rejected"]] == [
        (5, "line.not_json", ""),
        (5000, "rating.code_unknown", "satisfaction"),
        (10_000, "rating.conflict", "service_number"),
    ]
    assert len(await events_of(world.db, RatingSubmitted)) == 9_997


async def test_a_batch_sent_again_is_repeated_and_counts_once(world: World) -> None:
    body = ndjson([rating(1), b"", rating(2), rating(1)])

    async with await world.client(role="feed") as client:
        first = (await client.post("/api/v1/ratings/batch", content=body, headers=NDJSON)).json()
        second = (await client.post("/api/v1/ratings/batch", content=body, headers=NDJSON)).json()

    assert (first["accepted"], first["repeated"], second["accepted"], second["repeated"]) == (2, 1, 0, 3)


async def test_a_batch_that_is_partly_known_adds_what_is_new(world: World) -> None:
    async with await world.client(role="feed") as client:
        await client.post("/api/v1/ratings", json=rating(1))
        answer = await client.post("/api/v1/ratings/batch", json=[rating(1), rating(2), {"x": 1}])

    assert (answer.json()["accepted"], answer.json()["repeated"]) == (1, 1)
    assert [bad["line"] for bad in answer.json()["rejected"]] == [3]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{}", "application/json", "body.not_array"),
        (b"[", "application/json; charset=utf-8", "body.not_json"),
        (b"a", "text/plain", "content_type.unknown"),
        (b"a", "", "content_type.unknown"),
    ],
)
async def test_a_batch_in_no_known_form_is_refused(world: World, body: bytes, kind: str, code: str) -> None:
    async with await world.client(role="feed") as client:
        answer = await client.post("/api/v1/ratings/batch", content=body, headers={"content-type": kind})

    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.slow
async def test_a_batch_with_too_many_lines_says_how_many_were_stored(world: World) -> None:
    body = ndjson([rating(1)] * (lines.MOST_LINES + 1))

    async with await world.client(role="feed") as client:
        answer = await client.post("/api/v1/ratings/batch", content=body, headers=NDJSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "batch.too_many_lines")
    assert (answer.json()["accepted"], answer.json()["repeated"]) == (1, lines.MOST_LINES - 1)


async def test_an_endless_line_is_refused(world: World) -> None:
    async with await world.client(role="feed") as client:
        answer = await client.post(
            "/api/v1/ratings/batch", content=b"x" * (lines.LONGEST_LINE + 1), headers=NDJSON
        )

    assert (answer.status_code, answer.json()["code"]) == (413, "line.too_long")


async def test_lines_are_found_wherever_the_network_cuts_them() -> None:
    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for begin in range(0, len(body), 7):
            yield body[begin : begin + 7]

    slices = lines.read_slices(pieces(ndjson([rating(number) for number in range(600)])), "application/jsonl")

    found = [line async for slice_ in slices for line in slice_]
    assert [line.number for line in found] == list(range(1, 601))
    assert not any(isinstance(line.given, Invalid) for line in found)


async def submitted_together(intake: GroupCommit[Any, Any], *submissions: Sequence[Any]) -> list[Any]:
    """Hand in what one commit takes together; gives answers or errors."""
    waiting = [asyncio.create_task(intake.submit(items)) for items in submissions]
    await asyncio.sleep(0)
    await intake.start()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    await intake.stop()
    return answers


async def test_concurrent_requests_share_a_commit(world: World) -> None:
    groups: list[int] = []

    def write(_tx: SyncTx, items: Sequence[int]) -> list[int]:
        groups.append(len(items))
        return [item * 2 for item in items]

    intake = GroupCommit(world.db, write)
    waiting = [asyncio.create_task(intake.submit([number])) for number in range(50)]
    await asyncio.sleep(0)
    await intake.start()
    answers = [answer for (answer,) in await asyncio.gather(*waiting)]
    await intake.stop()

    assert answers == [number * 2 for number in range(50)]
    assert groups == [50]


async def test_a_group_ends_at_its_limit(world: World) -> None:
    groups: list[int] = []

    def write(_tx: SyncTx, items: Sequence[int]) -> Sequence[int]:
        groups.append(len(items))
        return items

    intake = GroupCommit(world.db, write)
    waiting = [asyncio.create_task(intake.submit(list(range(800)))) for _ in range(4)]
    await asyncio.sleep(0)
    await intake.start()
    await asyncio.gather(*waiting)
    await intake.stop()

    assert groups == [2400, 800]
    assert groups[0] - 800 < MOST_ITEMS


async def test_one_submission_that_can_not_be_written_spoils_no_other(world: World) -> None:
    def write(_tx: SyncTx, items: Sequence[str]) -> Sequence[str]:
        if "bad" in items:
            raise RuntimeError("no")
        return items

    answers = await submitted_together(GroupCommit(world.db, write), ["good"], ["bad"], ["fine"])

    assert [str(answer) for answer in answers] == ["['good']", "no", "['fine']"]


async def test_a_database_that_is_away_is_said_and_forgotten_when_it_is_back(world: World) -> None:
    away = [True, True]

    def write(_tx: SyncTx, items: Sequence[int]) -> Sequence[int]:
        if away and away.pop():
            raise OperationalError("INSERT", {}, Exception("disk I/O error"))
        return items

    intake = GroupCommit(world.db, write)
    await intake.start()
    with pytest.raises(Unavailable):
        await intake.submit([1])
    trouble = intake.problems()
    away.clear()
    answers = await intake.submit([2])
    await intake.stop()

    assert "disk I/O error" in trouble[0]
    assert (list(answers), intake.problems()) == ([2], [])


async def test_an_outage_while_trying_one_by_one_is_an_outage(world: World) -> None:
    failures: list[Exception] = [OperationalError("INSERT", {}, Exception("gone")), RuntimeError("no")]

    def write(_tx: SyncTx, items: Sequence[int]) -> Sequence[int]:
        if failures:
            raise failures.pop()
        return items

    first, second = await submitted_together(GroupCommit(world.db, write), [1], [2])

    assert isinstance(first, Unavailable)
    assert second == [2]


async def test_a_request_that_is_given_up_is_committed_all_the_same(world: World) -> None:
    stored: list[int] = []

    def write(_tx: SyncTx, items: Sequence[int]) -> Sequence[int]:
        stored.extend(items)
        return items

    intake = GroupCommit(world.db, write)
    given_up = asyncio.create_task(intake.submit([1]))
    await asyncio.sleep(0)
    given_up.cancel()
    await intake.start()
    await intake.stop()

    assert stored == [1]


async def test_an_intake_that_never_began_stops_at_once(world: World) -> None:
    intake: GroupCommit[int, int] = GroupCommit(world.db, lambda _tx, items: items)

    await intake.stop()

    assert intake.problems() == []
