"""误派率: first dispatches that were returned and granted, of all first dispatches, with the rows behind the number.

Invariant: the number follows from the rows that are shown; orders that count in no rate 剔除 are in neither part.
"""

from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.orders.domain import HOW_WORDS
from services.tasks.orders.repository_lists import first_hops
from shared.clock import at_local

SMALL = 30  # Fewer dispatches say nothing as a percentage: 样本不足.


class MisrouteRow(BaseModel):
    """A first dispatch that turned out wrong."""

    task_id: str
    order_no: str
    category: str
    region_code: str
    unit_id: str
    how: str
    how_word: str
    rule_id: str | None
    dispatched_at: datetime
    return_reason: str


class MisroutesView(BaseModel):
    """The rate over the first dispatches from day to day, Shanghai time.

    `percent` is numerator / denominator in %, rounded half up to two places; empty with `note` 样本不足 below 30.
    """

    first: date
    last: date
    as_of: datetime
    numerator: int
    denominator: int
    percent: str
    note: str
    rows: list[MisrouteRow]


async def show_misroutes(session: AsyncSession, first: date, last: date, now: datetime) -> MisroutesView:
    """Count the first dispatches of these days, both included."""
    begin, end = at_local(first), at_local(last + timedelta(days=1))
    hops = await first_hops(session, begin, end)
    rows = [
        MisrouteRow(
            task_id=hop.task_id,
            order_no=order.order_no,
            category=order.category,
            region_code=order.region_code,
            unit_id=hop.unit_id,
            how=hop.how,
            how_word=HOW_WORDS[hop.how],
            rule_id=hop.rule_id,
            dispatched_at=hop.at,
            return_reason=hop.return_reason,
        )
        for hop, order in hops
        if hop.granted
    ]
    enough = len(hops) >= SMALL
    return MisroutesView(
        first=first,
        last=last,
        as_of=now,
        numerator=len(rows),
        denominator=len(hops),
        percent=percent(len(rows), len(hops)) if enough else "",
        note="" if enough else "样本不足",
        rows=rows,
    )


def percent(part: int, whole: int) -> str:
    """Give a share in %, rounded half up to two places, in whole numbers alone."""
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
