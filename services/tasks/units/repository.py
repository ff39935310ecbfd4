"""Units and aliases in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import AliasRow, UnitChangeRow, UnitCodeRow, UnitNameRow, UnitRow
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("unit-changes", down(UnitChangeRow.effective_on), up(UnitChangeRow.id))


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


async def all_codes(session: AsyncSession) -> dict[str, list[str]]:
    """Read the codes of every unit that has some, in order."""
    found: dict[str, list[str]] = {}
    for row in await session.scalars(select(UnitCodeRow).order_by(UnitCodeRow.code)):
        found.setdefault(row.unit_id, []).append(row.code)
    return found


async def codes_of(session: AsyncSession, unit_id: str) -> Sequence[str]:
    """Read the codes of a unit, in order."""
    stated = select(UnitCodeRow.code).where(UnitCodeRow.unit_id == unit_id).order_by(UnitCodeRow.code)
    return (await session.scalars(stated)).all()


async def unit_of_code(session: AsyncSession, code: str) -> str | None:
    """Find the unit that a code means."""
    return await session.scalar(select(UnitCodeRow.unit_id).where(UnitCodeRow.code == code))


async def hand_over_codes(session: AsyncSession, old: str, new: str) -> bool:
    """Let the codes of one unit mean another from now on; tell whether there were any."""
    had = bool(await codes_of(session, old))
    await session.execute(update(UnitCodeRow).where(UnitCodeRow.unit_id == old).values(unit_id=new))
    return had


async def names_at(session: AsyncSession, ids: Iterable[str], instant: datetime) -> dict[str, str]:
    """Read what units were called at a past instant; one never renamed since is called what it is now."""
    wanted = list(ids)
    now = await session.execute(select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(wanted)))
    names = {unit_id: name for unit_id, name in now}  # noqa: C416 - rows are no pairs to the type checker.
    stated = select(UnitNameRow).where(UnitNameRow.unit_id.in_(wanted), UnitNameRow.since <= instant)
    for row in await session.scalars(stated.order_by(UnitNameRow.since)):
        names[row.unit_id] = row.name
    return names


async def changes(session: AsyncSession, state: str | None, asked: Asked) -> Page[UnitChangeRow]:
    """Read a page of the orders about units, the latest day first."""
    stated = select(UnitChangeRow)
    stated = stated.where(UnitChangeRow.state == state) if state else stated
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.effective_on, row.id))


async def get_change(session: AsyncSession, change_id: str) -> UnitChangeRow:
    """Read one order.

    Raises:
        NotFound: There is no such order.
    """
    row = await session.get(UnitChangeRow, change_id)
    if row is None:
        raise NotFound(f"没有编号为 {change_id} 的单位变更，请核对", code="unit_change.not_found", field="id")
    return row
