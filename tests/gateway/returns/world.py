"""What the tests of returns stand on: a platform that is played, archived events, and a desk to send from."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select

from services.gateway.archive import service as archive_service
from services.gateway.models import ArchivedEvent
from services.gateway.returns.domain import Hosts
from services.gateway.returns.feeder import Feeder
from services.gateway.returns.models import ReturnRow
from services.gateway.returns.ports import Texts
from services.gateway.returns.sender import OpenLine, Sender, open_line
from services.gateway.returns.service_targets import TargetDesk, TargetOrder, set_target
from shared.database import Database, SyncTx
from shared.events.envelope import Event, Meta, render
from shared.events.hotline import OrderReceived
from shared.events.orders import OrderAnswered, OrderContacted, OrderOpened
from shared.events.ratings import RatingSubmitted
from shared.events.rectifications import RectificationOpened, RectificationRectified, RectificationReplied
from shared.events.supervision import TaskAccepted, TaskClosed
from shared.streams import Entry
from shared.testing import DRILL_START, FakeClock
from tests.gateway.returns.texts import NoTexts
from tests.gateway.vault.unsealed import Unsealed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Reply = tuple[int, object]


@dataclass
class Platform:
    """A platform over real HTTP: `reply` says what it does with the n-th asking of an id; None hangs for ever.

    Attributes:
        kept: What it keeps, by id: how often it took that as new.
        asked: Every asking, in order: id, body, headers.
    """

    reply: "Callable[[Platform, str, int], Reply | None]"
    url: str = ""
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, body: dict[str, Any], headers: dict[str, str]) -> Reply | None:
        """Take one request."""
        with self.lock:
            name = headers["idempotency-key"]
            self.asked.append((name, body, headers))
            return self.reply(self, name, sum(one == name for one, _, _ in self.asked))

    def keep(self, name: str) -> Reply:
        """Take it, unless it is there already."""
        if name in self.kept:
            return 200, {"result": "repeated"}
        self.kept[name] = next(body for one, body, _ in reversed(self.asked) if one == name)
        self.taken[name] += 1
        return 200, {"result": "accepted"}

    def ids(self) -> list[str]:
        """Give the ids in the order in which they were asked."""
        return [one for one, _, _ in self.asked]


def well(platform: Platform, name: str, _: int) -> Reply:
    """Take everything."""
    return platform.keep(name)


def always(status: int, body: object = None) -> Callable[[Platform, str, int], Reply]:
    """Answer everything alike."""
    return lambda _platform, _name, _number: (status, body or {})


def first(then: Callable[[Platform, str, int], Reply | None]) -> Callable[[Platform, str, int], Reply | None]:
    """Do something else with the first asking of each id, and take the others."""
    return lambda platform, name, number: then(platform, name, 1) if number == 1 else platform.keep(name)


def take_and_hang(platform: Platform, name: str, _: int) -> Reply | None:
    """Take it, and never say so."""
    platform.keep(name)
    return None


def forget(*_: object) -> Reply:
    """Say yes and keep nothing."""
    return 200, {"result": "accepted"}


def refuse(*_: object) -> Reply:
    """Say no."""
    return 200, {"result": "refused", "reason": "状态码不合规"}


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()} | {"raw": body.decode()}
        reply = self.server.platform.hear(json.loads(body), headers)
        if reply is None:
            self.server.platform.over.wait(20)
            return
        content = json.dumps(reply[1]).encode()
        self.send_response(reply[0])
        if reply[0] == 429:
            self.send_header("retry-after", "600")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    platform: Platform

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller that goes away is part of the play."""


@contextmanager
def playing(reply: Callable[[Platform, str, int], Reply | None] = well) -> Iterator[Platform]:
    """Serve a platform."""
    platform = Platform(reply)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.platform = platform
        platform.url = f"http://127.0.0.1:{server.server_port}/states"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield platform
        finally:
            platform.over.set()
            server.shutdown()
            thread.join()


def rated(number: int = 1, *, level: int = 1, source: str = "push") -> RatingSubmitted:
    """Write a bad rating."""
    return RatingSubmitted(
        rating_id=f"r{number}",
        project_no=f"37{number:010d}",
        service_number=1,
        unit_code="11370800MB2855926Y",
        channel="pc",
        level=level,
        scheme="push",
        raw_code=str(level),
        rated_at=DRILL_START,
        source_id=source,
    )


def ordered(number: int = 1, *, source: str = "hotline") -> OrderReceived:
    """Write an order."""
    return OrderReceived(
        order_id=f"o{number}",
        source_id=source,
        order_no=f"GD{number:06d}",
        kind="complaint",
        received_at=DRILL_START,
        due_on=date(2023, 6, 27),
        scheme="hotline",
    )


