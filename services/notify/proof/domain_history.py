"""Reads a task's life out of its archived events: which due instant held when, who answered, what blocked it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notify.domain_limits import Counted
from services.notify.proof.domain import Archived
from shared.events.supervision import (
    ClockStarted,
    ClockStopped,
    ExtensionDecided,
    ExtensionRequested,
    TaskCancelled,
    TaskClosed,
    TaskRegistered,
    TaskUnblocked,
)

Roles = tuple[tuple[str, str], ...]  # Unit id and role, in the order of the document.


@dataclass(frozen=True, slots=True)
class Era:
    """How long a clock ran to one due instant; all business time.

    Attributes:
        known_from: Rungs before it are skipped: the clock was not known.
        until: When another due instant took its place or the clock stopped; none while it runs.
        counted: How its limit 期限 is counted; none for a date.
    """

    clock: str
    due_at: datetime
    known_from: datetime
    until: datetime | None = None
    counted: Counted | None = None

    def holds_at(self, instant: datetime) -> bool:
        """Say whether a rung of that instant belongs to it."""
        return self.known_from <= instant and (self.until is None or instant < self.until)


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension 延期 that was asked for; `outcome` is empty while it is undecided."""

    number: int
    clock: str
    asked_at: datetime
    old_due_at: datetime
    wanted_on: str
    outcome: str = ""
    granted_on: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What the archive says of a task.

    Attributes:
        roles: Its units from each instant on: more than one where it changed hands 改派.
        unblocked: When a block of it ended.
    """

    eras: tuple[Era, ...] = ()
    extensions: tuple[Extension, ...] = ()
    roles: tuple[tuple[datetime, Roles], ...] = ()
    unblocked: tuple[datetime, ...] = ()

    def counted(self, clock: str, due_at: datetime) -> Counted | None:
        """Say how the limit of a clock to a due instant was counted; none for a date."""
        return next((era.counted for era in self.eras if (era.clock, era.due_at) == (clock, due_at)), None)

    def roles_at(self, instant: datetime) -> Roles:
        """Give the units at an instant."""
        return next((roles for since, roles in reversed(self.roles) if since <= instant), ())


def read_history(archived: Sequence[Archived]) -> History:
    """Read the events of `supervision` in their order."""
    eras: list[Era] = []
    extensions: dict[int, Extension] = {}
    for one in archived:
        at, said = one.event.time, one.event.data
        if isinstance(said, ClockStarted):
            _start(eras, said, at)
        elif isinstance(said, ClockStopped):
            _stop(eras, said.stopped_at, clock=said.clock)
        elif isinstance(said, TaskClosed | TaskCancelled):
            _stop(eras, said.closed_at if isinstance(said, TaskClosed) else at)
        elif isinstance(said, ExtensionRequested | ExtensionDecided):
            _extend(extensions, said, at)
    return History(tuple(eras), tuple(extensions.values()), _roles(archived), _unblocked(archived))


def _start(eras: list[Era], said: ClockStarted, at: datetime) -> None:
    running = [place for place, era in enumerate(eras) if era.clock == said.clock and era.until is None]
    if running and eras[running[0]].due_at == said.due_at:
        return
    for place in running:
        eras[place] = replace(eras[place], until=at)
    known_from = max(said.recorded_at, said.started_at)
    counted = Counted(said.span, said.started_at, said.limit) if said.span else None
    eras.append(Era(said.clock, said.due_at, known_from, counted=counted))


def _stop(eras: list[Era], at: datetime, *, clock: str = "") -> None:
    for place, era in enumerate(eras):
        if era.until is None and clock in {"", era.clock}:
            eras[place] = replace(era, until=at)


def _extend(
    extensions: dict[int, Extension], said: ExtensionRequested | ExtensionDecided, at: datetime
) -> None:
    if isinstance(said, ExtensionRequested):
        wanted = said.wanted_on.isoformat()
        extensions[said.number] = Extension(said.number, said.clock, at, said.old_due_at, wanted)
    elif said.number in extensions:
        outcome = said.outcome or ("granted" if said.granted_on else "refused")
        granted = said.granted_on.isoformat() if said.granted_on else ""
        known = extensions[said.number]
        extensions[said.number] = replace(known, outcome=outcome, granted_on=granted, decided_at=at)


def _roles(archived: Iterable[Archived]) -> tuple[tuple[datetime, Roles], ...]:
    found: list[tuple[datetime, Roles]] = []
    for one in archived:
        if isinstance(one.event.data, TaskRegistered):
            roles = tuple((unit.unit_id, str(unit.role)) for unit in one.event.data.units)
            if not found or found[-1][1] != roles:
                found.append((one.event.time, roles))
    return tuple(found)


def _unblocked(archived: Iterable[Archived]) -> tuple[datetime, ...]:
    return tuple(one.event.time for one in archived if isinstance(one.event.data, TaskUnblocked))
