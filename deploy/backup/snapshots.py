"""Snapshots of several SQLite databases, all of one instant, while others write to them.

Were they opened one after the other, a reader's cursor could stand behind an event that its owner's copy does not have
yet; after a restore that event's number would be given to another one. So nobody may write to any of them while the
snapshots are opened, which takes milliseconds; the copying goes on beside the writers.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from shared.errors import Unavailable

# Seconds to wait for one database's lock. The first is held while we wait for three more, and its writers, who wait for
# us, give up after ten seconds (`shared.database`).
LOCK_S = 2.0
TRIES = 5


@contextmanager
def snapshots(paths: Sequence[Path], *, patience: float = LOCK_S) -> Iterator[list[sqlite3.Connection]]:
    """Open one read-only view of each database, in the order of `paths`; all are of the same instant.

    Args:
        paths: All on this machine, each written to through SQLite only.
        patience: Real seconds to wait for a lock, and to leave the writers alone before the next try.

    Raises:
        Unavailable: A database can't be read, or is written to without a pause.
    """
    with ExitStack() as views:
        yield _open_patiently(paths, views, patience)


def _open_patiently(paths: Sequence[Path], views: ExitStack, patience: float) -> list[sqlite3.Connection]:
    for attempt in range(1, TRIES + 1):
        try:
            return _open_all(paths, views, patience)
        except sqlite3.Error as error:
            if attempt == TRIES or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                message = f"{paths[0].parent} 的数据库无法读取（{error}），备份未完成，请稍后重试"
                raise Unavailable(message, code="backup.database") from error
        time.sleep(patience)
    raise AssertionError


def _open_all(paths: Sequence[Path], views: ExitStack, patience: float) -> list[sqlite3.Connection]:
    with ExitStack() as locks, ExitStack() as opening:
        for path in paths:
            locks.enter_context(closing(_connect(path, patience))).execute("BEGIN IMMEDIATE")
        opened = [opening.enter_context(closing(_connect(path, patience))) for path in paths]
        for view in opened:
            view.execute("BEGIN")
            view.execute("SELECT count(*) FROM sqlite_master").fetchone()  # The first read sets its instant.
        views.push(opening.pop_all())
        return opened


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    # In mode `rw` a file that is missing is an error and not made.
    address = f"file:{quote(str(path))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


def copy_database(view: sqlite3.Connection, target: Path) -> None:
    """Copy a snapshot into a new file, and check that it is a sound database.

    Raises:
        Unavailable: It can't be copied, or what was copied is damaged.
    """
    try:
        with closing(sqlite3.connect(target)) as copy:
            view.backup(copy)
    except sqlite3.Error as error:
        raise _unfit(target, str(error)) from error
    if (found := read(target, "PRAGMA quick_check(1)")) != ["ok"]:
        raise _unfit(target, "；".join(found))


def read(copy: Path, statement: str) -> list[str]:
    """Read the first column of a query over a copy, as text.

    Raises:
        Unavailable: It is damaged, or has no such table.
    """
    # Immutable: no files beside it, so that what is hashed afterwards is all there is.
    address = f"file:{quote(str(copy))}?immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as opened:
            return [str(row[0]) for row in opened.execute(statement)]
    except sqlite3.Error as error:
        raise _unfit(copy, str(error)) from error


def _unfit(copy: Path, why: str) -> Unavailable:
    message = f"数据库 {copy.name} 无法备份（{why}），请检查磁盘，必要时从较早的备份恢复"
    return Unavailable(message, code="backup.database", field=copy.name)
