"""Use cases on notices: decide what is due.

Invariant: a rung of a clock is decided in the one transaction that reads the clock, its stop and its task, so
nothing is decided after a closing was consumed; a unique key makes it once, whatever crashed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from services.notify import repository, repository_notices, service_records
from services.notify.domain import (
    HELD_BACK,
    PlannedNotice,
    PlannedRung,
    Reading,
    RunningClock,
    Situation,
    Verdict,
)
from services.notify.domain_limits import Counted
from services.notify.domain_parcels import Matter
from services.notify.domain_recipients import recipients
from services.notify.monitoring.domain import known_from
from services.notify.monitoring.settling import Settled, settle
from services.notify.quiet.domain import Hush, Quiet, Subject
from services.notify.quiet.repository import quiet_for
from services.notify.repository import DueClock, Standing
from services.notify.service_facts import Facts, read_facts
from services.notify.service_records import Decision, Letter, Record
from services.notify.stages.fold import decide
from services.notify.wording import blocked_text, notice_text
from services.notify.wording_services import service_text
from shared.database import Tx

__all__ = ["Decision", "Round", "decide_due"]
SERVICES = "ratings"  # The feed that tells of services 办件; all others of a round are tasks.


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the engine.

    Attributes:
        as_of: Business time as of which is decided.
        late_after: Business time by which a decision may come after its plan.
        channels: Names of the channels that carry each notice, beside the inbox.
        real_now: Real time, from which deliveries may begin.
        limit: Clocks taken in one transaction.
        feed: What tells of the clocks that are decided.
    """

    as_of: datetime
    reading: Reading
    late_after: timedelta
    channels: tuple[str, ...]
    real_now: datetime
    limit: int = 500
    feed: str = "supervision"


@dataclass(frozen=True, slots=True)
class Planned:
    """A rung of a clock with its notices; no notices while it is not due."""

    rung: PlannedRung
    notices: tuple[PlannedNotice, ...]
    instead: Mapping[str, str]  # Who is told in place of a blocked task's units, with the task to solve.


@dataclass(frozen=True, slots=True)
class Plan:
    """What one clock asks for up to an instant, and the rung after that."""

    row: DueClock
    clock: RunningClock
    steps: Sequence[Planned]


async def decide_due(tx: Tx, round_: Round) -> tuple[int, Sequence[Decision]]:
    """Decide all rungs that are due for up to `limit` clocks, and publish the notices that somebody is told.

    Returns:
        How many clocks were looked at, and what was decided for the first time.
    """
    rows = await repository.due_clocks(tx.session, round_.as_of, limit=round_.limit, feed=round_.feed)
    if not rows:
        return 0, ()
    looked_at, calendar = len(rows), await repository.calendar(tx.session)
    settled = Settled(rows)
    if round_.feed == SERVICES:
        settled = await settle(tx, rows, calendar, round_.real_now)
    rows, facts = settled.rows, await read_facts(tx, settled, calendar)
    plans = [_plan(row, facts, round_.as_of) for row in rows]
    ids = [notice.id for plan in plans for step in plan.steps for notice in step.notices]
    known = await repository_notices.known_notices(tx.session, ids)
    quiet = await quiet_for(tx.session, list(facts.tasks), round_.as_of)
    judge = _Judge(round_, known, facts, quiet)
    outcomes = [judge.decide_clock(plan) for plan in plans]
    await repository.set_standings(
        tx.session, ((plan.row, standing) for plan, (standing, _) in zip(plans, outcomes, strict=True))
    )
    decisions = list(chain.from_iterable(decisions for _, decisions in outcomes))
    record = Record(
        round_.reading is not Reading.CAUGHT_UP,
        facts.book.version,
        round_.channels,
        round_.real_now,
        known,
        facts.services,
    )
    letters = {one.notice.id: _letter(one, facts, tx.now) for one in decisions if one.verdict.is_told}
    return looked_at, await service_records.write(tx, decisions, letters, record)


def _plan(row: DueClock, facts: Facts, as_of: datetime) -> Plan:
    """Plan what is due of one clock; a snooze that has ended puts it back to the rung that was held last."""
    known_at = max(row.recorded_at, row.started_at)
    counted = Counted(row.span, row.started_at, row.amount) if row.span else None
    clock = RunningClock(row.task_id, row.clock, row.due_at, known_at, row.stopped_at, counted)
    after = row.decided_offset
    if row.snoozed_until is not None and row.snoozed_until <= as_of and row.snoozed_offset is not None:
        after = row.snoozed_offset - 1
    found = facts.rungs_of(clock, as_of, after=after)
    if row.task_id in facts.services:
        known_at = known_from(found, known_at)
    clock = replace(clock, known_from=max(known_at, facts.book.since or known_at))
    return Plan(row, clock, [_step(clock, rung, facts, as_of) for rung in found])


