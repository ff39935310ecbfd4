"""Takes a backup of a data directory; the installation may run meanwhile.

Order: the databases as of one instant, then the contents that they name. A content is durable before the row that names
it and is not removed while one does, so what the databases name is there.
"""

import sqlite3
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from deploy.backup.files import copy_file, settled, whole
from deploy.backup.manifest import NAME, VOUCHER, Entry, Manifest, voucher_of
from deploy.backup.snapshots import copy_database, read, snapshots
from shared.errors import Invalid

SERVICES = ("tasks", "notify", "metrics", "gateway")
ATTACHMENTS = "attachments"
KEPT = ("mode", "clock.json", "*.secret")  # Beside the databases; logs and the streams are made anew.
REVISION = "SELECT version_num FROM alembic_version"
ARCHIVED = "SELECT last_position FROM archive_chain"


def take(data: Path, target: Path, *, now: datetime) -> Manifest:
    """Back the data directory `data` up into the new directory `target`; `now` is real time.

    Raises:
        Invalid: `data` is none.
        Conflict: `target` is not empty.
        Unavailable: Something can't be read or written; nothing is left in `target`.
    """
    paths = [data / f"{service}.db" for service in SERVICES]
    if missing := [path for path in paths if not path.is_file()]:
        message = f"{data} 不是数据目录：没有 {missing[0].name}，请用 --data 指明"
        raise Invalid(message, code="backup.no_data", field="data")
    with whole(target) as folder:
        with snapshots(paths) as views:
            for path, view in zip(paths, views, strict=True):
                copy_database(view, folder / path.name)
        files = [settled(folder, path.name) for path in paths]
        files += [copy_file(path, folder, path.name) for path in _beside(data)]
        contents = {one: _content(data, folder, one) for one in _named(folder / "tasks.db")}
        manifest = Manifest(
            taken_at=now,
            versions={"duban": version("duban"), "sqlite": sqlite3.sqlite_version},
            revisions={path.stem: read(folder / path.name, REVISION)[0] for path in paths},
            archived=int(read(folder / "gateway.db", ARCHIVED)[0]),
            lacking=tuple(one for one, entry in contents.items() if entry is None),
            files=(*files, *filter(None, contents.values())),
        )
        for name, text in ((NAME, manifest.text()), (VOUCHER, voucher_of(manifest.text()))):
            (folder / name).write_text(text, "utf-8")
            settled(folder, name)
    return manifest


def _named(tasks: Path) -> list[str]:
    """Give the hashes that attachments name; a ledger of before there were any has no such table."""
    if not read(tasks, "SELECT name FROM sqlite_master WHERE name = 'attachment'"):
        return []
    return read(tasks, "SELECT DISTINCT sha256 FROM attachment ORDER BY sha256")


def _beside(data: Path) -> list[Path]:
    return [path for pattern in KEPT for path in sorted(data.glob(pattern))]


def _content(data: Path, folder: Path, sha256: str) -> Entry | None:
    """Copy a content; nothing when it is missing or no longer what its hash says, which no backup can mend."""
    path = f"{ATTACHMENTS}/{sha256[:2]}/{sha256}"
    if not (data / path).is_file():
        return None
    entry = copy_file(data / path, folder, path)
    if entry.sha256 == sha256:
        return entry
    (folder / path).unlink()
    return None
