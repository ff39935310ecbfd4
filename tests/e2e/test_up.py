"""`duban up` as a newcomer meets it: ready, usable with the printed key, stopped cleanly, started again."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.e2e
DUBAN = shutil.which("duban", path=str(Path(sys.executable).parent)) or "duban"


def free_port() -> int:
    """Give the first of five neighbouring ports that nobody uses."""
    for port in range(18000 + os.getpid() % 1000, 40000, 7):
        if all(_is_free(port + step) for step in range(5)):
            return port
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def running(data: Path, port: int) -> Iterator[str]:
    """Run `duban up` until the block ends, giving what it said when it was ready; Ctrl-C ends it."""
    command = [DUBAN, "up", "--data", str(data), "--port", str(port)]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert up.stdout is not None
    said = ""
    try:
        while "Ctrl-C" not in said:
            line = up.stdout.readline()
            assert line, f"`duban up` ended early: {said}"
            said += line
        yield said
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=30)
    assert up.returncode == 0


def duban(*words: str, port: int, key: str) -> str:
    environment = os.environ | {"DUBAN_API_KEY": key, "DUBAN_URL": f"http://127.0.0.1:{port}"}
    done = subprocess.run(
        [DUBAN, *words], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def key_in(said: str) -> str:
    found = re.search(r"DUBAN_API_KEY=(\S+)", said)
    assert found, said
    return found.group(1)


def scrape(port: int, place: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port + 1 + place}/metrics", trust_env=False).text


def eventually(condition: str, port: int, place: int) -> None:
    limit = time.monotonic() + 30
    while not re.search(condition, scrape(port, place), re.MULTILINE):
        assert time.monotonic() < limit, f"{condition} not in /metrics"
        time.sleep(0.2)


def test_a_newcomer_gets_a_ledger_that_warns_and_counts_and_keeps_its_data(tmp_path: Path) -> None:
    port = free_port()

    with running(tmp_path / "data", port) as said:
        key = key_in(said)
        tasks = json.loads(
            duban("task", "list", "--limit", "5", "--json", port=port, key=key).splitlines()[0]
        )
        duban("simulate", "--count", "500", port=port, key=key)
        eventually(r"^duban_tasks\{", port, 3)
        eventually(r"^duban_ratings_total\{", port, 3)
        events = httpx.get(
            f"http://127.0.0.1:{port}/api/v1/events",
            params={"format": "ndjson", "feed": "deadlines", "limit": 5},
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
        )
    with running(tmp_path / "data", port) as said_again:
        kept = duban("task", "list", "--limit", "5", "--json", port=port, key=key)

    assert "2023-06-20 09:0" in said
    assert tasks["task_id"] in kept
    assert events.status_code == 200
    assert "DUBAN_API_KEY" not in said_again


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [DUBAN, "up", "--data", str(tmp_path), "--port", str(min(port, 65530))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert str(port) in done.stderr or "端口" in done.stderr
