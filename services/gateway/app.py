"""Composition root of the gateway: the only place that builds its database, bus, client and the two apps.

The public app is published; the inner one, with the archive export, the probes and the metrics, never is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.access import API, Door
from services.gateway.accounts.domain import LockoutRules, PasswordRules
from services.gateway.accounts.domain_sessions import SessionRules
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rules import Rules, roles_in
from services.gateway.accounts.wiring import Accounts, build_accounts
from services.gateway.accounts.wiring import Terms as AccountTerms
from services.gateway.answers import answers_router
from services.gateway.api_keys import keys_router
from services.gateway.archive.anchoring import Anchoring
from services.gateway.archive.api import archive_router, events_router
from services.gateway.archive.api_records import records_router
from services.gateway.archive.exporting import Exporter
from services.gateway.archive.handlers import build_handlers
from services.gateway.archive.live import Appended, Follower
from services.gateway.archive.retention import Retention
from services.gateway.archive.service import ArchiveHistory
from services.gateway.audit.watch import Watch
from services.gateway.contract.api import contract_router
from services.gateway.contract.document import document_api
from services.gateway.edge import Edge
from services.gateway.feeds.api import feeds_router
from services.gateway.feeds.api_approvals import approvals_router
from services.gateway.feeds.api_rejects import rejects_router
from services.gateway.feeds.api_sources import sources_router
from services.gateway.feeds.instruments import FeedFigures
from services.gateway.feeds.reception import FeedReception
from services.gateway.feeds.reception import Intake as FeedIntake
from services.gateway.feeds.repository import note_heard
from services.gateway.feeds.repository_sources import find_source
from services.gateway.feeds.service import build_take
from services.gateway.idempotency.middleware import Once
from services.gateway.idempotency.service import Register
from services.gateway.inner import api as inner_api
from services.gateway.inner.client import InnerServices, timeouts
from services.gateway.pages import pages_router
from services.gateway.publication.api import publication_router
from services.gateway.publication.pages import published_router
from services.gateway.publication.service import note_allowed, withdraw_erased
from services.gateway.pulls.secrets import NamedSecrets
from services.gateway.pulls.wiring import Pulls, build_pulls
from services.gateway.pulls.wiring import Terms as PullTerms
from services.gateway.ratings.api import ratings_router
from services.gateway.ratings.reception import Intake, Reception
from services.gateway.ratings.service import Taking
from services.gateway.retention import Retention as RecordsRetention
from services.gateway.returns.ports import Texts
from services.gateway.returns.repository import cursor_position
from services.gateway.returns.texts import LedgerTexts
from services.gateway.returns.wiring import Returns, Terms, build_returns
from services.gateway.settings import Settings
from services.gateway.subscriptions.wiring import Subscriptions, build_subscriptions
from services.gateway.subscriptions.wiring import Terms as SubscriptionTerms
from services.gateway.surveys import surveys_router
from services.gateway.vault.api import vault_router
from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.service import Keeper
from services.gateway.vault.upkeep import Upkeep
from shared.background import Repeating
from shared.clock import Clock, read_clock
from shared.composition import BusPart, Connections, FiguresOfHolder, show_build
from shared.database import Database
from shared.interpreter import tune_interpreter
from shared.serving import Port, serve
from shared.streams import Bus, Export, OwnersHistory, SubscriberStreams, ops_router
from shared.telemetry import configure_logging
from shared.web import Part, create_app, principal_check, probe_router

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
    figures = show_build(SERVICE, registry)
    own: list[APIRouter] = [archive_router(db, check)]
    outboxes = _outboxes(settings, db, clock, transport)
    keeper = Keeper(db, _wrapping_keys(settings))
    accounts = _accounts(settings, db, keeper)
    if bus is None:
        bus = real = _bus(settings, db, appended, registry, outboxes)
        own.append(ops_router(real, check))
    figures.follow(bus)
    intake: Intake = Intake(db, Taking(note_heard).take)
    feeds, register = _Feeds(db, keeper, ahead=settings.rated_ahead), Register(db, keeper)
    ledger = _services(settings, clock, transport)
    lent = _Lent(db, keeper, accounts.door, LedgerTexts(ledger, keeper))
    beside = _Beside(settings, lent, figures, appended)
    # The vault before the intakes, which keep things in it.
    parts: list[Part] = [
        Connections(outboxes.close, ledger.stop, db.close),
        *accounts.parts,
        Upkeep(keeper, settings.vault_retention),
        bus,
        intake,
        feeds.intake,
        Repeating("idempotency", register.sweep),
        *beside.parts,
    ]
    probes = probe_router(parts=parts, registry=registry, refresh=[bus.collect, *beside.collect])
    inner = create_app(f"{SERVICE} inner", routers=[*own, probes])
    services = _services(settings, clock, transport, inner)
    reception, door = Reception(db, intake, ahead=settings.rated_ahead), accounts.door
    routers = [
        *_api(db, door, services, reception, Follower(db, appended)),
        *feeds.api(door),
        approvals_router(db, door, services),
        *_vault(db, keeper, door),
        *beside.routers,
        *accounts.routers,
        pages_router(clock),
        answers_router(services),
        surveys_router(services),
        published_router(db),
        contract_router(),
    ]
    public = create_app("督办 Duban", routers=routers, parts=[*parts, services], docs=f"{API}/openapi.json")
    return Apps(_surrounded(public, accounts, register), inner, appended)


def _surrounded(public: FastAPI, accounts: Accounts, register: Register) -> FastAPI:
    """Put the layers around the public app that every request passes, the outermost last."""
    public.add_middleware(Once, door=accounts.door, register=register)
    public.add_middleware(Watch, refusals=accounts.refusals)
    public.add_middleware(Edge)
    document_api(public)
    return public


@dataclass(frozen=True, slots=True)
class _Lent:
    """What parts of the gateway share."""

    db: Database
    keeper: Keeper
    door: Door
    texts: Texts


class _Beside:
    """What works beside the requests, with its routes and figures: returns, pulls, subscriptions, anchors."""

    def __init__(self, settings: Settings, lent: _Lent, figures: FiguresOfHolder, appended: Appended) -> None:
        registry = figures.registry
        returns = _returns(settings, lent, registry)
        pulls = _pulls(settings, lent, registry)
        subscriptions = _subscriptions(settings, lent, figures, appended)
        feeds = FeedFigures(lent.db, registry)
        retention = Retention(lent.db, cursor_position)
        exporter = Exporter(lent.db, settings.archive_key.get_secret_value())
        anchoring = Anchoring(lent.db, retention, settings.archive_retention)
        kept = {"rejects": settings.rejects_retention, "attempts": settings.attempts_retention}
        forgetting = Repeating("retention", RecordsRetention(lent.db, registry, **kept).step)
        self.parts: list[Part] = [*returns.parts, pulls.part, *subscriptions.parts, anchoring, forgetting]
        records = records_router(lent.db, lent.door, exporter, retention)
        self.routers = [*returns.routers, pulls.router, *subscriptions.routers, records]
        self.collect = [returns.collect, feeds.collect_now, pulls.collect, subscriptions.collect]


class _Feeds:
    """The intake of feed sources, which keeps what is a person's own in the vault."""

    def __init__(self, db: Database, keeper: Keeper, *, ahead: timedelta) -> None:
        self._db, self._keeper = db, keeper
        self.intake: FeedIntake = FeedIntake(db, build_take(keeper, db.clock.real_now))
        self._reception = FeedReception(db, self.intake, keeper, ahead=ahead)

    def api(self, door: Door) -> list[APIRouter]:
        """Give what it serves."""
        return [
            feeds_router(self._db, door, self._reception),
            sources_router(self._db, door, self._keeper),
            rejects_router(self._db, door, self._reception, self._keeper),
        ]


