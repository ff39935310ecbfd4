"""The inner API of linked tasks 联动: list, propose, make, change and dissolve links."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger import repository_links
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.ledger.links import change_link, dissolve_link, make_link
from services.tasks.ledger.proposals import propose_links
from services.tasks.ledger.views_dealings import LinkView, ProposalView, show_links
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal


class LinkBody(Body):
    """The tasks of a link, and why they are linked."""

    tasks: tuple[Id, ...] = Field(max_length=100)
    reason: Words


class Dissolved(BaseModel):
    """The link that is no more."""

    dissolved: str


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/links`."""
    router = APIRouter()

    @router.get("/links")
    async def list_links(
        who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()]
    ) -> list[LinkView]:
        who.require("tasks:read")
        async with db.reading() as session:
            found = await repository_links.list_links(session, page.asked)
            return await show_links(session, page.show(found))

    @router.get("/links/proposals")
    async def proposals(who: Annotated[Principal, Depends(check)]) -> list[ProposalView]:
        who.require("tasks:read")
        async with db.reading() as session:
            return [ProposalView.model_validate(one) for one in await propose_links(session)]

    @router.post("/links")
    async def make(body: LinkBody, who: Annotated[Principal, Depends(check)]) -> LinkView:
        who.require("tasks:write")
        with refuse_collision():
            async with db.transaction() as tx:
                link = await make_link(tx, body.tasks, body.reason, act_of(who, tx, db))
                return (await show_links(tx.session, [link]))[0]

    @router.put("/links/{link_id}")
    async def change(link_id: str, body: LinkBody, who: Annotated[Principal, Depends(check)]) -> LinkView:
        who.require("tasks:write")
        with refuse_collision():
            async with db.transaction() as tx:
                link = await change_link(tx, link_id, body.tasks, body.reason, act_of(who, tx, db))
                return (await show_links(tx.session, [link]))[0]

    @router.delete("/links/{link_id}")
    async def dissolve(link_id: str, who: Annotated[Principal, Depends(check)]) -> Dissolved:
        who.require("tasks:write")
        async with db.transaction() as tx:
            await dissolve_link(tx, link_id, act_of(who, tx, db))
        return Dissolved(dissolved=link_id)

    return router
