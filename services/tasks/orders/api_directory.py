"""The inner API of the directory of orders 派单目录 and of the rules that places set."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check, act_of, refuse_collision
from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import OrderDirectoryRow
from services.tasks.orders import repository, repository_directory
from services.tasks.orders.choosing import Choice, Matter, choose_unit
from services.tasks.orders.directory import add_rows, end_row, named_rows
from services.tasks.orders.domain import BLOCKED_WORDS, HOW_WORDS, category_text
from services.tasks.orders.domain_directory import Row
from services.tasks.orders.domain_table import read_table
from services.tasks.orders.rules import set_rules
from shared.clock import local_date
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

READ, WRITE = "tasks:read", "plans:write"
Level = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(max_length=64)]


class RowBody(Body):
    """A row; see `Row`. Without `starts_on` it holds from today."""

    category: tuple[Level, ...] = Field(default=(), max_length=3)
    region: Code = ""
    unit_id: Id
    cooperating: tuple[Id, ...] = Field(default=(), max_length=50)
    delegated: bool = False
    basis: Words = ""
    starts_on: date | None = None
    ends_on: date | None = None


class RowsBody(Body):
    """Rows to add, all or none."""

    rows: tuple[RowBody, ...] = Field(min_length=1, max_length=5000)


class EndBody(Body):
    """The last day of a row."""

    on: date


class RulesBody(Body):
    """The rules of a place from now on; what is left out is as shipped."""

    region: Code = ""
    rules: dict[str, Any]
    reason: Words


class RowView(BaseModel):
    """A row as it stands."""

    id: str
    category: list[str]
    region: str
    unit_id: str
    unit_name: str
    cooperating: list[str]
    delegated: bool
    basis: str
    starts_on: date
    ends_on: date | None
    set_by: str
    set_at: datetime


class ImportView(BaseModel):
    """What the import of a table did, or would do."""

    confirmed: bool
    rows: list[RowView]


class MatchView(BaseModel):
    """Who an order would go to, and how that was found; without a unit why not."""

    unit_id: str | None
    unit_name: str
    cooperating: list[str]
    how: str
    how_word: str
    rule_id: str | None
    blocked: str
    blocked_word: str


class RulesView(BaseModel):
    """The rules of a place; version 0 is what is shipped."""

    region: str
    version: int
    rules: dict[str, Any]


class Sample(BaseModel):
    """What `GET /order-directory/match` is asked about: levels joined by `/`."""

    category: Level = ""
    region: Code = ""
    unit_code: Code = ""
    enterprise: bool = False
    on: date | None = None


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/order-directory` and `/order-rules`."""
    router = APIRouter()
    _serve_reading(router, db, check)
    _serve_writing(router, db, check)
    _serve_rules(router, db, check)
    return router


def _serve_reading(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/order-directory")
    async def directory(
        who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        on: date | None = None,
    ) -> list[RowView]:
        who.require(READ)
        async with db.reading() as session:
            found = await repository_directory.list_rows(session, on, page.asked)
            return await _show(session, page.show(found))

    @router.get("/order-directory/match")
    async def match(
        asked: Annotated[Sample, Depends()], who: Annotated[Principal, Depends(check)]
    ) -> MatchView:
        who.require(READ)
        matter = Matter(
            category=category_text(asked.category.split("/")),
            region_code=asked.region,
            unit_code=asked.unit_code,
            enterprise=asked.enterprise,
            on=asked.on or local_date(db.clock.now()),
        )
        async with db.reading() as session:
            rules = (await repository.rules_at(session, asked.region))[2]
            choice = await choose_unit(session, rules, matter)
            return _show_choice(choice, await unit_names(session, [choice.unit_id or ""]))


def _serve_writing(router: APIRouter, db: Database, check: Check) -> None:
    @router.post("/order-directory")
    async def add(body: RowsBody, who: Annotated[Principal, Depends(check)]) -> list[RowView]:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                rows = [_row(one, local_date(tx.now)) for one in body.rows]
                return await _show(tx.session, await add_rows(tx, rows, act_of(who, tx, db)))

    @router.post("/order-directory/imports")
    async def load(
        request: Request, who: Annotated[Principal, Depends(check)], *, confirm: bool = False
    ) -> ImportView:
        who.require(WRITE)
        content = await request.body()
        with refuse_collision():
            async with db.transaction() as tx:
                tried = await tx.session.begin_nested()
                rows = await named_rows(tx, read_table(content, local_date(tx.now)))
                made = await _show(tx.session, await add_rows(tx, rows, act_of(who, tx, db)))
                await (tried.commit() if confirm else tried.rollback())
                return ImportView(confirmed=confirm, rows=made)

    @router.post("/order-directory/{row_id}/end")
    async def end(row_id: str, body: EndBody, who: Annotated[Principal, Depends(check)]) -> RowView:
        who.require(WRITE)
        async with db.transaction() as tx:
            row = await end_row(tx, row_id, body.on, act_of(who, tx, db))
            return (await _show(tx.session, [row]))[0]


def _serve_rules(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/order-rules")
    async def rules(who: Annotated[Principal, Depends(check)]) -> list[RulesView]:
        who.require(READ)
        async with db.reading() as session:
            return await _show_rules(session)

    @router.put("/order-rules")
    async def put(body: RulesBody, who: Annotated[Principal, Depends(check)]) -> list[RulesView]:
        who.require(WRITE)
        with refuse_collision():
            async with db.transaction() as tx:
                await set_rules(tx, body.region, body.rules, body.reason, act_of(who, tx, db))
                await tx.session.flush()
                return await _show_rules(tx.session)


def _row(body: RowBody, today: date) -> Row:
    said = body.model_dump()
    return Row(**said | {"starts_on": body.starts_on or today})


async def _show(session: AsyncSession, rows: Sequence[OrderDirectoryRow]) -> list[RowView]:
    names = await unit_names(session, {row.unit_id for row in rows})
    return [
        RowView(
            id=row.id,
            category=[one for one in (row.category_1, row.category_2, row.category_3) if one],
            region=row.region,
            unit_id=row.unit_id,
            unit_name=names.get(row.unit_id, ""),
            cooperating=list(row.cooperating),
            delegated=row.delegated,
            basis=row.basis,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            set_by=row.set_by,
            set_at=row.set_at,
        )
        for row in rows
    ]


def _show_choice(choice: Choice, names: Mapping[str, str]) -> MatchView:
    return MatchView(
        unit_id=choice.unit_id,
        unit_name=names.get(choice.unit_id or "", ""),
        cooperating=list(choice.cooperating),
        how=choice.how,
        how_word=HOW_WORDS.get(choice.how, ""),
        rule_id=choice.rule_id,
        blocked=choice.blocked,
        blocked_word=BLOCKED_WORDS.get(choice.blocked, ""),
    )


async def _show_rules(session: AsyncSession) -> list[RulesView]:
    """Show what holds everywhere first, then what places set."""
    found = {"": (await repository.rules_at(session, ""))[1:], **await repository.latest_rules(session)}
    return [
        RulesView(region=region, version=version, rules=rules.model_dump(mode="json"))
        for region, (version, rules) in sorted(found.items())
    ]
