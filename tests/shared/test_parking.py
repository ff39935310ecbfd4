from datetime import timedelta

import pytest

from shared.database import Tx
from shared.errors import Permanent
from shared.events.supervision import UnitRegistered
from shared.streams import Handlers, dead
from shared.streams.entry import Entries
from shared.streams.retries import Retries
from shared.testing import FakeClock
from tests.shared.appliers import applier, apply_all, away, broken, retries, units
from tests.shared.conftest import OpenDatabase
from tests.shared.world import (
    Failing,
    World,
    effects,
    parked,
    rating,
    ratings_to,
    raw,
    sequences,
    unit,
    units_to,
)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


async def test_an_outage_costs_a_parked_event_no_attempt(world: World) -> None:
    clock = FakeClock()
    db = world.database("notify", clock=clock)
    handler = Failing("a")
    await (await applier(db, units_to(handler))).apply(units("a"))
    clock.advance(timedelta(seconds=2))

    with pytest.raises(ConnectionError):
        await Retries(db, units_to(handler), feeds=("supervision",), probe=away).step()

    assert [row.attempts for row in await dead.list_parked(db, dead=False)] == [1]


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