def _api(
    db: Database, door: Door, services: InnerServices, reception: Reception, follower: Follower
) -> list[APIRouter]:
    return [
        ratings_router(reception, door),  # First: the busiest.
        keys_router(db, door),
        events_router(follower, door),
        inner_api.verify_router(services, door),  # Before the routes that every service has.
        inner_api.inner_routes(services, door),
    ]


def _vault(db: Database, keeper: Keeper, door: Door) -> list[APIRouter]:
    return [
        vault_router(db, keeper, door, withdraw=withdraw_erased),
        publication_router(db, keeper, door),
    ]


def _wrapping_keys(settings: Settings) -> WrappingKeys:
    current, old = settings.vault_key.get_secret_value(), settings.vault_old_key.get_secret_value()
    return WrappingKeys(current, old)


def _accounts(settings: Settings, db: Database, keeper: Keeper) -> Accounts:
    rules = Rules(
        passwords=PasswordRules(
            settings.password_min_length,
            settings.password_classes,
            settings.password_history,
            settings.password_max_age,
        ),
        lockout=LockoutRules(settings.login_failures, settings.login_lockout),
        sessions=SessionRules(settings.session_idle, settings.session_life),
        first_lasts=settings.first_password_life,
        factor_roles=roles_in(settings.second_factor_roles),
        per_minute=settings.rate_limits,
    )
    passwords = Passwords(memory_kib=settings.password_memory_kib, passes=settings.password_passes)
    return build_accounts(db, AccountTerms(rules, passwords, settings.secure_cookies, keeper))


