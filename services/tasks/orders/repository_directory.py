"""The directory of orders in the database, with the units that its rows name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import AliasRow, OrderDirectoryRow, UnitCodeRow, UnitRow
from services.tasks.orders.domain import SEPARATOR
from services.tasks.orders.domain_directory import Row
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, up

SORTING = Sorting(
    "order-directory",
    up(OrderDirectoryRow.category_1),
    up(OrderDirectoryRow.category_2),
    up(OrderDirectoryRow.category_3),
    up(OrderDirectoryRow.region),
    up(OrderDirectoryRow.starts_on),
    up(OrderDirectoryRow.id),
)

LONGEST_CHAIN = 20  # Mergers after mergers; more would be a circle.


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows that may decide about an order, and the units that they name by id."""

    rows: Sequence[Row]
    units: dict[str, UnitRow]


async def candidates(session: AsyncSession, category: str, on: date) -> Candidates:
    """Read the rows that hold on a day and may be about a category, with their lead units, in one statement."""
    first = category.partition(SEPARATOR)[0]
    stated = (
        select(OrderDirectoryRow, UnitRow)
        .join(UnitRow, UnitRow.id == OrderDirectoryRow.unit_id)
        .where(
            OrderDirectoryRow.category_1.in_({"", first}),
            OrderDirectoryRow.starts_on <= on,
            OrderDirectoryRow.ends_on.is_(None) | (OrderDirectoryRow.ends_on >= on),
        )
    )
    found = (await session.execute(stated)).all()
    return Candidates([row_of(row) for row, _ in found], {unit.id: unit for _, unit in found})


async def unit_of_code(session: AsyncSession, code: str) -> UnitRow | None:
    """Read the unit that a code of the platform means."""
    stated = select(UnitRow).join(UnitCodeRow, UnitCodeRow.unit_id == UnitRow.id)
    return await session.scalar(stated.where(UnitCodeRow.code == code))


async def living(session: AsyncSession, unit: UnitRow | None) -> UnitRow | None:
    """Follow mergers to the unit that lives; None for nobody, and for a collective, which can't answer."""
    for _ in range(LONGEST_CHAIN):
        if unit is None or unit.collective:
            return None
        if unit.successor is None:
            return unit
        unit = await session.get(UnitRow, unit.successor)
    return None


async def living_ids(session: AsyncSession, ids: Iterable[str]) -> list[str]:
    """Give the units that live of those that are named, or those that they were merged into, each once."""
    wanted = list(ids)
    if not wanted:
        return []
    units = {unit.id: unit for unit in await session.scalars(select(UnitRow).where(UnitRow.id.in_(wanted)))}
    found = [await living(session, units.get(one)) for one in wanted]
    return list(dict.fromkeys(unit.id for unit in found if unit is not None))


async def units_by_name(session: AsyncSession, names: Iterable[str]) -> dict[str, str]:
    """Find the units that ids, names or aliases mean, by what was said."""
    wanted = set(names)
    rows = await session.execute(select(AliasRow.alias, AliasRow.unit_id).where(AliasRow.alias.in_(wanted)))
    found = {alias: unit_id for alias, unit_id in rows}  # noqa: C416 - rows are no pairs to the type checker.
    ids = await session.execute(
        select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(wanted) | UnitRow.name.in_(wanted))
    )
    for unit_id, name in ids:
        found |= {unit_id: unit_id, name: unit_id}
    return found


async def list_rows(session: AsyncSession, on: date | None, asked: Asked) -> Page[OrderDirectoryRow]:
    """Read a page of the directory, or of what of it holds on a day."""
    stated = select(OrderDirectoryRow)
    if on is not None:
        ends = OrderDirectoryRow.ends_on.is_(None) | (OrderDirectoryRow.ends_on >= on)
        stated = stated.where(OrderDirectoryRow.starts_on <= on, ends)
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (*_levels(row), row.region, row.starts_on, row.id))


def _levels(row: OrderDirectoryRow) -> tuple[str, str, str]:
    return row.category_1, row.category_2, row.category_3


async def rows_about(session: AsyncSession, row: Row) -> Sequence[OrderDirectoryRow]:
    """Read the rows about the same category and region."""
    first, second, third = row.levels
    stated = select(OrderDirectoryRow).where(
        OrderDirectoryRow.category_1 == first,
        OrderDirectoryRow.category_2 == second,
        OrderDirectoryRow.category_3 == third,
        OrderDirectoryRow.region == row.region,
    )
    return (await session.scalars(stated.order_by(OrderDirectoryRow.starts_on))).all()


async def get_row(session: AsyncSession, row_id: str) -> OrderDirectoryRow:
    """Read one row.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(OrderDirectoryRow, row_id)
    if row is None:
        message = f"工单派单目录没有编号为 {row_id} 的行，请核对"
        raise NotFound(message, code="order_directory.not_found", field="id")
    return row


def row_of(row: OrderDirectoryRow) -> Row:
    """Give a row as the decision sees it."""
    levels = (row.category_1, row.category_2, row.category_3)
    return Row(
        id=row.id,
        category=tuple(level for level in levels if level),
        region=row.region,
        unit_id=row.unit_id,
        cooperating=tuple(row.cooperating),
        delegated=row.delegated,
        basis=row.basis,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
