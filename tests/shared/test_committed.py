"""What a commit hands to the relay: in order, without a hole, bounded, and only as long as the outbox says the same."""

import uuid

from shared.streams import committed
from shared.streams.committed import Committed, Row
from shared.streams.relay import CHUNK, Relay
from shared.tables import HEADS, OUTBOX
from tests.shared.test_relay import outbox, relay, run
from tests.shared.world import World, publish, unit


def rows(first: int, last: int) -> list[Row]:
    return [(sequence, b"%d" % sequence) for sequence in range(first, last + 1)]


def given_to(made: Relay, *parts: list[Row]) -> Relay:
    for part in parts:
        made.committed.add(part)
    return made


def test_rows_of_several_commits_are_given_in_order_up_to_the_limit() -> None:
    kept = Committed()
    kept.add(rows(1, 2))
    kept.add([])
    kept.add(rows(3, 5))

    assert kept.following(0, 2) == rows(1, 2)
    assert kept.following(2, 9) == rows(3, 5)
    assert kept.following(5, 9) == []


def test_rows_behind_a_hole_are_not_given_before_it_is_passed() -> None:
    kept = Committed()
    kept.add(rows(3, 4))

    assert kept.following(1, 9) == []
    assert kept.following(2, 9) == rows(3, 4)


def test_a_commit_that_does_not_follow_is_left_to_the_outbox() -> None:
    kept = Committed()
    kept.add(rows(4, 6))
    kept.add(rows(1, 3))
    kept.add(rows(8, 9))

    assert kept.following(3, 9) == rows(4, 6)


def test_of_too_many_rows_the_oldest_are_kept() -> None:
    kept = Committed()
    kept.add(rows(1, committed.MOST))
    kept.add(rows(committed.MOST + 1, committed.MOST + 2))

    assert kept.following(committed.MOST - 1, 9) == rows(committed.MOST, committed.MOST)


async def test_what_a_commit_hands_over_is_sent_as_the_outbox_has_it(world: World) -> None:
    db = world.database("tasks")
    made = relay(world, db)
    db.on_commit.append(lambda written: made.committed.add(written["supervision"]))
    await publish(db, *(unit(f"u{n}") for n in range(CHUNK + 7)))
    await publish(db, unit("last"))

    await run(made)

    assert len(await world.entries()) == CHUNK + 8
    assert await world.entries() == await outbox(db)


async def test_rows_that_repair_has_numbered_anew_meanwhile_are_not_sent(world: World) -> None:
    db = world.database("tasks")
    await publish(db, unit("a"), unit("b"))
    made = given_to(relay(world, db), [(1, b"as it was before"), (2, b"as it was before")])

    await run(made)

    assert made.problem() == ""
    assert await world.entries() == await outbox(db)


async def test_rows_that_the_outbox_has_lost_are_not_sent(world: World) -> None:
    db = world.database("tasks")
    made = relay(world, db)
    db.on_commit.append(lambda written: made.committed.add(written["supervision"]))
    await publish(db, unit("a"), unit("b"))
    async with db.transaction() as tx:
        await tx.session.execute(OUTBOX.delete())
        await tx.session.execute(HEADS.update().values(last_seq=0))

    await run(made)

    assert await world.entries() == []


async def test_every_event_has_an_id_of_its_own_that_is_a_random_uuid(world: World) -> None:
    db = world.database("tasks")
    found: list[bytes] = []
    db.on_commit.append(lambda written: found.extend(raw for _, raw in written["supervision"]))

    await publish(db, *(unit(f"u{n}") for n in range(200)))

    ids = [uuid.UUID(raw.split(b'"id":"')[1][:36].decode()) for raw in found]
    assert len(set(ids)) == 200
    assert {(one.version, one.variant) for one in ids} == {(4, uuid.RFC_4122)}
