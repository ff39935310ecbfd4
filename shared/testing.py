"""What the tests of every service use: clocks that stand still, databases in a folder, events delivered twice."""

import functools
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from shared import migrations
from shared.clock import Clock
from shared.database import Database, Tx
from shared.events.envelope import Envelope, Event, Meta, render
from shared.tables import OUTBOX

E = TypeVar("E", bound=Event)
R = TypeVar("R")
DRILL_START = datetime(2023, 6, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai.


@dataclass(slots=True)
class FakeClock:
    """Business time that moves only when a test says so; real time moves with it."""

    instant: datetime = DRILL_START
    drill: bool = True

    def now(self) -> datetime:
        """Give the instant that the test set."""
        return self.instant

    def real_now(self) -> datetime:
        """Give the same instant: one clock is enough for a test."""
        return self.instant

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the seconds until `instant`."""
        return (instant - self.instant).total_seconds()

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.instant += by


@functools.cache
def _migrated(service: str) -> Path:
    """Migrate one SQLite file for a service; every test copies it."""
    path = Path(tempfile.mkdtemp(prefix="duban-template-")) / f"{service}.db"
    migrations.upgrade(service, f"sqlite:///{path}")
    return path


def sqlite_database(service: str, folder: Path, clock: Clock) -> Database:
    """Make a migrated SQLite database of a service in `folder`; opening the same folder again keeps its rows."""
    path = folder / f"{service}.db"
    if not path.exists():
        shutil.copy(_migrated(service), path)
    return Database(f"sqlite:///{path}", service=service, clock=clock)


async def published(db: Database) -> list[Envelope]:
    """Read everything that a database's service published, in commit order of each stream."""
    async with db.reading() as session:
        rows = await session.execute(select(OUTBOX.c.payload).order_by(OUTBOX.c.stream, OUTBOX.c.seq))
        return [Envelope.read(payload) for (payload,) in rows]


async def events_of(db: Database, model: type[E]) -> list[E]:
    """Read the published events of one model."""
    return [found.data for found in await published(db) if isinstance(found.data, model)]


def envelope(event: Event, *, time: datetime = DRILL_START, sequence: int = 1, revision: int = 1) -> Envelope:
    """Put `event` into an envelope as its owner would."""
    meta = Meta(id=f"{event.type}-{sequence}", source="/tests", time=time, revision=revision)
    return Envelope.read(render(event, meta=meta, sequence=sequence))


async def deliver_twice(
    db: Database, handler: Callable[[Tx, Any], Awaitable[None]], *events: Event | Envelope
) -> None:
    """Run `handler` for each event two times, each in its own transaction, as after a lost cursor.

    Handlers must not care: what the second run does must be nothing.
    """
    for number, event in enumerate(events, 1):
        cause = event if isinstance(event, Envelope) else envelope(event, sequence=number)
        for _ in range(2):
            async with db.transaction(cause=cause) as tx:
                await handler(tx, cause.data)


class Lent:
    """Stands for what an app of now has, in routes that were built for all apps."""

    def __init__(self) -> None:
        self.now: Any = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the lent thing has.
        return getattr(self.now, name)


class SharedRoutes(Generic[R]):
    """The routes of a service, built once per process: that takes longer than most tests do.

    They serve the app that was built last: no two apps with them at the same time.
    """

    def __init__(self, build: Callable[..., R], *, fixed: int = 1) -> None:
        """Share what `build` makes; its last `fixed` arguments are always the same ones, so they are not lent."""
        self._build, self._fixed = build, fixed
        self._lent: list[Lent] = []
        self._made: R | None = None

    def __call__(self, *given: Any) -> R:  # noqa: ANN401 - what `build` takes.
        """Give the routes over what this app has."""
        lent, fixed = given[: len(given) - self._fixed], given[len(given) - self._fixed :]
        if self._made is None:
            self._lent = [Lent() for _ in lent]
            self._made = self._build(*self._lent, *fixed)
        for place, one in zip(self._lent, lent, strict=True):
            place.now = one
        return self._made


def json_lines(text: str) -> Sequence[Any]:
    """Read the JSON lines that a command printed."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]
