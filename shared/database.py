"""One service's database: write transactions that carry the outbox, and read-only sessions beside them.

Invariants: every write on SQLite begins with BEGIN IMMEDIATE and is durable at commit (WAL, synchronous=FULL);
nothing but `Database` commits. The same code runs on SQLite and PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.clock import Clock
from shared.events.envelope import Envelope, Event
from shared.inline_sqlite import COMPILED, DRIVER, finish
from shared.outbox import Outbox, Written
from shared.telemetry import current_traceparent

BUSY_TIMEOUT_MS = 10_000
T = TypeVar("T")


@dataclass(slots=True)
class Tx:
    """One open write transaction: its session, the event that caused it, and the way to publish.

    Attributes:
        session: For statements and objects; `flush` at will, never commit.
        now: Business time at which the transaction began; every decision in it uses this instant.
        cause: The envelope that is being handled, or None for a request.
    """

    session: AsyncSession
    now: datetime
    outbox: Outbox
    cause: Envelope | None = None

    def publish(self, event_: Event, *, time: datetime | None = None, revision: int = 0) -> None:
        """Publish with the commit; `time` (business time) is the transaction's `now` unless given."""
        self.outbox.add(event_, time=time or self.now, revision=revision)


@dataclass(slots=True)
class SyncTx:
    """A write transaction on a synchronous connection, for what has a rate that needs it; see ADR 2.

    Attributes:
        then: Called in the event loop after the commit.
    """

    connection: Connection
    now: datetime
    outbox: Outbox = field(repr=False)
    then: list[Callable[[], None]] = field(default_factory=list)


class Database:
    """The engines of one service.

    Attributes:
        service: The owner; it names the source of the events that are published.
        clock: Business time for `Tx.now`, real time for outbox rows.
        on_commit: Called after each commit that wrote outbox rows, with these; the bus gives them to its relays.
    """

    def __init__(self, url: str, *, service: str, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.on_commit: list[Callable[[Written], None]] = []
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        shared: dict[str, Any] = {"execution_options": {"compiled_cache": COMPILED}} if self.is_sqlite else {}
        writes = {"writes": True} if self.is_sqlite else {}
        self._write_engine = create_async_engine(
            async_url(url), **_engine(self.is_sqlite, size=10), **writes, **shared
        )
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._read_engine = create_async_engine(
            async_url(url), **_engine(self.is_sqlite, size=5), **shared, **snapshot
        )
        self._sync_engine = create_engine(sync_url(url), **_engine(self.is_sqlite, size=2))
        self._look_engine = create_engine(sync_url(url), **_engine(self.is_sqlite, size=2), **snapshot)
        # SQLite has one writer at a time: waiting here is fair and free, its busy handler sleeps and is neither.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            _prepare_sqlite(self._write_engine.sync_engine)
            _prepare_sqlite(self._read_engine.sync_engine)
            _prepare_sqlite(self._sync_engine)
            _prepare_sqlite(self._look_engine)
            _begin(self._sync_engine, "BEGIN IMMEDIATE")
            _begin(self._look_engine, "BEGIN")

    @asynccontextmanager
    async def transaction(self, *, cause: Envelope | None = None) -> AsyncIterator[Tx]:
        """Open a write transaction; it commits at the end of the block, with the outbox last, or rolls back."""
        if self._writer is not None:
            async with self._writer, self._transaction(cause) as tx:
                yield tx
        else:
            async with self._transaction(cause) as tx:
                yield tx
        self._committed(tx.outbox)

    def _committed(self, outbox: Outbox) -> None:
        if outbox.written:
            for callback in self.on_commit:
                callback(outbox.written)

    @asynccontextmanager
    async def _transaction(self, cause: Envelope | None) -> AsyncIterator[Tx]:
        async with AsyncSession(self._write_engine, expire_on_commit=False) as session, session.begin():
            trace = cause.traceparent if cause else current_traceparent()
            outbox = Outbox(self.service, traceparent=trace)
            await session.connection()  # BEGIN now: the transaction sees what is committed before `now`.
            yield Tx(session=session, now=self.clock.now(), outbox=outbox, cause=cause)
            await session.flush()
            connection = await session.connection()
            await connection.run_sync(outbox.flush, written_at=self.clock.real_now())

    async def run_sync(self, work: Callable[[SyncTx], T]) -> T:
        """Run `work` in a thread, in one write transaction on a synchronous connection."""

        def in_thread() -> tuple[T, SyncTx]:
            with self._sync_transaction() as tx:
                return work(tx), tx

        if self._writer is None:
            result, tx = await finish(in_thread)
        else:
            async with self._writer:
                result, tx = await finish(in_thread)
        self._committed(tx.outbox)
        for callback in tx.then:
            callback()
        return result

    @contextmanager
    def _sync_transaction(self) -> Iterator[SyncTx]:
        with self._sync_engine.begin() as connection:
            outbox = Outbox(self.service)
            yield SyncTx(connection=connection, now=self.clock.now(), outbox=outbox)
            outbox.flush(connection, written_at=self.clock.real_now())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session: one snapshot, never a write lock."""
        async with AsyncSession(self._read_engine, expire_on_commit=False) as session:
            yield session

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which reads for long, in a thread, on one snapshot; never a write lock."""

        def in_thread() -> T:
            with self._look_engine.begin() as connection:
                return work(connection)

        return await finish(in_thread)

    async def probe(self) -> None:
        """Ask the database for one row; raises when it does not answer."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self._write_engine.dispose()
        await self._read_engine.dispose()
        self._sync_engine.dispose()
        self._look_engine.dispose()

    @property
    def engine(self) -> AsyncEngine:
        """The write engine, for tests that look at rows."""
        return self._write_engine


def async_url(url: str) -> str:
    """Give the URL with the driver that serves asynchronous sessions."""
    parsed = make_url(url)
    driver = DRIVER if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def sync_url(url: str) -> str:
    """Give the URL with the driver that serves synchronous connections."""
    parsed = make_url(url)
    driver = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _engine(is_sqlite: bool, *, size: int) -> dict[str, Any]:  # noqa: FBT001 - private.
    """Give what an engine is made with; what is written may be a person's own, and errors are logged without it."""
    pool = {} if is_sqlite else {"pool_size": size, "max_overflow": size, "pool_pre_ping": True}
    return {"hide_parameters": True, **pool}


def _prepare_sqlite(engine: Engine) -> None:
    """Make each connection durable and patient."""

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # The driver must not BEGIN by itself.
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)
