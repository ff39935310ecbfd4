"""Lists of orders: by where they stand, misroutes, complaints about offices; and groups for proposals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.models import OrderHopRow, OrderRow, TaskRow, TaskUnitRow
from services.tasks.orders.domain import SEPARATOR
from services.tasks.orders.domain_proposals import Group, Seen
from shared.paging import Asked, Page, Sorting, down, unknown_place, up

ABOUT_OFFICES = Sorting("orders/about-offices", down(OrderRow.received_at), up(OrderRow.task_id))

Listed = tuple[OrderRow, TaskRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of orders is filtered by; an empty word filters nothing.

    Attributes:
        stage: `undispatched`, `returned`, `hard`, `open`, `closed`, `visit`, `refused`, `merged`, `recalled`.
        unit: A unit in any role.
        category: A category or a wider one of it, joined by `/`.
        after: The id of the task that the last page ended with.
    """

    stage: str = ""
    unit: str = ""
    kind: str = ""
    category: str = ""
    region: str = ""
    order_no: str = ""
    late: bool = False
    after: str = ""
    limit: int = 100


STAGES: dict[str, ColumnElement[bool]] = {
    "undispatched": OrderRow.blocked != "",
    "returned": TaskRow.state == "objected",
    "hard": OrderRow.hard.in_(["industry", "handler"]),
    "open": TaskRow.state.not_in([*ENDED]),
    "closed": TaskRow.state == "closed",
    "visit": OrderRow.visit == "owed",
    "refused": OrderRow.refusal != "",
    "merged": OrderRow.merged_into.is_not(None),
    "recalled": OrderRow.recalled_at.is_not(None),
}


async def list_orders(
    session: AsyncSession, wanted: Wanted, *, now: datetime, seen_by: str | None = None
) -> Sequence[Listed]:
    """Read orders, the earliest received first; with `seen_by` those of one unit alone."""
    stated = _joined()
    if wanted.stage:
        stated = stated.where(STAGES[wanted.stage])
    for unit in {wanted.unit, seen_by or ""} - {""}:
        stated = stated.where(_has_unit(unit))
    for column, value in (
        (OrderRow.kind, wanted.kind),
        (OrderRow.order_no, wanted.order_no),
    ):
        stated = stated.where(column == value) if value else stated
    if wanted.category:
        stated = stated.where(_within([wanted.category]))
    if wanted.region:
        stated = stated.where(OrderRow.region_code.startswith(wanted.region, autoescape=True))
    if wanted.late:
        stated = stated.where(TaskRow.due_at < now, TaskRow.submitted_at.is_(None))
    if wanted.after:
        last = await _place(session, wanted.after)
        later = OrderRow.received_at > last
        same = and_(OrderRow.received_at == last, OrderRow.task_id > wanted.after)
        stated = stated.where(or_(later, same))
    return await _read(session, stated.limit(wanted.limit))


async def about_offices(session: AsyncSession, categories: Sequence[str], asked: Asked) -> Page[Listed]:
    """Read a page of the orders that complain about an office itself 处投诉, the latest first."""
    stated = select(OrderRow, TaskRow).join(TaskRow, TaskRow.id == OrderRow.task_id)
    rows = await _read(session, ABOUT_OFFICES.page(stated.where(_within(categories)), asked))
    return ABOUT_OFFICES.cut(rows, asked, lambda one: (one[0].received_at, one[0].task_id))


def _joined() -> Select[OrderRow, TaskRow]:
    stated = select(OrderRow, TaskRow).join(TaskRow, TaskRow.id == OrderRow.task_id)
    return stated.order_by(OrderRow.received_at, OrderRow.task_id)


async def _read(session: AsyncSession, stated: Select[OrderRow, TaskRow]) -> Sequence[Listed]:
    return [(order, task) for order, task in await session.execute(stated)]


async def _place(session: AsyncSession, task_id: str) -> datetime:
    found = await session.scalar(select(OrderRow.received_at).where(OrderRow.task_id == task_id))
    if found is None:
        raise unknown_place(task_id)
    return found


