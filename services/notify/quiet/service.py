"""Use cases on quiet: silences of the office, answers of recipients. What holds is asked for at each decision."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import update

from services.notify import repository as mirror
from services.notify.contacts.domain import passed_to
from services.notify.contacts.repository import successors
from services.notify.models import InboxRow, NoticeRow, ReplyRow, SilenceRow
from services.notify.quiet import repository
from services.notify.quiet.domain import (
    Answer,
    Silence,
    acknowledged_until,
    check_repeats,
    check_silence,
    check_snooze,
    check_told,
)
from shared.database import Tx
from shared.errors import Conflict
from shared.events.deadlines import NoticeAnswered


async def add_silence(tx: Tx, silence: Silence, *, by: str) -> SilenceRow:
    """Make a silence.

    Raises:
        Invalid: As `domain.check_silence`.
    """
    check_silence(silence, now=tx.now)
    row = SilenceRow(
        id=f"s-{uuid4().hex[:20]}",
        scope=silence.scope,
        value=silence.value,
        from_at=silence.from_at,
        until_at=silence.until_at,
        reason=silence.reason.strip(),
        by=by,
        made_at=tx.now,
        ended_by="",
    )
    tx.session.add(row)
    return row


async def end_silence(tx: Tx, silence_id: str, *, by: str) -> SilenceRow:
    """End a silence now.

    Raises:
        NotFound: There is none.
        Conflict: It is over.
    """
    row = await repository.get_silence(tx.session, silence_id)
    if row.until_at <= tx.now:
        raise Conflict(f"静默 {silence_id} 已结束", code="silence.over")
    row.until_at, row.ended_by = tx.now, by
    return row


async def acknowledge(tx: Tx, notice: NoticeRow, *, reason: str, by: str) -> ReplyRow:
    """Keep that a recipient has taken note: repeats of what is overdue leave it in peace for some working days.

    Raises:
        Conflict: Nobody was told.
    """
    check_told(notice.verdict, notice.id)
    until = acknowledged_until(tx.now, await mirror.calendar(tx.session))
    return await _reply(tx, notice, Answer.ACKNOWLEDGED, until, (reason, by))


async def snooze(tx: Tx, notice: NoticeRow, until: datetime, *, reason: str, by: str) -> ReplyRow:
    """Keep that a recipient wants to be told later: what comes before is held back, and its last told at the end.

    Raises:
        Conflict: Nobody was told, or it was said once for all.
        Invalid: As `domain.check_snooze`.
    """
    check_told(notice.verdict, notice.id)
    check_repeats(notice.rung, notice.id)
    calendar = await mirror.calendar(tx.session)
    check_snooze(until, reason=reason, now=tx.now, calendar=calendar)
    return await _reply(tx, notice, Answer.SNOOZED, until, (reason, by))


async def _reply(tx: Tx, notice: NoticeRow, kind: Answer, until: datetime, said: tuple[str, str]) -> ReplyRow:
    # What a unit's heir answers holds for what the heir is told from now on.
    recipient = passed_to(notice.recipient, await successors(tx.session))
    key = {"task_id": notice.task_id, "clock": notice.clock, "recipient": recipient}
    reason, by = said
    values = {"kind": kind, "notice_id": notice.id, "due_at": notice.due_at, "at": tx.now, "until_at": until}
    values |= {"reason": reason.strip(), "by": by}
    await repository.keep_reply(tx.session, key | values)
    unread = update(InboxRow).where(InboxRow.notice_id == notice.id, InboxRow.read_at.is_(None))
    await tx.session.execute(unread.values(read_at=tx.now))
    event = NoticeAnswered(
        notice_id=notice.id,
        task_id=notice.task_id,
        clock=notice.clock,
        due_at=notice.due_at,
        recipient=recipient,
        answer=kind.value,
        answered_at=tx.now,
        until_at=until,
        by=by,
    )
    tx.publish(event)
    return await tx.session.get_one(ReplyRow, tuple(key.values()), populate_existing=True)
