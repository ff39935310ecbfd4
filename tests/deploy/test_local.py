"""The embedded stack: it starts everything, starts again what dies, says one clear line, and stops everything."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deploy.local import Stack
from shared.errors import Conflict, Unavailable


def five_free_ports() -> int:
    for port in range(21000 + os.getpid() % 5000, 60000, 5):
        if all(_is_free(port + step) for step in range(5)):
            return port
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


class Visitor(threading.Thread):
    """Somebody who, once the stack said that it is ready, kills notify, waits for its return, and presses Ctrl-C."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.stack = stack
        self.came_back = False

    def run(self) -> None:
        port = self.stack.port + 3
        try:
            wait_for(lambda: self.stack.welcomed)
            notify = next(child for child in self.stack.children if child.name == "notify")
            notify.not_before = 0.0
            assert notify.process is not None
            notify.process.kill()
            wait_for(lambda: notify.starts == 2 and ready(port))
            self.came_back = True
        finally:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.slow
def test_everything_runs_revives_and_stops(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stack = Stack(tmp_path / "data", port=five_free_ports(), speed=60)
    visitor = Visitor(stack)
    before = signal.getsignal(signal.SIGINT)

    visitor.start()
    try:
        stack.run()
    finally:
        signal.signal(signal.SIGINT, before)
    said = capfd.readouterr().out

    assert visitor.came_back
    assert ("430" in said, "DUBAN_API_KEY" in said, "notify 已重新启动" in said) == (True, True, True)
    assert [child.name for child in stack.children if child.running] == []


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    stack = Stack(tmp_path, port=five_free_ports())
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", stack.port + 1))
        taken.listen()

        with pytest.raises(Conflict, match=str(stack.port + 1)):
            stack.run()

    assert stack.children == []


@pytest.mark.slow
def test_a_service_that_does_not_come_up_is_named_with_its_last_words(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", port=five_free_ports())
    stack.data.claim()
    stack.services = ("gateway",)
    stack.module = "services.{}.nowhere"

    try:
        with pytest.raises(Unavailable, match="No module named"):
            stack.start()
    finally:
        stack.stop()
        stack.data.release()
