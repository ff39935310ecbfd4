"""Which task blocks which: set by the office, never in a circle, lifted when either task ends."""

import asyncio
from datetime import timedelta

import pytest

from services.tasks.ledger.blocks import Blocks, set_blocks
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_blocks import check_acyclic, find_path
from services.tasks.ledger.domain_parties import Actor
from services.tasks.measures.proposing import propose_due
from services.tasks.models import MeasureRow, TaskBlockRow
from shared.clock import end_of_day
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from shared.events.supervision import TaskBlocked, TaskUnblocked
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.factories import JUNE, OFFICE, A, task_id, worker

ONE, TWO, THREE = task_id("1"), task_id("2"), task_id("3")
DONE = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


async def block(db: Database, blocker: str, *blocked: str, actor: Actor = OFFICE) -> list[str]:
    async with db.transaction() as tx:
        said = Blocks(blocker=blocker, blocked=blocked)
        return list(await set_blocks(tx, said, make.act(actor, tx.now)))


async def open_blocks(db: Database) -> list[tuple[str, str]]:
    rows = await make.rows(db, TaskBlockRow)
    return [(row.blocker_task_id, row.blocked_task_id) for row in rows if row.until is None]


@pytest.mark.parametrize(
    ("start", "goal", "path"),
    [("a", "d", ("a", "b", "d")), ("d", "a", None), ("a", "a", ("a",)), ("x", "a", None)],
)
def test_the_shortest_way_of_blocks_is_found(start: str, goal: str, path: tuple[str, ...] | None) -> None:
    assert find_path({"a": ["c", "b"], "b": ["d"], "c": ["b", "e"], "e": ["d"]}, start, goal) == path


def test_a_circle_is_refused_with_its_way() -> None:
    with pytest.raises(Conflict, match="b → c → a → b") as refused:
        check_acyclic({"b": ["c"], "c": ["a"]}, "a", ["x", "b"])

    assert refused.value.code == "block.cycle"


def test_no_task_blocks_itself() -> None:
    with pytest.raises(Invalid, match="不能阻塞自身"):
        check_acyclic({}, "a", ["a"])


async def test_a_block_is_a_revision_and_an_event_of_the_blocked_task(ledger: Database) -> None:
    await block(ledger, ONE, TWO, THREE)

    steps = [(await make.history(ledger, number))[-1] for number in ("1", "2", "3")]
    told = [(event.task_id, event.by) for event in await events_of(ledger, TaskBlocked)]
    assert [one.move for one in steps] == ["blocks.set", "block.begin", "block.begin"]
    assert all(one.snapshot for one in steps)
    assert told == [(TWO, ONE), (THREE, ONE)]


async def test_setting_blocks_again_ends_those_that_are_not_named(ledger: Database) -> None:
    await block(ledger, ONE, TWO)

    now = await block(ledger, ONE, THREE)

    assert (now, await open_blocks(ledger)) == ([THREE], [(ONE, THREE)])
    assert [event.task_id for event in await events_of(ledger, TaskUnblocked)] == [TWO]


async def test_a_block_that_is_named_again_goes_on(ledger: Database) -> None:
    await block(ledger, ONE, TWO, THREE)

    await block(ledger, ONE, THREE)

    assert await open_blocks(ledger) == [(ONE, THREE)]
    assert [event.task_id for event in await events_of(ledger, TaskBlocked)] == [TWO, THREE]


async def test_two_people_at_once_make_no_circle(ledger: Database) -> None:
    await block(ledger, TWO, THREE)

    pair = (block(ledger, ONE, TWO), block(ledger, THREE, ONE))
    ends = await asyncio.gather(*pair, return_exceptions=True)

    assert [type(one) for one in ends if isinstance(one, Exception)] == [Conflict]
    assert len(await open_blocks(ledger)) == 2


async def test_two_people_at_once_leave_one_answer(ledger: Database) -> None:
    await asyncio.gather(block(ledger, ONE, TWO), block(ledger, ONE, THREE))

    assert len(await open_blocks(ledger)) == 1


async def test_setting_the_same_blocks_changes_nothing(ledger: Database) -> None:
    await block(ledger, ONE, TWO)
    before = (await make.get(ledger)).revision

    await block(ledger, ONE, TWO)

    assert (await make.get(ledger)).revision == before
    assert len(await events_of(ledger, TaskBlocked)) == 1


async def test_a_block_that_ended_can_begin_again(ledger: Database) -> None:
    for blocked in ([TWO], [], [TWO]):
        await block(ledger, ONE, *blocked)

    assert await open_blocks(ledger) == [(ONE, TWO)]


async def test_tasks_do_not_block_each_other_in_a_circle(ledger: Database) -> None:
    await block(ledger, ONE, TWO)
    await block(ledger, TWO, THREE)

    with pytest.raises(Conflict, match="循环阻塞"):
        await block(ledger, THREE, ONE)