def _step(clock: RunningClock, rung: PlannedRung, facts: Facts, as_of: datetime) -> Planned:
    if rung.planned_at > as_of:
        return Planned(rung, (), {})
    instead = facts.told_instead(clock.task_id, rung)
    told = dict.fromkeys((*recipients(rung.tell, facts.task(clock.task_id).units, facts.held), *instead))
    return Planned(rung, tuple(PlannedNotice(clock, rung, recipient) for recipient in told), instead)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Decides the clocks of one round, knowing what was decided before."""

    round_: Round
    known: Mapping[str, str]
    facts: Facts
    quiet: Quiet

    def decide_clock(self, plan: Plan) -> tuple[Standing, list[Decision]]:
        """Decide one clock's rungs in order until one is held, and say where the clock then stands."""
        final: list[Decision] = []
        row, stands = plan.row, Standing(plan.row.decided_offset, None)
        if row.snoozed_until is not None and row.snoozed_until > self.round_.as_of:
            stands = stands._replace(snoozed_offset=row.snoozed_offset, snoozed_until=row.snoozed_until)
        if row.stopped_at is not None:
            return Standing(row.decided_offset, None), final
        for step in plan.steps:
            decisions = [self._decide(notice, step) for notice in step.notices]
            if not decisions or not _are_settled(decisions):
                looks = (step.rung.planned_at, stands.snoozed_until)
                return stands._replace(next_at=min(one for one in looks if one is not None)), final
            final += [one for one in decisions if one.verdict.is_final]
            stands = self._after(step, decisions, stands)
        raise AssertionError(f"the plan of {row.task_id}/{row.clock} ends")

    def _after(self, step: Planned, decisions: Sequence[Decision], stands: Standing) -> Standing:
        """Move on behind a decided rung; the latest that is snoozed is looked at again when the first snooze ends."""
        stands = stands._replace(decided_offset=step.rung.offset_days)
        held = [one.notice for one in decisions if one.verdict is Verdict.HELD_SNOOZED]
        ends = [end for end in (self.quiet.snoozed_until(self._subject(one)) for one in held) if end]
        if not ends:
            return stands
        return stands._replace(snoozed_offset=step.rung.offset_days, snoozed_until=min(ends))

    def _hushed(self, notice: PlannedNotice) -> Hush | None:
        if not self.quiet.silences and not self.quiet.replies:
            return None
        return self.quiet.why(self._subject(notice), self.round_.as_of)

    def _subject(self, notice: PlannedNotice) -> Subject:
        task, rung = self.facts.task(notice.clock.task_id), notice.rung
        return Subject(
            task_id=notice.clock.task_id,
            clock=notice.clock.clock,
            recipient=notice.recipient,
            due_at=notice.clock.due_at,
            rung=rung.rung,
            occurrence=rung.occurrence,
            kind=task.kind,
            plan_id=task.plan_id,
        )

    def _decide(self, notice: PlannedNotice, step: Planned) -> Decision:
        known, hush = self.known.get(notice.id), self._hushed(notice)
        situation = Situation(
            now=self.round_.as_of,
            reading=self.round_.reading,
            already=known is not None and known not in HELD_BACK,
            late_after=self.round_.late_after,
            inhibited=bool(step.instead) and notice.recipient not in step.instead,
            silenced=hush.verdict if hush else None,
        )
        verdict = decide(notice, situation)
        return Decision(notice, verdict, hush.reason if hush and verdict is hush.verdict else "")


def _are_settled(decisions: Iterable[Decision]) -> bool:
    """Say whether a rung is done with: for every recipient it was told or skipped, now or before."""
    return all(one.verdict.is_final or one.verdict is Verdict.ALREADY_DECIDED for one in decisions)


def _letter(decision: Decision, facts: Facts, now: datetime) -> Letter:
    clock, rung = decision.notice.clock, decision.notice.rung
    task, late_at = facts.task(clock.task_id), now if decision.is_late else None
    service = facts.services.get(clock.task_id)
    if service is not None:
        text = service_text(rung, service, due_at=clock.due_at, late_at=late_at)
    else:
        text = notice_text(rung, kind=task.kind, title=task.title, due_at=clock.due_at, late_at=late_at)
    blocker = facts.told_instead(clock.task_id, rung).get(decision.notice.recipient)
    if blocker:
        text += blocked_text(facts.task(blocker).title)
    return Letter(text, facts.leaves(Matter(rung.rung, clock.due_at, task.level), now))
