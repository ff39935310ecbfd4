"""What may happen to the task of a timeline beside the passing of time."""

from collections.abc import Mapping

from services.notify.quiet import service as quiet
from services.notify.quiet.domain import Scope, Silence
from shared.events import Event
from shared.events.supervision import (
    ClockStopped,
    Role,
    TaskBlocked,
    TaskClosed,
    TaskReassigned,
    TaskResumed,
    TaskSuspended,
    TaskUnblocked,
    UnitRegistered,
)
from tests.notify.timeline.life import FINISH, IDS, NAMES, TASK, Life, Run, registered
from tests.notify.timeline.steps import Deed, instant

PROBLEM = "p1"


def told(*events: Event) -> Deed:
    """The ledger says something."""

    async def happen(life: Life) -> None:
        await life.tell(*events)

    return happen


def closed() -> Deed:
    """完成."""

    async def happen(life: Life) -> None:
        await life.tell(TaskClosed(task_id=TASK, state="closed", closed_at=life.clock.instant))

    return happen


def extended(to: str) -> Deed:
    """延期: the clock runs to a later day from now on."""

    async def happen(life: Life) -> None:
        await life.tell(life.started(Run(to), since=instant("2023-04-25 09:00")))

    return happen


def suspended() -> Deed:
    """中止: the clock stands still."""

    async def happen(life: Life) -> None:
        stopped = ClockStopped(task_id=TASK, clock=FINISH, stopped_at=life.clock.instant)
        await life.tell(TaskSuspended(task_id=TASK, state="suspended"), stopped)

    return happen


def resumed(run: Run) -> Deed:
    """恢复: the clock goes on; a date is still the date, a limit is longer by the time of the suspension."""

    async def happen(life: Life) -> None:
        goes_on = life.started(run, since=instant("2023-04-25 09:00"))
        await life.tell(TaskResumed(task_id=TASK, state="in_progress"), goes_on)

    return happen


def handed_over(units: Mapping[str, Role]) -> Deed:
    """移交、改派: other units answer for the task from now on."""
    return told(registered(units), TaskReassigned(task_id=TASK, state="assigned"))


def merged(old: str, into: str, units: Mapping[str, Role]) -> Deed:
    """合并: a unit ends, and its successor takes its place on the task."""
    ended = UnitRegistered(unit_id=IDS[old], name=old, kind="department", successor=IDS[into])
    return told(ended, registered(units))


def blocked(by_problem_of: str) -> Deed:
    """受阻于: a problem of another unit holds the task up."""
    problem = registered({by_problem_of: "lead"}, task_id=PROBLEM, kind="problem", title="杆线未迁")
    return told(problem, TaskBlocked(task_id=TASK, by=PROBLEM))


def unblocked() -> Deed:
    """The problem is solved."""
    return told(TaskUnblocked(task_id=TASK, by=PROBLEM))


def silenced(name: str, *, until: str, reason: str) -> Deed:
    """静默: the office lets a unit be until an instant."""
    return _silenced(Scope.UNIT, IDS[name], until, reason)


def all_silenced(*, until: str, reason: str) -> Deed:
    """静默: the office lets everybody be until an instant."""
    return _silenced(Scope.ALL, "", until, reason)


def kind_silenced(kind: str, *, until: str, reason: str) -> Deed:
    """静默: the office lets everybody be about one kind of matter until an instant."""
    return _silenced(Scope.KIND, kind, until, reason)


def _silenced(scope: Scope, value: str, until: str, reason: str) -> Deed:
    async def happen(life: Life) -> None:
        async with life.db.transaction() as tx:
            said = Silence(scope, value, tx.now, instant(until), reason)
            await quiet.add_silence(tx, said, by="office")

    return happen


def acknowledged(name: str, reason: str) -> Deed:
    """知悉: a unit answers what it was told last."""

    async def happen(life: Life) -> None:
        notice = await life.last_told(name)
        async with life.db.transaction() as tx:
            await quiet.acknowledge(tx, notice, reason=reason, by=f"key of {NAMES[IDS[name]]}")

    return happen


def snoozed(name: str, *, until: str, reason: str) -> Deed:
    """稍后提醒: a unit answers what it was told last."""

    async def happen(life: Life) -> None:
        notice = await life.last_told(name)
        async with life.db.transaction() as tx:
            await quiet.snooze(tx, notice, instant(until), reason=reason, by=f"key of {name}")

    return happen
