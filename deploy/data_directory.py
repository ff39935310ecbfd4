"""The data directory of the embedded stack: its stamp, its secrets, its drill clock, and one owner at a time."""

import fcntl
import json
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from deploy.env import random_key
from shared.clock import DrillClock
from shared.errors import Conflict, Invalid

VAULT_KEY = "vault.key"  # Not named as secrets are, which backups hold.
SURVEY_KEY = "survey.key"  # As that.
ARCHIVE_KEY = "archive.secret"  # Named as secrets are: what was signed with it goes on after a restore.
# The day whose morning a new drill shows: ten days before the first stage goals of the 2023 plans.
DRILL_ORIGIN = datetime.fromisoformat("2023-06-20T09:00+08:00")


class DataDirectory:
    """Files of one embedded installation; made on first use with mode 700.

    Attributes:
        path: The directory.
        clock_file: The drill triple; written once, after the catalogue is loaded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.clock_file = self.path / "clock.json"
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Make the directory if needed, take it for this process and check that it is a drill's.

        Raises:
            Conflict: Another `duban up` uses it, or it holds a live ledger.
            Invalid: It can't be written.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.path / "logs").mkdir(exist_ok=True)
            self._lock = (self.path / "lock").open("w")
        except OSError as error:
            raise Invalid(
                f"数据目录 {self.path} 无法写入（{error.strerror}），请换 --data", field="data"
            ) from error
        try:
            _lock_now(self._lock, self.path)
            self._stamp("drill")
        except Conflict:
            self.release()
            raise

    def release(self) -> None:
        """Give the directory up."""
        if self._lock is not None:
            self._lock.close()

    def _stamp(self, mode: str) -> None:
        stamp = self.path / "mode"
        found = stamp.read_text("utf-8").strip() if stamp.exists() else ""
        if found and found != mode:
            message = f"数据目录 {self.path} 属于 {found} 模式，不能以 {mode} 时钟打开，请换 --data"
            raise Conflict(message, code="data.other_clock", field="data")
        if not found:
            stamp.write_text(mode, "utf-8")

    def secret(self, name: str) -> str:
        """Give a random secret, made on first use and kept in a file that only the owner reads."""
        return _kept(self.path / f"{name}.secret", lambda: secrets.token_urlsafe(32))

    def archive_key(self) -> str:
        """Give the key that signs exports of the archive, made on first use."""
        return _kept(self.path / ARCHIVE_KEY, random_key)

    def vault_key(self) -> str:
        """Give the wrapping key of the vault, made on first use; no backup has it, or whoever has one reads all.

        Raises:
            Conflict: The vault was filled under a key that is not here, as after a restore.
        """
        path = self.path / VAULT_KEY
        if not path.exists() and _has_vault(self.path / "gateway.db"):
            place = f"数据目录 {self.path} 缺少保险库密钥 {VAULT_KEY}"
            message = f"{place}：备份不含此文件，请从原数据目录或另存处放回后再启动"
            raise Conflict(message, code="vault.key_missing", field="data")
        return _kept(path, random_key)

    def survey_key(self) -> str:
        """Give the key that seals what people answer in surveys, made on first use; no backup has it.

        A survey that was drawn up under another is closed to answers until that is back.
        """
        return _kept(self.path / SURVEY_KEY, random_key)

    def drill_clock(self, speed: float) -> tuple[DrillClock, bool]:
        """Give the drill's clock, and whether it is new: a new one is kept only by `keep_clock`."""
        if self.clock_file.exists():
            raw = json.loads(self.clock_file.read_text("utf-8"))
            origins = (
                datetime.fromisoformat(raw["real_origin"]),
                datetime.fromisoformat(raw["drill_origin"]),
            )
            return DrillClock(*origins, float(raw["speed"])), False
        return DrillClock(datetime.now(UTC), DRILL_ORIGIN.astimezone(UTC), speed), True

    def keep_clock(self, clock: DrillClock) -> None:
        """Write the triple, once, as a whole."""
        scratch = self.clock_file.with_suffix(".new")
        scratch.write_text(clock.to_json(), "utf-8")
        scratch.replace(self.clock_file)

    def database_url(self, service: str) -> str:
        """Give the SQLite URL of a service."""
        return f"sqlite:///{self.path / service}.db"

    def socket(self) -> Path:
        """Give the path of Valkey's socket, short enough for the system (108 bytes)."""
        inside = self.path / "valkey.sock"
        if len(str(inside)) < 100:
            return inside
        return Path(tempfile.mkdtemp(prefix="duban-")) / "valkey.sock"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Give the text of a file that only the owner reads, made on first use."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
    return path.read_text("utf-8")


def _has_vault(database: Path) -> bool:
    """Say whether a database of the gateway has data keys."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return "vault_key" in tables and bool(connection.execute("SELECT 1 FROM vault_key").fetchone())


def _lock_now(file: IO[str], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        message = f"数据目录 {path} 正被另一个 duban up 使用，请先停止它，或换 --data"
        raise Conflict(message, code="data.in_use", field="data") from error
