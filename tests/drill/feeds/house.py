"""The four services and Valkey of a play, in a folder of their own, and what can be seen of them from outside."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import redis

from deploy.env import random_key
from services.gateway.keys import KeyOrder, create_key_offline
from shared import migrations
from shared.principal import Principal, sign
from shared.testing_servers import ValkeyServer
from tests.drill.feeds.clock import MovedClock
from tests.gateway.processes import answers, free_port, new_secret, until

SERVICES = ("gateway", "tasks", "notify", "metrics")
SCOPES = frozenset({"tasks:read", "tasks:write", "plans:write", "indicators:read"})
PATIENCE_S = 3600.0  # For everybody to read what one day brought.
HEAD = "SELECT last_seq FROM stream_head WHERE stream = ?"
TICKS, PAGE_MB = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used.

    Attributes:
        cpu: Seconds of CPU, of user and system.
        rss: Resident megabytes.
    """

    cpu: float
    rss: float


class House:
    """Starts, moves and looks at the services."""

    def __init__(self, folder: Path, begins: datetime) -> None:
        self.folder = folder
        self.clock = MovedClock.begin(folder / "clock", begins)
        self.valkey = ValkeyServer(folder)
        self.secret, self._vault_key = new_secret(), random_key()
        self.ports = {name: (free_port(), free_port()) for name in SERVICES}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.key = self.eraser = ""
        self.client = httpx.Client(timeout=300, trust_env=False)
        self._databases: dict[str, sqlite3.Connection] = {}
        for name in SERVICES:
            migrations.upgrade(name, self.database_url(name))

    def database_url(self, service: str) -> str:
        """Give where the database of a service is."""
        return f"sqlite:///{self.folder}/{service}.db"

    def start(self) -> None:
        """Start everything and make a key that may do all."""
        self.valkey.start()
        for name in SERVICES:
            self._start(name)
        self.key = self._key_for("ops", "ratings:write", "ops:write")
        self.eraser = self._key_for("secadmin", "vault:write")

    def _key_for(self, role: str, *scopes: str) -> str:
        order = KeyOrder(role=role, scopes=scopes)
        return asyncio.run(create_key_offline(self.database_url("gateway"), order))[1]

    def _start(self, name: str) -> None:
        inner, public = self.ports[name]
        environment = {one: value for one, value in os.environ.items() if not one.startswith("DUBAN_")}
        environment |= {
            f"DUBAN_{name.upper()}_DATABASE_URL": self.database_url(name),
            "DUBAN_REDIS_URL": self.valkey.url,
            "DUBAN_PRINCIPAL_SECRET": self.secret,
            "DUBAN_VAULT_KEY": self._vault_key,
            "DUBAN_GATEWAY_URL": self.inner_url("gateway"),
            "DUBAN_INNER_PORT": str(inner),
            "DUBAN_PORT": str(public),
            "DUBAN_HOLDER": "drill",
            "DUBAN_CATCH_UP_LIMIT": "PT6H",  # However busy the machine is, notify reads first and decides then.
            "DUBAN_ATTACHMENTS_DIR": str(self.folder / "attachments"),
        }
        environment |= {f"DUBAN_{one.upper()}_URL": self.inner_url(one) for one in SERVICES[1:]}
        command = [sys.executable, "-m", "tests.drill.feeds.process", name, str(self.folder / "clock")]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        until(lambda: answers(f"{self.inner_url(name)}/readyz"), patience=PATIENCE_S)

    def stop(self) -> None:
        """Ask all to end, and wait for them."""
        for database in self._databases.values():
            database.close()
        self._databases.clear()
        self.client.close()
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(60)
        self.processes.clear()
        self.valkey.kill()

    def inner_url(self, service: str) -> str:
        """Give where the inner API of a service is."""
        return f"http://127.0.0.1:{self.ports[service][0]}"

    @property
    def url(self) -> str:
        """Where the public API is."""
        return f"http://127.0.0.1:{self.ports['gateway'][1]}"

    def rows(self, service: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database of a service, read-only."""
        if service not in self._databases:
            url = f"file:{self.folder}/{service}.db?mode=ro"
            self._databases[service] = sqlite3.connect(url, uri=True, timeout=30)
        return self._databases[service].execute(statement, values).fetchall()

    def usage(self, service: str) -> Usage:
        """Look at what a process has used so far."""
        told = Path(f"/proc/{self.processes[service].pid}/stat").read_text().rpartition(")")[2].split()
        return Usage((int(told[11]) + int(told[12])) / TICKS, int(told[21]) * PAGE_MB)

    def settle(self, service: str, *feeds: str) -> None:
        """Wait until a service has read all that the gateway published of some feeds."""
        until(lambda: all(self._has_read(service, feed) for feed in feeds), patience=PATIENCE_S)

    def relayed(self, *feeds: str) -> None:
        """Wait until what the gateway published of some feeds stands on the bus."""
        until(lambda: all(self._is_relayed(feed) for feed in feeds), patience=PATIENCE_S)

    def _is_relayed(self, feed: str) -> bool:
        ((head,),) = self.rows("gateway", HEAD, feed)
        if not head:
            return True
        with redis.Redis.from_url(self.valkey.url) as client:
            told: Any = client.xinfo_stream(feed)
        return bool(told["last-generated-id"] == f"{head}-0".encode())

    def _has_read(self, service: str, feed: str) -> bool:
        owner = "tasks" if feed == "supervision" else "notify" if feed == "deadlines" else "gateway"
        ((head,),) = self.rows(owner, HEAD, feed)
        read = self.rows(service, "SELECT last_seq FROM stream_cursor WHERE stream = ?", feed)
        return bool(head == (read[0][0] if read else 0))

    def call(
        self, service: str, method: str, path: str, who: Principal, body: Mapping[str, Any]
    ) -> httpx.Response:
        """Call an inner API as the gateway would."""
        headers = {"x-duban-principal": sign(who, self.secret, now=datetime.now(UTC))}
        return self.client.request(method, f"{self.inner_url(service)}{path}", headers=headers, json=body)

    def ask(self, service: str, path: str, who: Principal, **query: str) -> Any:  # noqa: ANN401 - JSON.
        """Ask an inner API; anything but an answer ends the play."""
        headers = {"x-duban-principal": sign(who, self.secret, now=datetime.now(UTC))}
        answer = self.client.get(f"{self.inner_url(service)}{path}", headers=headers, params=query)
        assert answer.is_success, f"{path} {query}: {answer.text}"
        return json.loads(answer.content)
