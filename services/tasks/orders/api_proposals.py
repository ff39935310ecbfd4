"""The inner API of proposals that orders give reason for; leaders and the supervision office alone come in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import select

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.models import OrderProposalRow
from services.tasks.orders.domain_proposals import PROPOSAL_STATES, PROPOSAL_WORDS, REFERRED_TO
from services.tasks.orders.service_proposals import Decision, decide_proposal
from shared.database import Database
from shared.paging import Sorting, down, up
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "tasks:write"
SORTING = Sorting("order-proposals", down(OrderProposalRow.proposed_at), up(OrderProposalRow.id))


class DecisionBody(Body):
    """What is decided about a proposal; see `Decision`."""

    accept: bool
    reason: Words
    make: Literal["instruction", "problem"] | None = None
    units: tuple[Id, ...] = Field(default=(), max_length=50)
    title: Annotated[str, Field(max_length=500)] = ""
    deadline: date | None = None
    to: Literal["discipline", "organisation"] | None = None
    decided_by_name: Annotated[str, Field(max_length=100)] = ""


class ProposalView(BaseModel):
    """A proposal with the orders behind it; `category` and `region` are those of many orders about the same."""

    id: str
    kind: str
    kind_word: str
    category: str
    region: str
    orders: list[str]
    inputs: dict[str, Any]
    state: str
    state_word: str
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str
    decided_by_name: str
    reason: str
    task_id: str | None
    referred_to: str | None
    referred_to_word: str


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/order-proposals`."""
    router = APIRouter()

    @router.get("/order-proposals")
    async def proposals(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        state: Literal["", "open", "accepted", "dismissed"] = "",
        kind: Literal["", "frequent", "caller", "shirking"] = "",
    ) -> list[ProposalView]:
        who.require(READ)
        stated = select(OrderProposalRow)
        stated = stated.where(OrderProposalRow.state == state) if state else stated
        stated = stated.where(OrderProposalRow.kind == kind) if kind else stated
        async with db.reading() as session:
            rows = await session.scalars(SORTING.page(stated, page.asked))
            found = SORTING.cut(rows, page.asked, lambda row: (row.proposed_at, row.id))
        return [_show(row) for row in page.show(found)]

    @router.post("/order-proposals/{proposal_id}/decision")
    async def decide(
        proposal_id: str, body: DecisionBody, who: Annotated[Principal, Depends(check)]
    ) -> ProposalView:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                said = Decision(**body.model_dump())
                row = await decide_proposal(tx, proposal_id, said, act_of(who, tx, db))
                await tx.session.flush()
                return _show(row)

    return router


def _show(row: OrderProposalRow) -> ProposalView:
    inputs: Mapping[str, Any] = row.inputs
    return ProposalView(
        id=row.id,
        kind=row.kind,
        kind_word=PROPOSAL_WORDS[row.kind],
        category=str(inputs.get("category", "")),
        region=str(inputs.get("region", "")),
        orders=list(row.orders),
        inputs=dict(inputs),
        state=row.state,
        state_word=PROPOSAL_STATES[row.state],
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        reason=row.reason,
        task_id=row.task_id,
        referred_to=row.referred_to,
        referred_to_word=REFERRED_TO.get(row.referred_to or "", ""),
    )
