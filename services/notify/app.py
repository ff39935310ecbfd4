"""Puts the notify service together; the only place that builds its database, bus, channels and engines."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.notify import api_parcels, service
from services.notify.adapters import BusLedgerReader, BusState, LogChannel
from services.notify.api import build_router
from services.notify.domain import late_after
from services.notify.engine import Engine, Patience, Sender
from services.notify.handlers import build_handlers
from services.notify.instruments import Instruments
from services.notify.rules import shipped_rules
from services.notify.settings import Settings
from shared import composition
from shared.background import Repeating
from shared.clock import Clock, DrillClock, read_clock
from shared.database import Database
from shared.streams import Bus, HttpHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router, serve

SERVICE = "notify"


class BusPart(composition.BusPart, BusState, Protocol):
    """What this service needs of the bus: also how far it has read, and whether this replica holds the lease."""


class Store:
    """Adopts the shipped rules before anything is decided, and closes the connections after everything else."""

    def __init__(self, db: Database, history: HttpHistory) -> None:
        self._db = db
        self._history = history

    async def start(self) -> None:
        """Adopt the rules."""
        async with self._db.transaction() as tx:
            await service.adopt_rules(tx, shipped_rules())

    async def stop(self) -> None:
        """Close the database and the archive client."""
        await self._history.close()
        await self._db.close()

    def problems(self) -> list[str]:
        """Say nothing: the engines that use them do."""
        return []


def build(settings: Settings, *, clock: Clock, bus: BusPart | None = None) -> FastAPI:
    """Build the app with everything that runs in it; `bus` replaces the real one."""
    secret = settings.principal_secret.get_secret_value()
    registry = CollectorRegistry()
    db = Database(settings.notify_database_url.get_secret_value(), service=SERVICE, clock=clock)
    history = HttpHistory(settings.gateway_url, secret=secret, clock=clock)
    check = principal_check(secret)
    routers = [build_router(db, check), api_parcels.build_router(db, check)]
    instruments, channels = Instruments(registry), [LogChannel()]
    names = [channel.name for channel in channels]
    if bus is None:
        bus = real = _bus(settings, db, history, Parts(registry, names))
        routers.append(ops_router(real, check))
    speed = clock.speed if isinstance(clock, DrillClock) else 1.0
    patience = Patience(late_after(speed=speed), settings.catch_up_limit)
    reader = BusLedgerReader(bus)
    engine = Engine(db, reader, channels=names, patience=patience, instruments=instruments)
    sender = Sender(db, channels, instruments=instruments)
    parts: list[Part] = [Store(db, history), bus]
    parts += [Repeating("notice engine", engine.step), Repeating("notice sender", sender.step)]

    async def collect() -> None:
        await instruments.collect(db, names)

    probes = probe_router(parts=parts, registry=registry, refresh=[collect, bus.collect])
    return create_app(SERVICE, routers=[*routers, probes], parts=parts)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the bus needs beside its database: the registry of its figures, and the channels of what it hears."""

    registry: CollectorRegistry
    channels: Sequence[str]


def _bus(settings: Settings, db: Database, history: HttpHistory, parts: Parts) -> Bus:
    return Bus(
        redis_url=settings.redis_url.get_secret_value(),
        db=db,
        handlers=build_handlers(parts.channels),
        publishes=["deadlines"],
        holder=settings.holder,
        history=history,
        registry=parts.registry,
    )


def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    configure_logging(SERVICE, level=settings.log_level)
    app = build(settings, clock=read_clock(settings.clock_file))
    asyncio.run(serve([(app, settings.inner_port)], host=settings.host))


if __name__ == "__main__":
    main()
