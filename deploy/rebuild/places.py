"""Where a rebuild finds the databases and the archive: a data directory, or the variables of a server."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from deploy.data_directory import DataDirectory
from services.gateway.archive.repository import stream_ends, trimmed_ends
from services.gateway.archive.service import ArchiveHistory
from shared.clock import Clock, read_clock
from shared.database import Database
from shared.errors import Invalid
from shared.streams import History, HttpHistory

METRICS, GATEWAY = "DUBAN_METRICS_DATABASE_URL", "DUBAN_GATEWAY_DATABASE_URL"
VARIABLES = {"metrics": METRICS, "tasks": "DUBAN_TASKS_DATABASE_URL"}
GATEWAY_URL, SECRET, CLOCK = "DUBAN_GATEWAY_URL", "DUBAN_PRINCIPAL_SECRET", "DUBAN_CLOCK_FILE"


@dataclass(frozen=True, slots=True)
class Places:
    """What is rebuilt from what.

    Attributes:
        database: URL of the present database of the service.
        gateway: URL of the gateway's database, or empty: then its inner API is asked.
        gateway_url: Of that inner API.
        secret: With which requests to it are signed.
        clock: Business and real time.
    """

    database: str
    gateway: str
    gateway_url: str
    secret: str
    clock: Clock

    @property
    def file(self) -> Path | None:
        """The file of the present database; None on PostgreSQL."""
        url = make_url(self.database)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def places(
    data: Path | None, environment: Mapping[str, str], *, alone: bool, service: str = "metrics"
) -> Iterator[Places]:
    """Find everything of a service: in `data`, else by the environment, else in `var/duban`.

    With `alone` a data directory is kept from `duban up` meanwhile.

    Raises:
        Invalid: Neither is there.
        Conflict: `duban up` uses the data directory.
    """
    if data is None and environment.get(VARIABLES[service]):
        yield _on_server(environment, VARIABLES[service])
        return
    directory = DataDirectory(data or Path("var/duban"))
    if not (directory.path / f"{service}.db").exists():
        place = f"数据目录 {directory.path} 中没有 {service}.db"
        message = f"{place}，请用 --data 指明，或设置 {VARIABLES[service]}"
        raise Invalid(message, code="database.missing", field="data")
    urls = (directory.database_url(service), directory.database_url("gateway"))
    found = Places(*urls, "", "", read_clock(directory.clock_file))
    if not alone:
        yield found
        return
    directory.claim()
    try:
        yield found
    finally:
        directory.release()


def _on_server(environment: Mapping[str, str], variable: str) -> Places:
    gateway, secret = environment.get(GATEWAY, ""), environment.get(SECRET, "")
    if not gateway and not secret:
        message = f"无法读取事件档案：请设置 {GATEWAY}，或 {GATEWAY_URL} 与 {SECRET}"
        raise Invalid(message, code="archive.missing", field=GATEWAY)
    clock = environment.get(CLOCK)
    url = environment.get(GATEWAY_URL) or "http://127.0.0.1:8001"
    return Places(environment[variable], gateway, url, secret, read_clock(Path(clock) if clock else None))


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive, the last sequence of each feed in it when the rebuild began, and the last that retention removed."""

    history: History
    ends: Mapping[str, int]
    trimmed: Mapping[str, int] = field(default_factory=dict)


@asynccontextmanager
async def archive(found: Places) -> AsyncIterator[Archive]:
    """Open the archive: the gateway's database where it is at hand, else its inner export."""
    if not found.gateway:
        remote = HttpHistory(found.gateway_url, secret=found.secret, clock=found.clock)
        try:
            head = await remote.head()
            ends, trimmed = (
                {str(feed): end for feed, end in one.items()} for one in (head.streams, head.trimmed)
            )
            yield Archive(remote, ends, trimmed)
        finally:
            await remote.close()
        return
    db = Database(found.gateway, service="gateway", clock=found.clock)
    try:
        async with db.reading() as session:
            ends, trimmed = await stream_ends(session), await trimmed_ends(session)
        yield Archive(ArchiveHistory(db), ends, trimmed)
    finally:
        await db.close()
