"""SQLite for asyncio without a thread per statement; see ADR 16.

A statement takes some ten microseconds, a hop to a thread and back some hundred: statements run in the event loop.
What may wait runs in a thread: BEGIN IMMEDIATE, for another process's write, and COMMIT, for the disk. A long run of
statements lets the loop turn in between.
"""

import asyncio
import contextvars
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import ConnectArgsType, DBAPIConnection
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import LRUCache, await_only

DRIVER = "sqlite+inline"
TURN_S = 0.02
COMPILED: LRUCache[Any, Any] = LRUCache(
    2_000
)  # Statement → its SQL, for all engines of this process: they write alike.
T = TypeVar("T")

registry.register("sqlite.inline", __name__, "InlineSQLite")


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Do nothing: SQLAlchemy asks this of the cursor of an asynchronous driver."""


class _Connection(sqlite3.Connection):
    # SQLAlchemy asks for cursors without a factory; the overloads of the base allow any.
    def cursor(self, factory: type[sqlite3.Cursor] = _Cursor) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory)


class _Turns:
    """The loop's turns between the statements of an engine."""

    def __init__(self) -> None:
        self._taken_at = time.monotonic()

    async def take(self) -> None:
        """Let the loop turn when the last time was more than `TURN_S` (seconds) ago."""
        if time.monotonic() - self._taken_at > TURN_S:
            await asyncio.sleep(0)
            self._taken_at = time.monotonic()


class InlineSQLite(SQLiteDialect_pysqlite):
    """The dialect `sqlite+inline`: `sqlite3` as it is, under SQLAlchemy's asynchronous sessions."""

    driver = "inline"
    is_async = True
    has_terminate = True
    supports_statement_cache = True

    def __init__(self, writes: bool = False, **options: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - SQLAlchemy's.
        super().__init__(**options)
        self._writes = writes

    def __eq__(self, other: object) -> bool:
        """Be one key of `COMPILED`, whichever engine asks."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003 - the signature is SQLAlchemy's.
        """Give the pool that waits for a free connection without blocking the loop."""
        return AsyncAdaptedQueuePool

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let the loop turn before a statement when it has not for a while."""
        turns = _Turns()

        @event.listens_for(engine, "before_cursor_execute")
        def _before(*_what: object) -> None:
            await_only(turns.take())

    def create_connect_args(self, url: URL) -> ConnectArgsType:
        """Connect with cursors that an asynchronous session can close."""
        names, options = super().create_connect_args(url)
        return names, {**options, "factory": _Connection}

    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        """Begin; where the engine writes, with the write lock, for which another process may let us wait."""
        cursor = dbapi_connection.cursor()
        if self._writes:
            await_only(finish(lambda: cursor.execute("BEGIN IMMEDIATE")))
        else:
            cursor.execute("BEGIN")

    def do_commit(self, dbapi_connection: DBAPIConnection) -> None:
        """Commit in a thread: the disk takes milliseconds."""
        await_only(finish(dbapi_connection.commit, _committing()))

    def do_terminate(self, dbapi_connection: DBAPIConnection) -> None:
        """Close the connection of a task that is gone."""
        dbapi_connection.close()


# By process: a fork has none of its parent's threads.
_EXECUTORS: dict[int, ThreadPoolExecutor] = {}


def _committing() -> ThreadPoolExecutor:
    """Give the threads of commits, apart from those in which BEGIN waits: what it waits for must find one free."""
    if os.getpid() not in _EXECUTORS:
        _EXECUTORS[os.getpid()] = ThreadPoolExecutor(max_workers=4, thread_name_prefix="commit")
    return _EXECUTORS[os.getpid()]


async def finish(work: Callable[[], T], executor: Executor | None = None) -> T:
    """Run `work` in a thread and wait for its end even when cancelled: the thread would go on without us."""
    context = contextvars.copy_context()  # What is logged there names the trace of the request.
    running = asyncio.get_running_loop().run_in_executor(executor, lambda: context.run(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
