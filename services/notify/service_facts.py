"""Reads what the clocks of one round are decided from: rules, calendar, tasks or services, blocks, who holds a post."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from services.notify import repository, repository_blocks
from services.notify.contacts.repository import held_posts
from services.notify.domain import PlannedRung, RunningClock, rungs
from services.notify.domain_parcels import Dispatch, Matter, dispatch
from services.notify.domain_recipients import recipients, root_blockers
from services.notify.monitoring.domain import Service, asked
from services.notify.monitoring.settling import Settled, as_task
from services.notify.repository import UNKNOWN_TASK, KnownTask
from services.notify.rules import Rule, Rulebook
from shared.database import Tx
from shared.workdays import WorkCalendar


@dataclass(slots=True)
class Facts:
    """What the clocks of one round are decided from."""

    book: Rulebook
    calendar: WorkCalendar
    tasks: dict[str, KnownTask]
    blockers: dict[str, tuple[str, ...]]
    held: frozenset[str]
    services: Mapping[str, Service] = field(default_factory=dict)
    rungs: dict[tuple[object, ...], list[PlannedRung]] = field(default_factory=dict)
    rules: dict[tuple[object, ...], Rule] = field(default_factory=dict)
    dispatches: dict[Matter, Dispatch] = field(default_factory=dict)

    def task(self, task_id: str) -> KnownTask:
        """Give what a clock is of."""
        return self.tasks.get(task_id, UNKNOWN_TASK)

    def told_instead(self, task_id: str, rung: PlannedRung) -> dict[str, str]:
        """Name who is told in place of a blocked task's units, with the task that they have to solve."""
        return {
            recipient: blocker
            for blocker in reversed(self.blockers.get(task_id, ()))
            for recipient in recipients(rung.tell, self.task(blocker).units, self.held)
        }

    def leaves(self, matter: Matter, now: datetime) -> Dispatch:
        """Say when a letter leaves that this round writes; many are about the same rung and due instant."""
        if matter not in self.dispatches:
            self.dispatches[matter] = dispatch(matter, now, self.book.parcels, self.calendar)
        return self.dispatches[matter]

    def rule(self, task: KnownTask) -> Rule:
        """Give the rule of a task."""
        if task.matched not in self.rules:
            self.rules[task.matched] = self.book.for_task(task.matched)
        return self.rules[task.matched]

    def rungs_of(self, clock: RunningClock, as_of: datetime, *, after: int | None) -> list[PlannedRung]:
        """Give the undecided rungs up to the first one after `as_of`; many clocks share a due instant."""
        task, service = self.task(clock.task_id), self.services.get(clock.task_id)
        key = (
            task.matched,
            clock.due_at,
            clock.counted,
            after,
            service and (service.pauses, service.completed_at),
        )
        if key not in self.rungs:
            endless = rungs(clock.due_at, self.rule(task), self.calendar, after=after, counted=clock.counted)
            if service is not None:
                endless = asked(endless, service, clock.due_at, as_of)
            self.rungs[key] = list(_until_after(endless, as_of))
        return self.rungs[key]


def _until_after(endless: Iterator[PlannedRung], as_of: datetime) -> Iterator[PlannedRung]:
    rung = next(endless)
    while rung.planned_at <= as_of:
        yield rung
        rung = next(endless)
    yield rung


async def read_facts(tx: Tx, settled: Settled, calendar: WorkCalendar) -> Facts:
    """Read what the clocks of a round are decided from."""
    task_ids = list(dict.fromkeys(row.task_id for row in settled.rows))
    blocks = await repository_blocks.blocks(tx.session)
    blockers = {task_id: root_blockers(task_id, blocks) for task_id in task_ids if task_id in blocks}
    tasks = {subject: as_task(service) for subject, service in settled.services.items()}
    if not tasks:
        wanted = [*task_ids, *chain.from_iterable(blockers.values())]
        tasks = await repository.known_tasks(tx.session, wanted)
    units = {unit for task in tasks.values() for unit, _, _ in task.units}
    return Facts(
        book=await repository.rulebook(tx.session),
        calendar=calendar,
        tasks=tasks,
        blockers=blockers,
        held=await held_posts(tx.session, units, tx.now),
        services=settled.services,
    )
