"""What the ledger asks units to report reaches them once, with their other notices."""

from datetime import date, timedelta

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.models import InboxRow, NoticeRow
from services.notify.wording import ask_text
from shared.clock import end_of_day
from shared.database import Database
from shared.events.deadlines import NoticeIssued, ReportReminded
from shared.events.supervision import ReportAsked
from shared.testing import FakeClock, deliver_twice, events_of
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import (
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    task_registered,
    tell,
)

JUNE_20, JUNE_26 = date(2023, 6, 20), date(2023, 6, 26)
ASK = ReportAsked(task_id="t1", period="2023-06", unit_id="u1", due_on=JUNE_26)


async def asked(open_database: OpenDatabase, clock: FakeClock, ask: ReportAsked = ASK) -> Database:
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_task_registered, task_registered())
    await deliver_twice(db, handlers.on_report_asked(["log"]), ask)
    return db


async def notices(db: Database) -> list[NoticeRow]:
    async with db.reading() as session:
        return list(await session.scalars(select(NoticeRow)))


@ON_BOTH
async def test_an_ask_reaches_the_inbox_of_its_unit_once_and_is_no_rung_of_a_clock(
    open_database: OpenDatabase,
) -> None:
    db = await asked(open_database, FakeClock(at(JUNE_20, 0)))

    (reminded,) = await events_of(db, ReportReminded)
    async with db.reading() as session:
        inbox = (await session.scalars(select(InboxRow))).all()

    assert [(row.notice_id, row.recipient) for row in inbox] == [(reminded.notice_id, "u1")]
    assert (reminded.task_id, reminded.period, reminded.due_at) == ("t1", "2023-06", end_of_day(JUNE_26))
    assert await events_of(db, NoticeIssued) == []


async def test_an_ask_says_what_is_wanted_of_whom_by_when(open_database: OpenDatabase) -> None:
    db = await asked(open_database, FakeClock(at(JUNE_20, 0)))

    (notice,) = await notices(db)

    assert notice.text == "【进展报送】请于2023年6月26日前报送重点任务《建设示范路》2023年6月进展情况。"
    assert notice.planned_at == at(JUNE_20)


async def test_an_ask_travels_in_the_message_of_the_day(open_database: OpenDatabase) -> None:
    clock, channel = FakeClock(at(JUNE_20, 0)), FakeChannel()
    db = await asked(open_database, clock)
    await tell(db, handlers.on_clock_started, clock_started(due=date(2023, 6, 27), recorded_at=clock.now()))
    sender = Sender(db, [channel], instruments=Instruments(CollectorRegistry()))
    await sender.step()
    clock.instant = at(JUNE_20)
    await decide_now(db)

    for _ in range(2):
        await sender.step()

    (parcel,) = channel.parcels
    assert [letter.rung for letter in parcel.letters] == ["warned", "asked"]
    assert parcel.text.startswith("督办提醒共2条：提前预警1条、进展报送1条。")


async def test_an_ask_that_is_learned_of_after_its_due_day_is_recorded_and_not_told(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock(end_of_day(JUNE_26) + timedelta(seconds=1))
    db = await asked(open_database, clock)

    (notice,) = await notices(db)

    assert (notice.verdict, notice.text) == ("skipped_before_recorded", "")
    assert await events_of(db, ReportReminded) == []


async def test_asks_of_two_months_are_two(open_database: OpenDatabase) -> None:
    db = await asked(open_database, FakeClock(at(JUNE_20, 0)))
    july = ASK.model_copy(update={"period": "2023-07", "due_on": date(2023, 7, 25)})

    await tell(db, handlers.on_report_asked([]), july)

    assert len(await notices(db)) == 2


def test_a_kind_without_a_word_is_a_task() -> None:
    text = ask_text(kind="", title="修路", period="2023-12", due_at=end_of_day(date(2024, 1, 3)))

    assert text == "【进展报送】请于2024年1月3日前报送督办事项《修路》2023年12月进展情况。"
