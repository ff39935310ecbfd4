"""Use cases on notices: decide what is due.

Invariant: a rung of a clock is decided in the one transaction that reads the clock, its stop and its task, so
nothing is decided after a closing was consumed; a unique key makes it once, whatever crashed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from services.notify import repository, repository_blocks, repository_notices
from services.notify.domain import (
    PlannedNotice,
    PlannedRung,
    Reading,
    RunningClock,
    Situation,
    Verdict,
    decide,
    recipients,
    root_blockers,
    rungs,
)
from services.notify.domain_parcels import Dispatch, Matter, dispatch
from services.notify.models import ClockRow
from services.notify.repository import KnownTask, Values
from services.notify.rules import Rulebook
from services.notify.wording import blocked_text, notice_text
from shared.database import Tx
from shared.events.deadlines import NoticeIssued
from shared.workdays import WorkCalendar

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
    blockers: dict[str, tuple[str, ...]]
    rungs: dict[tuple[str, datetime, int | None], list[PlannedRung]] = field(default_factory=dict)
    dispatches: dict[Matter, Dispatch] = field(default_factory=dict)

    def task(self, row: ClockRow) -> KnownTask:
        return self.tasks.get(row.task_id, UNKNOWN_TASK)

    def told_instead(self, task_id: str, rung: PlannedRung) -> dict[str, str]:
        """Give who is told in place of a blocked task's units, each with the task that they have to solve."""
        return {
            recipient: blocker
            for blocker in reversed(self.blockers.get(task_id, ()))
            for recipient in recipients(rung.tell, self.tasks.get(blocker, UNKNOWN_TASK).units)
        }

    def leaves(self, matter: Matter, now: datetime) -> Dispatch:
        """Say when a letter leaves that this round writes; many are about the same rung and due instant."""
        if matter not in self.dispatches:
            self.dispatches[matter] = dispatch(matter, now, self.book.parcels, self.calendar)
        return self.dispatches[matter]

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
    return len(rows), await _record(tx, decisions, texts, facts, round_)


async def _facts(tx: Tx, task_ids: list[str]) -> _Facts:
    blocks = await repository_blocks.blocks(tx.session)
    blockers = {task_id: root_blockers(task_id, blocks) for task_id in task_ids if task_id in blocks}
    return _Facts(
        book=await repository.rulebook(tx.session),
        calendar=await repository.calendar(tx.session),
        tasks=await repository.known_tasks(tx.session, [*task_ids, *chain.from_iterable(blockers.values())]),
        decided=await repository_notices.known_notices(tx.session, task_ids),
        blockers=blockers,
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
    told = dict.fromkeys((*recipients(rung.tell, units), *facts.told_instead(clock.task_id, rung)))
    notices = [PlannedNotice(clock, rung, recipient) for recipient in told]
    return [Decision(notice, decide(notice, _situation(notice, facts, round_))) for notice in notices]


def _situation(notice: PlannedNotice, facts: _Facts, round_: Round) -> Situation:
    instead = facts.told_instead(notice.clock.task_id, notice.rung)
    return Situation(
        now=round_.as_of,
        reading=round_.reading,
        already=notice.id in facts.decided,
        late_after=round_.late_after,
        inhibited=bool(instead) and notice.recipient not in instead,
    )


def _text(decision: Decision, facts: _Facts) -> str:
    clock = decision.notice.clock
    task = facts.tasks.get(clock.task_id, UNKNOWN_TASK)
    rung, verdict = decision.notice.rung, decision.verdict
    text = notice_text(rung, kind=task.kind, title=task.title, due_at=clock.due_at, verdict=verdict)
    blocker = facts.told_instead(clock.task_id, rung).get(decision.notice.recipient)
    return text + blocked_text(facts.tasks.get(blocker, UNKNOWN_TASK).title) if blocker else text


async def _record(
    tx: Tx, decisions: Sequence[Decision], texts: dict[str, str], facts: _Facts, round_: Round
) -> Sequence[Decision]:
    """Write the decisions; publish, put into the inbox and queue those that are told and were not there yet."""
    if not decisions:
        return ()
    record = {
        "decided_at": tx.now,
        "behind": round_.reading is not Reading.CAUGHT_UP,
        "rules_version": facts.book.version,
    }
    rows = [_row(decision, texts) | record for decision in decisions]
    new = await repository_notices.add_notices(tx.session, rows)
    fresh = [decision for decision in decisions if decision.notice.id in new]
    told = [decision for decision in fresh if decision.verdict.is_told]
    for decision in told:
        tx.publish(_event(decision, decided_at=tx.now))
    attempts = [row for decision in told for row in _first_attempts(decision, facts, round_, tx.now)]
    await repository_notices.add_letters(
        tx.session, [_inbox_row(decision, tx.now) for decision in told], attempts
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


def _first_attempts(decision: Decision, facts: _Facts, round_: Round, now: datetime) -> Iterator[Values]:
    """Queue a notice for each channel; when it leaves follows from its haste."""
    clock, level = decision.notice.clock, facts.tasks.get(decision.notice.clock.task_id, UNKNOWN_TASK).level
    matter = Matter(decision.notice.rung.rung, clock.due_at, level)
    leaves = facts.leaves(matter, now)
    for channel in round_.channels:
        yield repository_notices.first_attempt(decision.notice.id, channel, leaves, round_.real_now)
