"""What was done to the rows of the archive is found and named, and every day leaves an anchor."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from services.gateway.archive import anchoring
from services.gateway.archive.domain import Break, Fault
from services.gateway.models import ArchiveChain, ArchivedEvent
from shared.chain import link_hash
from shared.clock import local_date
from shared.events.exchange import ArchiveAnchored
from shared.testing import events_of
from tests.gateway.chains import Chain, Place, place_of

# A copy of the fifth row at another place, with a sequence that is free.
COPY = (
    "INSERT INTO archive SELECT {}, stream, 99, event_id, type, subject, time, payload, previous_hash, hash"
    " FROM archive WHERE position = 5"
)
TAMPERING: list[tuple[str, list[str], Place]] = [
    (
        "altered",
        ["UPDATE archive SET payload = x'78' WHERE position = 4"],
        (4, Fault.ALTERED, "supervision", 4),
    ),
    (
        "hash altered",
        ["UPDATE archive SET hash = x'78' WHERE position = 4"],
        (4, Fault.ALTERED, "supervision", 4),
    ),
    (
        "label altered",
        ["UPDATE archive SET subject = 'u9' WHERE position = 4"],
        (4, Fault.MISLABELLED, "supervision", 4),
    ),
    ("removed", ["DELETE FROM archive WHERE position = 4"], (4, Fault.MISSING, "", 0)),
    (
        "removed and closed up",
        [
            "DELETE FROM archive WHERE position = 4",
            "UPDATE archive SET position = position - 1 WHERE position > 4",
            "UPDATE archive_chain SET last_position = 9",
        ],
        (4, Fault.RELINKED, "supervision", 5),
    ),
    (
        "swapped",
        [
            "UPDATE archive SET position = 99 WHERE position = 4",
            "UPDATE archive SET position = 4 WHERE position = 7",
            "UPDATE archive SET position = 7 WHERE position = 99",
        ],
        (4, Fault.RELINKED, "supervision", 7),
    ),
    (
        "inserted",
        [
            "UPDATE archive SET position = -position - 1 WHERE position > 5",
            "UPDATE archive SET position = -position WHERE position < 0",
            COPY.format(6),
            "UPDATE archive_chain SET last_position = 11",
        ],
        (6, Fault.RELINKED, "supervision", 99),
    ),
    ("first gone", ["DELETE FROM archive WHERE position = 1"], (1, Fault.MISSING, "", 0)),
    ("tail cut", ["DELETE FROM archive WHERE position > 8"], (9, Fault.CUT, "", 0)),
    ("all gone", ["DELETE FROM archive"], (1, Fault.CUT, "", 0)),
    ("head moved", ["UPDATE archive_chain SET last_position = 7"], (8, Fault.BEYOND, "", 0)),
    ("head forged", ["UPDATE archive_chain SET last_hash = x'78'"], (10, Fault.RELINKED, "", 0)),
    (
        "appended",
        [COPY.format(11)],
        (11, Fault.RELINKED, "supervision", 99),
    ),
]


@pytest.mark.parametrize(
    ("statements", "expected"), [case[1:] for case in TAMPERING], ids=[case[0] for case in TAMPERING]
)
async def test_tampering_is_named_by_the_first_broken_entry(
    chain: Chain, statements: list[str], expected: Place
) -> None:
    await chain.grow(1, 10)

    await chain.tamper(*statements)

    assert place_of((await chain.verified()).broken) == expected


async def forge(chain: Chain, position: int) -> None:
    """Alter an entry, and all hashes behind it and in the head row, as who knows the formula would."""
    async with chain.db.transaction() as tx:
        rows = list(await tx.session.scalars(select(ArchivedEvent).order_by(ArchivedEvent.position)))
        rows[position - 1].payload = rows[position - 1].payload.replace("发改局".encode(), "改名局".encode())
        for before, row in pairwise(rows):
            row.previous_hash = before.hash
            row.hash = link_hash(before.hash, row.stream, row.sequence, row.payload)
        await tx.session.execute(update(ArchiveChain).values(last_hash=rows[-1].hash))


async def test_a_chain_whose_hashes_are_all_forged_is_found_by_an_anchor(chain: Chain) -> None:
    await chain.grow(1, 6)
    anchor = await chain.anchored()
    await chain.grow(7, 10)
    assert anchor is not None

    await forge(chain, 4)
    found = await chain.verified()

    assert place_of(found.broken) == (6, Fault.UNANCHORED, "supervision", 6)
    assert found.broken is not None
    assert found.broken.expected == anchor.hash.hex()


async def test_a_tail_that_is_cut_with_its_head_row_is_found_by_the_last_anchor(chain: Chain) -> None:
    await chain.grow(1, 10)
    await chain.anchored()
    moved = "SET last_position = 8, last_hash = (SELECT hash FROM archive WHERE position = 8)"

    await chain.tamper("DELETE FROM archive WHERE position > 8", f"UPDATE archive_chain {moved}")

    found = (await chain.verified()).broken
    assert found == Break(9, Fault.CUT, expected="10", found="8")


async def test_a_day_is_anchored_once_and_told(chain: Chain) -> None:
    await chain.grow(1, 2)

    first, again = await chain.anchored(), await chain.anchored()

    [told] = await events_of(chain.db, ArchiveAnchored)
    assert first == (local_date(chain.clock.now()), 2, first and first.hash)
    assert (told.day, told.position, told.hash) == (first.day, 2, first.hash.hex())
    assert again is None


async def test_the_next_day_is_anchored_when_its_first_look_comes(chain: Chain) -> None:
    await chain.grow(1, 1)
    part = anchoring.Anchoring(chain.db, chain.retention(), None)
    await part.step()
    await chain.grow(2, 2)

    await part.step()
    chain.clock.advance(timedelta(days=1))
    await part.step()

    assert [(event.position) for event in await events_of(chain.db, ArchiveAnchored)] == [1, 2]
    assert (await chain.verified()).anchors == 2
