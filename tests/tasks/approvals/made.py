"""Made-up results of approvals, units and rows of the directory; and people who claim them."""

# ruff: noqa: ANN401 - a factory takes any field of its record.

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from services.tasks.acts import Act
from services.tasks.approvals.domain import record_id
from services.tasks.dispatch.domain import APPROVAL, Rule
from services.tasks.dispatch.service import add_rules
from services.tasks.handlers import on_approval_received
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import ApprovalRow, ApprovalStepRow, UnitCodeRow, UnitRow
from shared.clock import LiveClock, at_local
from shared.database import Database, Tx
from shared.errors import DubanError
from shared.events import Envelope
from shared.events.approvals import ApprovalReceived
from shared.testing import DRILL_START, deliver_twice, envelope

T = TypeVar("T")
LICENSING, MARKET, CITY, EVERYONE = "u-licensing", "u-market", "u-city", "u-everyone"
UNITS = {LICENSING: "行政审批局", MARKET: "市场监管局", CITY: "城市管理局"}
CODE = "11610000000000001X"  # Of the licensing department.
FOOD, SIGNS, OTHER = (
    "0131001",
    "0117002",
    "9900001",
)  # Food 市场监管, signboards 城市管理, and what no row is about.
OFFICE = Actor(id="office", role="supervisor")
TUESDAY = date(2023, 6, 20)  # 22 to 24 June are the Dragon Boat Festival, and the 25th is a working Sunday.
ENTERED = datetime(2026, 1, 1, tzinfo=UTC)
RULES = (
    Rule(purpose=APPROVAL, item="0131", unit_id=MARKET, starts_on=date(2023, 1, 1)),
    Rule(purpose=APPROVAL, item="0117", unit_id=CITY, starts_on=date(2023, 1, 1)),
)


def head(unit: str) -> Actor:
    return Actor(id=f"head of {unit}", role="unit_lead", unit=unit)


def result(number: int = 1, version: int = 1, **said: Any) -> ApprovalReceived:
    """Make a result about food, granted on 19 June 2023."""
    given: dict[str, Any] = {
        "approval_id": f"sp.{number}",
        "source_id": "sp",
        "project_no": f"{number}",
        "version": version,
        "unit_code": CODE,
        "item_code": FOOD,
        "region_code": "610481000000",
        "result": "granted",
        "decided_at": at_local(date(2023, 6, 19), 15),
        "scheme": "test",
    }
    return ApprovalReceived(**given | said)


def received(*events: ApprovalReceived, at: datetime = DRILL_START) -> list[Envelope]:
    return [envelope(event, time=at, sequence=place) for place, event in enumerate(events, 1)]


async def set_up(db: Database) -> None:
    """Register the units, one with a code, and the directory."""
    async with db.transaction() as tx:
        for unit_id, name in UNITS.items():
            tx.session.add(UnitRow(id=unit_id, name=name, kind="department", collective=False, revision=1))
        tx.session.add(
            UnitRow(id=EVERYONE, name="各相关部门", kind="collective", collective=True, revision=1)
        )
    async with db.transaction() as tx:
        tx.session.add(UnitCodeRow(code=CODE, unit_id=LICENSING, set_by="test", set_at=tx.now))
        await add_rules(tx, RULES, act(tx))


def act(tx: Tx, actor: Actor = OFFICE) -> Act:
    return Act(actor=actor, at=tx.now, recorded_at=tx.now, entered_at=ENTERED)


async def hear(db: Database, *events: ApprovalReceived) -> None:
    """Hand results to the service as of now, each twice."""
    handler = on_approval_received(LiveClock())
    await deliver_twice(db, handler, *received(*events, at=db.clock.now()))


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


def record(number: int = 1, version: int = 1) -> str:
    return record_id(f"sp.{number}", version)


async def read(db: Database, number: int = 1, version: int = 1) -> ApprovalRow:
    async with db.reading() as session:
        return await session.get_one(ApprovalRow, record(number, version))


async def steps(db: Database, number: int = 1, version: int = 1) -> list[str]:
    async with db.reading() as session:
        stated = select(ApprovalStepRow.step).where(ApprovalStepRow.record_id == record(number, version))
        return list(await session.scalars(stated.order_by(ApprovalStepRow.number)))
