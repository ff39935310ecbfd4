"""The inner API of orders: the lists, one order, and the rate of misroutes."""

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check, seen_by
from services.tasks.models import OrderRow
from services.tasks.orders import repository, repository_lists, views
from services.tasks.orders.misroutes import MisroutesView, show_misroutes
from services.tasks.orders.repository_lists import Wanted
from shared.clock import local_date
from shared.database import Database
from shared.errors import Forbidden, Invalid
from shared.paging_http import Linking, Paging
from shared.principal import Principal

READ = "tasks:read"
Word = Annotated[str, Field(max_length=200)]
LONGEST_PERIOD = 366  # Days of a look at misroutes.


class Filters(BaseModel):
    """What `GET /orders` is asked for; see `Wanted`."""

    model_config = ConfigDict(extra="forbid")

    stage: Literal[
        "",
        "undispatched",
        "returned",
        "hard",
        "open",
        "closed",
        "visit",
        "refused",
        "merged",
        "recalled",
    ] = ""
    unit: Word = ""
    kind: Word = ""
    category: Word = ""
    region: Word = ""
    order_no: Word = ""
    late: bool = False
    after: Word = ""
    limit: int = Field(default=100, ge=1, le=1000)


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `GET /orders`, its special lists, and `GET /orders/{id}`."""
    router = APIRouter()
    _serve_lists(router, db, check)

    @router.get("/orders/{task_id}")
    async def one(task_id: str, who: Annotated[Principal, Depends(check)]) -> views.OrderDetail:
        who.require(READ)
        async with db.reading() as session:
            order = await repository.get_order(session, task_id)
            await _check_sight(session, order, seen_by(who))
            return await views.show_order(session, order)

    return router


def _serve_lists(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/orders")
    async def orders(
        asked: Annotated[Filters, Depends()],
        linking: Annotated[Linking, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> list[views.OrderView]:
        who.require(READ)
        wanted = Wanted(**asked.model_dump() | {"limit": asked.limit + 1})
        async with db.reading() as session:
            found = await repository_lists.list_orders(
                session, wanted, now=db.clock.now(), seen_by=seen_by(who)
            )
            listed = linking.cut(found, asked.limit, lambda one: one[0].task_id)
            return await views.show_list(session, listed)

    @router.get("/orders/misroutes")
    async def misroutes(
        who: Annotated[Principal, Depends(check)], first: date | None = None, last: date | None = None
    ) -> MisroutesView:
        who.require(READ)
        now = db.clock.now()
        until = last or local_date(now)
        since = first or until.replace(day=1)
        if not timedelta() <= until - since <= timedelta(days=LONGEST_PERIOD):
            message = f"起止日 {since} 至 {until} 无效，起始日不得晚于截止日，最长 {LONGEST_PERIOD} 天"
            raise Invalid(message, code="order.period", field="first")
        async with db.reading() as session:
            return await show_misroutes(session, since, until, now)

    @router.get("/orders/about-offices")
    async def about_offices(
        who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()]
    ) -> list[views.OrderView]:
        who.require(READ)
        async with db.reading() as session:
            rules = (await repository.rules_at(session, ""))[2]
            listed = await repository_lists.about_offices(session, rules.office_categories, page.asked)
            return await views.show_list(session, page.show(listed))


async def _check_sight(session: AsyncSession, order: OrderRow, unit: str | None) -> None:
    """Pass for whoever sees what all units do, and for a unit that has or had the order."""
    if unit is not None and not await repository_lists.had_by(session, order.task_id, unit):
        message = f"工单 {order.task_id} 不由本单位承办或协办，不能查看"
        raise Forbidden(message, code="order.not_yours", field="id")
