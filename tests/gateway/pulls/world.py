"""What the tests of pulling stand on: a platform that is played over HTTP, a front-end table, and a puller."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr
from sqlalchemy import create_engine, text

from services.gateway.feeds.service_sources import SourceOrder, set_source
from services.gateway.pulls import repository, service
from services.gateway.pulls.acceptance import Acceptance
from services.gateway.pulls.domain import PullPlan, TablePlan
from services.gateway.pulls.models import FeedPull
from services.gateway.pulls.puller import Puller, way_opener
from services.gateway.pulls.secrets import NamedSecrets
from services.gateway.pulls.service import PullDesk, PullOrder
from services.gateway.returns.domain import Hosts
from shared.database import Database
from shared.events.services import ServiceAccepted
from shared.testing import FakeClock, events_of
from tests.gateway.feeds.sending import START, Record, Vault, one_service

HOSTS = Hosts(("127.0.0.1",))
STAMP = "%Y-%m-%d %H:%M:%S"
Reply = tuple[int, object]


@dataclass
class Platform:
    """A platform with records that it lists page by page; `fault` says what it does instead, or None for nothing.

    Attributes:
        asked: The parameters of each call, in order; `headers` the headers.
    """

    records: list[Record]
    fault: "Callable[[Platform, int], Reply | None]" = lambda _platform, _number: None
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, said: dict[str, str], headers: Mapping[str, str]) -> Reply | None:
        """Answer one call; None hangs."""
        self.asked.append(said)
        self.headers.append(headers)
        return self.fault(self, len(self.asked)) or self.page(said)

    def page(self, said: Mapping[str, str]) -> Reply:
        """Give a page: by number, or behind a token."""
        since, size = said.get("since", ""), int(said.get("pageSize", "1000"))
        found = [one for one in self.records if one["acceptDate"] >= since]
        begin = int(said["after"]) if "after" in said else size * (int(said.get("page", "1")) - 1)
        chosen = found[begin : begin + size]
        return 200, {"code": 0, "data": {"list": chosen, "next": str(begin + len(chosen))}}


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        self._answer({name: str(value) for name, value in body.items()})

    def _answer(self, said: dict[str, str]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.platform.hear(said, headers)
        if reply is None or reply[0] == 0:
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
def playing(platform: Platform) -> Iterator[Platform]:
    """Serve a platform."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.platform = platform
        platform.url = f"http://127.0.0.1:{server.server_port}/list"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield platform
        finally:
            platform.over.set()
            server.shutdown()
            thread.join()


def services(count: int, *, first: int = 1) -> list[Record]:
    """Write acceptances as the push interface has them, a minute apart."""
    return [
        one_service(
            projectNo=f"37{number:010d}", acceptDate=(START + timedelta(minutes=number)).strftime(STAMP)
        )
        for number in range(first, first + count)
    ]


def plan(url: str, **more: Any) -> PullPlan:  # noqa: ANN401 - the fields of a plan.
    """Write a plan of pages by number, since a time."""
    said: dict[str, Any] = {
        "url": url,
        "list": "data.list",
        "ok_path": "code",
        "ok": [0],
        "paging": {"size": 10},
        "since": {"param": "since", "field": "acceptDate", "begin": START, "overlap": 5},
        "every": 60,
        "timeout": 5,
    }
    return PullPlan.model_validate(said | more)


@dataclass
class Desk:
    """A puller over one database, on a clock that a test moves."""

    db: Database
    clock: FakeClock
    secrets: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    holder: str = "one"

    def puller(self, holder: str = "") -> Puller:
        """Build one."""
        secrets = NamedSecrets({name: SecretStr(value) for name, value in self.secrets.items()}, self.folder)
        intake = Acceptance(self.db, Vault(), ahead=timedelta(days=9999))
        opener = way_opener(self.db, secrets, HOSTS)
        return Puller(self.db, intake, opener, holder=holder or self.holder)

    async def set(
        self, plan: PullPlan | TablePlan, *, form: str = "push-shandong", per_minute: int = 0
    ) -> None:
        """Register the source `hz`, and set how it is asked."""
        order = SourceOrder("hz", form, {}, "none", "", per_minute, 10**6, 0, enabled=True)
        async with self.db.transaction() as tx:
            await set_source(tx, "hz", order, Vault())
            desk = PullDesk(HOSTS, self.clock)
            await service.set_plan(tx, "hz", PullOrder(plan, enabled=True), desk, by="k1")

    async def pull(self, holder: str = "") -> int:
        """Make every round that is due at this instant; give how many there were."""
        puller, made = self.puller(holder), 0
        while await puller.sources():
            await puller.round("hz")
            made += 1
        return made

    async def row(self) -> FeedPull:
        """Give where it stands."""
        async with self.db.reading() as session:
            row = await repository.find_pull(session, "hz")
        assert row is not None
        return row

    async def taken(self) -> list[str]:
        """Give the numbers of the services that were taken in, in order of their events."""
        return [event.project_no for event in await events_of(self.db, ServiceAccepted)]


def numbers(records: Sequence[Record]) -> list[str]:
    """Give the numbers of services."""
    return [str(one["projectNo"]) for one in records]


COLUMNS = ("projectNo", "deptCode", "taskCode", "areaCode", "userProp", "proChannel", "promiseTime")
MORE = ("acceptDate", "promiseDay", "promiseType", "userName", "mobile", "proStatus")


def front_table(url: str, records: Sequence[Record]) -> None:
    """Make a front-end table with these rows, numbered from 1, all new."""
    names = (*COLUMNS, *MORE)
    engine = create_engine(url)
    with engine.begin() as connection:
        columns = ", ".join(f'"{name}" varchar(100)' for name in names)
        connection.execute(text(f"CREATE TABLE front (id integer primary key, status integer, {columns})"))
    add_rows(url, records)
    engine.dispose()


def add_rows(url: str, records: Sequence[Record], *, first: int = 1) -> None:
    """Add rows, numbered from `first`."""
    names = (*COLUMNS, *MORE)
    engine = create_engine(url)
    marks = ", ".join(f":{name}" for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    with engine.begin() as connection:
        for number, record in enumerate(records, first):
            said = {name: record.get(name) for name in names} | {"id": number}
            connection.execute(
                text(f"INSERT INTO front (id, status, {quoted}) VALUES (:id, 0, {marks})"),  # noqa: S608 - our own.
                said,
            )
    engine.dispose()


def statuses(url: str) -> list[int]:
    """Give the statuses of the rows, in order."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text("SELECT status FROM front ORDER BY id")))
    engine.dispose()
    return found


def table_plan(**more: Any) -> TablePlan:  # noqa: ANN401 - the fields of a plan.
    """Write a plan of the front-end table."""
    said: dict[str, Any] = {
        "kind": "table",
        "database": "front",
        "table": "front",
        "columns": {name: name for name in (*COLUMNS, *MORE)},
        "key": "id",
        "size": 10,
        "every": 60,
    }
    return TablePlan.model_validate(said | more)


def at(minutes: int) -> datetime:
    """Give the time of the service with this number."""
    return START + timedelta(minutes=minutes)
