"""The processes of the drill: the ledger, which publishes what it is told, and the whole notify service."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from services.notify.app import build
from services.notify.settings import Settings
from shared.database import Database
from shared.events import Event
from shared.streams import Bus
from tests.chaos.notify.clock import DrivenClock
from tests.chaos.notify.steps import Trap, lay


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drill happens.

    Attributes:
        url: Of notify's database.
    """

    folder: Path
    redis_url: str
    url: str

    @property
    def ledger_url(self) -> str:
        """The database of the publisher."""
        return f"sqlite:///{self.folder}/ledger.db"

    @property
    def clock(self) -> DrivenClock:
        """The clock of all."""
        return DrivenClock(self.folder / "clock")

    @property
    def arrivals(self) -> Path:
        """What arrived outside."""
        return self.folder / "arrivals"


def ledger(place: Place, orders: Connection) -> None:
    """Publish what comes as events through the pipe, and answer when it is committed."""
    asyncio.run(_publish(place, orders))


async def _publish(place: Place, orders: Connection) -> None:
    db = Database(place.ledger_url, service="tasks", clock=place.clock)
    bus = Bus(
        redis_url=place.redis_url,
        db=db,
        handlers=None,
        publishes=["supervision"],
        holder="ledger",
        history=None,
        registry=CollectorRegistry(),
    )
    await bus.start()
    revision = 0
    while True:
        events: Sequence[Event] = await asyncio.to_thread(orders.recv)
        async with db.transaction() as tx:
            for event in events:
                revision += 1
                tx.publish(event, revision=revision)
        orders.send(len(events))


def notify(place: Place, holder: str, step: str, number: int) -> None:
    """Be the notify service until it is killed: by its own trap at the n-th time of a step, or from outside."""
    _quiet_stderr(place.folder / f"{holder}.log")
    lay(Trap(step, number, place.folder / f"{holder}.sprung"), place.arrivals)
    asyncio.run(_serve(place, holder))


async def _serve(place: Place, holder: str) -> None:
    settings = Settings(
        redis_url=SecretStr(place.redis_url),
        principal_secret=SecretStr("s" * 32),
        notify_database_url=SecretStr(place.url),
        gateway_url="http://127.0.0.1:9",  # Nobody: no stream loses anything here.
        holder=holder,
        catch_up_limit=timedelta(
            days=1
        ),  # Real time jumps, and a decision is to wait for the ledger all the same.
    )
    app = build(settings, clock=place.clock)
    async with app.router.lifespan_context(app):
        await asyncio.Event().wait()


def _quiet_stderr(file: Path) -> None:
    with file.open("ab") as log:
        os.dup2(log.fileno(), 2)
