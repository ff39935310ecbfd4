"""Queries on the versions of the rules, and on what rules may name.

Invariant: versions count without a gap, and of two that are written at once one is told that it was late.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import RulebookRow, TaskRow, UnitRow
from services.notify.repository import Values, dialect_insert
from services.notify.rulebooks.domain_faults import Known
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down

SORTING = Sorting("rules/versions", down(RulebookRow.version))


async def add_version(session: AsyncSession, values: Values) -> bool:
    """Write a version; say whether nobody else wrote one with its number."""
    statement = dialect_insert(session, RulebookRow).values(values).on_conflict_do_nothing()
    written = await session.scalars(statement.returning(RulebookRow.version))
    return written.first() is not None


async def versions(session: AsyncSession, asked: Asked) -> Page[RulebookRow]:
    """Read a page of the versions, the newest first."""
    rows = await session.scalars(SORTING.page(select(RulebookRow), asked))
    return SORTING.cut(rows, asked, lambda row: (row.version,))


async def get_version(session: AsyncSession, version: int) -> RulebookRow:
    """Read one version.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(RulebookRow, version)
    if row is None:
        message = f"没有第 {version} 版提醒规则，全部版本见 GET /rules/versions"
        raise NotFound(message, code="rules.version_unknown", field="version")
    return row


async def known(session: AsyncSession) -> Known:
    """Read what rules may name."""
    units = await session.scalars(select(UnitRow.unit_id).where(UnitRow.successor.is_(None)))
    plans = await session.scalars(select(TaskRow.plan_id).where(TaskRow.plan_id.is_not(None)).distinct())
    return Known(frozenset(units), frozenset(str(plan) for plan in plans))