def _returns(settings: Settings, lent: _Lent, registry: CollectorRegistry) -> Returns:
    async def knows_source(session: AsyncSession, source_id: str) -> bool:
        return await find_source(session, source_id) is not None

    hosts, begin, roots = settings.return_hosts, settings.returns_from, settings.return_ca_folder
    terms = Terms(hosts, begin, lent.keeper, lent.texts, knows_source, roots)
    return build_returns(lent.db, lent.door, registry, terms)


def _subscriptions(
    settings: Settings, lent: _Lent, figures: FiguresOfHolder, appended: Appended
) -> Subscriptions:
    url = settings.subscriber_redis_url
    terms = SubscriptionTerms(
        hosts=settings.subscriber_hosts,
        holder=settings.holder,
        seal=lent.keeper,
        streams=SubscriberStreams(url.get_secret_value()) if url else None,
        is_active=figures.held,
    )
    built = build_subscriptions(lent.db, lent.door, figures.registry, terms)
    appended.then(built.wake)
    return built


def _pulls(settings: Settings, lent: _Lent, registry: CollectorRegistry) -> Pulls:
    secrets = NamedSecrets(settings.feed_secrets, settings.feed_secrets_folder)
    terms = PullTerms(settings.feed_hosts, secrets, lent.keeper, settings.rated_ahead, settings.holder)
    return build_pulls(lent.db, lent.door, registry, terms)


def _outboxes(
    settings: Settings, db: Database, clock: Clock, transport: httpx.AsyncBaseTransport | None
) -> OwnersHistory:
    client = httpx.AsyncClient(transport=transport, timeout=timeouts())
    secret = settings.principal_secret.get_secret_value()
    return OwnersHistory(db, _urls(settings), Export(secret=secret, clock=clock, client=client))


def _services(
    settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None, own: FastAPI | None = None
) -> InnerServices:
    """Reach the inner services, and the gateway's `own` inner app where that is asked too."""
    mounts = {SELF: httpx.ASGITransport(own)} if own is not None else {}
    client = httpx.AsyncClient(transport=transport, mounts=mounts, timeout=timeouts())
    secret = settings.principal_secret.get_secret_value()
    return InnerServices(client, _urls(settings), secret=secret, clock=clock)


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
        handlers=build_handlers(appended.notify, note_allowed),
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
    door = Port(
        apps.public,
        settings.port,
        settings.certificate,
        settings.certificate_key,
        settings.trusted_proxies,
    )
    ports = [door, Port(apps.inner, settings.inner_port)]
    uvloop.run(serve(ports, host=settings.host, closing=apps.appended.close))


if __name__ == "__main__":
    main()
