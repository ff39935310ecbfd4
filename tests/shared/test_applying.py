import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from shared.database import Database, SyncTx, Tx
from shared.errors import Permanent
from shared.events.supervision import PlanConfirmed, UnitRegistered
from shared.streams import Entry, Handlers, dead
from shared.streams.applying import Applier
from shared.streams.cursors import take_cursors
from shared.streams.entry import Entries
from shared.streams.faults import Fenced, Gap, Outage
from shared.streams.groups import feeds_of
from shared.streams.retries import Retries
from shared.tables import CURSORS
from shared.testing import FakeClock, published
from tests.shared.conftest import OpenDatabase
from tests.shared.world import (
    Failing,
    World,
    cursor,
    effects,
    parked,
    rating,
    ratings_to,
    raw,
    sequences,
    unit,
    units_to,
)


async def fine() -> None:
    """Answer a probe."""


async def away() -> None:
    raise ConnectionError("nobody answers")


async def applier(db: Database, handlers: Handlers, *, feed: str = "supervision", fence: int = 1) -> Applier:
    async with db.transaction() as tx:
        connection = await tx.session.connection()
        await connection.run_sync(take_cursors, feeds_of(handlers.group), fence)
    made = Applier(db, "ratings" if feed == "ratings" else "supervision", handlers, probe=fine)
    made.fence = fence
    return made


async def apply_all(apply: Applier, entries: Entries) -> None:
    """Apply a batch to its end; a long one takes several transactions."""
    while await apply.apply(entries) < entries.sequences[-1]:
        pass


def retries(db: Database, handlers: Handlers) -> Retries:
    made = Retries(db, handlers, feeds=feeds_of(handlers.group), probe=fine)
    made.fence = 1
    return made


def units(*names: str, first: int = 1) -> Entries:
    raws = [raw(unit(name), seq) for seq, name in enumerate(names, first)]
    return Entries(range(first, first + len(names)), raws)


def broken(entries: Entries, *positions: int) -> Entries:
    found = zip(entries.sequences, entries.raws, strict=True)
    return Entries(entries.sequences, [b"\x00" if seq in positions else bytes_ for seq, bytes_ in found])


async def test_a_batch_is_handled_in_order_and_the_cursor_moves_with_it(open_database: OpenDatabase) -> None:
    db = open_database("notify", FakeClock())
    apply = await applier(db, units_to(Failing()))

    done = await apply.apply(units("a", "b", "a"))

    assert done == await cursor(db) == 3
    assert await effects(db) == [(1, "a"), (2, "b"), (3, "a")]


async def test_a_repeated_batch_changes_nothing(open_database: OpenDatabase) -> None:
    db = open_database("notify", FakeClock())
    apply = await applier(db, units_to(Failing()))
    await apply.apply(units("a", "b"))

    await apply.apply(units("a", "b", "c"))

    assert await sequences(db) == [1, 2, 3]


async def test_an_event_that_does_not_follow_the_cursor_is_a_gap(world: World) -> None:
    db = world.database("notify")
    apply = await applier(db, units_to(Failing()))

    with pytest.raises(Gap) as gap:
        await apply.apply(units("c", first=3))

    assert (gap.value.after, gap.value.until) == (0, 2)
    assert await cursor(db) == 0


async def test_a_hole_inside_a_batch_ends_it_there(world: World) -> None:
    db = world.database("notify")
    apply = await applier(db, units_to(Failing()))

    done = await apply.apply(Entries([1, 3], [raw(unit("a"), 1), raw(unit("c"), 3)]))

    assert done == 1
    assert await sequences(db) == [1]


@pytest.mark.parametrize("bad", [1, 2, 500])
async def test_unreadable_events_are_dead_at_once_and_all_others_are_handled(
    open_database: OpenDatabase, bad: int
) -> None:
    db = open_database("notify", FakeClock())
    apply = await applier(db, units_to(Failing()))
    batch = broken(units(*(f"u{n}" for n in range(500))), *range(1, bad + 1))

    await apply_all(apply, batch)

    assert await parked(db, dead=True) == list(range(1, bad + 1))
    assert await sequences(db) == list(range(bad + 1, 501))


