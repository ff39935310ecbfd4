"""What the tests of subscriptions stand on: a receiver over real HTTP, archived events, and a stepped engine."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select

from services.gateway.archive import service as archive_service
from services.gateway.archive.domain_filters import Filters
from services.gateway.models import ArchivedEvent
from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions import service_orders as orders
from services.gateway.subscriptions import service_people as people
from services.gateway.subscriptions.adapters import Addresses, HttpReceiver, Way
from services.gateway.subscriptions.engine import Engine
from services.gateway.subscriptions.models import Delivery, Subscription
from shared.database import Database, SyncTx
from shared.events.envelope import Event, Meta, render
from shared.events.ratings import RatingSubmitted
from shared.streams import Entry
from shared.testing import DRILL_START, FakeClock
from tests.gateway.vault.unsealed import Unsealed

Reply = tuple[int, dict[str, str]]


@dataclass
class Receiver:
    """A receiver: `reply` says what it does with the n-th asking of a webhook id; None hangs until it is over.

    Attributes:
        got: Every asking in order: id, event, headers.
        taken: Positions that it answered 2xx, in order.
    """

    reply: "Callable[[Receiver, str, int], Reply | None]"
    url: str = ""
    got: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, body: bytes, headers: dict[str, str]) -> Reply | None:
        """Take one request."""
        with self.lock:
            name = headers["webhook-id"]
            self.got.append((name, json.loads(body), headers | {"raw": body.decode()}))
            reply = self.reply(self, name, sum(one == name for one, _, _ in self.got))
            if reply is not None and reply[0] < 300 and "duban-position" in headers:
                self.taken.append(int(headers["duban-position"]))
            return reply

    def subjects(self) -> list[str]:
        """Give the subjects in the order in which they were asked."""
        return [event["subject"] for _, event, _ in self.got]


def well(*_: object) -> Reply:
    """Take everything."""
    return 200, {}


def always(status: int, **headers: str) -> Callable[..., Reply]:
    """Answer everything alike."""
    return lambda *_: (status, {name.replace("_", "-"): value for name, value in headers.items()})


def refusing(*subjects: str) -> Callable[[Receiver, str, int], Reply]:
    """Fail what is about these subjects."""
    return lambda receiver, _name, _number: (500 if receiver.got[-1][1]["subject"] in subjects else 204, {})


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        reply = self.server.receiver.hear(body, {name.lower(): one for name, one in self.headers.items()})
        if reply is None:
            self.server.receiver.over.wait(20)
            self.close_connection = True
            return
        self.send_response(reply[0])
        for name, value in reply[1].items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller that goes away is part of the play."""


@contextmanager
def receiving(reply: Callable[[Receiver, str, int], Reply | None] = well) -> Iterator[Receiver]:
    """Serve a receiver."""
    receiver = Receiver(reply)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.receiver = receiver
        receiver.url = f"http://127.0.0.1:{server.server_port}/events"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()


def rated(subject: str = "r1", *, level: int = 5, unit: str = "11370800MB2855926Y") -> RatingSubmitted:
    """Write a rating."""
    return RatingSubmitted(
        rating_id=subject,
        project_no="370000000001",
        service_number=1,
        unit_code=unit,
        channel="pc",
        level=level,
        scheme="push",
        raw_code=str(level),
        rated_at=DRILL_START,
    )


def _archive(entries: list[Entry], tx: SyncTx) -> None:
    archive_service.archive(tx.connection, entries)


def open_receiver_for(hosts: str) -> Callable[[Way], HttpReceiver]:
    """Open real lines to these hosts."""
    addresses = Addresses(Hosts.parse(hosts))
    return lambda way: HttpReceiver(way, addresses)


@dataclass
class Desk:
    """An engine over a database, on a clock that a test moves; `step` and `settle` run it by hand."""

    db: Database
    clock: FakeClock
    engine: Engine
    hosts: str = "127.0.0.0/8"

    async def archive(self, *events: Event, time: timedelta = timedelta(0)) -> None:
        """Archive events in the order of the arguments, each behind its own feed's last."""
        for event in events:
            async with self.db.reading() as session:
                stream = select(ArchivedEvent.sequence).where(ArchivedEvent.stream == event.feed())
                last = await session.scalar(stream.order_by(ArchivedEvent.sequence.desc()).limit(1)) or 0
            meta = Meta(id=f"{event.feed()}-{last + 1}", source="/services/x", time=DRILL_START + time)
            entry = Entry(event.feed(), last + 1, render(event, meta=meta, sequence=last + 1))
            await self.db.run_sync(partial(_archive, [entry]))

    async def subscribe(self, url: str, name: str = "credit", *, begin: int = 0, **changes: Any) -> str:  # noqa: ANN401 - Order's.
        """Set a subscription; give its secret when it is new."""
        return await subscribe(self.db, url, name, hosts=self.hosts, begin=begin, **changes)

    async def settle(self) -> None:
        """Run the engine until nothing more is to be done at this instant."""
        while True:
            wait = await self.engine.step()
            if calls := self.engine.on_their_way:
                await asyncio.wait(calls)
            elif wait > 0:
                return

    async def settle_for(self, span: timedelta, *, every: timedelta) -> None:
        """Run the engine for a while."""
        end = self.clock.instant + span
        while self.clock.instant < end:
            await self.settle()
            self.clock.advance(every)

    async def rows(self, name: str = "credit") -> list[Delivery]:
        """Give the deliveries of a subscription in order."""
        wanted = select(Delivery).where(Delivery.subscription == name).order_by(Delivery.position)
        async with self.db.reading() as session:
            return list(await session.scalars(wanted))

    async def states(self, name: str = "credit") -> list[str]:
        """Give the states of the deliveries of a subscription in order."""
        return [row.state for row in await self.rows(name)]

    async def subscription(self, name: str = "credit") -> Subscription:
        """Give a subscription as it is now."""
        async with self.db.reading() as session:
            return await people.require(session, name)


def order(url: str, **changes: Any) -> orders.Order:  # noqa: ANN401 - Order's.
    """Write a subscription."""
    plain: dict[str, Any] = {
        "url": url,
        "filters": Filters(),
        "headers": None,
        "timeout": 5,
        "proxy": "",
        "ca_file": "",
        "at_once": 8,
        "per_second": 5000,
    }
    return orders.Order(**(plain | changes))


def desk_over(db: Database, *, hosts: str = "127.0.0.0/8", holder: str = "one") -> Desk:
    """Open a desk over a database with a clock that is moved."""
    clock = db.clock
    assert isinstance(clock, FakeClock)
    return Desk(db, clock, engine_over(db, hosts=hosts, holder=holder), hosts)


def engine_over(db: Database, *, hosts: str, holder: str = "one") -> Engine:
    """Make an engine with real lines."""
    return Engine(db, seal=Unsealed(), open_receiver=open_receiver_for(hosts), holder=holder)


async def subscribe(db: Database, url: str, name: str = "credit", *, hosts: str, **changes: Any) -> str:  # noqa: ANN401 - Order's.
    """Set a subscription; give its secret when it is new."""
    desk = orders.Desk(Addresses(Hosts.parse(hosts)), Unsealed(), db.clock)
    made = order(url, **changes)
    await orders.check_order(made, desk)
    async with db.transaction() as tx:
        _, secret = await people.set_subscription(tx, name, made, desk, by="key-1")
    return secret
