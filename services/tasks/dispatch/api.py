"""The inner API of the dispatch directory 派单目录: list it, add rows, end one, and try who would answer."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.dispatch import repository
from services.tasks.dispatch.domain import SERVICE, Purpose, Rule, Wanted
from services.tasks.dispatch.service import add_rules, end_rule, find_unit
from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import DispatchRuleRow
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "plans:write"
Code = Annotated[str, Field(max_length=64)]


class RuleBody(Body):
    """A row; see `Rule`. Without `starts_on` it holds from today."""

    purpose: Purpose = SERVICE
    item: Code = ""
    unit_code: Code = ""
    region: Code = ""
    unit_id: Id
    starts_on: date | None = None
    ends_on: date | None = None


class RulesBody(Body):
    """Rows to add, all or none."""

    rules: tuple[RuleBody, ...] = Field(min_length=1, max_length=5000)


class EndBody(Body):
    """The last day of a row."""

    on: date


class RuleView(BaseModel):
    """A row as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    purpose: str
    item: str
    unit_code: str
    region: str
    unit_id: str
    unit_name: str = ""
    starts_on: date
    ends_on: date | None


class Asked(Body):
    """What `GET /dispatch-rules/unit` is asked; today where no day is named."""

    item: str = ""
    unit_code: str = ""
    region: str = ""
    on: date | None = None
    purpose: Purpose = SERVICE


class FoundView(BaseModel):
    """Who would answer; `by` is a row's id, `code` for the unit of the code, empty for nobody."""

    unit_id: str | None
    unit_name: str
    by: str


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/dispatch-rules`."""
    router = APIRouter(prefix="/dispatch-rules")
    _serve_list(router, db, check)
    _serve_changes(router, db, check)
    return router


def _serve_list(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("")
    async def rules(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        on: date | None = None,
    ) -> list[RuleView]:
        who.require(READ)
        async with db.reading() as session:
            found = await repository.list_rows(session, on, page.asked)
            return [await _show(session, row) for row in page.show(found)]

    @router.get("/unit")
    async def unit(who: Annotated[Principal, Depends(check)], asked: Annotated[Asked, Query()]) -> FoundView:
        who.require(READ)
        wanted = Wanted(
            item_code=asked.item,
            unit_code=asked.unit_code,
            region_code=asked.region,
            on=asked.on or local_date(db.clock.now()),
            purpose=asked.purpose,
        )
        async with db.reading() as session:
            found = await find_unit(session, wanted)
            names = await unit_names(session, [found.unit_id] if found.unit_id else [])
        name = names.get(found.unit_id or "", "")
        return FoundView(unit_id=found.unit_id, unit_name=name, by=found.by)


def _serve_changes(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("")
    async def add(body: RulesBody, who: Annotated[Principal, Depends(check)]) -> list[RuleView]:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                rules = [_rule(one, local_date(tx.now)) for one in body.rules]
                rows = await add_rules(tx, rules, act_of(who, tx, db))
                return [await _show(tx.session, row) for row in rows]

    @router.post("/{rule_id}/end")
    async def end(rule_id: str, body: EndBody, who: Annotated[Principal, Depends(check)]) -> RuleView:
        who.require(WRITE)
        async with db.transaction() as tx:
            return await _show(tx.session, await end_rule(tx, rule_id, body.on, act_of(who, tx, db)))


def _rule(body: RuleBody, today: date) -> Rule:
    return Rule(**body.model_dump(exclude={"starts_on"}), starts_on=body.starts_on or today)


async def _show(session: AsyncSession, row: DispatchRuleRow) -> RuleView:
    names = await unit_names(session, [row.unit_id])
    return RuleView.model_validate(row).model_copy(update={"unit_name": names.get(row.unit_id, "")})
