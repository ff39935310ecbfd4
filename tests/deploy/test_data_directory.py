"""A data directory belongs to one process and one kind of clock, and keeps its secrets to itself."""

import base64
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.data_directory import DRILL_ORIGIN, DataDirectory
from shared.clock import DrillClock, read_clock
from shared.errors import Conflict, Invalid
from shared.testing import FakeClock, sqlite_database


def claimed(path: Path) -> DataDirectory:
    directory = DataDirectory(path / "data")
    directory.claim()
    return directory


def test_a_second_owner_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    first = claimed(tmp_path)

    with pytest.raises(Conflict, match="另一个"):
        claimed(tmp_path)

    first.release()
    claimed(tmp_path).release()


def test_releasing_what_was_never_claimed_is_nothing(tmp_path: Path) -> None:
    DataDirectory(tmp_path).release()


def test_a_live_directory_refuses_the_drill_clock(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mode").write_text("live")

    with pytest.raises(Conflict, match="live"):
        claimed(tmp_path)


def test_a_place_that_is_no_directory_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(Invalid, match="--data"):
        claimed(tmp_path)


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    directory = claimed(tmp_path)

    first, second = directory.secret("principal"), directory.secret("principal")
    mode = stat.S_IMODE((directory.path / "principal.secret").stat().st_mode)
    directory.release()

    assert first == second
    assert (len(first) >= 32, mode) == (True, 0o600)


def test_a_new_drill_begins_at_its_origin_and_goes_on_after_it_is_kept(tmp_path: Path) -> None:
    directory = claimed(tmp_path)

    clock, new = directory.drill_clock(60)
    directory.keep_clock(clock)
    again, new_again = directory.drill_clock(1)
    directory.release()

    assert (clock.drill_origin, new, new_again) == (DRILL_ORIGIN.astimezone(UTC), True, False)
    assert again == clock == read_clock(directory.clock_file)


def test_a_kept_clock_is_a_triple(tmp_path: Path) -> None:
    directory = claimed(tmp_path)
    origin = datetime(2023, 6, 20, 1, tzinfo=UTC)

    directory.keep_clock(DrillClock(origin, origin, 2.0))
    directory.release()

    assert read_clock(directory.clock_file) == DrillClock(origin, origin, 2.0)


def test_the_socket_path_is_always_short_enough(tmp_path: Path) -> None:
    short, long = DataDirectory(Path("/var/duban")), DataDirectory(tmp_path / ("x" * 120))

    assert short.socket() == Path("/var/duban/valkey.sock")
    assert len(str(long.socket())) < 100


def test_each_service_has_a_database_file_of_its_own(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)

    assert directory.database_url("tasks") == f"sqlite:///{tmp_path}/tasks.db"


def test_the_key_of_the_vault_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)

    keys = {directory.vault_key() for _ in range(2)}

    assert [len(base64.b64decode(key, validate=True)) for key in keys] == [32]
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600


def test_a_vault_whose_key_is_missing_gets_no_other_one(tmp_path: Path) -> None:
    sqlite_database("gateway", tmp_path, FakeClock())
    with sqlite3.connect(tmp_path / "gateway.db") as database:
        database.execute("INSERT INTO vault_key VALUES (x'00', 'k', x'00')")
    database.close()

    with pytest.raises(Conflict, match=r"缺少保险库密钥 vault\.key"):
        DataDirectory(tmp_path).vault_key()

    assert not (tmp_path / "vault.key").exists()


def test_a_vault_that_is_empty_gets_its_first_key(tmp_path: Path) -> None:
    sqlite_database("gateway", tmp_path, FakeClock())

    assert DataDirectory(tmp_path).vault_key()
