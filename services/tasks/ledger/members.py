"""Who stands behind a collective (各相关部门) on one task, as the unit that answers for the task says.

Invariant: the members take the collective's place on the task and can be named anew; until somebody names them it
has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger import parts, repository
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import HANDED_IN, RoleName, State, UnitOnTask, find_answering
from services.tasks.ledger.domain_permits import is_supervisor, unit_acting
from services.tasks.ledger.history import check_revision
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.models import RevisionRow, TaskRow
from shared.database import Tx
from shared.errors import Conflict, Invalid

STEP = "members"
OVER = frozenset({*HANDED_IN, State.CLOSED, State.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who a collective is on a task: (role, unit id) in order; a role may be `responsible` or `cooperating`."""

    task_id: str
    collective: str
    units: tuple[tuple[RoleName, str], ...]
    on_behalf_of: str | None = None
    if_revision: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Who was named for a collective, and which of them were not on the task before."""

    units: tuple[tuple[RoleName, str], ...]
    added: tuple[tuple[RoleName, str], ...]


async def name_members(tx: Tx, said: Members, act: Act) -> TaskRow:
    """Put the members of a collective in its place, as the head of the answering unit or a supervisor.

    Raises:
        NotFound: There is no such task.
        Conflict: The task is handed in or done, or has changed since `if_revision`.
        Forbidden: Somebody else asks.
        Invalid: The collective is not on the task, or a unit is unknown or a collective itself.
    """
    held = await repository.hold(tx.session, said.task_id)
    unit = _unit_acting(held, said, act)
    before = await _named_before(tx.session, held, said.collective)
    if before is not None and before.units == said.units:
        return held.task
    check_revision(held.task, said.if_revision)
    _check_open(held)
    members = await _known(tx.session, said)
    kept = _kept(held, said.collective, before)
    added = [one for one in members if (one.role, one.unit_id) not in {(k.role, k.unit_id) for k in kept}]
    # Behind all others, so that the unit that answers for the task stays the same.
    await _put(tx, held, [*kept, *added])
    deed = await begin(tx, act)
    changes = {"collective": said.collective, "units": [*said.units]}
    changes["added"] = [(one.role, one.unit_id) for one in added]
    note(deed, held, Note(step=STEP, unit=unit, changes=changes))
    announce(deed, held)
    settle(deed, held)
    return held.task


def _unit_acting(held: Held, said: Members, act: Act) -> str | None:
    """Give the unit that acts; None for a supervisor while nobody answers for the task."""
    answering = held.task.answering_unit
    if answering is None and is_supervisor(act.actor):
        return None
    return unit_acting(act.actor, answering, said.on_behalf_of, word="明确统称所指单位")


def _check_open(held: Held) -> None:
    state = State(held.task.state)
    if state in OVER:
        message = f"事项处于“{kind_of(held.task.kind).state_word(state)}”，不能再明确统称所指单位"
        raise Conflict(message, code="task.members_late", field="collective", state=state)


async def _named_before(session: AsyncSession, held: Held, collective: str) -> Named | None:
    """Give who was named for a collective last; None while it still stands on the task itself.

    Raises:
        Invalid: It does not, and never did.
    """
    if any(one.unit_id == collective and one.collective for one in held.units):
        return None
    stated = (
        select(RevisionRow.changes)
        .where(RevisionRow.task_id == held.task.id, RevisionRow.move == STEP)
        .order_by(RevisionRow.revision.desc())
    )
    for changes in await session.scalars(stated):
        if changes["collective"] == collective:
            return Named(_pairs(changes["units"]), _pairs(changes["added"]))
    message = f"事项 {held.task.id} 的单位中没有统称 {collective}，请核对"
    open_ones = [one.unit_id for one in held.units if one.collective]
    raise Invalid(message, code="task.no_collective", field="collective", collectives=open_ones)


def _pairs(listed: Sequence[Sequence[Any]]) -> tuple[tuple[RoleName, str], ...]:
    return tuple((role, unit_id) for role, unit_id in listed)


async def _known(session: AsyncSession, said: Members) -> Sequence[UnitOnTask]:
    members = await repository.known_units(session, said.units)
    if wrong := [one.unit_id for one in members if one.collective]:
        message = f"{wrong[0]} 本身是统称，请填写具体单位"
        raise Invalid(message, code="unit.collective", field="units", unit=wrong[0])
    return members


def _kept(held: Held, collective: str, before: Named | None) -> list[UnitOnTask]:
    if before is None:
        return [one for one in held.units if one.unit_id != collective]
    return [one for one in held.units if (one.role, one.unit_id) not in before.added]


async def _put(tx: Tx, held: Held, units: Sequence[UnitOnTask]) -> None:
    """Write the units down; who answers is found anew, and new signing units get their part."""
    await repository.replace_units(tx.session, held, units)
    held.task.units_set = True
    answering = find_answering(held.units)
    held.task.answering_unit = answering.unit_id if answering else None
    held.task.answering_assumed = answering is not None and answering.assumed
    await parts.follow_units(tx, held)
