"""Passes on what happens to a task beside its deadlines: one notice for each event and unit concerned.

Invariant: a step is told once to each unit, whatever crashed; one that is only learned of days later is recorded, not
told. A silence does not hold it back: it is said once, and the office that says it is the one that silences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notify import repository, repository_notices
from services.notify.domain import Verdict, notice_id
from services.notify.domain_parcels import Dispatch, Matter, dispatch
from services.notify.domain_recipients import recipients
from services.notify.domain_steps import CLOCK, CONCERNED, Happening, concerned, happening, is_news
from services.notify.repository import UNKNOWN_TASK, KnownTask, Values
from services.notify.wording import step_text
from shared.clock import end_of_day, local_date
from shared.database import Tx
from shared.events.deadlines import StepTold
from shared.events.supervision import ExtensionDecided, MeasureTaken, PartMoved, TaskEvent

Stepped = TaskEvent | MeasureTaken | PartMoved | ExtensionDecided


@dataclass(frozen=True, slots=True)
class _Notice:
    """What is told to one unit; the revision of the task at the step makes its key that of one event."""

    id: str
    task_id: str
    said: Happening
    day_end: datetime
    revision: int
    recipient: str


@dataclass(frozen=True, slots=True)
class _Terms:
    """What all notices of one step have in common."""

    verdict: Verdict
    text: str
    leaves: Dispatch
    rules_version: int


async def pass_on_step(tx: Tx, event: Stepped, channels: Sequence[str]) -> None:
    """Tell the units concerned of a step: in the inbox, by event, and with their next message."""
    said = happening(event)
    if said is None:
        return
    known = await repository.known_tasks(tx.session, [event.task_id])
    task = known.get(event.task_id, UNKNOWN_TASK)
    happened_at = tx.cause.time if tx.cause else tx.now
    terms = await _terms(tx, said, task, happened_at)
    notices = _notices(tx, event.task_id, said, task, happened_at)
    rows = [_row(one, terms, tx.now) for one in notices]
    new = await repository_notices.add_notices(tx.session, rows)
    if terms.verdict.is_told:
        await _tell(tx, [one for one in notices if one.id in new], terms, channels)


async def _terms(tx: Tx, said: Happening, task: KnownTask, happened_at: datetime) -> _Terms:
    book = await repository.rulebook(tx.session)
    calendar = await repository.calendar(tx.session)
    news = is_news(happened_at, tx.now, calendar)
    matter = Matter(said.step, end_of_day(local_date(happened_at)), task.level)
    return _Terms(
        verdict=Verdict.SEND if news else Verdict.SKIPPED_BEFORE_RECORDED,
        text=step_text(said, kind=task.kind, title=task.title) if news else "",
        leaves=dispatch(matter, tx.now, book.parcels, calendar),
        rules_version=book.version,
    )


def _notices(
    tx: Tx, task_id: str, said: Happening, task: KnownTask, happened_at: datetime
) -> Sequence[_Notice]:
    revision, day_end = tx.cause.revision if tx.cause else 0, end_of_day(local_date(happened_at))
    key = (task_id, CLOCK, day_end.isoformat(), said.step, "0", str(revision))
    told = recipients(sorted(CONCERNED), concerned(said, task.units, task.answering_unit))
    return [_Notice(notice_id(*key, one), task_id, said, day_end, revision, one) for one in told]


def _row(one: _Notice, terms: _Terms, now: datetime) -> Values:
    key = {"task_id": one.task_id, "clock": CLOCK, "due_at": one.day_end, "rung": one.said.step}
    key |= {"offset_days": 0, "occurrence": one.revision, "recipient": one.recipient}
    times = {"planned_at": terms.leaves.not_before, "decided_at": now, "late": False, "behind": False}
    said = {"verdict": terms.verdict, "text": terms.text, "rules_version": terms.rules_version, "reason": ""}
    return {"id": one.id, **key, **times, **said}


async def _tell(tx: Tx, notices: Sequence[_Notice], terms: _Terms, channels: Sequence[str]) -> None:
    for one in notices:
        event = StepTold(
            notice_id=one.id,
            task_id=one.task_id,
            step=one.said.step,
            occurrence=one.revision,
            recipient=one.recipient,
            decided_at=tx.now,
        )
        tx.publish(event)
    told = {one.id: one.recipient for one in notices}
    await repository_notices.add_said_once(
        tx.session, told, leaves=terms.leaves, channels=channels, at=tx.now
    )
