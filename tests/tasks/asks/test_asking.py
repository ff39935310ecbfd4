"""Units are asked for the report of the month once, whatever crashes; and what they were told is kept."""

from datetime import date, timedelta

from services.tasks.asks.service import ask_for_reports
from services.tasks.daybreak import Daybreak
from services.tasks.handlers import on_report_reminded
from services.tasks.ledger.domain import Move
from services.tasks.ledger.links import make_link
from services.tasks.models import ReportAskRow, ReportRoundRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.deadlines import ReportReminded
from shared.events.supervision import ReportAsked
from shared.testing import FakeClock, deliver_twice, events_of
from tests.tasks import factories as make
from tests.tasks.factories import A, unit_id, worker

JUNE_20 = date(2023, 6, 20)
UNDER_WAY = (Move.ASSIGN, Move.ACCEPT)
MAY = at_local(date(2023, 5, 10), 10)


async def ask(db: Database) -> int:
    async with db.transaction() as tx:
        return await ask_for_reports(tx)


async def asked(db: Database) -> list[str]:
    return [row.task_id for row in await make.rows(db, ReportAskRow)]


async def test_a_task_under_way_is_asked_about_on_its_day_with_its_due_day(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, *UNDER_WAY, at=MAY)
    clock.instant = at_local(JUNE_20)

    assert await ask(ledger) == 1

    (event,) = await events_of(ledger, ReportAsked)
    assert (event.task_id, event.unit_id) == (make.task_id("1"), unit_id(A))
    assert (event.period, event.due_on) == ("2023-06", date(2023, 6, 26))


async def test_nothing_is_asked_before_the_day_and_nothing_twice_in_a_month(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, *UNDER_WAY, at=MAY)
    counts = []

    for day in (date(2023, 6, 19), JUNE_20, JUNE_20, date(2023, 6, 28), date(2023, 7, 19), date(2023, 7, 20)):
        clock.instant = at_local(day)
        counts.append(await ask(ledger))

    assert counts == [0, 1, 0, 0, 0, 1]
    assert [row.period for row in await make.rows(ledger, ReportAskRow)] == ["2023-06", "2023-07"]


async def test_a_day_that_was_missed_is_made_up_for_within_the_month(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, *UNDER_WAY, at=MAY)
    clock.instant = at_local(date(2023, 6, 29))

    assert await ask(ledger) == 1

    assert (await events_of(ledger, ReportAsked))[0].due_on == date(2023, 7, 4)


async def test_who_reported_this_month_is_not_asked(ledger: Database, clock: FakeClock) -> None:
    for number, day in (("1", date(2023, 5, 31)), ("2", date(2023, 6, 1))):
        await make.walk(ledger, *UNDER_WAY, number=number, at=MAY)
        await make.move(ledger, Move.PROGRESS, worker(A), number=number, at=at_local(day), progress=20)
    clock.instant = at_local(JUNE_20)

    await ask(ledger)

    assert await asked(ledger) == [make.task_id("1")]


async def test_who_has_not_signed_or_owes_nothing_now_is_not_asked(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, Move.ASSIGN, number="1", at=MAY)
    await make.walk(ledger, *UNDER_WAY, number="2", at=MAY)
    await make.move(ledger, Move.SUSPEND, number="2", at=MAY, reason="等待上级文件")
    await make.walk(ledger, *UNDER_WAY, number="3", at=MAY)  # Without a date: it is asked.
    clock.instant = at_local(JUNE_20)

    await ask(ledger)

    assert await asked(ledger) == [make.task_id("3")]


async def test_linked_tasks_are_asked_about_once(ledger: Database, clock: FakeClock) -> None:
    for number in ("1", "2"):
        await make.walk(ledger, *UNDER_WAY, number=number, at=MAY)
    async with ledger.transaction() as tx:
        await make_link(tx, [make.task_id("1"), make.task_id("2")], "内容相同", make.act(at=MAY))
    clock.instant = at_local(JUNE_20)

    await ask(ledger)

    assert await asked(ledger) == [make.task_id("1")]


async def test_the_day_asks_at_its_break_and_a_restart_does_not(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, *UNDER_WAY, at=MAY)
    clock.instant = at_local(JUNE_20)

    await Daybreak(ledger).step()
    clock.advance(timedelta(days=1))
    await Daybreak(ledger).step()

    (round_,) = await make.rows(ledger, ReportRoundRow)
    assert (round_.period, round_.asked_at, round_.asked) == ("2023-06", at_local(JUNE_20), 1)
    assert len(await events_of(ledger, ReportAsked)) == 1


def reminded(task_id: str, hour: int) -> ReportReminded:
    return ReportReminded(
        notice_id="n",
        task_id=task_id,
        period="2023-06",
        due_at=end_of_day(date(2023, 6, 26)),
        recipient=unit_id(A),
        decided_at=at_local(JUNE_20, hour),
    )


async def test_when_the_unit_was_told_is_kept_beside_the_ask(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, *UNDER_WAY, at=MAY)
    clock.instant = at_local(JUNE_20)
    await ask(ledger)

    told = [reminded(make.task_id("1"), 1), reminded(make.task_id("1"), 2), reminded("unknown", 1)]
    await deliver_twice(ledger, on_report_reminded, *told)

    assert [row.reminded_at for row in await make.rows(ledger, ReportAskRow)] == [at_local(JUNE_20, 1)]
