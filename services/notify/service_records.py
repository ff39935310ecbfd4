"""Writes what a round decided: the notices, their events, their places in the inbox, their first attempts.

Invariant: it is called in the transaction that decided, with the clocks of the round locked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notify import repository_notices
from services.notify.domain import PlannedNotice, Verdict
from services.notify.domain_parcels import Dispatch
from services.notify.monitoring.domain import Service
from services.notify.repository import Values
from shared.database import Tx
from shared.events.deadlines import NoticeIssued, ServiceNoticed


@dataclass(frozen=True, slots=True)
class Decision:
    """A final verdict about one planned notice.

    Attributes:
        reason: Why it is held back, in the words of whoever wanted that.
    """

    notice: PlannedNotice
    verdict: Verdict
    reason: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it was missed while the service was down."""
        return self.verdict is Verdict.SEND_LATE


@dataclass(frozen=True, slots=True)
class Letter:
    """What a told notice says, and when it leaves."""

    text: str
    leaves: Dispatch


@dataclass(frozen=True, slots=True)
class Record:
    """What every decision of a round is recorded with.

    Attributes:
        known: Verdicts of the planned notices that were decided before.
        real_now: Real time from which attempts may begin.
        services: The services 办件 that notices are about, by subject; what is none is a task.
    """

    behind: bool
    rules_version: int
    channels: Sequence[str]
    real_now: datetime
    known: Mapping[str, str]
    services: Mapping[str, Service]


async def write(
    tx: Tx, decisions: Sequence[Decision], letters: Mapping[str, Letter], record: Record
) -> Sequence[Decision]:
    """Write the decisions; publish, put into the inbox and queue those that are told. Give those that are news."""
    new = [one for one in decisions if one.notice.id not in record.known]
    await repository_notices.insert_notices(tx.session, [_row(one, letters, record, tx.now) for one in new])
    again = [one for one in decisions if one.notice.id in record.known]
    if again:  # They were held back, and are told now, if they are.
        rows = [_row(one, letters, record, tx.now) for one in again]
        changed = await repository_notices.add_notices(tx.session, rows)
        new += [one for one in again if one.notice.id in changed]
    told = [one for one in new if one.verdict.is_told]
    for one in told:
        service = record.services.get(one.notice.clock.task_id)
        event = _service_event(one, service, tx.now) if service else _event(one, decided_at=tx.now)
        tx.publish(event)
    inbox = [
        {"notice_id": one.notice.id, "recipient": one.notice.recipient, "arrived_at": tx.now} for one in told
    ]
    attempts = [row for one in told for row in _first_attempts(one, letters[one.notice.id], record)]
    await repository_notices.add_letters(tx.session, inbox, attempts)
    return new


def _row(decision: Decision, letters: Mapping[str, Letter], record: Record, now: datetime) -> Values:
    notice, verdict = decision.notice, decision.verdict
    clock, rung = notice.clock, notice.rung
    return {
        "id": notice.id,
        "task_id": clock.task_id,
        "clock": clock.clock,
        "due_at": clock.due_at,
        "rung": rung.rung,
        "offset_days": rung.offset_days,
        "occurrence": rung.occurrence,
        "recipient": notice.recipient,
        "planned_at": rung.planned_at,
        "decided_at": now,
        "verdict": verdict.value,
        "late": verdict is Verdict.SEND_LATE,
        "behind": record.behind,
        "rules_version": record.rules_version,
        "text": letters[notice.id].text if verdict.is_told else "",
        "reason": decision.reason,
    }


def _event(decision: Decision, *, decided_at: datetime) -> NoticeIssued:
    clock, rung = decision.notice.clock, decision.notice.rung
    return NoticeIssued(
        notice_id=decision.notice.id,
        task_id=clock.task_id,
        clock=clock.clock,
        due_at=clock.due_at,
        rung=rung.rung,
        offset_days=rung.offset_days,
        occurrence=rung.occurrence,
        recipient=decision.notice.recipient,
        planned_at=rung.planned_at,
        decided_at=decided_at,
        late=decision.verdict is Verdict.SEND_LATE,
    )


def _service_event(decision: Decision, service: Service, decided_at: datetime) -> ServiceNoticed:
    clock, rung = decision.notice.clock, decision.notice.rung
    return ServiceNoticed(
        notice_id=decision.notice.id,
        service_id=service.service_id,
        unit_code=service.unit_code,
        item_code=service.item_code,
        recipient=decision.notice.recipient,
        rung=rung.rung,
        due_at=clock.due_at,
        planned_at=rung.planned_at,
        decided_at=decided_at,
        late=decision.is_late,
    )


def _first_attempts(decision: Decision, letter: Letter, record: Record) -> Iterator[Values]:
    """Queue a notice for each channel; when it leaves follows from its haste."""
    for channel in record.channels:
        yield repository_notices.first_attempt(decision.notice.id, channel, letter.leaves, record.real_now)
