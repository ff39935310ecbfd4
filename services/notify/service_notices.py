"""Use cases on notices: decide what is due, and hand over what was decided.

Invariant: a rung of a clock is decided in the one transaction that reads the clock, its stop and its task, so
nothing is decided after a closing was consumed; a unique key makes it once, whatever crashed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository, repository_notices
from services.notify.domain import (
    Outcome,
    PlannedNotice,
    PlannedRung,
    Reading,
    Result,
    RunningClock,
    Situation,
    Verdict,
    decide,
    recipients,
    retry_after,
    rungs,
)
from services.notify.models import ClockRow
from services.notify.ports import Letter
from services.notify.repository import KnownTask, Values
from services.notify.rules import Rulebook
from services.notify.wording import notice_text
from shared.database import Tx
from shared.events.deadlines import NoticeIssued
from shared.workdays import WorkCalendar

UNANSWERED_FOR = timedelta(seconds=60)  # Real time; longer than any channel may take.
UNKNOWN_TASK = KnownTask(kind="", title="", units=())


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the engine.

    Attributes:
        as_of: Business time as of which is decided.
        late_after: Business time by which a decision may come after its plan.
        channels: Names of the channels that carry each notice, beside the inbox.
        real_now: Real time, from which deliveries may begin.
        limit: Clocks taken in one transaction.
    """

    as_of: datetime
    reading: Reading
    late_after: timedelta
    channels: tuple[str, ...]
    real_now: datetime
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """A final verdict about one planned notice."""

    notice: PlannedNotice
    verdict: Verdict

    @property
    def is_late(self) -> bool:
        """Whether it was missed while the service was down."""
        return self.verdict is Verdict.SEND_LATE


@dataclass(slots=True)
class _Facts:
    """What the clocks of one round are decided from."""

    book: Rulebook
    calendar: WorkCalendar
    tasks: dict[str, KnownTask]
    decided: frozenset[str]
    rungs: dict[tuple[str, datetime, int | None], list[PlannedRung]] = field(default_factory=dict)

    def task(self, row: ClockRow) -> KnownTask:
        return self.tasks.get(row.task_id, UNKNOWN_TASK)

    def rungs_of(self, row: ClockRow, as_of: datetime) -> list[PlannedRung]:
        """Give the undecided rungs up to the first one after `as_of`; many clocks share a due instant."""
        key = (self.task(row).kind, row.due_at, row.decided_offset)
        if key not in self.rungs:
            endless = rungs(row.due_at, self.book.for_kind(key[0]), self.calendar, after=row.decided_offset)
            self.rungs[key] = list(_until_after(endless, as_of))
        return self.rungs[key]


def _until_after(endless: Iterator[PlannedRung], as_of: datetime) -> Iterator[PlannedRung]:
    rung = next(endless)
    while rung.planned_at <= as_of:
        yield rung
        rung = next(endless)
    yield rung


async def decide_due(tx: Tx, round_: Round) -> tuple[int, Sequence[Decision]]:
    """Decide all rungs that are due for up to `limit` clocks, and publish the notices that somebody is told.

    Returns:
        How many clocks were looked at, and what was decided for the first time.
    """
    rows = await repository.due_clocks(tx.session, round_.as_of, limit=round_.limit)
    if not rows:
        return 0, ()
    facts = await _facts(tx, [row.task_id for row in rows])
    decisions = [decision for row in rows for decision in _decide_clock(row, facts, round_)]
    texts = {decision.notice.id: _text(decision, facts) for decision in decisions if decision.verdict.is_told}
    return len(rows), await _record(tx, decisions, texts, facts.book.version, round_)


async def _facts(tx: Tx, task_ids: list[str]) -> _Facts:
    return _Facts(
        book=await repository.rulebook(tx.session),
        calendar=await repository.calendar(tx.session),
        tasks=await repository.known_tasks(tx.session, task_ids),
        decided=await repository_notices.known_notices(tx.session, task_ids),
    )


def _decide_clock(row: ClockRow, facts: _Facts, round_: Round) -> list[Decision]:
    """Decide one clock's rungs in order until one is held, and move the clock to where it then stands."""
    known_from = max(row.recorded_at, row.started_at, facts.book.since or row.recorded_at)
    clock = RunningClock(row.task_id, row.clock, row.due_at, known_from, row.stopped_at)
    final: list[Decision] = []
    undecided = iter(facts.rungs_of(row, round_.as_of))
    rung = next(undecided)
    decisions = _decide_rung(clock, rung, facts, round_)
    while _are_settled(decisions):
        final += [decision for decision in decisions if decision.verdict.is_final]
        row.decided_offset = rung.offset_days
        rung = next(undecided)  # There always is one: at least the rung after `as_of` is held.
        decisions = _decide_rung(clock, rung, facts, round_)
    row.next_at = None if decisions[0].verdict is Verdict.DONE_STOPPED else rung.planned_at
    return final


def _are_settled(decisions: Sequence[Decision]) -> bool:
    """Say whether a rung is done with: for every recipient it was told or skipped, now or before."""
    return all(one.verdict.is_final or one.verdict is Verdict.ALREADY_DECIDED for one in decisions)


