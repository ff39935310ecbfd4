"""Setting the missing deadlines of many tasks at once 人工设定: tried first, then all of them or none.

Invariant: a date that a document prints is refused by name, and nothing is set while one task is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger import clocks, repository
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_deadlines import Dated, Fault, check_day, faults
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.ledger.repository_queries import undated_ids
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid

UNKNOWN = Fault("task.not_found", "没有这个事项，请核对编号")
NAMED = 3  # Tasks that a refusal names; the answer lists all.


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineOrder:
    """Which tasks get which date, and why; either ids, or a filter that picks those of its tasks without a date."""

    deadline: date
    reason: str
    tasks: tuple[str, ...] = ()
    chosen: TaskQuery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task that the order is about; `fault` says why it can't have the date."""

    task_id: str
    title: str = ""
    state: str = ""
    old_deadline: date | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineOutcome:
    """What an order did, or would do."""

    confirmed: bool
    deadline: date
    planned: Sequence[Planned] = field(default_factory=tuple)

    @property
    def refused(self) -> list[Planned]:
        """The tasks that can't have the date."""
        return [one for one in self.planned if one.fault]


async def try_deadlines(session: AsyncSession, order: DeadlineOrder, act: Act) -> DeadlineOutcome:
    """Say what `set_deadlines` would do, and do nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The date is over, the reason is missing, or no task is meant.
    """
    _, outcome = await _study(session, order, act, lock=False)
    return outcome


async def set_deadlines(tx: Tx, order: DeadlineOrder, act: Act) -> DeadlineOutcome:
    """Set the date of all tasks that are meant.

    Raises:
        Conflict: One of them can't have it; the message names some, `refused` all of them.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The date is over, the reason is missing, or no task is meant.
    """
    held, outcome = await _study(tx.session, order, act, lock=True)
    if refused := outcome.refused:
        named = "；".join(f"{one.task_id}：{one.fault.message}" for one in refused[:NAMED] if one.fault)
        message = f"{len(refused)} 项不能人工设定时限，未作任何修改：{named}"
        listed = [{"task_id": one.task_id, "code": one.fault.code} for one in refused if one.fault]
        raise Conflict(message, code="deadline.refused", field="tasks", refused=listed)
    deed = await begin(tx, act)
    for one in held.values():
        _set(deed, one, order)
    return DeadlineOutcome(confirmed=True, deadline=order.deadline, planned=outcome.planned)


async def _study(
    session: AsyncSession, order: DeadlineOrder, act: Act, *, lock: bool
) -> tuple[dict[str, Held], DeadlineOutcome]:
    check_supervisor(act.actor, word="人工设定时限")
    check_day(order.deadline, local_date(act.at))
    if not order.reason.strip():
        raise Invalid("人工设定时限必须说明理由", code="deadline.reason_missing", field="reason")
    ids = order.tasks if order.chosen is None else await undated_ids(session, order.chosen)
    if not ids:
        raise Invalid("没有符合条件的未定时限事项", code="deadline.no_tasks", field="tasks")
    held = await repository.hold_all(session, dict.fromkeys(ids), lock=lock)
    planned = [_plan(task_id, held, order.deadline) for task_id in dict.fromkeys(ids)]
    return held, DeadlineOutcome(confirmed=False, deadline=order.deadline, planned=planned)


def _plan(task_id: str, found: Mapping[str, Held], day: date) -> Planned:
    if task_id not in found:
        return Planned(task_id=task_id, fault=UNKNOWN)
    held, task = found[task_id], found[task_id].task
    dated = Dated(
        state=State(task.state),
        deadline=task.deadline,
        deadline_set=task.deadline_set,
        parent_due_at=held.parent_due_at,
    )
    return Planned(
        task_id=task_id,
        title=task.title,
        state=task.state,
        old_deadline=task.deadline,
        fault=next(faults(dated, day), None),
    )


def _set(deed: Deed, held: Held, order: DeadlineOrder) -> None:
    old = held.task.deadline.isoformat() if held.task.deadline else None
    held.task.deadline, held.task.deadline_set = order.deadline, True
    changes = {"deadline": [old, order.deadline.isoformat()]}
    note(deed, held, Note(step="deadline.set", reason=order.reason, changes=changes))
    announce(deed, held)
    clocks.set_deadline(deed, held, order.deadline)
    settle(deed, held)
