"""Orders about units: entered now, applied at once or at the beginning of their day, with all duties that are open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.history import add_revision, complete
from services.tasks.ledger.repository import DONE, Held
from services.tasks.models import (
    AliasRow,
    ApprovalRow,
    KnowledgeRow,
    OrderRow,
    PartRow,
    ProjectElementRow,
    ProjectRow,
    RevisionRow,
    TaskRow,
    TaskUnitRow,
    UnitChangeRow,
    UnitNameRow,
    UnitRow,
)
from services.tasks.units import repository
from services.tasks.units.domain_succession import (
    ChangeKind,
    ChangeOrder,
    ChangeState,
    check_order,
    succeed,
)
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.supervision import UnitRegistered

# What names a unit beside the roles on tasks, and follows a merger.
FOLLOWING = (
    ApprovalRow.unit_id,
    ProjectRow.officer_unit,
    ProjectElementRow.unit_id,
    KnowledgeRow.unit_id,
    OrderRow.industry_unit,
)
HAND_OVER = "hand_over"  # Its entry in the history of a task.


async def order_change(tx: Tx, order: ChangeOrder, act: Act) -> UnitChangeRow:
    """Enter an order; one whose day has come is applied at once.

    Raises:
        Invalid: The order is incomplete, or names a task that the unit has no open duty on.
        NotFound: A unit is unknown.
        Conflict: The unit has ended, or another has the name.
    """
    today = local_date(act.at)
    check_order(order, today)
    unit = await _running_unit(tx, order.unit_id)
    if order.to:
        await _running_unit(tx, order.to)
    if order.kind is ChangeKind.HAND_OVER and not await _open_tasks(tx, order):
        raise Invalid(f"单位 {unit.name} 没有可移交的在办事项", code="unit_change.no_tasks", field="tasks")
    row = UnitChangeRow(
        id=f"uc{short_hash(f'{order}{act.at.isoformat()}')}",
        kind=order.kind,
        unit_id=order.unit_id,
        to_unit=order.to,
        name=(order.name or "").strip() or None,
        tasks=list(order.tasks),
        effective_on=order.effective_on,
        state=ChangeState.PENDING,
        reason=order.reason.strip(),
        ordered_by=act.actor.id,
        ordered_at=act.at,
    )
    tx.session.add(row)
    await tx.session.flush()
    if order.effective_on <= today:
        await _apply(tx, row, act)
    return row


async def apply_due(tx: Tx, *, entered_at: datetime) -> int:
    """Apply the orders whose day has come; give how many."""
    pending = select(UnitChangeRow).where(
        UnitChangeRow.state == ChangeState.PENDING, UnitChangeRow.effective_on <= local_date(tx.now)
    )
    due = (await tx.session.scalars(pending.order_by(UnitChangeRow.ordered_at, UnitChangeRow.id))).all()
    for row in due:
        actor = Actor(id=row.ordered_by, role="supervisor")
        await _apply(tx, row, Act(actor=actor, at=tx.now, recorded_at=tx.now, entered_at=entered_at))
    return len(due)


async def withdraw_change(tx: Tx, change_id: str) -> UnitChangeRow:
    """Take back an order whose day has not come.

    Raises:
        Conflict: It was applied or withdrawn before.
        NotFound: There is none.
    """
    row = await repository.get_change(tx.session, change_id)
    if row.state != ChangeState.PENDING:
        message = f"变更 {row.id} 已生效或已撤回，不能再撤回；如需恢复请另行移交"
        raise Conflict(message, code="unit_change.settled", field="id", state=row.state)
    row.state = ChangeState.WITHDRAWN
    return row


async def _running_unit(tx: Tx, unit_id: str) -> UnitRow:
    unit = await repository.get_unit(tx.session, unit_id)
    if unit.ended_on is not None:
        message = f"单位 {unit.name} 已于 {unit.ended_on} 并入 {unit.successor}，请使用后者"
        raise Conflict(message, code="unit.ended", field="unit", successor=unit.successor)
    return unit


async def _apply(tx: Tx, row: UnitChangeRow, act: Act) -> None:
    unit = await repository.get_unit(tx.session, row.unit_id)
    if row.kind == ChangeKind.RENAME:
        await rename(tx, unit, str(row.name), act)
    else:
        to = await repository.get_unit(tx.session, str(row.to_unit))
        await _move_duties(await begin(tx, act), row, to)
        if row.kind == ChangeKind.MERGE:
            await _end(tx, unit, to, act)
    row.state, row.applied_at = ChangeState.APPLIED, act.at


async def rename(tx: Tx, unit: UnitRow, name: str, act: Act) -> None:
    """Give a unit a new name from now on; the old one stays with its past, and as an alias.

    Raises:
        Conflict: Another unit has the name.
    """
    others = {other.name: other.id for other in await repository.all_units(tx.session) if other is not unit}
    if name in others:
        message = f"已有名为“{name}”的单位（{others[name]}），请改用其他名称"
        raise Conflict(message, code="unit.name_taken", field="name", unit=others[name])
    if name == unit.name:
        return
    unit.name = name
    await tx.session.merge(UnitNameRow(unit_id=unit.id, since=act.at, name=name))
    if await tx.session.get(AliasRow, name) is None:
        tx.session.add(AliasRow(alias=name, unit_id=unit.id))
    publish_unit(tx, unit, act, codes=await repository.codes_of(tx.session, unit.id))


async def _end(tx: Tx, unit: UnitRow, to: UnitRow, act: Act) -> None:
    """Let a merged unit end: its names, codes and projects are the other's from now on."""
    for column in FOLLOWING:
        moved = update(column.class_).where(column == unit.id).values({column.key: to.id})
        await tx.session.execute(moved)
    unit.ended_on, unit.successor = local_date(act.at), to.id
    for alias in await tx.session.scalars(select(AliasRow).where(AliasRow.unit_id == unit.id)):
        alias.unit_id = to.id
    if await repository.hand_over_codes(tx.session, unit.id, to.id):
        publish_unit(tx, to, act, codes=await repository.codes_of(tx.session, to.id))
    publish_unit(tx, unit, act, codes=())