def _has_unit(unit: str) -> ColumnElement[bool]:
    return exists().where(TaskUnitRow.task_id == OrderRow.task_id, TaskUnitRow.unit_id == unit)


def _within(categories: Sequence[str]) -> ColumnElement[bool]:
    return or_(
        *(
            or_(
                OrderRow.category == one,
                OrderRow.category.startswith(one + SEPARATOR, autoescape=True),
            )
            for one in categories
        ),
        false(),
    )


async def first_hops(
    session: AsyncSession, first: datetime, last: datetime
) -> Sequence[tuple[OrderHopRow, OrderRow]]:
    """Read the first dispatches from `first` until before `last`, without orders that count in no rate."""
    stated = (
        select(OrderHopRow, OrderRow)
        .join(OrderRow, OrderRow.task_id == OrderHopRow.task_id)
        .where(
            OrderHopRow.number == 1,
            OrderHopRow.at >= first,
            OrderHopRow.at < last,
            OrderRow.excluded == "",
        )
        .order_by(OrderHopRow.at, OrderHopRow.task_id)
    )
    return [(hop, order) for hop, order in await session.execute(stated)]


async def matters(
    session: AsyncSession, kinds: Collection[str], since: datetime, least: int
) -> Sequence[Group]:
    """Read the orders of every category and region that has at least so many since an instant."""
    pair = (OrderRow.category, OrderRow.region_code)
    counted = _counted(kinds, since).add_columns(*pair).where(OrderRow.category != "")
    often = counted.group_by(*pair).having(func.count() >= least)
    return [
        Group(
            about=f"{category} {region}",
            category=category,
            region=region,
            orders=await _seen(
                session, kinds, since, (OrderRow.category == category) & (OrderRow.region_code == region)
            ),
        )
        for _, category, region in (await session.execute(often)).all()
    ]


async def callers(
    session: AsyncSession, kinds: Collection[str], since: datetime, least: int
) -> Sequence[Group]:
    """Read the orders of every caller who has at least so many at one source since an instant."""
    pair = (OrderRow.source_id, OrderRow.caller)
    counted = _counted(kinds, since).add_columns(*pair).where(OrderRow.caller != "")
    often = counted.group_by(*pair).having(func.count() >= least)
    return [
        Group(
            about=f"{source} {caller}",
            orders=await _seen(
                session, kinds, since, (OrderRow.source_id == source) & (OrderRow.caller == caller)
            ),
        )
        for _, source, caller in (await session.execute(often)).all()
    ]


def _counted(kinds: Collection[str], since: datetime) -> Select[int]:
    stated = select(func.count()).select_from(OrderRow)
    return stated.where(OrderRow.received_at >= since, OrderRow.kind.in_(sorted(kinds)), _counts())


def _counts() -> ColumnElement[bool]:
    """Tell which orders are behind proposals: not those that were taken back or not taken up."""
    return and_(OrderRow.recalled_at.is_(None), OrderRow.refusal == "")


async def _seen(
    session: AsyncSession, kinds: Collection[str], since: datetime, which: ColumnElement[bool]
) -> Sequence[Seen]:
    stated = select(OrderRow.task_id, OrderRow.kind, OrderRow.received_at).where(
        which, OrderRow.received_at >= since, OrderRow.kind.in_(sorted(kinds)), _counts()
    )
    rows = await session.execute(stated.order_by(OrderRow.received_at, OrderRow.task_id))
    return [Seen(task_id, kind, at) for task_id, kind, at in rows]


async def had_by(session: AsyncSession, task_id: str, unit: str) -> bool:
    """Tell whether a unit has or had an order, in any role."""
    on_task = exists().where(TaskUnitRow.task_id == task_id, TaskUnitRow.unit_id == unit)
    on_hop = exists().where(OrderHopRow.task_id == task_id, OrderHopRow.unit_id == unit)
    return bool(await session.scalar(select(or_(on_task, on_hop))))
