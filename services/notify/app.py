"""Puts the notify service together; the only place that builds its database, bus, channels and engines."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from services.notify import api_parcels
from services.notify.adapters import BusLedgerReader, BusState
from services.notify.api import build_router
from services.notify.channels.building import BuiltChannel, build_channels
from services.notify.channels.log import LogChannel
from services.notify.channels.mail import Mail
from services.notify.channels.reading import read_channels
from services.notify.channels.webhook import WebhookChannel
from services.notify.contacts import api as contacts_api
from services.notify.domain import late_after
from services.notify.engine import Engine, Patience, Sender
from services.notify.forecast import api as forecast_api
from services.notify.forecast.service import Forecaster
from services.notify.handlers import build_handlers
from services.notify.instruments import Instruments
from services.notify.monitoring import api as monitoring_api
from services.notify.monitoring.retention import Retention
from services.notify.papers import api as papers_api
from services.notify.permissions import permit
from services.notify.ports import Channel
from services.notify.proof import api as proof_api
from services.notify.proof.adapters import HttpArchive
from services.notify.proof.presence import Presence
from services.notify.quiet import api as quiet_api
from services.notify.quiet import api_links as links_api
from services.notify.quiet.api import Check
from services.notify.quiet.linked import Linked, LinkedGroup, Links, in_fields, in_text
from services.notify.rulebooks import api as rulebooks_api
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import shipped_rules
from services.notify.settings import Settings
from shared import composition
from shared.background import Repeating
from shared.clock import Clock, DrillClock, read_clock
from shared.database import Database
from shared.errors import Invalid
from shared.events import Feed
from shared.interpreter import tune_interpreter
from shared.serving import Port, serve
from shared.streams import Bus, HttpHistory, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router

SERVICE = "notify"
WATCHED: tuple[Feed, ...] = (
    "supervision",
    "ratings",
)  # What tells of the clocks of tasks, and of services 办件.


class BusPart(composition.BusPart, BusState, Protocol):
    """What this service needs of the bus: also how far it has read, and whether this replica holds the lease."""


class Store:
    """Adopts the shipped rules, unless people set others, before anything is decided; closes the connections last."""

    def __init__(self, db: Database, history: HttpHistory, channels: Sequence[BuiltChannel]) -> None:
        self._db = db
        self._history = history
        self._channels = channels

    async def start(self) -> None:
        """Adopt the rules."""
        async with self._db.transaction() as tx:
            await adopt_shipped(tx, shipped_rules())

    async def stop(self) -> None:
        """Close the channels, the database and the archive client."""
        for channel in self._channels:
            await channel.close()
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
    permitted = permit(check)
    routers = [
        build_router(db, permitted),
        api_parcels.build_router(db, permitted),
        contacts_api.build_router(db, permitted),
        monitoring_api.build_router(db, permitted),
    ]
    routers += [
        proof_api.build_router(db, permitted, HttpArchive(settings.gateway_url, secret=secret, clock=clock))
    ]
    outside, names = build_outside(settings, clock)
    instruments, channels = Instruments(registry), _channels(outside, settings, clock)
    routers += [*_rehearsing(db, permitted, Forecaster(db, names)), papers_api.build_router(db, permitted)]
    routers += [quiet_api.build_router(db, permitted), links_api.build_router(db, check, secret=secret)]
    if bus is None:
        bus = real = _bus(settings, db, history, Parts(registry, names))
        routers.append(ops_router(real, check))
    instruments.figures.follow(bus)
    parts: list[Part] = [Store(db, history, outside), bus]
    parts += [Repeating("presence", Presence(db, holder=settings.holder).step)]
    parts += _engines(db, bus, names, _patience(settings, clock), instruments)
    parts += [Repeating("notice sender", Sender(db, channels, instruments=instruments).step)]
    parts += [Repeating("retention", Retention(db, keep=settings.service_retention).step)]

    async def collect() -> None:
        await instruments.collect(db, names)

    probes = probe_router(parts=parts, registry=registry, refresh=[collect, bus.collect])
    return create_app(SERVICE, routers=[*routers, probes], parts=parts)


def _engines(
    db: Database, bus: BusState, channels: Sequence[str], patience: Patience, instruments: Instruments
) -> list[Part]:
    """Run the engine for each feed that tells of clocks, so that one that is behind holds up its own alone."""
    engines = {
        feed: Engine(
            db, BusLedgerReader(bus, feed), channels=channels, patience=patience, instruments=instruments
        )
        for feed in WATCHED
    }
    return [Repeating(f"notice engine of {feed}", engine.step) for feed, engine in engines.items()]


def _rehearsing(db: Database, check: Check, forecaster: Forecaster) -> list[APIRouter]:
    """Serve what rehearses, one at a time."""
    return [
        forecast_api.build_router(db, check, forecaster),
        rulebooks_api.build_router(db, check, forecaster),
    ]


def build_outside(settings: Settings, clock: Clock) -> tuple[Sequence[BuiltChannel], Sequence[str]]:
    """Build the channels of the file, and name those that every notice leaves through: the log and what is no spare."""
    config = read_channels(settings.channels_file)
    used = [one.name for one in config.channels if not one.spare]
    return build_channels(config, real_now=clock.real_now), [LogChannel.name, *used]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the bus needs beside its database: the registry of its figures, and the channels of what it hears."""

    registry: CollectorRegistry
    channels: Sequence[str]


def _channels(outside: Sequence[BuiltChannel], settings: Settings, clock: Clock) -> list[Channel]:
    return [LogChannel(), *(_linked(one, settings, clock) for one in outside)]


def _linked(channel: BuiltChannel, settings: Settings, clock: Clock) -> Channel:
    """Put links to answer by into mail and webhooks, which one reader has; a group's robot never gets them."""
    if not (isinstance(channel, Mail | WebhookChannel) and settings.public_url):
        return channel
    secret, url = settings.principal_secret.get_secret_value(), settings.public_url.rstrip("/")
    links = Links(url, secret, settings.answer_link_lifetime, clock.real_now)
    return (
        LinkedGroup(channel, links, in_text)
        if isinstance(channel, Mail)
        else Linked(channel, links, in_fields)
    )


def _patience(settings: Settings, clock: Clock) -> Patience:
    speed = clock.speed if isinstance(clock, DrillClock) else 1.0
    return Patience(late_after(speed=speed), settings.catch_up_limit)


def _bus(settings: Settings, db: Database, history: HttpHistory, parts: Parts) -> Bus:
    return Bus(
        redis_url=settings.redis_url.get_secret_value(),
        db=db,
        handlers=build_handlers(parts.channels, settings.paper_issuer),
        publishes=["deadlines"],
        holder=settings.holder,
        history=history,
        registry=parts.registry,
    )


def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    configure_logging(SERVICE, level=settings.log_level)
    try:
        app = build(settings, clock=read_clock(settings.clock_file))
    except Invalid as error:  # Of the file of channels: one line for people instead of a trace.
        sys.exit(f"notify: {error.message}")
    tune_interpreter()
    asyncio.run(serve([Port(app, settings.inner_port)], host=settings.host))


if __name__ == "__main__":
    main()
