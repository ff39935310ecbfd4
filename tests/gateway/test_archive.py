"""The archive: every entry once, in one chain, exported in order, and verified."""

import base64
import json
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from services.gateway.archive import verifying
from services.gateway.archive.domain import GENESIS, Fault
from services.gateway.archive.handlers import build_handlers
from services.gateway.archive.service import ArchiveHistory
from services.gateway.models import ArchivedEvent
from shared.chain import link_hash
from shared.clock import LiveClock
from shared.errors import Permanent
from shared.events import FEEDS
from shared.streams import Entry
from tests.gateway.chains import place_of
from tests.gateway.world import World, entry, gateway


async def positions(world: World) -> list[tuple[int, str, int, str]]:
    columns = (ArchivedEvent.position, ArchivedEvent.stream, ArchivedEvent.sequence, ArchivedEvent.type)
    async with world.db.reading() as session:
        rows = await session.execute(select(*columns).order_by(ArchivedEvent.position))
        return [(row[0], row[1], row[2], row[3]) for row in rows]


async def verified(
    world: World, first: int = 1, last: int | None = None, most: int = verifying.MOST_VERIFIED
) -> verifying.Verified:
    return await world.db.look(partial(verifying.verify, first=first, last=last, most=most))


async def test_every_entry_of_every_stream_gets_the_next_position(world: World) -> None:
    await world.archive(entry(1), entry(2))
    await world.archive(entry(1, "ratings"))

    registered = "cn.duban.supervision.unit.registered.v1"
    assert await positions(world) == [
        (1, "supervision", 1, registered),
        (2, "supervision", 2, registered),
        (3, "ratings", 1, registered),
    ]


async def test_an_entry_that_is_archived_already_is_skipped(world: World) -> None:
    counts = [await world.archive(entry(1), entry(2)) for _ in range(2)]
    counts.append(await world.archive(entry(2), entry(2), entry(3)))

    assert counts == [2, 0, 1]
    assert [row[2] for row in await positions(world)] == [1, 2, 3]


async def test_nothing_to_archive_is_no_work(world: World) -> None:
    assert await world.archive() == 0


async def test_bytes_that_are_no_event_are_archived_too(world: World) -> None:
    await world.archive(Entry("supervision", 1, b"\xff\x00 broken"))

    assert await positions(world) == [(1, "supervision", 1, "")]


async def test_a_sequence_with_other_bytes_is_a_loud_fault(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.archive(entry(1))

    with pytest.raises(Permanent) as caught:
        await world.archive(entry(1, name="改名局"), entry(2))

    assert caught.value.code == "archive.fork"
    assert "duban bus repair" in caplog.text
    assert len(await positions(world)) == 1


async def test_all_feeds_are_archived_and_followers_are_woken_after_the_commit(world: World) -> None:
    woken: list[bool] = []
    handlers = build_handlers(lambda: woken.append(True))

    for _ in range(2):
        await world.db.run_sync(lambda tx: handlers.raw["supervision"](tx, [entry(1)]))

    assert set(handlers.raw) == set(FEEDS)
    assert woken == [True]


async def test_a_whole_archive_verifies(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 11)))

    assert await verified(world) == verifying.Verified(1, 10, None, None)
    assert await verified(world, first=4, last=6) == verifying.Verified(4, 6, None, None)


async def test_an_empty_archive_verifies_and_beyond_the_end_is_nothing(world: World) -> None:
    assert await verified(world) == verifying.Verified(1, 0, None, None)
    assert await verified(world, first=9) == verifying.Verified(9, 0, None, None)


async def test_a_range_that_begins_or_ends_at_a_missing_entry_is_broken(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 11)))
    async with world.db.transaction() as tx:
        await tx.session.execute(delete(ArchivedEvent).where(ArchivedEvent.position == 4))

    assert place_of((await verified(world, first=5)).broken) == (4, Fault.MISSING, "", 0)
    assert place_of((await verified(world, first=2, last=4)).broken) == (4, Fault.MISSING, "", 0)


