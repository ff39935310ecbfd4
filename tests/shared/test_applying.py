import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from shared.database import SyncTx, Tx
from shared.events.supervision import PlanConfirmed, UnitRegistered
from shared.streams import Entry, Handlers
from shared.streams.applying import Applier
from shared.streams.entry import Entries
from shared.streams.faults import Fenced, Gap, Outage
from shared.tables import CURSORS
from shared.testing import FakeClock, published
from tests.shared.appliers import applier, away, broken, units
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
        await asyncio.sleep(0.02)

    handlers = Handlers("notify")
    handlers.on(UnitRegistered, slow)
    apply = await applier(db, handlers, longest=0.01)

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


async def test_of_the_events_of_a_type_a_handler_may_want_few_only(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    handlers, failing = Handlers("notify"), Failing()
    handlers.on(UnitRegistered, failing.one, when=lambda event: event.name in {"b", "d"})
    apply = await applier(db, handlers)

    done = await apply.apply(units("a", "b", "c", "d", "e"))

    assert done == 5
    assert await effects(db) == [(2, "b"), (4, "d")]


async def test_what_a_handler_does_not_want_waits_behind_nothing_and_fails_nobody(world: World) -> None:
    db = world.database("notify", clock=FakeClock())
    handlers, failing = Handlers("notify"), Failing("b")
    handlers.on(UnitRegistered, failing.one, when=lambda event: event.name != "c")
    apply = await applier(db, handlers)

    done = await apply.apply(units("a", "b", "c", "d"))

    assert done == 4
    assert await effects(db) == [(1, "a"), (4, "d")]
    assert await parked(db, dead=False) == [2]


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
    with pytest.raises(ValueError, match="does not read hotline"):
        Handlers("notify").on_raw("hotline", lambda _tx, _entries: None)
