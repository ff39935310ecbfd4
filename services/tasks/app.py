"""Composition root of the tasks service: the only place that builds its database, bus and routes."""

import asyncio

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.tasks.api import build_router
from services.tasks.attachments.adapters import ClamScanner, FolderStore, NoScanner
from services.tasks.attachments.ports import Shelf
from services.tasks.attachments.sweeping import Sweeping
from services.tasks.daybreak import Daybreak
from services.tasks.handlers import build_handlers
from services.tasks.settings import Settings
from services.tasks.workdays.instruments import CalendarGauge
from shared.background import Repeating
from shared.clock import Clock, read_clock
from shared.composition import BusPart, Connections, show_build
from shared.database import Database
from shared.serving import Port, serve
from shared.streams import Bus, HttpHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import create_app, principal_check, probe_router

SERVICE = "tasks"


def build(settings: Settings, *, clock: Clock, bus: BusPart | None = None) -> FastAPI:
    """Build the app; `bus` replaces the real one in tests."""
    secret = settings.principal_secret.get_secret_value()
    db = Database(settings.tasks_database_url.get_secret_value(), service=SERVICE, clock=clock)
    registry, check = CollectorRegistry(), principal_check(secret)
    figures = show_build(SERVICE, registry)
    history = HttpHistory(settings.gateway_url, secret=secret, clock=clock)
    shelf = _shelf(settings)
    routers = [build_router(db, check, shelf)]
    if bus is None:
        bus = real = _bus(settings, db, history, registry)
        routers.append(ops_router(real, check))
    figures.follow(bus)
    sweeping = Repeating("attachments", Sweeping(db, shelf.store).step)
    parts = [Connections(history.close, db.close), bus, Repeating("daybreak", Daybreak(db).step), sweeping]
    ahead = CalendarGauge(figures.registry, db)
    probes = probe_router(parts=parts, registry=registry, refresh=[bus.collect, ahead.collect])
    return create_app(SERVICE, routers=[*routers, probes], parts=parts)


def _shelf(settings: Settings) -> Shelf:
    url = settings.scanner_url
    scanner = ClamScanner(url.host or "", url.port or 0) if url else NoScanner()
    return Shelf(FolderStore(settings.attachments_dir), scanner, settings.attachment_limit)


def _bus(settings: Settings, db: Database, history: HttpHistory, registry: CollectorRegistry) -> Bus:
    return Bus(
        redis_url=settings.redis_url.get_secret_value(),
        db=db,
        handlers=build_handlers(db.clock),
        publishes=["supervision"],
        holder=settings.holder,
        history=history,
        registry=registry,
    )


def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    configure_logging(SERVICE, level=settings.log_level)
    app = build(settings, clock=read_clock(settings.clock_file))
    asyncio.run(serve([Port(app, settings.inner_port)], host=settings.host))


if __name__ == "__main__":
    main()
