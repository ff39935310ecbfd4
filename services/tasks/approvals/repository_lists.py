"""Lists of results of approvals, and their counts by source and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.approvals.domain import UNCLAIMED
from services.tasks.models import ApprovalRow, UnitCodeRow
from shared.paging import unknown_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list is filtered by; an empty word filters nothing.

    Attributes:
        state: A state, or `unclaimed` for all that wait for somebody.
        approver: Code of the approving department.
        day: On which they were received, in Shanghai.
        after: The id that the last page ended with.
    """

    state: str = ""
    unit: str = ""
    source: str = ""
    approver: str = ""
    project_no: str = ""
    item: str = ""
    day: date | None = None
    overdue: bool = False
    after: str = ""
    limit: int = 100


async def list_records(
    session: AsyncSession, wanted: Wanted, *, now: datetime, seen_by: str | None = None
) -> Sequence[ApprovalRow]:
    """Read results, the earliest received first; with `seen_by` those that one unit may see.

    Raises:
        Invalid: The place to go on from is unknown.
    """
    stated = select(ApprovalRow).order_by(ApprovalRow.received_at, ApprovalRow.id)
    stated = stated.where(*_filters(wanted, now))
    if seen_by is not None:
        stated = stated.where(visible_to(seen_by))
    if wanted.after:
        stated = stated.where(await _behind(session, wanted.after))
    return (await session.scalars(stated.limit(wanted.limit))).all()


def visible_to(unit: str) -> ColumnElement[bool]:
    """Tell what a unit may see: what it has or claimed, and what it approved itself."""
    codes = select(UnitCodeRow.code).where(UnitCodeRow.unit_id == unit)
    return or_(ApprovalRow.unit_id == unit, ApprovalRow.unit_code.in_(codes))


def _filters(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found = [
        column == value
        for column, value in (
            (ApprovalRow.unit_id, wanted.unit),
            (ApprovalRow.source_id, wanted.source),
            (ApprovalRow.unit_code, wanted.approver),
            (ApprovalRow.project_no, wanted.project_no),
            (ApprovalRow.received_on, wanted.day),
        )
        if value
    ]
    if wanted.item:
        found.append(ApprovalRow.item_code.startswith(wanted.item, autoescape=True))
    if wanted.state == "unclaimed" or wanted.overdue:
        found.append(ApprovalRow.state.in_([*UNCLAIMED]))
    if wanted.state not in {"", "unclaimed"}:
        found.append(ApprovalRow.state == wanted.state)
    if wanted.overdue:
        found.append(ApprovalRow.due_at < now)
    return found


async def _behind(session: AsyncSession, after: str) -> ColumnElement[bool]:
    last = await session.scalar(select(ApprovalRow.received_at).where(ApprovalRow.id == after))
    if last is None:
        raise unknown_place(after)
    same = and_(ApprovalRow.received_at == last, ApprovalRow.id > after)
    return or_(ApprovalRow.received_at > last, same)


async def counts_of_day(
    session: AsyncSession, day: date, source: str, now: datetime
) -> dict[str, dict[str, int]]:
    """Count the results that were received on a day: source → state → how many; `overdue` and `late` beside them."""
    counted = select(ApprovalRow.source_id, ApprovalRow.state, func.count())
    overdue = select(ApprovalRow.source_id, func.count()).where(
        ApprovalRow.state.in_([*UNCLAIMED]), ApprovalRow.due_at < now
    )
    late = select(ApprovalRow.source_id, func.count()).where(ApprovalRow.late.is_(True))
    which = [ApprovalRow.received_on == day, *([ApprovalRow.source_id == source] if source else [])]
    found: dict[str, dict[str, int]] = {}
    states = counted.where(*which).group_by(ApprovalRow.source_id, ApprovalRow.state)
    for named, state, count in await session.execute(states):
        found.setdefault(named, {})[state] = count
    for word, stated in (("overdue", overdue), ("late", late)):
        for named, count in await session.execute(stated.where(*which).group_by(ApprovalRow.source_id)):
            found[named][word] = count
    return found
