"""Runs schemathesis over the whole house, as a program of its own, and tells what it found."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from tests.contract.house import House
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
    """What schemathesis says: its report, and all that it printed."""

    exit_code: int
    cases: int
    operations: int
    said: str


@asynccontextmanager
async def served(one: House) -> AsyncIterator[str]:
    """Serve the public API on a free port, and give its address."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        config = uvicorn.Config(one.public, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[place]))
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
        server.should_exit = True
        await serving


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
    report = Path(os.environ.get("TMPDIR", "/tmp")) / f"schemathesis-{os.getpid()}.json"  # noqa: S108 - a scratch file.
    key = ("-H", f"Authorization: Bearer {secret}") if secret else ()
    words: Sequence[str] = (
        *("run", f"{address}/api/v1/openapi.json", *key, "--checks", ",".join(CHECKS)),
        *("--exclude-path-regex", LIVE, "--no-shrink", "--seed", "1", "--suppress-health-check", "all"),
        *("--warnings", "off", "--report", "json", "--report-json-path", str(report)),
        *("--request-timeout", "30", *options),
    )
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.contract.judge",
        "KNOWN_IDS": json.dumps(known or {}),
    }
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    program = await asyncio.create_subprocess_exec(
        PROGRAM, *words, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await program.communicate()
    told = json.loads(report.read_text("utf-8"))
    report.unlink()
    cases, operations = told["test_cases"], told["operations"]
    return Found(program.returncode or 0, cases["generated"], operations["tested"], said.decode())