@pytest.mark.parametrize("bad", [1, 2, 500])
async def test_events_whose_handler_raises_are_parked_and_all_others_are_handled(
    open_database: OpenDatabase, bad: int
) -> None:
    db = open_database("notify", FakeClock())
    handler = Failing(*(f"u{n}" for n in range(bad)))
    apply = await applier(db, units_to(handler))

    await apply_all(apply, units(*(f"u{n}" for n in range(500))))

    assert await parked(db, dead=False) == list(range(1, bad + 1))
    assert await sequences(db) == list(range(bad + 1, 501))


@pytest.mark.parametrize("bad", [1, 2, 500])
async def test_a_batch_handler_that_raises_loses_only_the_events_that_it_raises_for(
    open_database: OpenDatabase, bad: int
) -> None:
    db = open_database("metrics", FakeClock())
    names = [f"r{n}" for n in range(500)]
    apply = await applier(db, ratings_to(Failing(*names[:bad])), feed="ratings")

    await apply_all(
        apply, Entries(range(1, 501), [raw(rating(name), seq) for seq, name in enumerate(names, 1)])
    )

    assert await parked(db, dead=False) == list(range(1, bad + 1))
    assert await sequences(db) == list(range(bad + 1, 501))


async def test_later_events_of_a_parked_subject_wait_unattempted_and_others_go_on(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    handler = Failing("a")
    apply = await applier(db, units_to(handler))

    await apply.apply(units("a", "b", "a"))
    await apply.apply(units("a", "c", first=4))

    assert await effects(db) == [(2, "b"), (5, "c")]
    assert await parked(db, dead=False) == [1, 3, 4]
    assert handler.calls.count("a") == 2  # In the first try of the batch, and alone.


async def test_a_parked_event_is_tried_again_with_growing_delays_until_it_is_dead(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db = open_database("notify", clock)
    handler = Failing("a")
    apply, again = await applier(db, units_to(handler)), retries(db, units_to(handler))
    await apply.apply(units("a"))
    tried = []

    for seconds in (0.9, 0.2, 5, 25, 124, 1, 1000):
        handler.calls.clear()
        clock.advance(timedelta(seconds=seconds))
        await again.step()
        tried.append(bool(handler.calls))

    assert tried == [False, True, True, True, False, True, False]
    assert await parked(db, dead=True) == [1]


async def test_when_an_event_is_dead_the_later_ones_of_its_subject_go_on_in_order(world: World) -> None:
    clock = FakeClock()
    db = world.database("notify", clock=clock)
    handler = FirstFails()
    apply, again = await applier(db, handler.handlers()), retries(db, handler.handlers())
    await apply.apply(units("a", "a", "b", "a"))

    for _ in range(4):
        clock.advance(timedelta(seconds=125))
        await again.step()

    assert await effects(db) == [(3, "b"), (2, "a"), (4, "a")]
    assert await parked(db, dead=True) == [1]


class FirstFails(Failing):
    """Fails for the event with sequence 1 only."""

    def handlers(self) -> Handlers:
        made = Handlers("notify")
        made.on(UnitRegistered, self.first)
        return made

    async def first(self, tx: Tx, event: UnitRegistered) -> None:
        assert tx.cause is not None
        self.bad = {"a"} if tx.cause.sequence == 1 else set()
        await self.one(tx, event)


async def test_a_parked_event_that_works_later_frees_its_subject_in_order(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db = open_database("notify", clock)
    handler = Failing("a")
    apply, again = await applier(db, units_to(handler)), retries(db, units_to(handler))
    await apply.apply(units("a", "b", "a"))

    handler.bad.clear()
    clock.advance(timedelta(seconds=2))
    await again.step()
    await apply.apply(units("a", first=4))

    assert await effects(db) == [(2, "b"), (1, "a"), (3, "a"), (4, "a")]
    assert await parked(db, dead=False) == []


async def test_an_event_that_will_never_work_is_dead_at_once_and_holds_nobody(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    handler = FirstFails(error=Permanent)
    apply = await applier(db, handler.handlers())

    await apply.apply(units("a", "a"))

    assert await parked(db, dead=True) == [1]
    assert await effects(db) == [(2, "a")]


async def test_a_replayed_event_is_handled_before_later_ones_of_its_subject(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db = open_database("notify", clock)
    handler = Failing("a", error=Permanent)
    apply, again = await applier(db, units_to(handler)), retries(db, units_to(handler))
    await apply.apply(units("a", "b"))

    await dead.replay(db, "supervision", 1)
    handler.bad.clear()
    await apply.apply(units("a", first=3))
    await again.step()

    assert await effects(db) == [(2, "b"), (1, "a"), (3, "a")]
    assert await parked(db, dead=True) == await parked(db, dead=False) == []


async def test_a_replayed_event_that_still_can_not_be_read_is_dead_again(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    apply, again = await applier(db, units_to(Failing())), retries(db, units_to(Failing()))
    await apply.apply(broken(units("a"), 1))

    await dead.replay(db, "supervision", 1)
    await again.step()

    assert await parked(db, dead=True) == [1]


async def test_what_a_failing_handler_published_is_taken_back_with_it(world: World) -> None:
    db = world.database("tasks", clock=FakeClock())

    async def publishing(tx: Tx, event: UnitRegistered) -> None:
        tx.publish(unit(f"told-{event.unit_id}"))
        if event.unit_id == "bad":
            raise RuntimeError("after publishing")

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, publishing)
    apply = await applier(db, handlers)

    await apply.apply(units("a", "bad", "b"))

    assert [found.subject for found in await published(db)] == ["told-a", "told-b"]


async def test_an_outage_parks_nothing(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    apply = await applier(db, units_to(Failing("a")))
    apply = Applier(db, "supervision", units_to(Failing("a")), probe=away)
    apply.fence = 1

    with pytest.raises(Outage):
        await apply.apply(units("a", "b"))

    assert await cursor(db) == 0
    assert await parked(db, dead=False) == []
    assert await effects(db) == []


async def test_an_outage_costs_a_parked_event_no_attempt(world: World) -> None:
    clock = FakeClock()
    db = world.database("notify", clock=clock)
    handler = Failing("a")
    await (await applier(db, units_to(handler))).apply(units("a"))
    clock.advance(timedelta(seconds=2))

    with pytest.raises(ConnectionError):
        await Retries(db, units_to(handler), feeds=("supervision",), probe=away).step()

    assert [row.attempts for row in await dead.list_parked(db, dead=False)] == [1]


async def test_a_transaction_with_an_older_fence_is_refused(open_database: OpenDatabase) -> None:
    db = open_database("notify", FakeClock())
    old = await applier(db, units_to(Failing()))
    await applier(db, units_to(Failing()), fence=2)

    with pytest.raises(Fenced):
        await old.apply(units("a"))

    assert await effects(db) == []


async def test_a_fence_that_changes_while_a_batch_is_handled_refuses_its_commit(world: World) -> None:
    db = world.database("notify", clock=FakeClock())

    async def overtaken(tx: Tx, _event: UnitRegistered) -> None:
        await tx.session.execute(update(CURSORS).values(fence=2))

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, overtaken)
    old = await applier(db, handlers)

    with pytest.raises(Fenced):
        await old.apply(units("a"))

    assert await cursor(db) == 0


async def test_a_raw_handler_gets_every_entry_and_waits_when_it_raises(world: World) -> None:
    db = world.database("gateway", clock=FakeClock())
    kept: list[int] = []

    def keep(_tx: SyncTx, entries: Sequence[Entry]) -> None:
        kept.extend(entry.sequence for entry in entries)
        if len(kept) < 3:
            raise RuntimeError("the archive is not ready")

    handlers = Handlers("archive")
    handlers.on_raw("supervision", keep)
    apply = await applier(db, handlers)
    with pytest.raises(RuntimeError):
        await apply.apply(broken(units("a", "b"), 2))

    await apply.apply(broken(units("a", "b"), 2))

    assert kept == [1, 2, 1, 2]
    assert await cursor(db) == 2


async def test_a_long_batch_is_committed_in_portions(world: World) -> None:
    db = world.database("notify", clock=FakeClock())

    async def slow(_tx: Tx, _event: UnitRegistered) -> None:
        await asyncio.sleep(0.15)

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, slow)
    apply = await applier(db, handlers)

    done = await apply.apply(units("a", "b", "c", "d"))

    assert 1 <= done < 4
    assert await cursor(db) == done


def mixed(handler: Failing) -> Handlers:
    """Handle units in batches and plans one by one: both in the feed `supervision`."""
    handlers = Handlers("metrics")
    handlers.on_many(UnitRegistered, handler.many)
    handlers.on(PlanConfirmed, handler.one)
    return handlers


def plan(name: str) -> PlanConfirmed:
    return PlanConfirmed(plan_id=name, title=name, tasks=1)


async def test_batch_handlers_and_single_handlers_share_a_feed_in_order(world: World) -> None:
    db = world.database("metrics", clock=FakeClock())
    apply = await applier(db, mixed(Failing()))

    await apply.apply(Entries([1, 2, 3], [raw(unit("a"), 1), raw(plan("p"), 2), raw(unit("b"), 3)]))

    assert await effects(db) == [(1, "a"), (2, "p"), (3, "b")]


async def test_an_event_that_nobody_handles_only_moves_the_cursor(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    apply = await applier(db, units_to(Failing()))

    done = await apply.apply(Entries([1, 2], [raw(plan("p"), 1), raw(unit("a"), 2)]))

    assert done == 2
    assert await effects(db) == [(2, "a")]


async def test_in_a_batch_by_thread_the_unreadable_the_unknown_and_the_held_are_sorted_out(
    world: World,
) -> None:
    db = world.database("metrics", clock=FakeClock())
    handler = Failing("bad")
    apply = await applier(db, ratings_to(handler), feed="ratings")
    await apply.apply(Entries([1], [raw(rating("bad"), 1)]))

    await apply.apply(Entries([2, 3, 4], [b"\x00", raw(rating("bad"), 3), raw(rating("fine"), 4)]))

    assert await effects(db) == [(4, "fine")]
    assert (await parked(db, dead=True), await parked(db, dead=False)) == ([2], [1, 3])


async def test_a_parked_event_of_a_batch_handler_is_retried(world: World) -> None:
    clock = FakeClock()
    db = world.database("metrics", clock=clock)
    handler = Failing("bad")
    apply = await applier(db, ratings_to(handler), feed="ratings")
    await apply.apply(Entries([1], [raw(rating("bad"), 1)]))

    handler.bad.clear()
    clock.advance(timedelta(seconds=2))
    await retries(db, ratings_to(handler)).step()

    assert await effects(db) == [(1, "bad")]


async def test_bytes_that_say_another_sequence_are_dead(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    apply = await applier(db, units_to(Failing()))

    await apply.apply(Entries([1], [raw(unit("a"), 5)]))

    assert [row.reason for row in await dead.list_parked(db)] == ["the bytes say sequence 5"]


async def test_unreadable_bytes_keep_the_subject_that_they_seem_to_have(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    apply = await applier(db, units_to(Failing()))

    await apply.apply(Entries([1, 2], [b'{"subject":"task-7","type":3}', b"[]"]))

    found = await dead.list_parked(db, feed="supervision")
    assert [row.subject for row in found] == ["task-7", ""]


async def test_a_lost_connection_parks_nothing(world: World) -> None:
    db = world.database("notify", clock=FakeClock())

    async def disconnected(_tx: Tx, _event: UnitRegistered) -> None:
        raise OperationalError("SELECT 1", {}, OSError("gone"), connection_invalidated=True)

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, disconnected)
    apply = await applier(db, handlers)

    with pytest.raises(OperationalError):
        await apply.apply(units("a"))

    assert await parked(db, dead=False) == []


def test_a_type_has_one_handler_in_a_group() -> None:
    handlers = units_to(Failing())

    with pytest.raises(ValueError, match="has a handler for"):
        handlers.on(UnitRegistered, Failing().one)


def test_a_feed_is_handled_raw_once_and_only_where_the_group_reads_it() -> None:
    with pytest.raises(ValueError, match="does not read ratings"):
        Handlers("notify").on_raw("ratings", lambda _tx, _entries: None)
