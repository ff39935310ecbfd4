"""Builds what subscriptions need beside the requests: the engine, their routes and figures."""

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
from services.gateway.subscriptions.instruments import Instruments
from services.gateway.subscriptions.service_people import Desk
from shared.database import Database


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What the composition root takes of subscriptions."""

    engine: Engine
    routers: Sequence[APIRouter]
    collect: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What operations decide of subscriptions, and what other parts of the gateway lend them.

    Attributes:
        hosts: Which may be called, as `Hosts` reads them; none where it is empty.
        holder: Name of this replica.
    """

    hosts: str
    holder: str
    seal: Seal


def build_subscriptions(db: Database, door: Door, registry: CollectorRegistry, terms: Terms) -> Subscriptions:
    """Build subscriptions over the gateway's database."""
    addresses, seal = Addresses(Hosts.parse(terms.hosts)), terms.seal

    def open_receiver(way: Way) -> HttpReceiver:
        return HttpReceiver(way, addresses)

    engine = Engine(db, seal=seal, open_receiver=open_receiver, holder=terms.holder)
    office = Office(Desk(addresses, seal, db.clock), open_receiver, engine.wake)
    return Subscriptions(
        engine=engine,
        routers=[deliveries_router(db, door, engine.wake), subscriptions_router(db, door, office)],
        collect=Instruments(db, registry).collect,
    )
