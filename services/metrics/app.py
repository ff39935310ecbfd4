"""Composition root of the metrics service: the only place that builds its database, bus and collectors."""

import asyncio
from importlib import metadata
from typing import Protocol

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Info

from services.metrics.api import build_router
from services.metrics.exposition import FactsCollector
from services.metrics.handlers import build_handlers
from services.metrics.scrape import Scrape
from services.metrics.settings import Settings
from shared.background import Repeating
from shared.clock import Clock, read_clock
from shared.database import Database
from shared.interpreter import tune_interpreter
from shared.streams import Bus, HttpHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router, serve

SERVICE = "metrics"


class BusPart(Part, Protocol):
    """What this service asks of a bus; the real one is `shared.streams.Bus`."""

    async def collect(self) -> None:
        """Refresh the bus figures in the registry."""
        ...


class Connections:
    """Closes the database and the archive client after everything else has stopped."""

    def __init__(self, db: Database, history: HttpHistory) -> None:
        self._db = db
        self._history = history

    async def start(self) -> None:
        """Do nothing: both connect when they are first asked."""

    async def stop(self) -> None:
        """Close both."""
        await self._history.close()
        await self._db.close()

    def problems(self) -> list[str]:
        """Name nothing: the bus and the roll say when the database is gone."""
        return []


def build(settings: Settings, *, clock: Clock, bus: BusPart | None = None) -> FastAPI:
    """Build the app; `bus` replaces the real one in tests."""
    secret = settings.principal_secret.get_secret_value()
    db = Database(settings.metrics_database_url.get_secret_value(), service=SERVICE, clock=clock)
    registry, check = CollectorRegistry(), principal_check(secret)
    scrape = Scrape(db, FactsCollector())
    registry.register(scrape.collector)
    about = {"service": SERVICE, "version": metadata.version("duban")}
    Info("duban_build", "What runs here.", registry=registry).info(about)
    history = HttpHistory(settings.gateway_url, secret=secret, clock=clock)
    routers = [build_router(db, check)]
    if bus is None:
        bus = real = _bus(settings, db, history, registry)
        routers.append(ops_router(real, check))
    parts = [Connections(db, history), bus, Repeating("rating roll", scrape.roll)]
    probes = probe_router(parts=parts, registry=registry, refresh=[scrape.refresh, bus.collect])
    return create_app(SERVICE, routers=[*routers, probes], parts=parts)


def _bus(settings: Settings, db: Database, history: HttpHistory, registry: CollectorRegistry) -> Bus:
    return Bus(
        redis_url=settings.redis_url.get_secret_value(),
        db=db,
        handlers=build_handlers(),
        publishes=["assessment"],
        holder=settings.holder,
        history=history,
        registry=registry,
    )


def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    configure_logging(SERVICE, level=settings.log_level)
    app = build(settings, clock=read_clock(settings.clock_file))
    tune_interpreter()
    asyncio.run(serve([(app, settings.inner_port)], host=settings.host))


if __name__ == "__main__":
    main()
