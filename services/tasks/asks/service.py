"""Use cases of asks: ask for the reports of a month once, and keep when a unit was told."""

from services.tasks.asks import repository
from services.tasks.asks.domain import Answer, AskRule, asks_from, due_on, judge, period_of, shipped_rule
from services.tasks.models import ReportAskRow, ReportRoundRow
from services.tasks.workdays.repository import read_calendar
from shared.clock import at_local, local_date
from shared.database import Tx
from shared.events.deadlines import ReportReminded
from shared.events.supervision import ReportAsked


async def ask_for_reports(tx: Tx, rule: AskRule | None = None) -> int:
    """Ask for the reports of the month when its day has come and nobody did before; give how many were asked.

    When the day was missed, they are asked for on the first day after it that is still of the month.

    Args:
        tx: The transaction; two at once collide on the month, and the later one is rolled back.
        rule: Another rule than the shipped one.
    """
    today, calendar, rule = local_date(tx.now), await read_calendar(tx.session), rule or shipped_rule()
    period = period_of(today)
    before = await tx.session.get(ReportRoundRow, period)
    if before is not None or today < asks_from(today, rule, calendar):
        return 0
    found = await repository.candidates(tx.session, at_local(today.replace(day=1)))
    wanted = [(one, str(one.unit_id)) for one, answer in judge(found, rule) if answer is Answer.ASK]
    day = due_on(today, rule, calendar)
    for one, unit in wanted:
        ask = ReportAskRow(task_id=one.task_id, period=period, unit_id=unit, asked_at=tx.now, due_on=day)
        tx.session.add(ask)
        event = ReportAsked(task_id=one.task_id, period=period, unit_id=unit, due_on=day)
        tx.publish(event, revision=one.revision)
    tx.session.add(ReportRoundRow(period=period, asked_at=tx.now, asked=len(wanted)))
    return len(wanted)


async def record_reminder(tx: Tx, event: ReportReminded) -> None:
    """Keep when the unit was told of an ask, for the first time; an ask that is not known changes nothing."""
    row = await tx.session.get(ReportAskRow, (event.task_id, event.period))
    if row is not None and row.reminded_at is None:
        row.reminded_at = event.decided_at
