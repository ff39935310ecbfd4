"""Runs the engine and the sender over a copy of the database, from one planned instant to the next.

Invariant: nothing here decides. Whatever is decided about a notice or a message is decided by `engine.Engine` and
`engine.Sender`, so a forecast can't differ from what they do.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry

from services.notify import repository, service_parcels
from services.notify.domain import Outcome, Result, late_after
from services.notify.engine import Engine, Patience, Sender
from services.notify.engine import log as engine_log
from services.notify.forecast.domain import ForecastMessage
from services.notify.instruments import Instruments
from services.notify.ports import Parcel
from shared.clock import Clock
from shared.database import Database
from shared.errors import Permanent
from shared.events import Feed

MOST_STEPS = 10_000  # Of the sender at one instant, each with the letters of many mailboxes.


class RehearsalClock:
    """Business time that jumps; real time goes with it, from the instant of the snapshot on."""

    drill = True

    def __init__(self, clock: Clock) -> None:
        self._instant = self._began = clock.now()
        self._real = clock.real_now()

    def now(self) -> datetime:
        """Give the instant that is rehearsed."""
        return self._instant

    def real_now(self) -> datetime:
        """Give the real time that would have passed at the speed of a live clock."""
        return self._real + (self._instant - self._began)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the seconds until `instant`."""
        return (instant - self._instant).total_seconds()

    def jump(self, instant: datetime) -> None:
        """Go on to `instant`."""
        self._instant = max(self._instant, instant)


@dataclass(slots=True)
class Notebook:
    """A channel that takes everything and notes when."""

    name: str
    clock: RehearsalClock
    messages: list[ForecastMessage] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Outcome:
        """Note one message."""
        self.messages.append(
            ForecastMessage(
                id=parcel.id,
                channel=parcel.channel,
                recipient=parcel.recipient,
                leaves_at=self.clock.now(),
                urgent=parcel.urgent,
                notices=tuple(sorted(letter.notice_id for letter in parcel.letters)),
            )
        )
        return Outcome(Result.SENT)


@dataclass(frozen=True, slots=True)
class _AllRead:
    """A feed of which everything is read up to every instant."""

    clock: RehearsalClock
    feed: Feed

    def is_active(self) -> bool:
        return True

    def caught_up_at(self) -> datetime:
        return self.clock.now()

    async def look(self) -> None:
        """Know it already."""


@contextmanager
def _unlogged(logger: logging.Logger) -> Iterator[None]:
    """Keep what this thread says out of the log: it did not happen."""
    here = threading.get_ident()

    def is_real(record: logging.LogRecord) -> bool:
        return record.thread != here

    logger.addFilter(is_real)
    try:
        yield
    finally:
        logger.removeFilter(is_real)


async def rehearse(
    db: Database, clock: RehearsalClock, channels: Iterable[str], end: datetime
) -> Sequence[ForecastMessage]:
    """Run until `end` (business time) and give the messages that left, in their order."""
    notebooks = [Notebook(name, clock) for name in channels]
    instruments = Instruments(CollectorRegistry())
    patience = Patience(late_after(speed=1), catch_up_limit=late_after(speed=1))
    names = [one.name for one in notebooks]
    feeds: tuple[Feed, ...] = ("supervision", "ratings")
    engines = [
        Engine(db, _AllRead(clock, feed), channels=names, patience=patience, instruments=instruments)
        for feed in feeds
    ]
    sender = Sender(db, notebooks, instruments=instruments)
    instant: datetime | None = clock.now()
    with _unlogged(engine_log):
        while instant is not None and instant <= end:
            clock.jump(instant)
            for engine in engines:
                await _decide(engine)
            instant = await send_all(db, sender)
    found = [message for one in notebooks for message in one.messages]
    return sorted(found, key=lambda one: (one.leaves_at, one.recipient, one.channel, one.id))


async def _decide(engine: Engine) -> None:
    while await engine.step() == 0.0:  # It did something, and looks again at once.
        pass


class Stepping(Protocol):
    """What does a part of its work at each step."""

    async def step(self) -> float:
        """Do it."""
        ...


async def send_all(db: Database, sender: Stepping, *, steps: int = MOST_STEPS) -> datetime | None:
    """Send all that may leave now; give the next instant at which something may happen, None when nothing will.

    Raises:
        Permanent: Something that may leave never does.
    """
    for _ in range(steps):
        async with db.reading() as session:
            seen = await service_parcels.look(session, db.clock)
            decides_at = await repository.next_look(session)
        if not seen.anything:
            return min((one for one in (seen.next_at, decides_at) if one is not None), default=None)
        await sender.step()
    message = f"预报在 {db.clock.now()} 停滞：信件一直未能发出，请把此信息告知维护人员"
    raise Permanent(message, code="forecast.stuck")
