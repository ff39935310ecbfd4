"""Puts a rebuilt SQLite file in the place of the present one, which is kept beside it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from shared.errors import Conflict

BEFORE, UNFINISHED = ".before-rebuild", ".rebuild"
COMPANIONS = ("", "-wal", "-shm", "-journal")


def beside(path: Path, ending: str) -> Path:
    """Name a file beside a database."""
    return path.with_name(path.name + ending)


def remove(path: Path) -> None:
    """Remove a database that nobody uses, with what SQLite keeps beside it."""
    for ending in COMPANIONS:
        beside(path, ending).unlink(missing_ok=True)


def swap(present: Path, rebuilt: Path) -> Path:
    """Put `rebuilt` in the place of `present`, in one step; gives where the old one is kept.

    Raises:
        Conflict: Somebody has one of them open.
    """
    settle(rebuilt)
    settle(present)
    kept = beside(present, BEFORE)
    kept.unlink(missing_ok=True)
    os.link(present, kept)
    rebuilt.replace(present)
    folder = os.open(present.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def settle(path: Path) -> None:
    """Bring all of a database into its one file: leaving WAL needs it alone, so nobody else has it open.

    Raises:
        Conflict: Somebody has it open.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA journal_mode=WAL")  # Kept in the file, as services expect it.
    except sqlite3.OperationalError as error:
        message = f"数据库 {path} 正被使用（{error}）：请先停止 metrics，再重建；原库未改动"
        raise Conflict(message, code="database.in_use", field="data") from error
