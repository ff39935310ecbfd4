"""Decides where a service 办件 stands and what its rungs are: pure functions over facts, calendar and instants.

Invariants: facts are sets, so neither their order nor a repeat matters; nothing is planned in a pause; of a service
that is finished nobody is told any more, but for the one 超时通报 that its being late is worth.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.notify.domain import PlannedRung
from services.notify.domain_limits import WORKDAYS
from shared.clock import local_date
from shared.service_limits import Basis, Pause, Promise, ServiceDue, service_due
from shared.workdays import WorkCalendar

CLOCK = KIND = "service"  # The name of a service's clock, and what rules and silences call its kind.
LONGEST_ID = 64  # Of the subject of a clock.


class State(StrEnum):
    """Where a service stands."""

    UNHEARD = "unheard"  # Its 受理 was not heard of yet.
    OPEN = "open"
    PAUSED = "paused"
    UNLIMITED = "unlimited"  # No limit is known.
    COMPLETED = "completed"
    COMPLETED_LATE = "completed_late"


def subject_of(service_id: str) -> str:
    """Give the id under which clocks and notices know a service: its own, or what follows from one too long."""
    if len(service_id) <= LONGEST_ID:
        return service_id
    return hashlib.sha256(service_id.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Service:
    """What was heard of a service.

    Attributes:
        known_at: Business time at which its 受理 was published; None while that was not heard.
        units: Who has its code now; none where nobody has.
    """

    subject: str
    service_id: str
    project_no: str
    unit_code: str
    item_code: str
    promise: Promise
    accepted_at: datetime | None = None
    known_at: datetime | None = None
    completed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a service stands, and why."""

    state: State
    due: ServiceDue


NO_LIMIT = ServiceDue(None, provisional=False, basis=Basis.UNSTATED)


def standing(service: Service, calendar: WorkCalendar) -> Standing:
    """Say where a service stands."""
    if service.accepted_at is None:
        return Standing(State.UNHEARD, NO_LIMIT)
    due = service_due(service.accepted_at, service.promise, service.pauses, calendar)
    if service.completed_at is not None:
        late = due.due_at is not None and service.completed_at > due.due_at
        return Standing(State.COMPLETED_LATE if late else State.COMPLETED, due)
    if due.basis is Basis.PAUSED:
        return Standing(State.PAUSED, due)
    return Standing(State.UNLIMITED if due.due_at is None else State.OPEN, due)


class Run(NamedTuple):
    """How the clock of a service runs; the fields are those of `ClockRow`.

    Attributes:
        started_at: From when its share is counted: 受理; for natural days moved on by what its pauses moved its end, so
            that a fifth of a limit stays a fifth of what was promised.
    """

    started_at: datetime
    recorded_at: datetime
    due_at: datetime
    span: str
    amount: int | None


def run_of(service: Service, due: ServiceDue) -> Run | None:
    """Give the clock of a service; None where there is nothing to run to."""
    if service.accepted_at is None or due.due_at is None:
        return None
    known_at = service.known_at or service.accepted_at
    promise = service.promise
    if promise.unit == WORKDAYS:
        return Run(service.accepted_at, known_at, due.due_at, WORKDAYS, promise.amount)
    moved = local_date(due.due_at) - (due.unpaused_on or local_date(due.due_at))
    return Run(service.accepted_at + max(moved, timedelta(0)), known_at, due.due_at, "days", None)


def resumed_at(service: Service, due_at: datetime) -> datetime | None:
    """Give the end of the last pause before the due instant."""
    return max((one.end for one in service.pauses if one.end is not None and one.end <= due_at), default=None)


def asked(
    rungs: Iterator[PlannedRung], service: Service, due_at: datetime, as_of: datetime
) -> Iterator[PlannedRung]:
    """Give the rungs that a service asks for, of those that its limit has.

    What fell into a pause is asked for at its end, but for a warning on the last day, which the reminder makes
    pointless. Of one that was finished late, the rungs from then until now are left out, all but the first 超时通报.
    """
    resumed = resumed_at(service, due_at)
    for rung in rungs:
        planned = rung
        if resumed is not None and rung.rung != "overdue" and rung.planned_at < resumed:
            if rung.rung == "warned" and local_date(resumed) == local_date(due_at):
                continue
            planned = replace(rung, planned_at=resumed)
        if not _is_pointless(planned, service.completed_at, as_of):
            yield planned


def _is_pointless(rung: PlannedRung, completed_at: datetime | None, as_of: datetime) -> bool:
    if completed_at is None or (rung.rung == "overdue" and rung.occurrence == 1):
        return False
    return completed_at < rung.planned_at <= as_of


def known_from(rungs: Sequence[PlannedRung], known_at: datetime) -> datetime:
    """Give the instant before which rungs are skipped: of a service that is heard of late, the last 超时通报 is not."""
    missed = [rung.planned_at for rung in rungs if rung.rung == "overdue" and rung.planned_at < known_at]
    return missed[-1] if missed else known_at
