"""HTTP of deliveries: listed, shown with their attempts, replayed, skipped, and reconciled by day."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.gateway.access import API, Door
from services.gateway.roles import Key
from services.gateway.subscriptions import repository_lists as lists
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.domain import UNFINISHED, DeliveryState
from services.gateway.subscriptions.models import Delivery
from services.gateway.subscriptions.views import (
    AttemptOut,
    Deliveries,
    DeliveryOut,
    DeliveryShown,
    HasIn,
    ReconciledOut,
    Reconciliation,
    Replayed,
    ReplayIn,
    SkipIn,
)
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.paging_http import LINKED, Linking

READ, WRITE = "ops:read", "ops:write"
MOST_LISTED = 1000
Day = Annotated[date, Query(description="入队的日期（业务时间），如 2023-06-20")]


def deliveries_router(db: Database, door: Door, wake: Callable[[], None]) -> APIRouter:
    """Serve `/subscriptions/{name}/deliveries` and the reconciliation of a day."""
    router = APIRouter(tags=["订阅"], prefix=f"{API}/subscriptions/{{name}}")
    _add_lists(router, db, door)
    _add_deeds(router, db, door, wake)
    _add_reconciliation(router, db, door)
    return router


def _add_lists(router: APIRouter, db: Database, door: Door) -> None:
    needs = [Depends(door.needs(READ))]

    @router.get("/deliveries", summary="列出投递", dependencies=needs, responses=LINKED)
    async def get_deliveries(
        wanted: Annotated[lists.Wanted, Depends(_wanted)],
        linking: Annotated[Linking, Depends()],
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> Deliveries:
        async with db.reading() as session:
            await people.require_webhook(session, wanted.name)
            found = await lists.deliveries(session, wanted, limit=limit + 1)
        page = linking.cut(found, limit, lambda one: one.position)
        after = page[-1].position if len(found) > len(page) else None
        return Deliveries(items=[DeliveryOut.model_validate(row) for row in page], next=after)

    @router.get("/deliveries/{position}", summary="查看一次投递及其历次尝试", dependencies=needs)
    async def get_delivery(name: str, position: int) -> DeliveryShown:
        async with db.reading() as session:
            row = await session.get(Delivery, (name, position))
            if row is None:
                message = f"订阅 {name[:40]} 没有第 {position} 号投递"
                raise NotFound(message, code="delivery.not_found", field="position")
            tried = await lists.attempts(session, name, position)
        plain = DeliveryOut.model_validate(row).model_dump()
        return DeliveryShown(**plain, tried=[AttemptOut.model_validate(one) for one in tried])


def _add_deeds(router: APIRouter, db: Database, door: Door, wake: Callable[[], None]) -> None:
    @router.post("/replay", summary="重新投递一段位置（编号不变）", dependencies=[Depends(door.needs(WRITE))])
    async def post_replay(name: str, given: ReplayIn) -> Replayed:
        if given.first > given.last:
            message = f"first {given.first} 大于 last {given.last}，请交换"
            raise Invalid(message, code="replay.range", field="first")
        if open_ := UNFINISHED.intersection(given.states):
            message = f"状态 {min(open_)} 还未结束，不必重投；可选 dead、skipped、delivered"
            raise Invalid(message, code="replay.states", field="states")
        async with db.transaction() as tx:
            queued = await people.replay(
                tx,
                name,
                positions=(given.first, given.last),
                states=frozenset(given.states),
                real_now=db.clock.real_now(),
            )
        wake()
        return Replayed(queued=queued)

    @router.post("/deliveries/{position}/skip", summary="跳过一次投递，写明理由；同一对象的后续事件继续")
    async def post_skip(
        name: str, position: int, given: SkipIn, by: Annotated[Key, Depends(door.needs(WRITE))]
    ) -> DeliveryOut:
        async with db.transaction() as tx:
            row = await people.skip(
                tx, (name, position), given.reason, by=by.principal.id, real_now=db.clock.real_now()
            )
        wake()
        return DeliveryOut.model_validate(row)


def _add_reconciliation(router: APIRouter, db: Database, door: Door) -> None:
    needs = [Depends(door.needs(READ))]

    @router.get("/reconciliation", summary="对账：一天内入队与送达", dependencies=needs)
    async def get_reconciliation(name: str, day: Day) -> Reconciliation:
        async with db.reading() as session:
            await people.require_webhook(session, name)
            states = await lists.counts_of_day(session, name, day)
        return Reconciliation(subscription=name, day=day, published=sum(states.values()), states=states)

    @router.post("/reconciliation", summary="对账：与接收方已有的编号逐条核对", dependencies=needs)
    async def post_reconciliation(name: str, day: Day, given: HasIn) -> ReconciledOut:
        async with db.reading() as session:
            found = await people.reconcile(session, name, day, frozenset(given.ids))
        return ReconciledOut.model_validate(found)


def _wanted(
    name: str,
    state: DeliveryState | None = None,
    subject: Annotated[str, Query(max_length=200)] = "",
    day: date | None = None,
    after: Annotated[int, Query(ge=0, description="上一页的 next")] = 0,
) -> lists.Wanted:
    return lists.Wanted(name, state, subject, day, after)
