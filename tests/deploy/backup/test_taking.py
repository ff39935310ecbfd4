"""A backup is of one instant, whole or not there, and says what it lacks."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy.backup.manifest import VOUCHER
from deploy.backup.restoring import restore
from deploy.backup.snapshots import snapshots
from shared.errors import Conflict, Invalid, Unavailable
from tests.deploy.backup.installations import HASH, backed_up, content_of, installed, number

HEAD = "SELECT last_seq FROM stream_head WHERE stream = 'supervision'"
CURSOR = "SELECT last_seq FROM stream_cursor WHERE stream = 'supervision'"


class Writer(threading.Thread):
    """Writes an event's number into tasks and then into notify, as fast as it can; `acknowledged` is in both."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self.data = data
        self.acknowledged = 0
        self.stopping = False

    def run(self) -> None:
        with closing(self._open("tasks")) as tasks, closing(self._open("notify")) as notify:
            notify.execute("INSERT INTO stream_cursor (stream, last_seq, fence) VALUES ('supervision', 0, 1)")
            while not self.stopping:
                number = self.acknowledged + 1
                tasks.execute("UPDATE stream_head SET last_seq = ? WHERE stream = 'supervision'", (number,))
                notify.execute("UPDATE stream_cursor SET last_seq = ?", (number,))
                self.acknowledged = number

    def _open(self, service: str) -> sqlite3.Connection:
        return sqlite3.connect(self.data / f"{service}.db", isolation_level=None, timeout=10)


@contextmanager
def writing(data: Path) -> Iterator[Writer]:
    writer = Writer(data)
    writer.start()
    while not writer.acknowledged:
        assert writer.is_alive()
    yield writer
    writer.stopping = True
    writer.join()


def test_beside_a_writer_all_databases_are_of_one_instant_and_hold_what_was_acknowledged(
    tmp_path: Path,
) -> None:
    data = installed(tmp_path / "data")

    with writing(data) as writer:
        before = writer.acknowledged
        backed_up(data, tmp_path / "copy")
        after = writer.acknowledged
    restore(tmp_path / "copy", tmp_path / "new")

    sent, read = number(tmp_path / "new", "tasks", HEAD), number(tmp_path / "new", "notify", CURSOR)
    assert before <= read <= sent <= after + 1
    assert sent - read <= 1


def test_no_snapshot_ever_has_an_effect_without_its_cause(tmp_path: Path) -> None:
    data = installed(tmp_path / "data", attached=False)
    paths, seen = [data / "tasks.db", data / "notify.db"], list[int]()

    with writing(data):
        for _ in range(40):
            with snapshots(paths) as (tasks, notify):
                [(sent,)], [(read,)] = tasks.execute(HEAD).fetchall(), notify.execute(CURSOR).fetchall()
                seen.append(sent - read)

    assert {*seen} <= {0, 1}


def test_what_is_kept_comes_back_for_its_owner_only(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")

    manifest = backed_up(data, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "new")

    names = {
        *(f"{one}.db" for one in manifest.revisions),
        "mode",
        "clock.json",
        "principal.secret",
        "attachments",
    }
    assert {path.name for path in (tmp_path / "new").iterdir()} == names
    assert content_of(tmp_path / "new").read_bytes() == content_of(data).read_bytes()
    new = [tmp_path / "new", *(tmp_path / "new").rglob("*.*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in new} == {0o600, 0o700}


@pytest.mark.parametrize("damage", [b"", b"changed"])
def test_a_content_that_is_gone_or_changed_is_named_and_the_rest_is_kept(
    tmp_path: Path, damage: bytes
) -> None:
    data = installed(tmp_path / "data")
    content_of(data).write_bytes(damage) if damage else content_of(data).unlink()

    manifest = backed_up(data, tmp_path / "copy")

    assert manifest.lacking == (HASH,)
    assert [one.path for one in manifest.files if "attachments" in one.path] == []
    assert restore(tmp_path / "copy", tmp_path / "new") == manifest


def test_a_ledger_of_before_there_were_attachments_is_backed_up_too(tmp_path: Path) -> None:
    data = installed(tmp_path / "data", attached=False)
    with closing(sqlite3.connect(data / "tasks.db")) as tasks:
        tasks.execute("DROP TABLE attachment")

    assert backed_up(data, tmp_path / "copy").lacking == ()


def test_what_is_no_data_directory_or_already_there_is_refused(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")

    with pytest.raises(Invalid, match=r"没有 tasks\.db"):
        backed_up(tmp_path, tmp_path / "copy")
    with pytest.raises(Conflict, match="不是空目录"):
        backed_up(data, data)


def test_a_damaged_database_is_named_and_leaves_no_half_backup(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    with (data / "metrics.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 4))

    with pytest.raises(Unavailable, match=r"metrics\.db"):
        backed_up(data, tmp_path / "copy")

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_database_without_its_tables_is_refused(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    (data / "metrics.db").unlink()
    (data / "metrics.db").touch()

    with pytest.raises(Unavailable, match=r"metrics\.db.*alembic_version"):
        backed_up(data, tmp_path / "copy")


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match="file"):
        backed_up(data, tmp_path / "file" / "copy")


def test_a_database_that_stays_locked_is_waited_for_and_then_said(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")
    paths = [data / "tasks.db", data / "notify.db"]
    with closing(sqlite3.connect(paths[1], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Unavailable, match="locked"), snapshots(paths, patience=0.01):
            raise AssertionError

    with snapshots(paths, patience=0.01) as views:
        assert len(views) == 2


def test_the_manifest_can_be_checked_without_duban(tmp_path: Path) -> None:
    data = installed(tmp_path / "data")

    backed_up(data, tmp_path / "copy")

    digest, name = (tmp_path / "copy" / VOUCHER).read_text().split()
    assert (len(digest), name) == (64, "manifest.json")
