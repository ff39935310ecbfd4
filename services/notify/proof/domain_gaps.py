"""Finds the rungs that the rules planned and that nobody was told: each is explained, or it is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from services.notify.domain import PlannedRung
from services.notify.proof.domain import Downtime, down_at
from services.notify.proof.domain_history import Era, History

PROMPTLY = timedelta(minutes=2)  # Business time that a decision may take, so that none is missed yet.


class Why(StrEnum):
    """Why a planned rung has no notice."""

    PENDING = "pending"  # Its time has only just come.
    OVERTAKEN = "overtaken"  # The clock stopped or got another date in the very minutes of it.
    DOWN = "down"  # The service was down until the clock stopped or got another date.
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Key:
    """Which rung of which due instant."""

    clock: str
    due_at: datetime
    rung: str
    offset_days: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class Decided:
    """That a rung was decided for a recipient: told, skipped or held."""

    key: Key
    unit: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """A rung that the rules of its time planned, and whom it tells.

    Attributes:
        roles: The roles whose units are told, whatever post in them.
    """

    key: Key
    planned_at: datetime
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """A planned rung without a notice: for everybody, or for one unit."""

    planned: Planned
    why: Why
    unit: str = ""
    down: Downtime | None = None


def planned_in(era: Era, rungs: Iterable[PlannedRung], *, now: datetime) -> list[Planned]:
    """Give the rungs that an era should have been told up to `now`, out of an endless plan in order."""
    end = now if era.until is None else min(now, era.until)
    due = takewhile(lambda rung: rung.planned_at <= end, rungs)
    return [
        Planned(
            Key(era.clock, era.due_at, str(rung.rung), rung.offset_days, rung.occurrence),
            rung.planned_at,
            frozenset(audience.partition(".")[0] for audience in rung.tell),
        )
        for rung in due
        if era.holds_at(rung.planned_at)
    ]


@dataclass(frozen=True, slots=True)
class Records:
    """What gaps are sought in.

    Attributes:
        collectives: Units that have no mailbox.
    """

    decided: Sequence[Decided]
    history: History
    down: Sequence[Downtime]
    collectives: frozenset[str]
    now: datetime


def find_gaps(era: Era, planned: Sequence[Planned], records: Records) -> list[Gap]:
    """Name what was planned in an era and not decided, with the reason where there is one."""
    return [gap for one in planned for gap in _gaps(era, one, records)]


def _gaps(era: Era, one: Planned, records: Records) -> list[Gap]:
    decided = [found for found in records.decided if found.key == one.key]
    if not decided:
        return [_missing(era, one, records)]
    at = min(found.decided_at for found in decided)  # Who answered then was to be told.
    reached = {found.unit for found in decided}
    roles = records.history.roles_at(at)
    units = [unit for unit, role in roles if role in one.roles and unit not in records.collectives]
    return [Gap(one, Why.UNEXPLAINED, unit) for unit in dict.fromkeys(units) if unit not in reached]


def _missing(era: Era, one: Planned, records: Records) -> Gap:
    down = down_at(one.planned_at, records.down)
    end = era.until
    reasons = (
        (records.now - one.planned_at <= PROMPTLY, Why.PENDING),
        (end is not None and end - one.planned_at <= PROMPTLY, Why.OVERTAKEN),
        (end is not None and down is not None and down.end + PROMPTLY >= end, Why.DOWN),
    )
    why = next((why for holds, why in reasons if holds), Why.UNEXPLAINED)
    return Gap(one, why, down=down if why is Why.DOWN else None)