def rectified(number: int = 1) -> list[Event]:
    """Write what becomes of a bad rating, from its task to its end."""
    task, rating = f"t{number}", f"r{number}"
    return [
        RectificationOpened(
            task_id=task, rating_id=rating, unit_id="u1", level=1, is_named=True, call_back=True
        ),
        TaskAccepted(task_id=task, state="accepted"),
        RectificationRectified(task_id=task, rating_id=rating, mode="at_once", late=False),
        RectificationReplied(task_id=task, rating_id=rating),
        TaskClosed(task_id=task, state="closed", closed_at=DRILL_START + timedelta(hours=5)),
    ]


STEPS_OF_RATING = ["accepted", "rectified", "replied", "closed"]


def answered(number: int = 1) -> list[Event]:
    """Write what becomes of an order."""
    task, order = f"t-o{number}", f"o{number}"
    return [
        OrderOpened(task_id=task, order_id=order),
        TaskAccepted(task_id=task, state="accepted"),
        OrderContacted(task_id=task, order_id=order, unit_id="u1", late=False),
        OrderAnswered(task_id=task, order_id=order, unit_id="u1", late=True),
        TaskClosed(task_id=task, state="closed", closed_at=DRILL_START + timedelta(days=1)),
    ]


def _archive_one(entry: Entry, tx: SyncTx) -> None:
    archive_service.archive(tx.connection, [entry])


@dataclass
class Desk:
    """A feeder and a sender over one database, on a clock that a test moves."""

    db: Database
    clock: FakeClock
    feeder: Feeder
    sender: Sender

    async def archive(self, *events: Event, time: datetime = DRILL_START) -> None:
        """Archive events in the order of the arguments, each behind its own feed's last."""
        for event in events:
            async with self.db.reading() as session:
                stream = select(ArchivedEvent.sequence).where(ArchivedEvent.stream == event.feed())
                last = await session.scalar(stream.order_by(ArchivedEvent.sequence.desc()).limit(1)) or 0
            meta = Meta(id=f"{event.feed()}-{last + 1}", source="/services/x", time=time)
            entry = Entry(event.feed(), last + 1, render(event, meta=meta, sequence=last + 1))
            await self.db.run_sync(partial(_archive_one, entry))

    async def feed(self) -> None:
        """Read the archive to its end."""
        while not await self.feeder.step():
            pass

    async def hear(self, *events: Event) -> None:
        """Archive events and read them."""
        await self.feed()  # The cursor has to be there before.
        await self.archive(*events)
        await self.feed()

    async def send(self) -> int:
        """Make every attempt that is due at this instant; give how many there were."""
        made = 0
        while sources := await self.sender.sources():
            done = sum([await self.sender.round(source) for source in sources])
            if not done:
                break
            made += done
        return made

    async def send_for(self, span: timedelta, *, every: timedelta = timedelta(minutes=1)) -> None:
        """Send for a while."""
        end = self.clock.instant + span
        while self.clock.instant < end:
            await self.send()
            self.clock.advance(every)

    async def target(self, url: str, source: str = "push", **changes: Any) -> None:  # noqa: ANN401 - TargetOrder's.
        """Set where the states of a source go back to."""
        async with self.db.transaction() as tx:
            await set_target(tx, source, order(url, **changes), target_desk(self.clock), by="key-1")

    async def rows(self) -> list[ReturnRow]:
        """Give all returns in the order of their events."""
        async with self.db.reading() as session:
            return list(await session.scalars(select(ReturnRow).order_by(ReturnRow.position)))

    async def states(self) -> list[str]:
        """Give the states of all returns in the order of their events."""
        return [row.state for row in await self.rows()]


def order(url: str, **changes: Any) -> TargetOrder:  # noqa: ANN401 - TargetOrder's.
    """Write a target."""
    plain: dict[str, Any] = {
        "url": url,
        "form": "duban",
        "overrides": {},
        "steps": (),
        "secret": SECRET,
        "headers": None,
        "timeout": 5,
        "proxy": "",
        "per_minute": 6000,
        "enabled": True,
    }
    return TargetOrder(**(plain | changes))


async def knows_all(*_: object) -> bool:
    """Know every source."""
    return True


def target_desk(clock: FakeClock) -> TargetDesk:
    """Allow this machine alone."""
    return TargetDesk(Hosts(("127.0.0.1",)), Unsealed(), knows_all, clock)


def desk_over(
    db: Database, *, texts: Texts | None = None, hosts: str = "127.0.0.1", line: OpenLine = open_line
) -> Desk:
    """Open a desk over a database with a clock that is moved."""
    clock = db.clock
    assert isinstance(clock, FakeClock)
    return Desk(
        db,
        clock,
        Feeder(db),
        Sender(db, Hosts.parse(hosts), seal=Unsealed(), texts=texts or NoTexts(), line=line),
    )
