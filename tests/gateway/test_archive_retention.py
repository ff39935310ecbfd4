"""The oldest entries are removed up to an anchor; the rest is verified from there, and readers are told of the gap."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.gateway.archive.anchoring import Anchoring
from services.gateway.archive.domain import Fault
from services.gateway.archive.exporting import Exporter
from services.gateway.archive.models import ArchiveTrim
from services.gateway.archive.repository import stream_ends, trimmed_ends
from services.gateway.models import ArchivedEvent
from services.gateway.returns import repository as returns
from shared.clock import local_date
from shared.errors import Conflict, NotFound
from tests.gateway.chains import Chain, place_of
from tests.gateway.test_archive_export import KEY
from tests.gateway.test_archive_verifying import COPY
from tests.gateway.world import World, entry

DAY = timedelta(days=1)


async def three_days(chain: Chain) -> None:
    """Archive four entries on each of three days, with an anchor at each midnight."""
    for day in range(3):
        await chain.grow(day * 4 + 1, day * 4 + 4)
        await chain.anchored()
        chain.clock.advance(DAY)


async def kept(chain: Chain) -> list[int]:
    async with chain.db.reading() as session:
        rows = await session.scalars(select(ArchivedEvent.position).order_by(ArchivedEvent.position))
        return list(rows)


async def test_what_is_planned_is_shown_and_nothing_is_removed(chain: Chain) -> None:
    await three_days(chain)
    today = local_date(chain.clock.now())

    plan = await chain.retention().plan(today - DAY * 2)
    nothing = await chain.retention().plan(today - DAY * 9)

    assert (plan.first, plan.last, plan.anchor, plan.done) == (1, 8, today - DAY * 2, False)
    assert (nothing.first, nothing.last, nothing.anchor) == (1, 0, None)
    assert await kept(chain) == list(range(1, 13))


async def test_entries_are_removed_up_to_an_anchor_and_the_rest_verifies(chain: Chain) -> None:
    await three_days(chain)

    done = await chain.retention().trim(local_date(chain.clock.now()) - DAY * 2, by="k1")
    found = await chain.verified()

    assert (done.last, done.done, await kept(chain)) == (8, True, [9, 10, 11, 12])
    assert (found.first, found.last, found.broken, found.anchors) == (9, 12, None, 2)
    async with chain.db.reading() as session:
        note = (await session.scalars(select(ArchiveTrim))).one()
        assert (note.by, note.first, note.last) == ("k1", 1, 8)
        assert (await trimmed_ends(session), await stream_ends(session)) == (
            {"supervision": 8},
            {"supervision": 12},
        )


async def test_what_was_removed_comes_in_no_second_time(chain: Chain) -> None:
    await three_days(chain)
    await chain.retention().trim(local_date(chain.clock.now()), by="k1")

    assert await chain.archive(*(entry(number) for number in range(1, 14))) == 1
    assert (await kept(chain), (await chain.verified()).broken) == ([13], None)


async def test_nothing_is_removed_that_the_returns_have_not_read(chain: Chain) -> None:
    await three_days(chain)
    async with chain.db.transaction() as tx:
        await returns.make_cursor(tx.session, 5)

    plan = await chain.retention().plan(local_date(chain.clock.now()))

    assert (plan.last, plan.waits_at) == (4, 5)


async def test_a_broken_chain_is_evidence_and_stays(chain: Chain) -> None:
    await three_days(chain)
    await chain.tamper("UPDATE archive SET payload = x'78' WHERE position = 3")

    with pytest.raises(Conflict, match="第 3 号验证不符"):
        await chain.retention().trim(local_date(chain.clock.now()), by="k1")

    assert len(await kept(chain)) == 12


@pytest.mark.parametrize(
    ("statement", "position", "fault"),
    [
        (COPY.format(8).replace("= 5", "= 9"), 8, Fault.BEYOND),
        ("UPDATE archive_chain SET base_hash = x'78'", 8, Fault.UNANCHORED),
        ("UPDATE archive_chain SET base_position = 4", 4, Fault.UNANCHORED),
    ],
)
async def test_tampering_with_where_the_archive_begins_is_named(
    chain: Chain, statement: str, position: int, fault: Fault
) -> None:
    await three_days(chain)
    await chain.retention().trim(local_date(chain.clock.now()) - DAY * 2, by="k1")

    await chain.tamper(statement)
    found = place_of((await chain.verified()).broken)

    assert found is not None
    assert found[:2] == (position, fault)


async def test_a_configured_age_is_kept_to_once_a_day(chain: Chain) -> None:
    part = Anchoring(chain.db, chain.retention(), DAY * 2)
    for day in range(4):
        await chain.grow(day * 4 + 1, day * 4 + 4)
        await part.step()
        chain.clock.advance(DAY)

    # The anchors of the first two days are two days old, or older, when the fourth begins.
    assert await kept(chain) == list(range(9, 17))


async def test_an_export_names_what_is_gone(chain: Chain) -> None:
    await three_days(chain)
    await chain.retention().trim(local_date(chain.clock.now()) - DAY * 2, by="k1")
    exporter = Exporter(chain.db, KEY)

    header = await exporter.begin(None, None)
    with pytest.raises(NotFound, match="第 1 至 8 号已按保留期限移除"):
        await exporter.begin(3, 10)

    assert (header.first, header.last) == (9, 12)


async def test_readers_outside_are_told_of_the_gap(world: World) -> None:
    chain = Chain(world.db, world.clock)  # type: ignore[arg-type]  # A world of tests has a fake clock.
    await three_days(chain)
    async with world.db.transaction() as tx:  # The returns of the app have read all.
        await returns.make_cursor(tx.session, 12)
        await returns.move_cursor(tx.session, 12)
    today = local_date(world.clock.now()).isoformat()
    async with await world.client("ops:write", "events:read") as client:
        planned = (await client.post("/api/v1/ops/gateway/archive/trim", json={"before": today})).json()
        said = {"before": (local_date(world.clock.now()) - DAY * 2).isoformat(), "confirm": True}
        done = (await client.post("/api/v1/ops/gateway/archive/trim", json=said)).json()
        page = await client.get("/api/v1/events", params={"from": 2, "format": "ndjson", "limit": 1})
        anchors = (await client.get("/api/v1/archive/anchors")).json()["items"]
        hashed = (await client.get("/api/v1/archive/hashes/12")).json()
        gone = await client.get("/api/v1/archive/hashes/2")

    lines = [json.loads(line) for line in page.text.splitlines()]
    assert (planned["last"], planned["done"], done["last"], done["done"]) == (12, False, 8, True)
    assert lines[0] == {"position": 8, "gap": {"from": 3, "to": 8, "reason": "retention"}}
    assert lines[1]["position"] == 9
    assert [one["position"] for one in anchors] == [12, 8, 4]
    assert (hashed["hash"], gone.json()["code"]) == (anchors[0]["hash"], "archive.no_position")
