"""Made-up orders, units and a directory; and people who deal with them."""

# ruff: noqa: ANN401 - a factory takes any field of its record.

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from services.tasks.acts import Act
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import OrderRow, TaskRow, UnitCodeRow, UnitRow
from services.tasks.orders import receiving
from services.tasks.orders.directory import add_rows
from services.tasks.orders.domain_directory import Row
from services.tasks.orders.receiving import task_id_of
from services.tasks.orders.rules import set_rules
from shared.clock import at_local
from shared.database import Database, Tx
from shared.errors import DubanError
from shared.events.hotline import OrderEvent, OrderReceived
from shared.testing import deliver_twice

T = TypeVar("T")
CITY, WATER, HOUSING, STREET, BUSINESS, ORGANISATION, TRANSPORT = (
    "u-city",
    "u-water",
    "u-housing",
    "u-street",
    "u-business",
    "u-organisation",
    "u-transport",
)
UNITS = {
    CITY: ("城市管理局", "department"),
    WATER: ("水务局", "department"),
    HOUSING: ("住建局", "department"),
    TRANSPORT: ("交通局", "department"),
    STREET: ("示例街道办事处", "government"),
    BUSINESS: ("营商办", "department"),
    ORGANISATION: ("组织部", "department"),
}
NOISE = ("城市管理", "市容环境", "占道经营")
REGION = "610481"
OFFICE = Actor(id="office", role="supervisor")
LEADER = Actor(id="leader", role="leader")
SINCE = date(2023, 1, 1)


def head(unit: str) -> Actor:
    return Actor(id=f"head of {unit}", role="unit_lead", unit=unit)


def order(number: int = 1, **said: Any) -> OrderReceived:
    """Make an order about the city, received on 20 June 2023 at nine."""
    given: dict[str, Any] = {
        "order_id": f"city-{number}",
        "source_id": "city",
        "order_no": f"20230620{number:04d}",
        "kind": "help",
        "category": NOISE,
        "region_code": f"{REGION}000000",
        "caller": f"caller {number}",
        "received_at": at_local(date(2023, 6, 20), 9),
        "scheme": "test",
    }
    return OrderReceived(**given | said)


def row(unit: str, *category: str, **said: Any) -> Row:
    return Row(unit_id=unit, category=category, **{"starts_on": SINCE} | said)


DIRECTORY = (
    row(CITY, "城市管理"),
    row(WATER, "水务"),
    row(HOUSING, "住房城乡建设", cooperating=(CITY,)),
    row(TRANSPORT, "交通运输"),
)


async def set_up(db: Database, *rows: Row, **rules: Any) -> None:
    """Register the units, the directory and the rules that differ from what is shipped."""
    async with db.transaction() as tx:
        for unit_id, (name, kind) in UNITS.items():
            tx.session.add(UnitRow(id=unit_id, name=name, kind=kind, collective=False, revision=1))
    async with db.transaction() as tx:
        if rules:
            await set_rules(tx, "", rules, "本地规定", act(tx))
        await add_rows(tx, rows or DIRECTORY, act(tx))


async def code(db: Database, code_: str, unit: str) -> None:
    async with db.transaction() as tx:
        tx.session.add(UnitCodeRow(code=code_, unit_id=unit, set_by="test", set_at=tx.now))


def act(tx: Tx, actor: Actor = OFFICE) -> Act:
    return Act(actor=actor, at=tx.now, recorded_at=tx.now, entered_at=datetime(2026, 1, 1, tzinfo=UTC))


async def follow(tx: Tx, event: OrderEvent) -> None:
    await receiving.follow(tx, event, entered_at=datetime(2026, 1, 1, tzinfo=UTC))


async def hear(db: Database, *events: OrderEvent) -> None:
    """Hand events to the service, each twice."""
    await deliver_twice(db, follow, *events)


async def do(
    db: Database, use_case: Callable[..., Awaitable[T]], *said: Any, by: Actor = OFFICE, **more: Any
) -> T:
    """Run a use case in a transaction of its own, as somebody."""
    async with db.transaction() as tx:
        return await use_case(tx, *said, act(tx, by), **more)


async def refusal(db: Database, use_case: Callable[..., Awaitable[Any]], *said: Any, **more: Any) -> str:
    """Run a use case that is refused, and give the code of the refusal."""
    try:
        await do(db, use_case, *said, **more)
    except DubanError as error:
        return error.code
    raise AssertionError(f"{use_case.__name__} was not refused")


def task(number: int = 1) -> str:
    return task_id_of(f"city-{number}")


async def read(db: Database, number: int = 1) -> OrderRow:
    async with db.reading() as session:
        return (await session.scalars(select(OrderRow).where(OrderRow.task_id == task(number)))).one()


async def state(db: Database, number: int = 1) -> str:
    async with db.reading() as session:
        return (await session.get_one(TaskRow, task(number))).state


async def rows(db: Database, model: type[T]) -> list[T]:
    async with db.reading() as session:
        return list(await session.scalars(select(model).order_by(*model.__table__.primary_key)))  # type: ignore[attr-defined]


async def held(db: Database, number: int = 1) -> TaskRow:
    async with db.reading() as session:
        return await session.get_one(TaskRow, task(number))
