"""Builds what returns need beside the requests: the feeder, the sender, their routes and figures."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from services.gateway.access import Door
from services.gateway.returns.api import returns_router
from services.gateway.returns.api_targets import targets_router
from services.gateway.returns.domain import Hosts
from services.gateway.returns.feeder import Feeder
from services.gateway.returns.instruments import Instruments
from services.gateway.returns.ports import KnowsSource, Seal, Texts
from services.gateway.returns.sender import Sender, open_line
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
        ca_folder: Where the roots of platforms' certificates are.
    """

    hosts: str
    begin: int | None
    seal: Seal
    texts: Texts
    knows_source: KnowsSource
    ca_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """What the composition root takes of returns."""

    parts: Sequence[Part]
    routers: Sequence[APIRouter]
    collect: Callable[[], Awaitable[None]]


def build_returns(db: Database, door: Door, registry: CollectorRegistry, terms: Terms) -> Returns:
    """Build returns over the gateway's database."""
    hosts = Hosts.parse(terms.hosts)
    sender = Sender(
        db, hosts, seal=terms.seal, texts=terms.texts, line=partial(open_line, ca_folder=terms.ca_folder)
    )
    feeder = Feeder(db, begin=terms.begin)
    desk = TargetDesk(hosts, terms.seal, terms.knows_source, db.clock, terms.ca_folder)
    return Returns(
        parts=[
            Repeating("returns feeder", feeder.step),
            Rounds("returns sender", sender.sources, sender.round),
        ],
        routers=[returns_router(db, door), targets_router(db, door, desk)],
        collect=Instruments(db, registry).collect,
    )
