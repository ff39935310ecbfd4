"""Use case of units' codes: which 统一社会信用代码 mean a unit, told with every change.

Invariant: a code means one unit; those of a merged unit went over to its successor.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select

from services.tasks.acts import Act
from services.tasks.models import UnitCodeRow, UnitRow
from services.tasks.units import repository
from services.tasks.units.domain_codes import read_code
from services.tasks.units.succession import publish_unit
from shared.database import Tx
from shared.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesEdit:
    """All codes of a unit from now on; `take_over` takes those that mean other units now."""

    unit_id: str
    codes: tuple[str, ...]
    take_over: bool = False


async def set_codes(tx: Tx, edit: CodesEdit, act: Act) -> UnitRow:
    """Set the codes of a unit; saying the same again changes nothing.

    Raises:
        NotFound: There is no such unit.
        Conflict: The unit has ended, or a code means another unit.
        Invalid: A code does not check.
    """
    unit = await repository.get_unit(tx.session, edit.unit_id)
    if unit.ended_on is not None:
        message = f"单位 {unit.name} 已于 {unit.ended_on} 并入 {unit.successor}，代码请设在后者"
        raise Conflict(message, code="unit.ended", field="id", successor=unit.successor)
    wanted = sorted({read_code(code) for code in edit.codes})
    if wanted == list(await repository.codes_of(tx.session, unit.id)):
        return unit
    losing = await _owners(tx, unit, wanted)
    if losing and not edit.take_over:
        code, owner = next(iter(losing.items()))
        message = f"代码 {code} 已是单位 {owner} 的代码；确认改归本单位请设 take_over 为 true"
        raise Conflict(message, code="unit.code_taken", field="codes", value=code, unit=owner)
    gone = (UnitCodeRow.unit_id == unit.id) | UnitCodeRow.code.in_(wanted)
    await tx.session.execute(delete(UnitCodeRow).where(gone))
    tx.session.add_all(
        UnitCodeRow(code=code, unit_id=unit.id, set_by=act.actor.id, set_at=act.at) for code in wanted
    )
    await tx.session.flush()
    for owner in sorted({*losing.values(), unit.id}):
        codes = await repository.codes_of(tx.session, owner)
        publish_unit(tx, await repository.get_unit(tx.session, owner), act, codes=codes)
    return unit


async def _owners(tx: Tx, unit: UnitRow, codes: list[str]) -> dict[str, str]:
    """Find the codes that mean other units now."""
    stated = select(UnitCodeRow.code, UnitCodeRow.unit_id).where(
        UnitCodeRow.code.in_(codes), UnitCodeRow.unit_id != unit.id
    )
    rows = await tx.session.execute(stated.order_by(UnitCodeRow.code))
    return {code: owner for code, owner in rows}  # noqa: C416 - rows are no pairs to the type checker.
