"""Where a service stands by its facts, and what it counts as: pure functions; the limit is that of `service_limits`.

Invariant: a service is counted on one day only, that on which it was decided: of 办结, or the last of its limit when
that came first. So the counts of months add up to those of the year, and what was late once stays late.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple, cast

from shared.clock import local_date
from shared.service_limits import Basis, Pause, Promise, ServiceDue, Unit, service_due
from shared.workdays import WorkCalendar

Kind = Literal["instant", "promised"]
COMPLETED = "completed"  # The sort of services by the day of 办结, whatever their limits.


class State(StrEnum):
    """Where a service stands; an open one is overdue once its day has passed."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    PAUSED = "paused"
    UNDATED = "undated"


class Place(NamedTuple):
    """Where and by whom a service was given; codes, empty where the source is silent."""

    source_id: str
    unit_code: str
    item_code: str
    item_type: str
    region_code: str
    kind: str
    place: str
    hall: str
    window_code: str
    clerk: str

    def key(self, by: str) -> str:
        """Give the code in a dimension; a window is told apart by its hall."""
        return KEYS[by](self)


def window_key(hall: str, window: str) -> str:
    """Name a window: numbers begin anew in each hall."""
    return f"{hall}/{window}" if hall else window


# The dimensions by which services are counted; for `unit` the unit itself is enough.
KEYS: Mapping[str, Callable[[Place], str]] = {
    "unit": lambda _at: "",
    "channel": lambda at: at.place,
    "hall": lambda at: at.hall,
    "window": lambda at: window_key(at.hall, at.window_code),
    "clerk": lambda at: at.clerk,
    "item": lambda at: at.item_code,
    "item_type": lambda at: at.item_type,
    "region": lambda at: at.region_code,
    "source": lambda at: at.source_id,
}


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What was told of a service.

    Attributes:
        pauses: Beginnings by their number.
        ends: Ends by the same numbers; one without a beginning says nothing yet.
        changed_at: When the last of it was told.
    """

    service_id: str
    at: Place
    accepted_at: datetime
    promised: int | None
    promised_unit: str | None
    due_on: date | None
    changed_at: datetime
    pauses: Mapping[int, datetime] = field(default_factory=dict)
    ends: Mapping[int, datetime] = field(default_factory=dict)
    completed_at: datetime | None = None


class Standing(NamedTuple):
    """Where a service stands; see `models.ServiceStanding`."""

    service_id: str
    at: Place
    state: State
    day: date
    accepted_on: date
    due_on: date | None
    completed_on: date | None
    provisional: bool
    changed_at: datetime


class Count(NamedTuple):
    """One place at which a service is counted; a `grain` of a month stands for its days by the first of them."""

    grain: str
    by: str
    unit_code: str
    day: date
    key: str
    sort: str


class Limits:
    """Due instants by one calendar; those of services without a pause are found once for each day and promise."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._known: dict[tuple[date, Promise], ServiceDue] = {}

    def due(self, accepted_at: datetime, promise: Promise, pauses: Sequence[Pause]) -> ServiceDue:
        """Give the due instant of a service."""
        if pauses:
            return service_due(accepted_at, promise, pauses, self._calendar)
        key = local_date(accepted_at), promise
        if key not in self._known:
            self._known[key] = service_due(accepted_at, promise, (), self._calendar)
        return self._known[key]


def standing(facts: ServiceFacts, limits: Limits) -> Standing:
    """Find where a service stands; whether it is overdue follows from its day and the present one."""
    pauses = tuple(Pause(start, facts.ends.get(number)) for number, start in sorted(facts.pauses.items()))
    kind = cast("Kind", facts.at.kind)
    promise = Promise(kind, facts.promised, cast("Unit | None", facts.promised_unit), facts.due_on)
    due = limits.due(facts.accepted_at, promise, pauses)
    due_on = local_date(due.due_at) if due.due_at else None
    completed_on = local_date(facts.completed_at) if facts.completed_at else None
    accepted_on = local_date(facts.accepted_at)
    if completed_on is not None:
        state, day = _done(due, due_on, completed_on)
    elif due_on is not None:
        state, day = State.OPEN, due_on
    elif due.basis is Basis.PAUSED:
        state, day = State.PAUSED, local_date(max(pause.start for pause in pauses if pause.end is None))
    else:
        state, day = State.UNDATED, accepted_on
    return Standing(
        facts.service_id,
        facts.at,
        state,
        day,
        accepted_on,
        due_on,
        completed_on,
        due.provisional,
        facts.changed_at,
    )


def counts(found: Standing, dimensions: Iterable[str] = KEYS) -> Iterator[Count]:
    """Name all places at which a service is counted."""
    days = [(found.day, f"{found.at.kind}:{found.state}")]
    if found.completed_on is not None:
        days.append((found.completed_on, COMPLETED))
    for by in dimensions:
        key = found.at.key(by)
        for day, sort in days:
            yield Count("day", by, found.at.unit_code, day, key, sort)
            yield Count("month", by, found.at.unit_code, day.replace(day=1), key, sort)


def _done(due: ServiceDue, due_on: date | None, completed_on: date) -> tuple[State, date]:
    if due_on is None and due.basis is not Basis.PAUSED:
        return State.UNDATED, completed_on
    if due_on is None or completed_on <= due_on:  # What stands still while it is paused is not late.
        return State.ON_TIME, completed_on
    return State.LATE, due_on
