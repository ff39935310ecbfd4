"""Composition root of the metrics service: the only place that builds its database, bus and collectors."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from services.metrics import api
from services.metrics.assessment.adapters import Registry
from services.metrics.assessment.api import build_routers as assessment_routers
from services.metrics.assessment.api_parts import Tools
from services.metrics.exposition import FactsCollector
from services.metrics.findings import api as findings_api
from services.metrics.handlers import build_handlers
from services.metrics.indicators import api as indicators_api
from services.metrics.permissions import Check, permit
from services.metrics.rates import api as rates_api
from services.metrics.scrape import Scrape
from services.metrics.settings import Settings
from services.metrics.statistics import api as statistics_api
from services.metrics.summaries import api as summaries_api
from services.metrics.summaries.compiling import Compiler
from shared.background import Repeating
from shared.clock import Clock, read_clock
from shared.composition import BusPart, Connections, show_build
from shared.database import Database
from shared.interpreter import tune_interpreter
from shared.serving import Port, serve
from shared.streams import Bus, HttpHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router

SERVICE = "metrics"
ROUTERS = (
    api.build_router,
    indicators_api.build_router,
    rates_api.build_router,
    findings_api.build_router,
    statistics_api.build_router,
    summaries_api.build_router,
)


def build_routes(db: Database, history: HttpHistory, check: Check) -> list[APIRouter]:
    """Build what the service serves besides its probes."""
    permitted = permit(check)
    tools = Tools(db, Registry(), history)
    return [*(build_one(db, permitted) for build_one in ROUTERS), *assessment_routers(tools, permitted)]


def build(
    settings: Settings,
    *,
    clock: Clock,
    bus: BusPart | None = None,
    routes: Callable[[Database, HttpHistory, Check], list[APIRouter]] = build_routes,
) -> FastAPI:
    """Build the app; `bus` and `routes` replace the real ones in tests."""
    secret = settings.principal_secret.get_secret_value()
    db = Database(settings.metrics_database_url.get_secret_value(), service=SERVICE, clock=clock)
    registry, check = CollectorRegistry(), principal_check(secret)
    figures = show_build(SERVICE, registry)
    scrape = Scrape(db, FactsCollector(), holds=figures.held)
    figures.registry.register(scrape.collector)
    history = HttpHistory(settings.gateway_url, secret=secret, clock=clock)
    routers = routes(db, history, check)
    beside: list[Part] = [
        Repeating("rating roll", scrape.roll),
        Repeating("indicators", scrape.watch_indicators),
    ]
    if bus is None:
        bus = real = _bus(settings, db, history, registry)
        routers.append(ops_router(real, check))
        beside.append(Repeating("feed summaries", Compiler(db, real).step))
    figures.follow(bus)
    parts = [Connections(history.close, db.close), bus, *beside]
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
    asyncio.run(serve([Port(app, settings.inner_port)], host=settings.host))


if __name__ == "__main__":
    main()
