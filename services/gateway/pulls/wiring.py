"""Builds what pulling needs beside the requests: the rounds, their routes and figures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from services.gateway.access import Door
from services.gateway.feeds.ports import Keeper
from services.gateway.pulls.acceptance import Acceptance
from services.gateway.pulls.api import pulls_router
from services.gateway.pulls.instruments import PullFigures
from services.gateway.pulls.ports import Secrets
from services.gateway.pulls.puller import Puller, way_opener
from services.gateway.pulls.service import PullDesk
from services.gateway.returns.domain import Hosts
from services.gateway.rounds import Rounds
from shared.database import Database
from shared.web import Part


@dataclass(frozen=True, slots=True)
class Terms:
    """What operations decide of pulling, and what other parts of the gateway lend it.

    Attributes:
        hosts: Which may be called, as `Hosts` reads them; none where it is empty.
        ahead: How far in the future of business time a record may be dated.
        holder: Name of this replica.
    """

    hosts: str
    secrets: Secrets
    keeper: Keeper
    ahead: timedelta
    holder: str


@dataclass(frozen=True, slots=True)
class Pulls:
    """What the composition root takes of pulling."""

    part: Part
    router: APIRouter
    collect: Callable[[], Awaitable[None]]


def build_pulls(db: Database, door: Door, registry: CollectorRegistry, terms: Terms) -> Pulls:
    """Build pulling over the gateway's database."""
    hosts = Hosts.parse(terms.hosts)
    intake = Acceptance(db, terms.keeper, ahead=terms.ahead)
    open_way = way_opener(db, terms.secrets, hosts)
    puller = Puller(db, intake, open_way, holder=terms.holder)
    return Pulls(
        part=Rounds("feed puller", puller.sources, puller.round),
        router=pulls_router(db, door, PullDesk(hosts, db.clock), intake, open_way),
        collect=PullFigures(db, registry).collect_now,
    )
