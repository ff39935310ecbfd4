"""Starts the embedded stack as people do, for the tests that use it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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
def running(command: Sequence[str], *, folder: Path | None = None) -> Iterator[str]:
    """Run a command that ends in `duban up`, giving what it said when it was ready; Ctrl-C ends it."""
    up = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert up.stdout is not None
    said = ""
    try:
        while "Ctrl-C" not in said:
            line = up.stdout.readline()
            assert line, f"it ended early: {said}"
            said += line
        yield said
    finally:
        os.killpg(up.pid, signal.SIGINT)
        said, _ = up.communicate(timeout=60)
    assert "Traceback" not in said, said


def duban(*words: str, port: int, key: str) -> str:
    """Run the command line against a running stack and give what it printed."""
    environment = os.environ | {"DUBAN_API_KEY": key, "DUBAN_URL": f"http://127.0.0.1:{port}"}
    done = subprocess.run(
        [DUBAN, *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def key_in(said: str) -> str:
    """Find the first key in what `duban up` said."""
    found = re.search(r"DUBAN_API_KEY=(\S+)", said)
    assert found, said
    return found.group(1)
