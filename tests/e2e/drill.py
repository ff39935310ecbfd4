"""A drill of the ledger and the deadline engine alone: Valkey, tasks and notify as processes, business time fast.

What it looks at it reads from the services' own files and from the stream, never through the code under test.
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import redis

from deploy.catalogue import CATALOGUE
from services.tasks import catalogue
from shared import migrations
from shared.clock import DrillClock
from shared.database import Database
from shared.principal import Principal, sign
from shared.testing_servers import ValkeyServer

BEGINS = datetime.fromisoformat("2023-06-20T09:00+08:00")
ISSUED = datetime.fromisoformat("2023-04-25T09:00+08:00")
SECRET = "the secret of a drill, shared by its services"
SUPERVISOR = Principal(id="drill", role="supervisor", scopes=frozenset({"tasks:read", "tasks:write"}))
START_SECONDS = 60.0


@dataclass(slots=True)
class Drill:
    """The processes and files of one drill.

    Attributes:
        folder: Databases, clock file, logs.
        clock: Business time, the same in every process.
    """

    folder: Path
    speed: float
    clock: DrillClock = field(init=False)
    ports: dict[str, int] = field(init=False)
    valkey: ValkeyServer = field(init=False)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {service: _free_port() for service in ("tasks", "notify")}
        self.clock = DrillClock(datetime.now(UTC), BEGINS.astimezone(UTC), self.speed)
        self.valkey = ValkeyServer(self.folder)

    async def prepare(self) -> None:
        """Migrate, load the catalogue as of the day of issue, start Valkey, then set the clock going."""
        for service in ("tasks", "notify"):
            migrations.upgrade(service, self._database_url(service))
        db = Database(self._database_url("tasks"), service="tasks", clock=self.clock)
        await catalogue.load(db, CATALOGUE, as_of=ISSUED, now=BEGINS)
        await db.close()
        self.valkey.start()
        self.clock = DrillClock(datetime.now(UTC), BEGINS.astimezone(UTC), self.speed)
        (self.folder / "clock.json").write_text(self.clock.to_json(), "utf-8")

    def _database_url(self, service: str) -> str:
        return f"sqlite:///{self.folder / service}.db"

    def start(self, service: str) -> None:
        """Start a service; it is not waited for."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        environment |= {
            f"DUBAN_{service.upper()}_DATABASE_URL": self._database_url(service),
            "DUBAN_REDIS_URL": self.valkey.url,
            "DUBAN_PRINCIPAL_SECRET": SECRET,
            "DUBAN_CLOCK_FILE": str(self.folder / "clock.json"),
            "DUBAN_INNER_PORT": str(self.ports[service]),
            "DUBAN_GATEWAY_URL": "http://127.0.0.1:1",  # No gateway in this drill.
            "DUBAN_HOLDER": "drill",
        }
        command = [sys.executable, "-m", f"services.{service}.app"]
        with (self.folder / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def kill(self, service: str) -> None:
        """End a service with SIGKILL, as a crash would."""
        self.processes[service].kill()
        self.processes.pop(service).wait()

    def stop_all(self) -> None:
        """Kill everything that runs."""
        for name in list(self.processes):
            self.kill(name)
        self.valkey.kill()

    def until_ready(self, service: str) -> None:
        """Wait until a service says that it is ready."""
        _until(lambda: self._is_ready(service), f"{service} is not ready; see {self.folder / service}.log")

    def _is_ready(self, service: str) -> bool:
        url = f"http://127.0.0.1:{self.ports[service]}/readyz"
        try:
            return httpx.get(url, trust_env=False, timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def until(self, instant: datetime) -> None:
        """Wait until business time reaches `instant`."""
        time.sleep(max(0.0, self.clock.real_seconds_until(instant)))

    def close_task(self, task_id: str) -> None:
        """Lead a task to its end through the inner API, as the supervision office on behalf of its unit."""
        for move in ("accept", "progress", "submit", "verify", "close"):
            headers = {"x-duban-principal": sign(SUPERVISOR, SECRET, now=datetime.now(UTC))}
            url = f"http://127.0.0.1:{self.ports['tasks']}/tasks/{task_id}/moves"
            answer = httpx.post(url, json={"move": move}, headers=headers, trust_env=False, timeout=10)
            assert answer.status_code == 200, answer.text

    def rows(self, service: str, query: str, *values: object) -> list[dict[str, Any]]:
        """Read rows from a service's database, read-only."""
        url = f"file:{self.folder / service}.db?mode=ro"
        with closing(sqlite3.connect(url, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def told(self) -> list[dict[str, Any]]:
        """Read every notice that somebody was told."""
        return self.rows("notify", "SELECT * FROM notices WHERE verdict LIKE 'send%'")

    def undecided(self, until: datetime) -> int:
        """Count clocks with a rung at or before `until` that nobody decided yet."""
        instant = until.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        query = "SELECT count(*) AS n FROM clocks WHERE next_at <= ?"
        return int(self.rows("notify", query, instant)[0]["n"])

    def until_decided(self, until: datetime, *, seconds: float) -> float:
        """Wait until all that was due by `until` is decided; give the real seconds that took."""
        began = time.monotonic()
        _until(lambda: self._is_decided(until), f"not decided up to {until}", seconds=seconds)
        return time.monotonic() - began

    def _is_decided(self, until: datetime) -> bool:
        clocks = self.rows("notify", "SELECT count(*) AS n FROM clocks")[0]["n"]
        return bool(clocks) and self.undecided(until) == 0

    def published(self) -> list[dict[str, Any]]:
        """Read the data of every notice in the stream, when the relay has nothing left."""
        head = "SELECT last_seq FROM stream_head WHERE stream = 'deadlines'"
        with closing(redis.Redis.from_url(self.valkey.url)) as client:
            _until(
                lambda: client.xlen("deadlines") == self.rows("notify", head)[0]["last_seq"],
                "the relay did not send everything",
            )
            entries: Any = client.xrange("deadlines")
        said = [json.loads(fields[b"__data__"])["data"] for _, fields in entries]
        return [one for one in said if "notice_id" in one]  # Papers go through the same stream.


def _until(is_so: Any, trouble: str, *, seconds: float = START_SECONDS) -> None:  # noqa: ANN401 - a lambda.
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, trouble
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def drill_in(folder: Path, *, speed: float) -> Iterator[Drill]:
    """Give a drill whose processes end with the block."""
    made = Drill(folder, speed)
    try:
        yield made
    finally:
        made.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def days(count: float) -> timedelta:
    """Give a business time span."""
    return timedelta(days=count)
