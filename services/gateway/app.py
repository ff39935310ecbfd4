"""Composition root of the gateway: the only place that builds its database, bus, client and the two apps.

The public app is published; the inner one, with the archive export, the probes and the metrics, never is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.access import API, Door, document_keys
from services.gateway.answers import answers_router
from services.gateway.api_keys import keys_router
from services.gateway.archive.api import archive_router, events_router
from services.gateway.archive.handlers import build_handlers
from services.gateway.archive.live import Appended, Follower
from services.gateway.archive.service import ArchiveHistory
from services.gateway.edge import Edge
from services.gateway.inner import api as inner_api
from services.gateway.inner.client import InnerServices, timeouts
from services.gateway.pages import pages_router
from services.gateway.ratings.api import ratings_router, sources_router
from services.gateway.ratings.reception import Intake, Reception
from services.gateway.ratings.repository import find_source
from services.gateway.ratings.service import take_ratings
from services.gateway.returns.ports import NoTexts, Unsealed
from services.gateway.returns.wiring import Returns, Terms, build_returns
from services.gateway.settings import Settings
from shared.clock import Clock, read_clock
from shared.composition import BusPart, Connections, show_build
from shared.database import Database
from shared.interpreter import tune_interpreter
from shared.streams import Bus, Export, OwnersHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router, serve

SERVICE = "gateway"
SELF = "http://gateway.inner"  # Our own inner app, called without a network.


@dataclass(frozen=True, slots=True)
class Apps:
    """What `build` gives.

    Attributes:
        public: For the published port.
        inner: For the inner port.
        appended: Close it when the process is told to stop, or open event streams hold it up.
    """

    public: FastAPI
    inner: FastAPI
    appended: Appended


def build(
    settings: Settings,
    *,
    clock: Clock,
    bus: BusPart | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Apps:
    """Build both apps; `bus` and `transport` (to the inner services) replace the real ones in tests."""
    db = Database(settings.gateway_database_url.get_secret_value(), service=SERVICE, clock=clock)
    secret = settings.principal_secret.get_secret_value()
    registry, appended, check = CollectorRegistry(), Appended(), principal_check(secret)
    show_build(SERVICE, registry)
    own: list[APIRouter] = [archive_router(db, check)]
    outboxes = _outboxes(settings, db, clock, transport)
    if bus is None:
        bus = real = _bus(settings, db, appended, registry, outboxes)
        own.append(ops_router(real, check))
    intake: Intake = Intake(db, take_ratings)
    returns = _returns(settings, db, registry)
    parts: list[Part] = [Connections(outboxes.close, db.close), bus, intake, *returns.parts]
    probes = probe_router(parts=parts, registry=registry, refresh=[bus.collect, returns.collect])
    inner = create_app(f"{SERVICE} inner", routers=[*own, probes])
    client = httpx.AsyncClient(
        transport=transport, mounts={SELF: httpx.ASGITransport(inner)}, timeout=timeouts()
    )
    services = InnerServices(client, _urls(settings), secret=secret, clock=clock)
    reception = Reception(db, intake, ahead=settings.rated_ahead)
    routers = [*_api(db, services, reception, appended), pages_router(clock), answers_router(services)]
    routers += returns.routers
    public = create_app("督办 Duban", routers=routers, parts=[*parts, services], docs=f"{API}/openapi.json")
    public.add_middleware(Edge)
    document_keys(public)
    return Apps(public, inner, appended)


def _api(db: Database, services: InnerServices, reception: Reception, appended: Appended) -> list[APIRouter]:
    door = Door(db)
    return [
        ratings_router(reception, door),  # First: the busiest.
        sources_router(db, door),
        keys_router(db, door),
        events_router(Follower(db, appended), door),
        inner_api.inner_router(services, door),
        inner_api.ops_router(services, door),
    ]


def _returns(settings: Settings, db: Database, registry: CollectorRegistry) -> Returns:
    async def knows_source(session: AsyncSession, source_id: str) -> bool:
        return await find_source(session, source_id) is not None

    terms = Terms(settings.return_hosts, settings.returns_from, Unsealed(), NoTexts(), knows_source)
    return build_returns(db, Door(db), registry, terms)


def _outboxes(
    settings: Settings, db: Database, clock: Clock, transport: httpx.AsyncBaseTransport | None
) -> OwnersHistory:
    client = httpx.AsyncClient(transport=transport, timeout=timeouts())
    secret = settings.principal_secret.get_secret_value()
    return OwnersHistory(db, _urls(settings), Export(secret=secret, clock=clock, client=client))


def _bus(
    settings: Settings,
    db: Database,
    appended: Appended,
    registry: CollectorRegistry,
    outboxes: OwnersHistory,
) -> Bus:
    return Bus(
        redis_url=settings.redis_url.get_secret_value(),
        db=db,
        handlers=build_handlers(appended.notify),
        publishes=["ratings", "hotline", "exchange"],
        holder=settings.holder,
        history=ArchiveHistory(db),
        registry=registry,
        refills=outboxes,  # The archive can't have what it lacks itself.
    )


def _urls(settings: Settings) -> Mapping[str, str]:
    return {
        "tasks": settings.tasks_url,
        "notify": settings.notify_url,
        "metrics": settings.metrics_url,
        SERVICE: SELF,
    }


def main() -> None:
    """Run the gateway until it is told to stop."""
    settings = Settings()
    configure_logging(SERVICE, level=settings.log_level)
    apps = build(settings, clock=read_clock(settings.clock_file))
    tune_interpreter()
    ports = [(apps.public, settings.port), (apps.inner, settings.inner_port)]
    uvloop.run(serve(ports, host=settings.host, closing=apps.appended.close))


if __name__ == "__main__":
    main()
