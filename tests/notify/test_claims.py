"""Results of approvals: the limit of their claim is told like any other, to whoever has them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import SUPERVISION_OFFICE
from services.notify.models import ClockRow, NoticeRow, TaskUnitRow
from shared.clock import end_of_day
from shared.database import Database
from shared.events.claims import (
    ApprovalClaimed,
    ApprovalDeclined,
    ApprovalReassigned,
    ApprovalRouted,
    ApprovalSuperseded,
)
from shared.events.deadlines import NoticeIssued
from shared.testing import FakeClock, deliver_twice, envelope, events_of
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import adopt_shipped_rules, at, decide_now

pytestmark = ON_BOTH
MONDAY, THURSDAY = date(2023, 7, 3), date(2023, 7, 6)
KEY: dict[str, Any] = {"record_id": "ap1", "approval_id": "sp.1", "version": 1}
LONG_NO = "SP" + "0" * 60


def waiting(start: date, due: date) -> dict[str, Any]:
    times = {"started_at": at(start), "recorded_at": at(start), "due_at": end_of_day(due)}
    return KEY | times | {"project_no": LONG_NO, "hop": 1, "limit": 3}


def routed(unit: str | None = "u1", **said: Any) -> ApprovalRouted:  # noqa: ANN401 - any field.
    about = {"source_id": "sp", "item_code": "0131", "result": "granted", "unit_id": unit}
    return ApprovalRouted(**waiting(MONDAY, THURSDAY) | about | said)


async def hear(db: Database, event: Any, revision: int) -> None:  # noqa: ANN401 - any event of a claim.
    handler: Any = handlers.on_claim_awaited
    if isinstance(event, ApprovalClaimed):
        handler = handlers.on_approval_claimed
    if isinstance(event, ApprovalSuperseded):
        handler = handlers.on_approval_superseded
    await deliver_twice(db, handler, envelope(event, revision=revision))


async def opened(open_database: OpenDatabase, now: datetime) -> tuple[Database, FakeClock]:
    clock = FakeClock(now)
    db = open_database(clock)
    await adopt_shipped_rules(db)
    return db, clock


async def told(db: Database, clock: FakeClock, instant: datetime) -> set[tuple[str, str]]:
    """Decide at an instant; give rung and recipient of what is told then."""
    clock.instant = instant
    return {(one.notice.rung.rung, one.notice.recipient) for one in await decide_now(db)}


async def clock_row(db: Database) -> ClockRow:
    async with db.reading() as session:
        return (await session.scalars(select(ClockRow))).one()


async def test_a_unit_is_warned_reminded_and_named_to_the_office_when_it_does_not_claim(
    open_database: OpenDatabase,
) -> None:
    db, clock = await opened(open_database, at(MONDAY))
    await hear(db, routed(), 1)

    assert await told(db, clock, at(date(2023, 7, 5))) == {("warned", "u1")}
    assert await told(db, clock, at(THURSDAY)) == {("due", "u1")}
    assert await told(db, clock, at(date(2023, 7, 7))) == {("overdue", "u1"), ("overdue", SUPERVISION_OFFICE)}
    notices = await events_of(db, NoticeIssued)
    assert {(one.task_id, one.clock) for one in notices} == {("ap1", "claim")}
    async with db.reading() as session:
        texts = (await session.scalars(select(NoticeRow.text).where(NoticeRow.rung == "overdue"))).all()
    assert all(f"待认领审批结果《{LONG_NO}》" in text for text in texts)


async def test_nobody_is_told_of_what_was_claimed_or_superseded(open_database: OpenDatabase) -> None:
    for ended in (
        ApprovalClaimed(**KEY, unit_id="u1", claimed_at=at(MONDAY, 10), late=False),
        ApprovalSuperseded(**KEY, by=2, superseded_at=at(MONDAY, 10)),
    ):
        db, clock = await opened(open_database, at(MONDAY))
        await hear(db, routed(), 1)
        await hear(db, ended, 2)
        await hear(db, routed(), 1)  # Read again, as after a rebuild.

        assert await told(db, clock, at(date(2023, 7, 7))) == set()
        assert (await clock_row(db)).stopped_at == at(MONDAY, 10)


async def test_what_has_no_unit_is_told_to_the_office(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database, at(MONDAY))
    await hear(db, routed(None), 1)

    assert await told(db, clock, at(date(2023, 7, 5))) == {("warned", SUPERVISION_OFFICE)}


async def test_who_gave_it_back_is_told_no_more_and_who_gets_it_has_a_limit_of_its_own(
    open_database: OpenDatabase,
) -> None:
    db, clock = await opened(open_database, at(MONDAY))
    await hear(db, routed(), 1)
    tuesday, friday = date(2023, 7, 4), date(2023, 7, 7)
    await hear(db, ApprovalDeclined(**waiting(tuesday, friday), unit_id="u1"), 2)
    assert await told(db, clock, at(THURSDAY)) == {("warned", SUPERVISION_OFFICE)}

    await hear(db, ApprovalReassigned(**waiting(THURSDAY, date(2023, 7, 11)), unit_id="u2"), 3)
    await hear(db, routed(), 1)  # Read again, as after a rebuild.

    async with db.reading() as session:
        rows = (await session.scalars(select(TaskUnitRow))).all()
    assert [(row.unit_id, row.role) for row in rows] == [("u2", "lead")]
    assert await told(db, clock, at(date(2023, 7, 10))) == {("warned", "u2")}
