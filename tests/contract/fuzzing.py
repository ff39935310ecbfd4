"""Runs schemathesis over the whole house, as a program of its own, and tells what it found."""

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from shared.clock import Clock
from tests.contract.house import House, house
from tests.tasks.apps import PLAN_TEXT

PROGRAM = Path(sys.executable).parent / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
LIVE = "^/api/v1/events$"  # A stream of events never ends by itself; its own tests read it.


@dataclass(frozen=True, slots=True)
class Found:
    """What schemathesis says: whether it found nothing (0), how many operations it called, all that it printed."""

    exit_code: int
    operations: int
    said: str


@asynccontextmanager
async def standing(folder: Path, clock: Clock | None = None) -> AsyncIterator[tuple[House, str]]:
    """Run a house on free ports, with its archive in reach; gives it with the address of its public API."""
    with socket.socket() as outer, socket.socket() as inner:
        for place in (outer, inner):
            place.bind(("127.0.0.1", 0))
        async with house(folder, _address(inner), clock) as one:
            one.public.openapi()  # Made once; it takes a second, and longer on a machine that is busy.
            servers = [_server(one.public), _server(one.inside)]
            serving = [
                asyncio.create_task(server.serve(sockets=[place]))
                for server, place in zip(servers, (outer, inner), strict=True)
            ]
            yield one, _address(outer)
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*serving)


def _address(place: socket.socket) -> str:
    return f"http://127.0.0.1:{place.getsockname()[1]}"


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))


async def furnish(one: House, secret: str) -> dict[str, str]:
    """Put things into an empty house; gives the ids by the names that routes have for them."""
    async with one.client(secret) as client:
        sent = await client.post(
            "/api/v1/plans", params={"filename": "p.txt", "confirm": True}, content=PLAN_TEXT.encode()
        )
        assert sent.status_code == 200, sent.text
        plans, tasks, units = [
            (await client.get(f"/api/v1/{name}")).json() for name in ("plans", "tasks", "units")
        ]
    task = tasks["items"][0]["id"]
    return {"task_id": task, "plan_id": plans[0]["id"], "unit_id": units[0]["id"], "unit": units[0]["id"]}


async def judge(address: str, *options: str, secret: str = "", known: dict[str, str] | None = None) -> Found:
    """Let schemathesis call every route."""
    with tempfile.TemporaryDirectory() as scratch:  # It keeps a cache where it runs.
        return await _judge(Path(scratch), address, options, secret, known or {})


async def _judge(
    scratch: Path, address: str, options: Sequence[str], secret: str, known: dict[str, str]
) -> Found:
    report = scratch / "report.json"
    key = ("-H", f"Authorization: Bearer {secret}") if secret else ()
    words: Sequence[str] = (
        *("run", f"{address}/api/v1/openapi.json", *key, "--checks", ",".join(CHECKS)),
        *("--exclude-path-regex", LIVE, "--no-shrink", "--seed", "1", "--suppress-health-check", "all"),
        *("--warnings", "off", "--report", "json", "--report-json-path", str(report)),
        *("--request-timeout", "30", *options),
    )
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.contract.judge",
        "KNOWN_IDS": json.dumps(known),
    }
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    program = await asyncio.create_subprocess_exec(
        *(str(PROGRAM), *words),
        cwd=scratch,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await program.communicate()
    told = json.loads(report.read_text("utf-8"))
    tested = (told["operations"] or {"tested": 0})["tested"]  # None where it could not read the document.
    return Found(program.returncode or 0, tested, said.decode())
