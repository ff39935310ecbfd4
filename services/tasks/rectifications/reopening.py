"""A case that goes again: who stays unsatisfied goes up 办理升级, what was closed is opened."""

from dataclasses import dataclass
from typing import Any

from services.tasks.dispatch.repository import living_unit
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move, UnitOnTask
from services.tasks.rectifications import repository
from services.tasks.rectifications.domain import Stage, StepName
from services.tasks.rectifications.domain_calls import next_level
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, take


@dataclass(frozen=True, slots=True)
class Again:
    """Why a case goes again, with which step; `up` raises its weight and tells the supervising unit 办理升级."""

    step: StepName
    reason: str
    details: dict[str, Any]
    up: bool = False


async def go_again(deed: Deed, case: Case, again: Again) -> None:
    """Open a case again, with its limit from now on.

    What was founded is rectified again, anything else verified again; until then what was found holds.
    """
    row = case.row
    row.round += 1
    if again.up:
        await _raise(deed, case)
    row.proposed, row.proposed_by, row.first_judge, row.judges = None, None, None, []
    row.refused, row.appeal_side, row.stage_before, row.closed_at = False, None, None, None
    row.measures, row.owner, row.ledger_due, row.mode = "", "", None, None
    row.rectified_at, row.late = None, None
    to = Stage.RECTIFY if row.verdict == "founded" else Stage.VERIFY
    told = again.details | {"task_level": case.held.task.level}
    taken = Taken(step=again.step, to=to, move=Move.REOPEN, reason=again.reason, details=told)
    await take(deed, case, taken)
    if again.up:
        announce(deed, case.held)


async def _raise(deed: Deed, case: Case) -> None:
    held, rules = case.held, await repository.rules_of(deed.tx.session, case.row)
    held.task.level = next_level(held.task.level)
    unit = await living_unit(deed.tx.session, rules.escalate_to)
    if unit is not None and unit not in {one.unit_id for one in held.units}:
        units = (*held.units, UnitOnTask(unit, "cooperating"))
        await ledger.replace_units(deed.tx.session, held, units)
