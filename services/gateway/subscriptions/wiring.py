"""Builds what subscriptions need beside the requests: the engine, the feeder of streams, their routes and figures."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from services.gateway.access import Door
from services.gateway.returns.domain import Hosts
from services.gateway.returns.ports import Seal
from services.gateway.subscriptions.adapters import Addresses, HttpReceiver, Way
from services.gateway.subscriptions.api import Office, subscriptions_router
from services.gateway.subscriptions.api_deliveries import deliveries_router
from services.gateway.subscriptions.engine import Engine
from services.gateway.subscriptions.feeder import StreamFeeder
from services.gateway.subscriptions.instruments import Instruments
from services.gateway.subscriptions.readers import Readers
from services.gateway.subscriptions.service_orders import Desk
from shared.database import Database
from shared.streams import SubscriberStreams
from shared.web import Part


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What the composition root takes of subscriptions.

    Attributes:
        wake: Called when something was archived.
    """

    parts: Sequence[Part]
    routers: Sequence[APIRouter]
    collect: Callable[[], Awaitable[None]]
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """What operations decide of subscriptions, and what other parts of the gateway lend them.

    Attributes:
        hosts: Which may be called, as `Hosts` reads them; none where it is empty.
        holder: Name of this replica.
        streams: The server of the streams that subscribers read, or None.
        is_active: Whether this replica feeds them now.
    """

    hosts: str
    holder: str
    seal: Seal
    streams: SubscriberStreams | None
    is_active: Callable[[], bool]


def build_subscriptions(db: Database, door: Door, registry: CollectorRegistry, terms: Terms) -> Subscriptions:
    """Build subscriptions over the gateway's database."""
    addresses, seal = Addresses(Hosts.parse(terms.hosts)), terms.seal

    def open_receiver(way: Way) -> HttpReceiver:
        return HttpReceiver(way, addresses)

    engine = Engine(db, seal=seal, open_receiver=open_receiver, holder=terms.holder)
    parts: list[Engine | StreamFeeder] = [engine]
    if terms.streams is not None:
        readers = Readers(terms.streams, seal=seal, clock=db.clock)
        parts.append(StreamFeeder(db, terms.streams, readers, is_active=terms.is_active))

    def wake() -> None:
        for part in parts:
            part.wake()

    office = Office(Desk(addresses, seal, db.clock, terms.streams), open_receiver, wake)
    return Subscriptions(
        parts=parts,
        routers=[deliveries_router(db, door, wake), subscriptions_router(db, door, office)],
        collect=Instruments(db, registry).collect,
        wake=wake,
    )
