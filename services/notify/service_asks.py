"""Passes on what the ledger asks units to report: one notice for each task, month and unit, in the day's parcel.

Invariant: an ask is told once, whatever crashed; one that is only learned of after its due day is recorded, not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notify import repository, repository_notices
from services.notify.domain import Verdict, notice_id
from services.notify.domain_parcels import ASKED, Dispatch, Matter, dispatch
from services.notify.repository import UNKNOWN_TASK
from services.notify.wording import ask_text
from shared.clock import end_of_day
from shared.database import Tx
from shared.events.deadlines import ReportReminded
from shared.events.supervision import ReportAsked

CLOCK = "month_report"  # Stands for the clock in the key of such a notice.


@dataclass(frozen=True, slots=True)
class _Ask:
    id: str
    event: ReportAsked
    due_at: datetime
    verdict: Verdict
    leaves: Dispatch


async def remind_of_report(tx: Tx, event: ReportAsked, channels: Sequence[str]) -> None:
    """Tell the unit that its report is asked for: in the inbox, by event, and with its next message."""
    book = await repository.rulebook(tx.session)
    calendar = await repository.calendar(tx.session)
    known = await repository.known_tasks(tx.session, [event.task_id])
    task, due_at = known.get(event.task_id, UNKNOWN_TASK), end_of_day(event.due_on)
    ask = _Ask(
        id=notice_id(event.task_id, CLOCK, due_at.isoformat(), ASKED, event.unit_id),
        event=event,
        due_at=due_at,
        verdict=Verdict.SEND if tx.now <= due_at else Verdict.SKIPPED_BEFORE_RECORDED,
        leaves=dispatch(Matter(ASKED, due_at, task.level), tx.now, book.parcels, calendar),
    )
    text = ask_text(kind=task.kind, title=task.title, period=event.period, due_at=due_at)
    row = _row(ask, text if ask.verdict.is_told else "", tx.now) | {"rules_version": book.version}
    if await repository_notices.add_notices(tx.session, [row]) and ask.verdict.is_told:
        await _tell(tx, ask, channels)


def _row(ask: _Ask, text: str, now: datetime) -> dict[str, object]:
    key = {"task_id": ask.event.task_id, "clock": CLOCK, "due_at": ask.due_at, "rung": ASKED}
    key |= {"offset_days": 0, "occurrence": 1, "recipient": ask.event.unit_id}
    times = {"planned_at": ask.leaves.not_before, "decided_at": now, "late": False, "behind": False}
    return {"id": ask.id, **key, **times, "verdict": ask.verdict, "text": text}


async def _tell(tx: Tx, ask: _Ask, channels: Sequence[str]) -> None:
    said = ask.event.model_dump(include={"task_id", "period"})
    event = ReportReminded(
        notice_id=ask.id, due_at=ask.due_at, recipient=ask.event.unit_id, decided_at=tx.now, **said
    )
    tx.publish(event)
    told = {ask.id: ask.event.unit_id}
    await repository_notices.add_said_once(tx.session, told, leaves=ask.leaves, channels=channels, at=tx.now)
