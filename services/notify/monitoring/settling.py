"""Finds out where services stand before the engine decides: their clocks run to what their facts say.

Invariant: it is called in the transaction that decides, with the clocks of the round locked, so a notice never rests on
an older fact than its clock does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notify.monitoring import repository
from services.notify.monitoring.domain import Run, Service, Standing, State, run_of, standing
from services.notify.repository import DueClock, KnownTask, Values
from shared.database import Tx
from shared.workdays import WorkCalendar

AFRESH = ("decided_offset", "snoozed_offset", "snoozed_until")  # What begins anew under another due instant.


@dataclass(frozen=True, slots=True)
class Settled:
    """The clocks that are decided in a round.

    Attributes:
        services: The services that these are of, by subject.
    """

    rows: Sequence[DueClock]
    services: Mapping[str, Service] = field(default_factory=dict)


@dataclass(slots=True)
class _Changes:
    """What a round writes about services before it decides."""

    standings: dict[str, Values] = field(default_factory=dict)
    runs: list[Values] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)


async def settle(tx: Tx, rows: Sequence[DueClock], calendar: WorkCalendar, real_now: datetime) -> Settled:
    """Say which of these clocks of services run, and to when; the others are put to rest, or removed."""
    services = await repository.known_services(tx.session, [row.task_id for row in rows])
    changes = _Changes()
    running: list[DueClock] = []
    for row in rows:
        service = services.get(row.task_id)
        if service is None:  # Of a pause alone was heard.
            changes.resting.append(row.task_id)
            continue
        stands = standing(service, calendar)
        changes.standings[row.task_id] = _values(stands, real_now)
        running += _run(row, service, stands, changes)
    await repository.write_standings(tx.session, changes.standings)
    await repository.write_runs(tx.session, changes.runs)
    await repository.rest(tx.session, changes.resting)
    await repository.forget_clocks(tx.session, changes.finished)
    return Settled(running, services)


def _values(stands: Standing, real_now: datetime) -> Values:
    due = stands.due
    finished = stands.state in repository.FINISHED
    reasons = {"due_at": due.due_at, "provisional": due.provisional, "basis": due.basis.value}
    return {"state": stands.state.value, "settled_at": real_now if finished else None, **reasons}


def _run(row: DueClock, service: Service, stands: Standing, changes: _Changes) -> Iterable[DueClock]:
    """Give the clock as it runs now, if it does."""
    run = run_of(service, stands.due)
    if stands.state is State.COMPLETED or _is_over(row, stands, run):
        changes.finished.append(row.task_id)
    elif run is None:
        changes.resting.append(row.task_id)
    else:
        moved = row
        if row.due_at != run.due_at:
            moved = replace(row, decided_offset=None, snoozed_offset=None, snoozed_until=None)
        now = replace(moved, **run._asdict())
        if now != row:
            values = {name: getattr(now, name) for name in (*run._asdict(), *AFRESH)}
            changes.runs.append({"key": row.task_id, **values})
        yield now


def _is_over(row: DueClock, stands: Standing, run: Run | None) -> bool:
    """Say whether a service that was finished late was told of as overdue, so that nothing is left to say."""
    if stands.state is not State.COMPLETED_LATE or run is None:
        return False
    return row.due_at == run.due_at and row.decided_offset is not None and row.decided_offset > 0


def as_task(service: Service) -> KnownTask:
    """Give what a notice has to know of a service; nobody answers for a code that no unit has."""
    units = ((service.unit, "lead", False),) if service.unit else ()
    return KnownTask(
        kind="service",
        title=service.project_no,
        units=units,
        level=service.promise.kind,
        answering_unit=service.unit,
    )
