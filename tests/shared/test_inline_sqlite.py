"""SQLite in the event loop: what may wait waits elsewhere, and nobody is kept from their turn for long."""

import asyncio
import contextvars
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest_asyncio
from sqlalchemy import text

from shared.clock import LiveClock
from shared.database import Database


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'a.db'}", service="tasks", clock=LiveClock())
    async with made.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE n (n INTEGER)"))
    yield made
    await made.close()


@contextmanager
def another_writing(folder: Path) -> Iterator[None]:
    """Hold the write lock as another process would."""
    other = sqlite3.connect(folder / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("COMMIT")
    other.close()


async def count(db: Database) -> int:
    async with db.reading() as session:
        return int((await session.execute(text("SELECT count(*) FROM n"))).scalar_one())


async def test_many_rows_go_in_with_one_statement(db: Database) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text("INSERT INTO n VALUES (:n)"), [{"n": 1}, {"n": 2}])

    assert await count(db) == 2


async def test_while_another_process_writes_a_writer_waits_and_the_loop_goes_on(
    db: Database, tmp_path: Path
) -> None:
    with another_writing(tmp_path):
        writing = asyncio.create_task(_insert(db))
        await asyncio.sleep(0.05)  # The loop goes on, or this would not return before the lock is free.
        assert not writing.done()
    await writing

    assert await count(db) == 1


async def _insert(db: Database) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text("INSERT INTO n VALUES (1)"))


async def test_a_long_run_of_statements_lets_others_have_their_turn(db: Database) -> None:
    turns, stop = 0, asyncio.Event()

    async def other() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    async with db.reading() as session:
        await session.connection()
        seen = turns
        deadline = asyncio.get_running_loop().time() + 0.2
        while asyncio.get_running_loop().time() < deadline:
            await session.execute(text("SELECT 1"))
        taken = turns - seen  # Before the session closes, which gives way by itself.
    stop.set()
    await beside

    assert taken > 0


async def test_a_writer_that_is_cancelled_while_it_waits_leaves_the_database_free(
    db: Database, tmp_path: Path
) -> None:
    with another_writing(tmp_path):
        writing = asyncio.create_task(_insert(db))
        await asyncio.sleep(0.05)
        writing.cancel()
    await asyncio.wait([writing])

    assert writing.cancelled()
    assert await count(db) == 0
    await _insert(db)
    assert await count(db) == 1


async def test_what_runs_in_a_thread_knows_the_context_of_its_caller(db: Database) -> None:
    request = contextvars.ContextVar("request", default="none")
    request.set("r-1")

    assert await db.run_sync(lambda _tx: request.get()) == "r-1"
