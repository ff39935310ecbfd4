"""Data directories to back up: migrated databases of the four services, a drill's files, and attachments."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.manifest import Manifest
from deploy.backup.taking import ATTACHMENTS, SERVICES, take
from shared.testing import FakeClock, sqlite_database

NOW = datetime(2023, 6, 20, 1, tzinfo=UTC)
CONTENT = b"%PDF-1.7\n%%EOF\n"
HASH = hashlib.sha256(CONTENT).hexdigest()


def installed(folder: Path, *, attached: bool = True) -> Path:
    """Make a data directory as `duban up` leaves it, with one attachment that two rows name."""
    folder.mkdir()
    for service in SERVICES:
        sqlite_database(service, folder, FakeClock())  # It makes the file, and opens nothing.
    (folder / "mode").write_text("drill")
    (folder / "clock.json").write_text("{}")
    (folder / "principal.secret").write_text("secret")
    (folder / "logs").mkdir()
    (folder / "logs" / "tasks.log").write_text("not kept")
    if attached:
        content_of(folder).parent.mkdir(parents=True)
        content_of(folder).write_bytes(CONTENT)
        name(folder, "att-1")
        name(folder, "att-2")
    return folder


def content_of(folder: Path) -> Path:
    """Give the place of the attachment's content."""
    return folder / ATTACHMENTS / HASH[:2] / HASH


def name(folder: Path, attachment_id: str) -> None:
    """Write a row that names the content; foreign keys are off in such a connection."""
    row = (attachment_id, "t1", HASH, "a.pdf", "application/pdf", len(CONTENT), "k", "2023-06-20", "")
    columns = "id, task_id, sha256, name, media_type, size, added_by, added_at, withdrawn_reason"
    with closing(sqlite3.connect(folder / "tasks.db")) as tasks, tasks:
        tasks.execute(f"INSERT INTO attachment ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608


def backed_up(data: Path, target: Path) -> Manifest:
    """Take a backup."""
    return take(data, target, now=NOW)


def number(folder: Path, service: str, query: str) -> int:
    """Read one number from a service's database."""
    with closing(sqlite3.connect(folder / f"{service}.db")) as db:
        [(found,)] = db.execute(query).fetchall()
        return int(found)
