"""Linking tasks that say the same 联动督办, so that one sign-for and one report serve all of them.

Invariant: a task is in one link at most, and a link has at least two tasks; who joins or leaves has it in its history.
"""

from collections.abc import Sequence
from uuid import uuid4

from services.tasks.acts import Act
from services.tasks.ledger import repository, repository_links
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.models import LinkRow, TaskLinkRow
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound

WORD = "设置联动"


async def make_link(tx: Tx, tasks: Sequence[str], reason: str, act: Act) -> LinkRow:
    """Link tasks.

    Raises:
        NotFound: There is no such task.
        Conflict: One is in another link.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: There are fewer than two, or no reason.
    """
    check_supervisor(act.actor, word=WORD)
    link = LinkRow(id=f"l{uuid4().hex[:12]}", made_by=act.actor.id, made_at=act.at)
    return await _set_tasks(tx, link, tasks, reason, act)


async def change_link(tx: Tx, link_id: str, tasks: Sequence[str], reason: str, act: Act) -> LinkRow:
    """Say anew which tasks a link has.

    Raises:
        NotFound: There is no such link or task.
        Conflict: One is in another link.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: There are fewer than two, or no reason.
    """
    check_supervisor(act.actor, word=WORD)
    link = await repository_links.get_link(tx.session, link_id)
    return await _set_tasks(tx, link, tasks, reason, act)


async def dissolve_link(tx: Tx, link_id: str, act: Act) -> None:
    """Let the tasks of a link go their own ways.

    Raises:
        NotFound: There is no such link.
        Forbidden: Somebody else than a supervisor asks.
    """
    check_supervisor(act.actor, word="解除联动")
    link = await repository_links.get_link(tx.session, link_id)
    tasks = await repository_links.tasks_of(tx.session, link_id)
    held, deed = await repository.hold_all(tx.session, tasks), await begin(tx, act)
    await repository_links.take_out(tx.session, tasks)
    await tx.session.delete(link)
    await tx.session.flush()
    for one in held.values():
        _record(deed, one, "link.leave", link)


async def _set_tasks(tx: Tx, link: LinkRow, tasks: Sequence[str], reason: str, act: Act) -> LinkRow:
    wanted = tuple(dict.fromkeys(tasks))
    if len(wanted) < 2:
        raise Invalid("联动至少要有两个事项", code="link.too_few", field="tasks")
    if not reason.strip():
        raise Invalid("设置联动必须说明理由", code="link.reason_missing", field="reason")
    before = await repository_links.tasks_of(tx.session, link.id)
    held = await _hold(tx, {*wanted, *before})
    await _check_free(tx, wanted, link.id)
    deed, left = await begin(tx, act), [one for one in before if one not in wanted]
    link.reason = reason.strip()
    tx.session.add(link)
    await tx.session.flush()  # Its tasks refer to it.
    await repository_links.take_out(tx.session, left)
    joined = [one for one in wanted if one not in before]
    tx.session.add_all(TaskLinkRow(task_id=one, link_id=link.id) for one in joined)
    await tx.session.flush()
    for task_id in left:
        _record(deed, held[task_id], "link.leave", link)
    for task_id in joined:
        _record(deed, held[task_id], "link.join", link)
    return link


async def _hold(tx: Tx, ids: set[str]) -> dict[str, Held]:
    held = await repository.hold_all(tx.session, sorted(ids))
    if missing := sorted(ids - set(held)):
        raise NotFound(f"没有编号为 {missing[0]} 的事项，请核对", code="task.not_found", field="tasks")
    return held


async def _check_free(tx: Tx, wanted: Sequence[str], link_id: str) -> None:
    links = await repository_links.links_by_task(tx.session, wanted)
    if taken := [(task_id, other) for task_id, other in links.items() if other != link_id]:
        task_id, other = taken[0]
        message = f"事项 {task_id} 已在联动 {other} 中，请先将其移出"
        raise Conflict(message, code="link.taken", field="tasks", task_id=task_id, link=other)


def _record(deed: Deed, held: Held, step: str, link: LinkRow) -> None:
    note(deed, held, Note(step=step, reason=link.reason, changes={"link": link.id}))
    settle(deed, held)
