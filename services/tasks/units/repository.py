"""Units and aliases in the database."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import AliasRow, UnitRow
from shared.errors import NotFound


async def all_units(session: AsyncSession) -> Sequence[UnitRow]:
    """Read all units by name."""
    return (await session.scalars(select(UnitRow).order_by(UnitRow.name))).all()


async def all_aliases(session: AsyncSession) -> dict[str, str]:
    """Read the unit id of every known name."""
    rows = await session.execute(select(AliasRow.alias, AliasRow.unit_id).order_by(AliasRow.alias))
    return {alias: unit_id for alias, unit_id in rows}  # noqa: C416 - rows are no pairs to the type checker.


async def get_unit(session: AsyncSession, unit_id: str) -> UnitRow:
    """Read one unit.

    Raises:
        NotFound: There is no such unit.
    """
    unit = await session.get(UnitRow, unit_id)
    if unit is None:
        raise NotFound(f"没有编号为 {unit_id} 的单位，请核对", code="unit.not_found", field="id")
    return unit


async def replace_aliases(session: AsyncSession, unit_id: str, names: Sequence[str]) -> None:
    """Make `names` the only ones that mean this unit, whomever they meant before."""
    await session.execute(delete(AliasRow).where((AliasRow.unit_id == unit_id) | AliasRow.alias.in_(names)))
    session.add_all(AliasRow(alias=name, unit_id=unit_id) for name in names)
