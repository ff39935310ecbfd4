"""Blocks between tasks: set by the supervision office, lifted by it or by the end of either task.

While it lasts, notices about the blocked task go to the units of the blocker. A task that is opened again blocks again
what its end let go.

Invariant: every beginning and end of a block is a revision and an event of the blocked task.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger import repository
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_blocks import check_acyclic, check_blockable, may_wait
from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.history import check_revision
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.models import TaskBlockRow
from shared.database import Tx
from shared.errors import NotFound
from shared.events.supervision import TaskBlocked, TaskUnblocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """What a task blocks from now on, in place of what it blocked before."""

    blocker: str
    blocked: tuple[str, ...]
    if_revision: int | None = None


async def set_blocks(tx: Tx, said: Blocks, act: Act) -> Sequence[str]:
    """Set what a task blocks, as a supervisor: to be blocked mutes notices, so that no unit says it of itself.

    Returns:
        The ids of what it blocks now, sorted.

    Raises:
        NotFound: A task is unknown.
        Conflict: A task is done, they would block each other, or it has changed since `if_revision`.
        Forbidden: Somebody else asks.
        Invalid: It is to block itself.
    """
    check_supervisor(act.actor, word="设置阻塞关系")
    wanted = set(said.blocked)
    before = await blocked_by(tx.session, said.blocker)
    held = await repository.hold_all(tx.session, {said.blocker, *wanted, *before})
    _check_known(held, {said.blocker, *wanted})
    check_revision(held[said.blocker].task, said.if_revision)
    edges = await _edges_locked(tx.session)
    before = set(edges.get(said.blocker, ()))
    held |= await repository.hold_all(tx.session, before - set(held))  # Set by another meanwhile.
    _check(held, said, edges, before)
    deed = await begin(tx, act)
    if wanted == before:
        return sorted(wanted)
    changes = {"blocks": [sorted(before), sorted(wanted)]}
    note(deed, held[said.blocker], Note(step="blocks.set", changes=changes))
    settle(deed, held[said.blocker])
    for row in await _rows(tx.session, said.blocker):
        if row.blocked_task_id not in wanted:
            _end(deed, held[row.blocked_task_id], row)
    for task_id in sorted(wanted - before):
        await _begin(deed, held[task_id], said.blocker)
    return sorted(wanted)


def _check_known(held: Collection[str], ids: Collection[str]) -> None:
    if unknown := sorted(set(ids) - set(held)):
        message = f"没有编号为 {unknown[0]} 的事项，请核对"
        raise NotFound(message, code="task.not_found", field="blocks", tasks=unknown)


def _check(held: dict[str, Held], said: Blocks, edges: dict[str, list[str]], before: set[str]) -> None:
    new = sorted(set(said.blocked) - before)
    for task_id in [said.blocker, *new] if new else []:
        check_blockable(task_id, State(held[task_id].task.state))
    check_acyclic(edges, said.blocker, new)


async def _begin(deed: Deed, held: Held, blocker: str) -> None:
    # Merged, since a block that ended in the same instant has the same key.
    row = TaskBlockRow(blocker_task_id=blocker, blocked_task_id=held.task.id, since=deed.act.at)
    row.until, row.set_by, row.ended_with_blocker = None, deed.act.actor.id, False
    await deed.tx.session.merge(row)
    note(deed, held, Note(step="block.begin", changes={"by": blocker}))
    deed.publish(TaskBlocked(task_id=held.task.id, by=blocker), held)
    settle(deed, held)


def _end(deed: Deed, held: Held, row: TaskBlockRow) -> None:
    row.until = deed.act.at
    note(deed, held, Note(step="block.end", changes={"by": row.blocker_task_id}))
    deed.publish(TaskUnblocked(task_id=held.task.id, by=row.blocker_task_id), held)
    settle(deed, held)


async def follow_state(deed: Deed, held: Held, before: State) -> None:
    """Lift the blocks of a task that has ended, and let those begin again that it made until it ended."""
    ended = State(held.task.state) in ENDED
    if ended:
        await _let_go(deed, held)
    elif before in ENDED:
        await _take_up(deed, held)


async def _let_go(deed: Deed, held: Held) -> None:
    """Lift the blocks that a task made, and those that it waited for."""
    rows = await _rows(deed.tx.session, held.task.id, either=True)
    others = {row.blocked_task_id for row in rows} - {held.task.id}
    at_hand = {held.task.id: held} | await repository.hold_all(deed.tx.session, others)
    for row in rows:
        row.ended_with_blocker = row.blocker_task_id == held.task.id
        _end(deed, at_hand[row.blocked_task_id], row)


async def _take_up(deed: Deed, held: Held) -> None:
    """Begin again the blocks that the end of a task lifted; its history names those that can not."""
    session, blocker = deed.tx.session, held.task.id
    rows = await _lifted(session, blocker)
    waiting = await repository.hold_all(session, {row.blocked_task_id for row in rows})
    edges = await _edges_locked(session)
    for row in rows:
        row.ended_with_blocker = False
    able = [one for one in sorted(waiting) if may_wait(edges, blocker, one, State(waiting[one].task.state))]
    if left_out := sorted(set(waiting) - set(able)):
        note(deed, held, Note(step="blocks.left", changes={"blocks": [left_out, []]}))
        settle(deed, held)
    for task_id in able:
        await _begin(deed, waiting[task_id], blocker)


async def _lifted(session: AsyncSession, blocker: str) -> Sequence[TaskBlockRow]:
    stated = select(TaskBlockRow).where(
        TaskBlockRow.blocker_task_id == blocker, TaskBlockRow.ended_with_blocker
    )
    return (await session.scalars(stated.order_by(TaskBlockRow.blocked_task_id))).all()


async def _rows(session: AsyncSession, task_id: str, *, either: bool = False) -> Sequence[TaskBlockRow]:
    """Read the blocks that a task makes now, with `either` also those that it waits for."""
    mine = TaskBlockRow.blocker_task_id == task_id
    stated = select(TaskBlockRow).where(
        TaskBlockRow.until.is_(None), (mine | (TaskBlockRow.blocked_task_id == task_id)) if either else mine
    )
    stated = stated.order_by(TaskBlockRow.blocker_task_id, TaskBlockRow.blocked_task_id)
    return (await session.scalars(stated.execution_options(populate_existing=True))).all()


async def blocked_by(session: AsyncSession, blocker: str) -> set[str]:
    """Read the ids of the tasks that a task blocks now."""
    return {row.blocked_task_id for row in await _rows(session, blocker)}


async def _edges_locked(session: AsyncSession) -> dict[str, list[str]]:
    """Read what every task blocks now, after whoever else sets blocks is done."""
    pair = (TaskBlockRow.blocker_task_id, TaskBlockRow.blocked_task_id)
    stated = select(*pair).where(TaskBlockRow.until.is_(None)).order_by(*pair)
    await session.execute(stated.with_for_update())
    edges: dict[str, list[str]] = {}
    # Read again: what another added while we waited for the lock is not in the first answer.
    for blocker, blocked in await session.execute(stated):
        edges.setdefault(blocker, []).append(blocked)
    return edges
