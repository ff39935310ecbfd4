"""`duban up` as a newcomer meets it: ready, usable with the printed key, stopped cleanly, started again."""

import json
import re
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import DUBAN, duban, free_port, key_in, running

pytestmark = pytest.mark.e2e


def scrape(port: int, place: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port + 1 + place}/metrics", trust_env=False).text


def eventually(pattern: str, port: int, place: int) -> None:
    limit = time.monotonic() + 30
    while not re.search(pattern, scrape(port, place), re.MULTILINE):
        assert time.monotonic() < limit, f"{pattern} not in /metrics"
        time.sleep(0.2)


def first_task(port: int, key: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        duban("task", "list", "--limit", "5", "--json", port=port, key=key).split("\n")[0]
    )
    return found


def test_a_newcomer_gets_a_ledger_that_counts_and_keeps_its_data(tmp_path: Path) -> None:
    port = free_port()
    up = [DUBAN, "up", "--data", str(tmp_path / "data"), "--port", str(port)]

    with running(up) as said:
        key = key_in(said)
        task = first_task(port, key)
        duban("simulate", "--count", "500", port=port, key=key)
        eventually(r"^duban_tasks\{", port, 3)
        eventually(r"^duban_ratings_total\{", port, 3)
    with running(up) as said_again:
        kept = first_task(port, key)

    assert ("2023-06-20 09:0" in said, "DUBAN_API_KEY" in said_again) == (True, False)
    assert kept["id"] == task["id"]


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        port = free_port()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port + 2))
        taken.listen()
        command = [DUBAN, "up", "--data", str(tmp_path), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert f"端口 {port + 2}" in done.stderr
