"""Builds what returns need beside the requests: the feeder, the sender, their routes and figures."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from services.gateway.access import Door
from services.gateway.returns.api import returns_router
from services.gateway.returns.api_targets import targets_router
from services.gateway.returns.domain import Hosts
from services.gateway.returns.feeder import Feeder
from services.gateway.returns.instruments import Instruments
from services.gateway.returns.ports import KnowsSource, Seal, Texts
from services.gateway.returns.sender import Sender
from services.gateway.returns.service_targets import TargetDesk
from services.gateway.rounds import Rounds
from shared.background import Repeating
from shared.database import Database
from shared.web import Part


@dataclass(frozen=True, slots=True)
class Terms:
    """What operations decide of returns, and what other parts of the gateway lend them.

    Attributes:
        hosts: Which may be called, as `Hosts` reads them; none where it is empty.
        begin: Position of the archive from which a new cursor reads; None for its present end.
    """

    hosts: str
    begin: int | None
    seal: Seal
    texts: Texts
    knows_source: KnowsSource


@dataclass(frozen=True, slots=True)
class Returns:
    """What the composition root takes of returns."""

    parts: Sequence[Part]
    routers: Sequence[APIRouter]
    collect: Callable[[], Awaitable[None]]


def build_returns(db: Database, door: Door, registry: CollectorRegistry, terms: Terms) -> Returns:
    """Build returns over the gateway's database."""
    hosts = Hosts.parse(terms.hosts)
    sender = Sender(db, hosts, seal=terms.seal, texts=terms.texts)
    feeder = Feeder(db, begin=terms.begin)
    desk = TargetDesk(hosts, terms.seal, terms.knows_source, db.clock)
    return Returns(
        parts=[
            Repeating("returns feeder", feeder.step),
            Rounds("returns sender", sender.sources, sender.round),
        ],
        routers=[returns_router(db, door), targets_router(db, door, desk)],
        collect=Instruments(db, registry).collect,
    )
