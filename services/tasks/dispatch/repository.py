"""The dispatch directory in the database."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.dispatch.domain import Purpose, Rule, Wanted
from services.tasks.models import DispatchRuleRow, UnitRow
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, up

SORTING = Sorting(
    "dispatch-rules",
    up(DispatchRuleRow.unit_code),
    up(DispatchRuleRow.item),
    up(DispatchRuleRow.region),
    up(DispatchRuleRow.starts_on),
    up(DispatchRuleRow.id),
)

LONGEST_CHAIN = 20  # Mergers after mergers; more would be a circle.


async def rules_for(session: AsyncSession, wanted: Wanted) -> list[Rule]:
    """Read the rows of a purpose that hold on a day and may be about a code."""
    stated = select(DispatchRuleRow).where(
        DispatchRuleRow.purpose == wanted.purpose,
        DispatchRuleRow.unit_code.in_(["", wanted.unit_code]),
        DispatchRuleRow.starts_on <= wanted.on,
        DispatchRuleRow.ends_on.is_(None) | (DispatchRuleRow.ends_on >= wanted.on),
    )
    return [rule_of(row) for row in await session.scalars(stated)]


async def list_rows(session: AsyncSession, on: date | None, asked: Asked) -> Page[DispatchRuleRow]:
    """Read a page of the directory, or of what of it holds on a day."""
    stated = select(DispatchRuleRow)
    if on is not None:
        ends = DispatchRuleRow.ends_on.is_(None) | (DispatchRuleRow.ends_on >= on)
        stated = stated.where(DispatchRuleRow.starts_on <= on, ends)
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.unit_code, row.item, row.region, row.starts_on, row.id))


async def rows_about(session: AsyncSession, rule: Rule) -> Sequence[DispatchRuleRow]:
    """Read the rows of a purpose about the same item, code and region."""
    item, unit_code, region = rule.key
    stated = select(DispatchRuleRow).where(
        DispatchRuleRow.purpose == rule.purpose,
        DispatchRuleRow.item == item,
        DispatchRuleRow.unit_code == unit_code,
        DispatchRuleRow.region == region,
    )
    return (await session.scalars(stated.order_by(DispatchRuleRow.starts_on))).all()


async def get_row(session: AsyncSession, rule_id: str) -> DispatchRuleRow:
    """Read one row.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(DispatchRuleRow, rule_id)
    if row is None:
        message = f"派单目录没有编号为 {rule_id} 的行，请核对"
        raise NotFound(message, code="dispatch.not_found", field="id")
    return row


async def living_unit(session: AsyncSession, unit_id: str | None) -> str | None:
    """Follow mergers from a unit to the one that lives; None for nobody, and for a collective, which can't answer."""
    for _ in range(LONGEST_CHAIN):
        unit = await session.get(UnitRow, unit_id) if unit_id else None
        if unit is None or unit.collective:
            return None
        if unit.successor is None:
            return unit.id
        unit_id = unit.successor
    return None


def rule_of(row: DispatchRuleRow) -> Rule:
    """Give a row as the decision sees it."""
    return Rule(
        id=row.id,
        purpose=cast("Purpose", row.purpose),
        item=row.item,
        unit_code=row.unit_code,
        region=row.region,
        unit_id=row.unit_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