def publish_unit(tx: Tx, unit: UnitRow, act: Act, *, codes: Sequence[str]) -> None:
    """Tell what a unit is called now, by which codes it goes, and who succeeded it."""
    unit.revision += 1
    event = UnitRegistered(
        unit_id=unit.id,
        name=unit.name,
        kind=unit.kind,
        collective=unit.collective,
        successor=unit.successor,
        codes=tuple(codes),
    )
    tx.publish(event, time=act.at, revision=unit.revision)


async def _open_tasks(tx: Tx, order: ChangeOrder) -> Sequence[str]:
    """Find the open tasks that a unit has a role on, in the ledger's order.

    Raises:
        Invalid: The order names one that is not among them.
    """
    stated = (
        select(TaskRow.id)
        .where(TaskRow.state.not_in([*DONE]))
        .where(TaskRow.id.in_(select(TaskUnitRow.task_id).where(TaskUnitRow.unit_id == order.unit_id)))
    )
    found = (await tx.session.scalars(stated.order_by(TaskRow.sort_key))).all()
    if unknown := sorted(set(order.tasks) - set(found)):
        message = f"单位 {order.unit_id} 在事项 {unknown[0]} 上没有在办职责，不能移交"
        raise Invalid(message, code="unit_change.task_unknown", field="tasks", tasks=unknown)
    return [task_id for task_id in found if task_id in order.tasks] if order.tasks else found


async def _move_duties(deed: Deed, row: UnitChangeRow, to: UnitRow) -> None:
    order = ChangeOrder(
        kind=ChangeKind(row.kind),
        unit_id=row.unit_id,
        tasks=tuple(row.tasks),
        effective_on=row.effective_on,
    )
    held = await ledger.hold_all(deed.tx.session, await _open_tasks(deed.tx, order))
    for one in held.values():
        await _hand_over(deed, one, row, to)


async def _hand_over(deed: Deed, held: Held, row: UnitChangeRow, to: UnitRow) -> None:
    """Put the successor in the unit's place on one task; it takes the part over as it stands."""
    task, before = held.task, [[unit.role, unit.unit_id] for unit in held.units]
    units = succeed(held.units, row.unit_id, to.id, collective=to.collective)
    await ledger.replace_units(deed.tx.session, held, units)
    task.units_set = task.units_set or row.kind == ChangeKind.HAND_OVER
    if task.answering_unit == row.unit_id:
        task.answering_unit = to.id
    await _move_part(deed.tx, held, row.unit_id, to.id)
    after = [[unit.role, unit.unit_id] for unit in held.units]
    entry = RevisionRow(
        move=HAND_OVER,
        from_state=task.state,
        unit_id=to.id,
        reason=row.reason,
        changes={"units": [before, after], "change": row.id},
    )
    add_revision(deed, held, entry)
    announce(deed, held)
    complete(held)


async def _move_part(tx: Tx, held: Held, old: str, new: str) -> None:
    part = held.parts.pop(old, None)
    if part is None:
        return
    await tx.session.delete(part)
    if new in held.parts:
        return
    names = (column.key for column in PartRow.__table__.columns)
    taken = PartRow(**{name: getattr(part, name) for name in names} | {"unit_id": new})
    held.parts[new] = taken
    tx.session.add(taken)
