"""Real processes for tests and benchmarks of the gateway: Valkey on a private socket, services, and their ports."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from deploy.env import random_key
from services.gateway.keys import KeyOrder, create_key_offline
from shared import migrations

PATIENCE_S = 180.0


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """One service as a process of its own, which may be killed and started again on the same ports and data."""

    def __init__(self, name: str, folder: Path, redis_url: str, secret: str, **extra: str) -> None:
        self.name = name
        self.inner_port, self.port = free_port(), free_port()
        own = f"DUBAN_{name.upper()}_DATABASE_URL"
        self.database_url = extra.get(own, f"sqlite:///{folder}/{name}.db")
        self.log = folder / f"{name}.log"
        self._env = {
            "DUBAN_REDIS_URL": redis_url,
            "DUBAN_PRINCIPAL_SECRET": secret,
            "DUBAN_VAULT_KEY": random_key(),
            "DUBAN_INNER_PORT": str(self.inner_port),
            "DUBAN_PORT": str(self.port),
            "DUBAN_LOG_LEVEL": "ERROR",
            own: self.database_url,
            **extra,
        }
        self._process: subprocess.Popen[bytes] | None = None
        migrations.upgrade(name, self.database_url)

    @property
    def inner_url(self) -> str:
        """Where its inner API is."""
        return f"http://127.0.0.1:{self.inner_port}"

    @property
    def url(self) -> str:
        """Where the gateway's public API is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, until_it: str = "readyz", *, patience: float = PATIENCE_S) -> None:
        """Start it and wait until it is ready, or just lives (`healthz`): without its neighbours it is not ready."""
        command = [sys.executable, "-m", f"services.{self.name}.app"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env={**os.environ, **self._env}, stderr=log)
        until(lambda: answers(f"{self.inner_url}/{until_it}"), patience=patience)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._stop(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, and give its exit code."""
        return self._stop(signal.SIGTERM)

    def _stop(self, number: int) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(20)
        self._process = None
        return code


def until(true: Callable[[], bool], *, patience: float = PATIENCE_S) -> None:
    """Wait until a condition holds; fails loudly when it takes too long."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"not within {patience} s"
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Say whether a URL answers with 200."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def new_secret() -> str:
    """Make up a secret for signing principals."""
    return secrets.token_hex(32)


async def key_for(gateway: Service, *scopes: str) -> str:
    """Make a key in a gateway's database that may ask as often as it likes, and give its secret."""
    order = KeyOrder(role="ops", scopes=scopes, per_minute=0)
    _, secret = await create_key_offline(gateway.database_url, order)
    return secret
