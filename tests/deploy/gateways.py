"""Gateways for tests of the command line, over HTTP: one that is made up, and a real one with tasks behind it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr
from typer import Typer
from typer.testing import CliRunner, Result

from deploy.cli import command
from services.gateway.app import build
from services.gateway.settings import Settings
from shared.testing import FakeClock, sqlite_database
from tests.gateway.world import VAULT_KEY, FakeBus, Inner, World
from tests.tasks import apps

Answer = Callable[[httpx.Request], httpx.Response]


def run(*arguments: str, url: str = "http://127.0.0.1:1", key: str = "k", stdin: bytes = b"") -> Result:
    """Run the command line as a user with these settings does."""
    env = {"DUBAN_URL": url, "DUBAN_API_KEY": key}
    app, rest = _narrowed(list(arguments))
    return CliRunner().invoke(app, rest, env=env, input=stdin)


def _narrowed(arguments: list[str]) -> tuple[Typer, list[str]]:
    """Give the group that the first word names, and the rest: to build all groups takes a tenth of a second a call."""
    for group in command.app.registered_groups:
        found = group.typer_instance
        if group.name == arguments[0] and found is not None and len(found.registered_commands) > 1:
            return found, arguments[1:]
    return command.app, arguments


def printed(result: Result) -> str:
    """Give what a command printed; it must have ended well."""
    assert (result.exit_code, result.exception) == (0, None)
    return str(result.stdout)


def code_of(result: Result) -> str:
    """Give the stable code of the error that ended a command."""
    return str(getattr(result.exception, "code", ""))


def json_answer(body: object, status: int = 200) -> Answer:
    """Answer everything with one JSON body."""
    return lambda _request: httpx.Response(status, json=body)


def down(*services: str) -> Callable[[httpx.Request], httpx.Response | None]:
    """Answer for the services that are down, as the gateway does; nothing for the others."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        service = request.url.path.split("/")[4]  # /api/v1/ops/SERVICE/…
        title = f"{service} 暂时无法访问"
        body = {"code": "service.unavailable", "title": title}
        return httpx.Response(503, json=body) if service in services else None

    return answer


@dataclass
class MadeUp:
    """A gateway that answers what a test says, and remembers what it was asked."""

    answer: Answer
    url: str = ""
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        return self.answer(request)

    @property
    def paths(self) -> list[str]:
        """Give method and path of everything that was asked."""
        return [f"{request.method} {request.url.path}" for request in self.asked]

    @property
    def said(self) -> Any:  # noqa: ANN401 - JSON.
        """Give the body of the last request."""
        return json.loads(self.asked[-1].content)


def _handler(gateway: MadeUp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            url = gateway.url + self.path
            request = httpx.Request(self.command, url, headers=dict(self.headers.items()), content=body)
            answer = gateway(request)
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server calls.

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


@contextmanager
def made_up(answer: Answer) -> Iterator[MadeUp]:
    """Serve a gateway that is made up."""
    gateway = MadeUp(answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(gateway)) as server:
        gateway.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Real:
    """A real gateway with the real tasks service behind it."""

    url: str
    world: World

    async def run(self, *arguments: str, role: str = "supervisor", stdin: bytes = b"") -> Result:
        """Run the command line with a new key of `role`."""
        key = await self.world.key(role=role)
        return await asyncio.to_thread(run, *arguments, url=self.url, key=key, stdin=stdin)


@asynccontextmanager
async def real(folder: Path) -> AsyncIterator[Real]:
    """Serve a real gateway, with a bus that carries nothing and only the service tasks behind it."""
    clock = FakeClock(datetime.now(UTC).replace(microsecond=0))  # Principals are signed for the real present.
    databases = [sqlite_database(name, folder, clock) for name in ("gateway", "tasks")]
    tasks = apps.bare_app(folder, databases[1])
    settings = Settings(
        redis_url=SecretStr("unix:///nowhere"),
        principal_secret=SecretStr(apps.SECRET),
        vault_key=SecretStr(VAULT_KEY),
        archive_key=SecretStr(VAULT_KEY),
        gateway_database_url=SecretStr(f"sqlite:///{folder}/gateway.db"),
    )
    gateway = build(settings, clock=clock, bus=FakeBus(), transport=httpx.ASGITransport(tasks))
    async with _served(gateway.public, gateway.appended.close) as url:
        yield Real(url, World(gateway, databases[0], clock, Inner(), FakeBus()))
    for database in databases:
        await database.close()


@asynccontextmanager
async def _served(app: Any, close: Callable[[], object]) -> AsyncIterator[str]:  # noqa: ANN401 - uvicorn takes any.
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done()
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        close()
        server.should_exit = True
        await serving
