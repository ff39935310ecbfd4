"""Decides whom a rung tells: pure functions over units, their roles, and which posts are held.

A recipient is a mailbox, a duty and not a person: a unit, a post of it (`u1/leader`), or the supervision office. So the
key of a notice survives every change of people; who holds a post is looked up when a message is sent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import chain, takewhile

from services.notify.domain import SUPERVISION_OFFICE, PlannedNotice, RunningClock, Told, rungs
from services.notify.rules import OFFICE, Audience, Rule
from shared.workdays import WorkCalendar

NOBODY: frozenset[str] = frozenset()


def recipients(
    tell: Sequence[Audience], units: Iterable[Told], held: AbstractSet[str] = NOBODY
) -> tuple[str, ...]:
    """Give the mailboxes that are told, each once, in the order of the document.

    A collective has no mailbox of its own; a rung that would reach nobody goes to the supervision office. A post that
    nobody holds gives way to the next in line: 责任人 and 责任领导 to their unit, 分管领导 to the office.

    Args:
        tell: The audiences of the rung.
        units: The units of the task.
        held: The mailboxes of posts that somebody holds.
    """
    audiences = [audience.partition(".") for audience in tell]
    named = [
        _mailbox(unit, post, held)
        for unit, role, collective in units
        if not collective
        for of_role, _, post in audiences
        if role == of_role
    ]
    if OFFICE in tell or not named:
        named.append(SUPERVISION_OFFICE)
    return tuple(dict.fromkeys(named))


def _mailbox(unit: str, post: str, held: AbstractSet[str]) -> str:
    mailbox = f"{unit}/{post}" if post else unit
    return mailbox if not post or mailbox in held else next_in_line(mailbox)


def next_in_line(mailbox: str) -> str:
    """Give the mailbox that a post gives way to when nobody holds it; a unit's own is its last."""
    unit, _, post = mailbox.partition("/")
    return SUPERVISION_OFFICE if post == "overseer" else unit


def unit_of(mailbox: str) -> str:
    """Give the unit whose mailbox it is, or whose post's; the supervision office is its own."""
    return mailbox.partition("/")[0]


def root_blockers(task_id: str, blocks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Name the tasks that hold a task up in the end: what blocks it, or blocks that, and waits for nothing itself.

    Args:
        task_id: The task that is blocked.
        blocks: What each blocked task waits for.
    """
    waiting, found = [task_id], dict[str, None]()
    for one in waiting:  # Grows while it is read.
        for blocker in blocks.get(one, ()):
            if blocker not in blocks:
                found[blocker] = None
            elif blocker not in waiting:
                waiting.append(blocker)
    return tuple(found)


def plan(
    clock: RunningClock, units: Sequence[Told], rule: Rule, calendar: WorkCalendar
) -> Iterator[PlannedNotice]:
    """Give every notice that a clock will ever cause if it is never stopped: in order, lazily, without end."""
    planned = rungs(clock.due_at, rule, calendar, counted=clock.counted)
    return chain.from_iterable(
        [PlannedNotice(clock, rung, recipient) for recipient in recipients(rung.tell, units)]
        for rung in planned
    )


def planned_until(notices: Iterator[PlannedNotice], until: datetime) -> tuple[PlannedNotice, ...]:
    """Take from an endless plan what is planned at or before `until` (business time)."""
    return tuple(takewhile(lambda notice: notice.rung.planned_at <= until, notices))
