"""Events for those outside: history first, then live, resumed by position, with explicit gaps."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import delete

from services.gateway.archive.domain_filters import Filters
from services.gateway.archive.live import Appended, Follower, format_greeting, format_heartbeat
from services.gateway.models import ArchivedEvent
from shared.errors import Conflict
from shared.streams import Entry
from tests.gateway.world import World, entry, events_in

QUICK = timedelta(milliseconds=1)


def follower(world: World, *, heartbeat: timedelta = timedelta(hours=1)) -> Follower:
    return Follower(world.db, Appended(), poll=QUICK, heartbeat=heartbeat)


async def first(stream: AsyncIterator[bytes]) -> str:
    """Give the next piece that has events in it."""
    while not events_in(text := (await anext(stream)).decode()):
        pass
    return text


async def test_history_comes_first_then_what_is_appended(world: World) -> None:
    await world.archive(entry(1), entry(2))
    stream = follower(world).follow(0)

    history = events_in(await first(stream))
    await world.archive(entry(3))
    live = events_in(await first(stream))

    assert [found[0] for found in history + live] == ["1", "2", "3"]


async def test_a_stream_ends_when_its_reader_may_read_no_more(world: World) -> None:
    await world.archive(entry(1))
    answers = [True, False]

    async def admitted() -> bool:
        return answers.pop(0)

    stream = follower(world).follow(0, admitted=admitted)

    assert len([piece async for piece in stream if events_in(piece.decode())]) == 1


async def test_an_event_carries_its_position_its_type_and_its_bytes(world: World) -> None:
    await world.archive(entry(1))

    ((position, kind, data),) = events_in(await first(follower(world).follow(0)))

    assert (position, kind) == ("1", "cn.duban.supervision.unit.registered.v1")
    assert data.encode() == entry(1).raw


async def test_a_feed_may_be_chosen(world: World) -> None:
    await world.archive(entry(1), entry(2))
    await world.archive(entry(1, "ratings"))

    found = events_in(await first(follower(world).follow(0, Filters(feeds=("ratings",)))))

    assert [event[0] for event in found] == ["3"]


async def test_a_rare_feed_is_found_behind_many_others(world: World) -> None:
    short = Follower(world.db, Appended(), poll=timedelta(hours=1), scanned=3)
    await world.archive(*(entry(number) for number in range(1, 11)))
    await world.archive(entry(1, "ratings"))

    found = events_in(await first(short.follow(0, Filters(feeds=("ratings",)))))

    assert [event[0] for event in found] == ["11"]


async def test_where_history_is_gone_a_gap_says_from_where_to_where(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 6)))
    async with world.db.transaction() as tx:
        await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position <= 3))

    found = events_in(await first(follower(world).follow(1)))

    assert found[0][:2] == ("3", "gap")
    assert json.loads(found[0][2]) == {"from": 2, "to": 3, "reason": "retention"}
    assert [event[0] for event in found[1:]] == ["4", "5"]


async def test_bytes_that_are_no_event_are_given_as_base64(world: World) -> None:
    await world.archive(Entry("ratings", 1, b"\xff"))

    ((_, kind, data),) = events_in(await first(follower(world).follow(0)))

    assert (kind, json.loads(data)) == ("unreadable", {"stream": "ratings", "sequence": 1, "payload": "/w=="})


async def test_an_event_that_is_spread_over_lines_is_given_on_one(world: World) -> None:
    raw = json.dumps(json.loads(entry(1).raw), indent=1, ensure_ascii=False).encode()
    await world.archive(Entry("supervision", 1, raw))

    ((_, _, data),) = events_in(await first(follower(world).follow(0)))

    assert json.loads(data) == json.loads(raw)


async def test_a_silent_connection_gets_a_heartbeat_with_the_position_that_was_passed_over(
    world: World,
) -> None:
    await world.archive(*(entry(number) for number in range(1, 4)))
    stream = follower(world, heartbeat=timedelta(0)).follow(0, Filters(feeds=("ratings",)))

    said = [await anext(stream) for _ in range(3)]

    assert said == [format_greeting(0), format_heartbeat(3), format_heartbeat(3)]
    assert said[0].splitlines() == [b"id: 0", b"retry: 3000", b""]
    assert said[1].splitlines() == [b": ping", b"id: 3", b""]


async def test_what_is_appended_wakes_at_once(world: World) -> None:
    patient = Follower(world.db, Appended(), poll=timedelta(hours=1))
    waiting = asyncio.create_task(first(patient.follow(0)))
    await asyncio.sleep(0.05)

    await world.archive(entry(1))
    patient.appended.notify()

    assert events_in(await asyncio.wait_for(waiting, 10))[0][0] == "1"


async def test_followers_end_when_the_process_stops(world: World) -> None:
    patient = Follower(world.db, Appended(), poll=timedelta(hours=1))
    stream = patient.follow(0)
    await anext(stream)  # The greeting.
    waiting = asyncio.create_task(anext(stream, None))
    await asyncio.sleep(0.05)

    patient.appended.close()

    assert await asyncio.wait_for(waiting, 10) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("?from=0", {}, ["1", "2", "3"]),
        ("?from=2", {}, ["3"]),
        ("?from=0", {"last-event-id": "1"}, ["2", "3"]),
        ("?from=beginning", {}, ["1", "2", "3"]),
        ("?from=2023-06-20", {}, ["1", "2", "3"]),
        ("?from=0&type=cn.duban.supervision.unit.*&unit=u2", {}, ["2"]),
        ("?from=now", {}, []),
        ("", {}, []),
    ],
)
async def test_a_reader_resumes_where_it_says(
    world: World, query: str, headers: dict[str, str], expected: list[str]
) -> None:
    await world.archive(*(entry(number) for number in range(1, 4)))
    world.apps.appended.closing = not expected  # What is to send nothing would wait for ever.

    async with await world.client("events:read") as client:
        asyncio.get_running_loop().call_later(1.5, world.apps.appended.close)  # Long after the answer.
        answer = await client.get(f"/api/v1/events{query}", headers=headers)

    assert [event[0] for event in events_in(answer.text)] == expected
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"


async def test_scripts_take_a_page_of_lines(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 4)))

    async with await world.client("events:read") as client:
        page = await client.get("/api/v1/events?format=ndjson&from=1&limit=1")
        rest = await client.get(f"/api/v1/events?format=ndjson&from={page.headers['duban-next']}")

    (line,) = [json.loads(line) for line in page.text.splitlines()]
    assert (line["position"], line["stream"], line["event"]["subject"]) == (2, "supervision", "u2")
    assert [json.loads(line)["position"] for line in rest.text.splitlines()] == [3]


@pytest.mark.parametrize("place", ["-1", "1.5", "abc", "9" * 30, "2023-13-01"])
async def test_a_position_that_is_none_is_refused(world: World, place: str) -> None:
    async with await world.client("events:read") as client:
        answer = await client.get("/api/v1/events", params={"from": place})

    assert (answer.status_code, answer.json()["code"]) == (422, "position.invalid")


async def test_a_position_beyond_the_archive_is_refused(world: World) -> None:
    with pytest.raises(Conflict):
        await follower(world).start_after("1")


@pytest.mark.parametrize("query", ["feed=gossip", "format=xml", "limit=0", "limit=100000"])
async def test_unknown_choices_are_refused(world: World, query: str) -> None:
    async with await world.client("events:read") as client:
        answer = await client.get(f"/api/v1/events?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
