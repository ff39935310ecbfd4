"""The readers: each remembers its own position and comes back with it, whatever happened to the other side."""

import contextlib
import json
import threading
import time
from abc import ABC, abstractmethod
from typing import Any

import httpx
import redis

from tests.chaos.exchange.books import Got

PAUSE_S = 0.1


class Reader(ABC):
    """Reads from a position on until it is told to stop; `got` is what it had, in order."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._over.set()
        self._thread.join(20)

    def _run(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(httpx.HTTPError, redis.RedisError, OSError):
                self.read()
            time.sleep(PAUSE_S)

    def take(self, position: int, raw: str | bytes) -> None:
        """Remember an event."""
        event = json.loads(raw)
        self.got.append(Got(position, event["id"], event["subject"]))

    def is_over(self) -> bool:
        """Say whether it should end."""
        return self._over.is_set()

    @abstractmethod
    def read(self) -> None:
        """Read until the connection breaks, or it is over."""


class SseReader(Reader):
    """Reads server-sent events and comes back with `Last-Event-ID`."""

    def __init__(self, url: str, key: str, begin: str) -> None:
        super().__init__()
        self._url, self._key, self._begin = url, key, begin

    def read(self) -> None:
        """Read until the connection breaks; an event counts once its empty line is there."""
        headers = {"authorization": f"Bearer {self._key}"}
        if self.got:
            headers["last-event-id"] = str(self.got[-1].position)
        url, said = f"{self._url}/api/v1/events", dict[str, str]()
        with httpx.stream("GET", url, params={"from": self._begin}, headers=headers, timeout=20) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if self.is_over():
                    return
                if line:
                    name, _, value = line.partition(": ")
                    said[name] = value
                    continue
                if "data" in said:
                    self.take(int(said["id"]), said["data"])
                said = {}


class StreamReader(Reader):
    """Reads its stream with XREAD, from the last id that it has."""

    def __init__(self, url: str, user: str, password: str, stream: str) -> None:
        super().__init__()
        self._url, self._user, self._password, self._stream = url, user, password, stream

    def read(self) -> None:
        """Read until the connection breaks, or it is over."""
        client: Any = redis.Redis.from_url(self._url, username=self._user, password=self._password)
        with client:
            while not self.is_over():
                token = f"{self.got[-1].position}-0" if self.got else "0"
                found = client.xread({self._stream: token}, count=500, block=200)
                for entry, fields in found[0][1] if found else ():
                    self.take(int(entry.split(b"-")[0]), fields[b"__data__"])
