"""Answers and silences over the inner API, and what the engine then holds back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import Verdict
from services.notify.models import NoticeRow
from services.notify.quiet import service as quiet
from services.notify.quiet.domain import Scope, Silence
from services.notify.quiet.repository import get_notice, list_silences
from services.notify.quiet.repository_inbox import count_unread, inbox
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict, NotFound
from shared.paging import Asked
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.made import adopt_shipped_rules, clock_started, decide_now, task_registered, tell, told

OVERDUE = [at_local(day, 9) for day in (date(2023, 7, 3), date(2023, 7, 7), date(2023, 7, 14))]


async def opened(open_database: OpenDatabase) -> tuple[Database, FakeClock]:
    """A task that is overdue since 30 June, told once."""
    clock = FakeClock(at_local(date(2023, 6, 20), 8))
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_task_registered, task_registered())
    await tell(db, handlers.on_clock_started, clock_started())
    clock.instant = OVERDUE[0]
    await decide_now(db)
    return db, clock


async def last_notice(db: Database) -> NoticeRow:
    async with db.reading() as session:
        newest = select(NoticeRow).where(NoticeRow.recipient == "u1").order_by(NoticeRow.planned_at.desc())
        return (await session.scalars(newest.limit(1))).one()


async def verdicts(db: Database, recipient: str = "u1") -> list[str]:
    async with db.reading() as session:
        rows = select(NoticeRow.verdict).where(NoticeRow.recipient == recipient, NoticeRow.rung == "overdue")
        return list(await session.scalars(rows.order_by(NoticeRow.occurrence)))


async def test_what_a_unit_acknowledged_is_not_repeated_for_a_week_and_the_office_is_told_still(
    open_database: OpenDatabase,
) -> None:
    db, clock = await opened(open_database)
    async with db.transaction() as tx:
        await quiet.acknowledge(tx, await last_notice(db), reason="正在办", by="key-1")

    for instant in OVERDUE[1:]:
        clock.instant = instant
        await decide_now(db)

    assert await verdicts(db) == [Verdict.SEND, Verdict.HELD_ACKNOWLEDGED, Verdict.SEND]
    assert await verdicts(db, "supervision-office") == [Verdict.SEND] * 3


async def test_what_a_snooze_held_back_goes_out_when_it_ends(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    async with db.transaction() as tx:
        until = OVERDUE[1] + timedelta(days=3)
        await quiet.snooze(tx, await last_notice(db), until, reason="出差", by="key-1")
    clock.instant = OVERDUE[1]
    held = await decide_now(db)

    clock.instant = until
    released = await decide_now(db)

    assert ("overdue", 5, "u1") not in told(held)
    assert told(released) == [("overdue", 5, "u1")]


async def test_a_silence_holds_a_unit_s_notices_until_it_is_ended(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    async with db.transaction() as tx:
        said = Silence(Scope.UNIT, "u1", tx.now, tx.now + timedelta(days=30), "机构调整")
        row = await quiet.add_silence(tx, said, by="office")
    clock.instant = OVERDUE[1]
    await decide_now(db)
    async with db.transaction() as tx:
        await quiet.end_silence(tx, row.id, by="office")
    clock.instant = OVERDUE[2]
    await decide_now(db)

    assert await verdicts(db) == [Verdict.SEND, Verdict.HELD_SILENCED, Verdict.SEND]


async def test_what_is_held_back_is_recorded_with_the_words_of_whoever_wanted_it(
    open_database: OpenDatabase,
) -> None:
    db, clock = await opened(open_database)
    async with db.transaction() as tx:
        await quiet.acknowledge(tx, await last_notice(db), reason="正在办", by="key-1")
    clock.instant = OVERDUE[1]
    await decide_now(db)

    held = await last_notice(db)
    assert (held.verdict, held.reason) == (Verdict.HELD_ACKNOWLEDGED, "正在办")


async def test_a_silence_ends_once(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    async with db.transaction() as tx:
        said = Silence(Scope.ALL, "", tx.now, tx.now + timedelta(days=1), "停电")
        row = await quiet.add_silence(tx, said, by="office")
        await quiet.end_silence(tx, row.id, by="office")
        with pytest.raises(Conflict):
            await quiet.end_silence(tx, row.id, by="office")
        with pytest.raises(NotFound):
            await quiet.end_silence(tx, "none", by="office")

    async with db.reading() as session:
        assert (await list_silences(session, ending_after=db.clock.now(), asked=Asked())).items == []
        assert [
            one.ended_by for one in (await list_silences(session, ending_after=None, asked=Asked())).items
        ] == ["office"]


async def test_an_answered_notice_is_read(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    async with db.reading() as session:
        before = await count_unread(session, "u1")
        with pytest.raises(NotFound):
            await get_notice(session, "none")
    async with db.transaction() as tx:
        await quiet.acknowledge(tx, await last_notice(db), reason="", by="key-1")

    async with db.reading() as session:
        assert await count_unread(session, "u1") == before - 1
        unread = (await inbox(session, "u1", unread=True, asked=Asked())).items
        everybody = (await inbox(session, "", unread=False, asked=Asked())).items
    assert (len(unread), {one.recipient for one in everybody}) == (before - 1, {"u1", "supervision-office"})
