"""The group `tasks` remembers the last rung that each recipient was told."""

from datetime import date, timedelta

from services.tasks.handlers import GROUP, build_handlers, on_notice_issued
from services.tasks.models import ToldRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.deadlines import NoticeIssued
from shared.streams import GROUPS
from shared.testing import deliver_twice
from tests.tasks import factories as make

NINE = at_local(date(2023, 6, 23), 9)


def notice(**changes: object) -> NoticeIssued:
    said: dict[str, object] = {
        "notice_id": "n1",
        "task_id": make.task_id("1"),
        "clock": "finish",
        "due_at": end_of_day(make.JUNE),
        "rung": "warned",
        "offset_days": -7,
        "recipient": make.unit_id(make.A),
        "planned_at": NINE,
        "decided_at": NINE,
    }
    return NoticeIssued.model_validate(said | changes)


async def test_a_notice_is_kept_once_however_often_it_arrives(db: Database) -> None:
    await deliver_twice(db, on_notice_issued, notice())

    [told] = await make.rows(db, ToldRow)
    assert (told.rung, told.offset_days, told.decided_at, told.late) == ("warned", -7, NINE, False)


async def test_the_last_rung_stands_whatever_comes_after_it(db: Database) -> None:
    later = notice(notice_id="n2", rung="due", offset_days=0, decided_at=NINE + timedelta(days=7))

    await deliver_twice(db, on_notice_issued, later, notice())

    assert [row.notice_id for row in await make.rows(db, ToldRow)] == ["n2"]


async def test_a_later_rung_replaces_an_earlier_one(db: Database) -> None:
    later = notice(
        notice_id="n2", rung="overdue", offset_days=1, decided_at=NINE + timedelta(days=9), late=True
    )

    await deliver_twice(db, on_notice_issued, notice(), later)

    assert [(row.rung, row.late) for row in await make.rows(db, ToldRow)] == [("overdue", True)]


async def test_each_recipient_has_a_last_rung_of_its_own(db: Database) -> None:
    await deliver_twice(db, on_notice_issued, notice(), notice(recipient="supervision-office"))

    assert len(await make.rows(db, ToldRow)) == 2


def test_the_group_reads_what_the_bus_gives_it() -> None:
    assert GROUP in GROUPS["deadlines"]
    assert NoticeIssued.type in build_handlers().one
