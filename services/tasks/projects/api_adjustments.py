"""The inner API of quarterly adjustments: tried out or proposed, decided twice, applied."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.tasks.edge import Check, act_of
from services.tasks.projects import repository, views_adjustments
from services.tasks.projects.adjustments import (
    Balance,
    Decision,
    apply_adjustment,
    enter_decision,
    propose_adjustment,
    weigh,
)
from services.tasks.projects.bodies import AdjustmentBody, DecisionBody
from shared.clock import local_date
from shared.database import Database, Tx
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
PATH = "/projects/adjustments"


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/projects/adjustments`."""
    router = APIRouter()
    _serve_reading(router, db, check)
    _serve_writing(router, db, check)
    return router


def _serve_reading(router: APIRouter, db: Database, check: Check) -> None:
    @router.get(PATH)
    async def adjustments(
        who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()], state: str = ""
    ) -> list[views_adjustments.AdjustmentView]:
        who.require(READ)
        async with db.reading() as session:
            found = await repository.list_adjustments(session, state, page.asked)
            return await views_adjustments.show_adjustments(session, page.show(found))

    @router.get(PATH + "/{adjustment_id}")
    async def adjustment(
        adjustment_id: str, who: Annotated[Principal, Depends(check)]
    ) -> views_adjustments.AdjustmentView:
        who.require(READ)
        async with db.reading() as session:
            row = await repository.get_adjustment(session, adjustment_id)
            return (await views_adjustments.show_adjustments(session, [row]))[0]


def _serve_writing(router: APIRouter, db: Database, check: Check) -> None:
    @router.post(PATH)
    async def propose(
        body: AdjustmentBody, who: Annotated[Principal, Depends(check)], *, confirm: bool = True
    ) -> views_adjustments.BalanceView:
        who.require(WRITE)
        items = [item.said() for item in body.items]
        if not confirm:
            async with db.reading() as session:
                balance = await weigh(session, body.year, items, local_date(db.clock.now()))
            return _weighed(balance, None)
        async with db.transaction() as tx:
            act = act_of(who, tx, db)
            row, balance = await propose_adjustment(tx, body.year, body.quarter, items, act)
            return _weighed(balance, await _show(tx, row.id))

    @router.post(PATH + "/{adjustment_id}/decisions")
    async def decide(
        adjustment_id: str, body: DecisionBody, who: Annotated[Principal, Depends(check)]
    ) -> views_adjustments.AdjustmentView:
        who.require(WRITE)
        async with db.transaction() as tx:
            await enter_decision(tx, adjustment_id, Decision(**body.model_dump()), act_of(who, tx, db))
            return await _show(tx, adjustment_id)

    @router.post(PATH + "/{adjustment_id}/application")
    async def apply(
        adjustment_id: str, who: Annotated[Principal, Depends(check)]
    ) -> views_adjustments.AdjustmentView:
        who.require(WRITE)
        async with db.transaction() as tx:
            await apply_adjustment(tx, adjustment_id, act_of(who, tx, db))
            return await _show(tx, adjustment_id)


async def _show(tx: Tx, adjustment_id: str) -> views_adjustments.AdjustmentView:
    await tx.session.flush()
    row = await repository.get_adjustment(tx.session, adjustment_id)
    return (await views_adjustments.show_adjustments(tx.session, [row]))[0]


def _weighed(
    balance: Balance, adjustment: views_adjustments.AdjustmentView | None
) -> views_adjustments.BalanceView:
    before, after = views_adjustments.show_size(balance.before), views_adjustments.show_size(balance.after)
    return views_adjustments.BalanceView(before=before, after=after, adjustment=adjustment)