async def test_a_long_archive_is_verified_in_calls_that_follow_each_other(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 11)))

    first = await verified(world, most=6)
    second = await verified(world, first=first.next or 0, most=6)

    assert (first.last, first.broken, first.next) == (6, None, 7)
    assert (second.last, second.broken, second.next) == (10, None, None)


async def test_the_export_gives_the_bytes_of_a_feed_in_order(world: World) -> None:
    await world.archive(*(entry(number) for number in range(1, 6)))
    await world.archive(entry(1, "ratings"))

    async with world.inside("archive:read") as inside:
        answer = await inside.get("/archive/supervision", params={"after": 1, "limit": 2})

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["sequence"], base64.b64decode(line["payload"])) for line in lines] == [
        (2, entry(2).raw),
        (3, entry(3).raw),
    ]


async def test_our_own_bus_reads_the_history_beside_it(world: World) -> None:
    await world.archive(entry(1), entry(2))

    found = await ArchiveHistory(world.db).read("supervision", 1, 10)

    assert list(found) == [entry(2)]


async def test_the_inner_side_demands_its_scopes(tmp_path: Path) -> None:
    async with (
        gateway(tmp_path, LiveClock()) as world,
        world.inside("ops:read") as ops,
        world.inside() as nobody,
    ):
        answers = [
            await ops.get("/archive/ratings"),
            await nobody.get("/archive/verify"),
            await ops.get("/archive/verify"),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 200]


async def test_ops_verify_through_the_public_side(tmp_path: Path) -> None:
    async with gateway(tmp_path, LiveClock()) as world, await world.client("ops:read") as client:
        await world.archive(entry(1), entry(2))
        async with world.db.transaction() as tx:
            await tx.session.execute(update(ArchivedEvent).values(sequence=ArchivedEvent.sequence + 5))
        answer = await client.get("/api/v1/ops/gateway/archive/verify", params={"from": 1})

    broken = answer.json()["broken"]
    assert (broken["position"], broken["fault"], broken["sequence"]) == (1, "altered", 6)
    assert broken["found"] == link_hash(GENESIS, "supervision", 1, entry(1).raw).hex()


async def test_two_streams_archived_at_once_make_one_chain(world: World) -> None:
    for number in range(1, 4):
        await world.archive(entry(number))
        await world.archive(entry(number, "deadlines"))

    async with world.db.reading() as session:
        count = await session.scalar(select(func.count()).select_from(ArchivedEvent))
    assert (count, (await verified(world)).broken) == (6, None)


async def test_what_happened_to_one_subject_comes_with_its_place_in_the_chain(world: World) -> None:
    await world.archive(entry(1), entry(2), entry(3))

    async with world.inside("archive:read") as client:
        answer = await client.get("/archive/links", params={"subject": "u2"})

    [link] = [json.loads(line) for line in answer.text.splitlines()]
    raw = base64.b64decode(link["payload"])
    assert (link["position"], link["stream"], link["sequence"]) == (2, "supervision", 2)
    assert (link["before"], link["behind"]) == (link["previous_hash"], link["hash"])
    assert link["hash"] == link_hash(bytes.fromhex(link["before"]), "supervision", 2, raw).hex()


async def test_the_head_says_where_the_archive_and_each_stream_end(world: World) -> None:
    await world.archive(entry(1), entry(2))

    async with world.inside("archive:read") as client, world.inside("ops:read") as other:
        head = (await client.get("/archive/head")).json()
        links = await client.get("/archive/links", params={"subject": "u2"})
        refused = await other.get("/archive/head")

    newest = json.loads(links.text.splitlines()[-1])
    assert (head["position"], head["hash"]) == (newest["position"], newest["hash"])
    assert (head["streams"], refused.status_code) == ({"supervision": 2}, 403)


async def test_the_links_of_a_subject_come_in_pages_and_to_readers_of_the_archive_only(world: World) -> None:
    await world.archive(entry(1))

    async with world.inside("archive:read") as client, world.inside("ops:read") as other:
        behind = await client.get("/archive/links", params={"subject": "u1", "after": 1})
        refused = await other.get("/archive/links", params={"subject": "u1"})

    assert (behind.text, refused.status_code) == ("", 403)