def _decide_rung(clock: RunningClock, rung: PlannedRung, facts: _Facts, round_: Round) -> list[Decision]:
    units = facts.tasks.get(clock.task_id, UNKNOWN_TASK).units
    notices = [PlannedNotice(clock, rung, recipient) for recipient in recipients(rung.tell, units)]
    return [Decision(notice, decide(notice, _situation(notice, facts, round_))) for notice in notices]


def _situation(notice: PlannedNotice, facts: _Facts, round_: Round) -> Situation:
    return Situation(
        now=round_.as_of,
        reading=round_.reading,
        already=notice.id in facts.decided,
        late_after=round_.late_after,
    )


def _text(decision: Decision, facts: _Facts) -> str:
    clock = decision.notice.clock
    task = facts.tasks.get(clock.task_id, UNKNOWN_TASK)
    rung, verdict = decision.notice.rung, decision.verdict
    return notice_text(rung, kind=task.kind, title=task.title, due_at=clock.due_at, verdict=verdict)


async def _record(
    tx: Tx, decisions: Sequence[Decision], texts: dict[str, str], version: int, round_: Round
) -> Sequence[Decision]:
    """Write the decisions; publish, put into the inbox and queue those that are told and were not there yet."""
    if not decisions:
        return ()
    record = {
        "decided_at": tx.now,
        "behind": round_.reading is not Reading.CAUGHT_UP,
        "rules_version": version,
    }
    rows = [_row(decision, texts) | record for decision in decisions]
    new = await repository_notices.add_notices(tx.session, rows)
    fresh = [decision for decision in decisions if decision.notice.id in new]
    told = [decision for decision in fresh if decision.verdict.is_told]
    for decision in told:
        tx.publish(_event(decision, decided_at=tx.now))
    await repository_notices.add_letters(
        tx.session, [_inbox_row(decision, tx.now) for decision in told], list(_first_attempts(told, round_))
    )
    return fresh


def _row(decision: Decision, texts: dict[str, str]) -> dict[str, object]:
    clock, rung = decision.notice.clock, decision.notice.rung
    key = {"task_id": clock.task_id, "clock": clock.clock, "due_at": clock.due_at}
    key |= {"rung": rung.rung, "offset_days": rung.offset_days, "occurrence": rung.occurrence}
    said = {"verdict": decision.verdict, "late": decision.verdict is Verdict.SEND_LATE}
    notice_id, recipient = decision.notice.id, decision.notice.recipient
    told = {"id": notice_id, "recipient": recipient, "planned_at": rung.planned_at}
    return key | said | told | {"text": texts.get(notice_id, "")}


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


def _inbox_row(decision: Decision, now: datetime) -> Values:
    return {"notice_id": decision.notice.id, "recipient": decision.notice.recipient, "arrived_at": now}


def _first_attempts(told: Iterable[Decision], round_: Round) -> Iterator[Values]:
    for decision in told:
        for channel in round_.channels:
            yield repository_notices.waiting((decision.notice.id, channel, 1), round_.real_now)


async def letters_wait(session: AsyncSession, *, real_now: datetime) -> bool:
    """Say whether `begin_sending` would have anything to do."""
    begun_before = real_now - UNANSWERED_FOR
    return await repository_notices.letters_wait(session, real_now, begun_before=begun_before)


async def begin_sending(tx: Tx, *, real_now: datetime, limit: int = 200) -> Sequence[Letter]:
    """Record that the next attempts begin, and give them; the caller sends after the commit.

    An attempt that a crash left without an answer is recorded as unknown, and the notice is handed over again
    under its own id.
    """
    lost = await repository_notices.unanswered(tx.session, real_now - UNANSWERED_FOR)
    unknown = Outcome(Result.UNKNOWN, "no answer before a crash")
    await end_sending(tx, [(attempt, unknown) for attempt in lost], real_now=real_now)
    letters = await repository_notices.waiting_letters(tx.session, real_now, limit=limit)
    attempts = [(letter.notice_id, letter.channel, letter.number) for letter in letters]
    await repository_notices.mark_sending(tx.session, attempts, real_now=real_now)
    return letters


async def end_sending(
    tx: Tx, outcomes: Sequence[tuple[repository_notices.Attempt, Outcome]], *, real_now: datetime
) -> None:
    """Record what became of attempts, and queue the next one where it may help."""
    alike: dict[Outcome, list[repository_notices.Attempt]] = {}
    for attempt, outcome in outcomes:
        alike.setdefault(outcome, []).append(attempt)
    for outcome, attempts in alike.items():
        await repository_notices.end_attempts(tx.session, attempts, outcome, at=tx.now)
        await repository_notices.queue_attempts(tx.session, list(_next_attempts(attempts, outcome, real_now)))


def _next_attempts(
    attempts: Sequence[repository_notices.Attempt], outcome: Outcome, real_now: datetime
) -> Iterator[tuple[repository_notices.Attempt, datetime]]:
    for notice_id, channel, number in attempts:
        wait = retry_after(outcome, number=number)
        if wait is not None:
            yield (notice_id, channel, number + 1), real_now + wait