@pytest.mark.parametrize(
    ("blocker", "actor", "error"),
    [(ONE, worker(A), Forbidden), ("t-none", OFFICE, NotFound)],
)
async def test_only_the_office_sets_blocks_and_only_of_known_tasks(
    ledger: Database, blocker: str, actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await block(ledger, blocker, TWO, actor=actor)


async def test_what_is_done_neither_blocks_nor_waits(ledger: Database) -> None:
    await make.walk(ledger, *DONE)

    for pair in ((ONE, TWO), (TWO, ONE)):
        with pytest.raises(Conflict, match="不能再设阻塞关系"):
            await block(ledger, *pair)


async def test_closing_the_blocker_lets_the_blocked_go_on(ledger: Database, clock: FakeClock) -> None:
    await block(ledger, ONE, TWO)
    clock.advance(timedelta(days=1))

    await make.walk(ledger, *DONE)

    [row] = await make.rows(ledger, TaskBlockRow)
    assert row.until is not None
    assert [(one.task_id, one.by) for one in await events_of(ledger, TaskUnblocked)] == [(TWO, ONE)]
    assert (await make.history(ledger, "2"))[-1].move == "block.end"


@pytest.mark.parametrize("number", ["1", "2"])
async def test_cancelling_either_task_ends_the_block(ledger: Database, number: str) -> None:
    await block(ledger, ONE, TWO)

    await make.move(ledger, Move.CANCEL, number=number, reason="不再实施")

    assert await open_blocks(ledger) == []
    assert (await make.history(ledger, "2"))[-1].move == "block.end"


async def test_a_blocker_that_is_reopened_blocks_again_what_it_blocked(ledger: Database) -> None:
    await block(ledger, ONE, TWO, THREE)
    await make.walk(ledger, *DONE)

    await make.move(ledger, Move.REOPEN, reason="问题反弹")

    assert await open_blocks(ledger) == [(ONE, TWO), (ONE, THREE)]
    assert [event.task_id for event in await events_of(ledger, TaskBlocked)] == [TWO, THREE, TWO, THREE]
    assert [one.move for one in await make.history(ledger, "2")][-2:] == ["block.end", "block.begin"]


async def test_what_the_office_let_go_is_not_blocked_again(ledger: Database) -> None:
    await block(ledger, ONE, TWO, THREE)
    await block(ledger, ONE, THREE)
    await make.walk(ledger, *DONE)

    await make.move(ledger, Move.REOPEN, reason="问题反弹")

    assert await open_blocks(ledger) == [(ONE, THREE)]


async def test_only_what_the_last_end_let_go_is_blocked_again(ledger: Database, clock: FakeClock) -> None:
    await block(ledger, ONE, TWO, THREE)
    await make.walk(ledger, *DONE)
    clock.advance(timedelta(days=1))
    await make.move(ledger, Move.REOPEN, reason="问题反弹")
    await block(ledger, ONE, THREE)
    await make.move(ledger, Move.CANCEL, reason="不再实施")

    await make.move(ledger, Move.REOPEN, reason="问题反弹")

    assert await open_blocks(ledger) == [(ONE, THREE)]


async def test_a_task_that_ended_meanwhile_is_left_out_and_named(ledger: Database) -> None:
    await block(ledger, ONE, TWO, THREE)
    await make.walk(ledger, *DONE)
    await make.move(ledger, Move.CANCEL, number="2", reason="不再实施")

    await make.move(ledger, Move.REOPEN, reason="问题反弹")

    last = (await make.history(ledger, "1"))[-1]
    assert (await open_blocks(ledger), last.move) == ([(ONE, THREE)], "blocks.left")
    assert (last.changes, last.snapshot is not None) == ({"blocks": [[TWO], []]}, True)


async def test_a_task_that_holds_the_reopened_one_up_now_is_left_out(ledger: Database) -> None:
    await block(ledger, ONE, TWO)
    await make.walk(ledger, *DONE)
    async with ledger.transaction() as tx:
        tx.session.add(TaskBlockRow(blocker_task_id=TWO, blocked_task_id=ONE, since=tx.now, set_by="office"))

    await make.move(ledger, Move.REOPEN, reason="问题反弹")

    assert await open_blocks(ledger) == [(TWO, ONE)]


async def test_reopening_what_waited_does_not_block_it_again(ledger: Database) -> None:
    await block(ledger, ONE, TWO)
    await make.move(ledger, Move.CANCEL, number="2", reason="不再实施")

    await make.move(ledger, Move.REOPEN, number="2", reason="恢复实施")

    assert await open_blocks(ledger) == []


async def test_no_measure_is_proposed_about_a_task_that_is_blocked(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await block(ledger, TWO, ONE)
    clock.instant = end_of_day(JUNE) + timedelta(days=60)

    async with ledger.transaction() as tx:
        await propose_due(tx, entered_at=clock.real_now())

    assert await make.rows(ledger, MeasureRow) == []
