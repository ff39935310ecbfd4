"""Rows of approvals with their results; on the synchronous connection of the group commit."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.domain.steps_approvals import Approval
from services.gateway.feeds.domain.steps_orders import Told
from services.gateway.feeds.repository import chunks
from services.gateway.models import FeedApproval
from shared.bulk import insert_rows

APPROVALS = cast("Table", FeedApproval.__table__)


def load_approvals(connection: Connection, ids: Iterable[str]) -> dict[str, Approval]:
    """Give the approvals with these ids of which a result is known, with all of them."""
    found: dict[str, Approval] = {}
    for chunk in chunks(ids):
        for row in connection.execute(select(APPROVALS).where(APPROVALS.c.approval_id.in_(chunk))):
            approval = found.setdefault(row.approval_id, Approval(row.approval_id, row.source_id))
            approval.results[row.version] = Told(row.mark, row.content_hash)
    return found


def store_results(connection: Connection, approvals: Iterable[Approval], day: date) -> None:
    """Add the results that are new, on the day that they came in."""
    rows: list[tuple[object, ...]] = [
        (
            one.approval_id,
            version,
            one.source_id,
            day,
            one.results[version].mark,
            one.results[version].content,
        )
        for one in sorted(approvals, key=lambda one: one.approval_id)
        for version in one.new
    ]
    insert_rows(connection, APPROVALS, rows)


async def count_received(session: AsyncSession, source: str, day: date) -> dict[str, int]:
    """Count the results that came in on a day by source, or from one source alone."""
    stated = select(FeedApproval.source_id, func.count()).where(FeedApproval.day == day)
    if source:
        stated = stated.where(FeedApproval.source_id == source)
    rows = await session.execute(stated.group_by(FeedApproval.source_id))
    return {named: count for named, count in rows}  # noqa: C416 - typed so.
