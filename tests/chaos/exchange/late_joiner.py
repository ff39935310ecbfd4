"""The loop: orders come in, late joiners ask for everything, and gateway, receiver and Valkey are killed meanwhile."""

import asyncio
import itertools
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from shared.clock import local_date
from shared.testing_servers import ValkeyServer
from tests.chaos.exchange.books import Got, Late, beyond, misordered, missing, once
from tests.chaos.exchange.readers import Reader, SseReader, StreamReader
from tests.gateway.processes import Service, free_port, key_for, new_secret, until

SCENARIOS = {"late-joiner": ("gateway", "hook", "valkey", "cut")}
ROOT = Path(__file__).resolve().parents[3]
BEGIN = "2023-04-25"  # The day of issue of the plans.
SOURCE, UNIT = "chaos", "11619900MB0000000X"
ORDERS, HISTORY = 40, 400
BATCH, EVERY_S = 20, 0.1  # 200 events a second.
LONGEST_S = 900.0  # What failed twice is tried again after five minutes only.
CUT = 40_000  # Bytes that a power cut may take off the append-only file.


class House:
    """A gateway, its Valkey and a receiver, in a folder of their own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
        self.valkey = ValkeyServer(self.folder)
        self.arrivals = self.folder / "arrivals"
        self.hook_port = free_port()
        settings = {
            "DUBAN_SUBSCRIBER_HOSTS": "127.0.0.0/8",
            "DUBAN_SUBSCRIBER_REDIS_URL": self.valkey.url,
            "DUBAN_LOG_LEVEL": "CRITICAL",  # Of Valkey's deaths: what counts is counted.
        }
        self.gateway = Service("gateway", self.folder, self.valkey.url, new_secret(), **settings)
        self._hook: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start everything, and give a key."""
        self.valkey.start()
        self.gateway.start(patience=LONGEST_S)
        self._start_hook()
        scopes = ("ratings:write", "ops:read", "ops:write", "events:read")
        return asyncio.run(key_for(self.gateway, *scopes))

    def kill(self, victim: str) -> None:
        """Kill one and start it again."""
        if victim == "gateway":
            self.gateway.kill()
            self.gateway.start(patience=LONGEST_S)
        elif victim == "hook":
            self._kill_hook()
            self._start_hook()
        else:
            self.valkey.kill()
            if victim == "cut":
                self.valkey.cut(CUT)
            self.valkey.start()

    def archive(self) -> list[Got]:
        """Give what stands in the archive."""
        statement = "SELECT position, event_id, subject FROM archive ORDER BY position"
        return [Got(*row) for row in self.rows(statement)]

    def rows(self, statement: str) -> list[tuple[int, str, str]]:
        """Ask the gateway's database."""
        with sqlite3.connect(self.folder / "gateway.db", timeout=30) as database:
            return database.execute(statement).fetchall()

    def hooked(self) -> list[Got]:
        """Give what the receiver took."""
        lines = [line.split() for line in self.arrivals.read_text().splitlines()]
        return [Got(int(position), name, subject) for name, position, subject in lines]

    def close(self) -> None:
        """End and remove everything."""
        self.gateway.kill()
        self._kill_hook()
        self.valkey.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_hook(self) -> None:
        self.arrivals.touch()
        command = [sys.executable, "-m", "tests.chaos.exchange.hook", str(self.hook_port), str(self.arrivals)]
        self._hook = subprocess.Popen(command, cwd=ROOT)

    def _kill_hook(self) -> None:
        if self._hook is not None:
            self._hook.send_signal(signal.SIGKILL)
            self._hook.wait()


class Load:
    """A source that tells of orders and urges them; a batch is sent again until it is answered."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._lines = self._records()
        self.sent = 0

    def send(self, count: int) -> None:
        """Send so many events."""
        body = "\n".join(json.dumps(line) for line in itertools.islice(self._lines, count))
        headers = {"content-type": "application/x-ndjson"}
        while not self._is_taken(body, headers):
            time.sleep(EVERY_S)
        self.sent += count

    def start(self) -> None:
        """Begin to send, 200 events a second."""
        self._thread.start()

    def stop(self) -> None:
        """End behind the batch at hand."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            self.send(BATCH)
            time.sleep(EVERY_S)

    def _is_taken(self, body: str, headers: dict[str, str]) -> bool:
        try:
            answer = self._http.post(f"/api/v1/feeds/{SOURCE}", content=body, headers=headers)
        except httpx.HTTPError:
            return False
        assert answer.status_code in {200, 429, 500, 503}, answer.text[:500]
        return answer.status_code == 200

    def _records(self) -> "itertools.chain[dict[str, str]]":
        begin = datetime(2023, 6, 20, 9, tzinfo=UTC)
        orders = (
            {
                "order_no": f"GD{number}",
                "kind": "complaint",
                "unit_code": UNIT,
                "received_at": begin.isoformat(),
            }
            for number in range(ORDERS)
        )
        urges = (
            {
                "order_no": f"GD{number % ORDERS}",
                "urged_at": (begin + timedelta(minutes=number + 1)).isoformat(),
            }
            for number in itertools.count()
        )
        return itertools.chain(orders, urges)


def run(name: str, *, kills: int, seed: int) -> Late:
    """Run the scenario.

    Raises:
        AssertionError: Something did not come through at all.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets.
    house = House()
    try:
        key = house.start()
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=house.gateway.url, headers=headers, timeout=30) as http:
            return _lived_through(house, http, key, _victims(name, kills, chance), seed)
    finally:
        house.close()


def _victims(name: str, kills: int, chance: random.Random) -> list[tuple[str, float]]:
    """Draw who dies, each in turn, and how long everything lives before."""
    turns = [SCENARIOS[name][turn % len(SCENARIOS[name])] for turn in range(kills)]
    chance.shuffle(turns)
    return [(victim, chance.uniform(0.2, 1.5)) for victim in turns]


def _lived_through(
    house: House, http: httpx.Client, key: str, victims: list[tuple[str, float]], seed: int
) -> Late:
    source = {"name": "演练来源", "form": "duban", "per_minute": 0}
    http.put(f"/api/v1/feed-sources/{SOURCE}", json=source).raise_for_status()
    load = Load(http)
    load.send(HISTORY)
    until(lambda: len(house.archive()) >= HISTORY, patience=LONGEST_S)
    load.start()
    readers = _join(house, http, key)
    for victim, lives in victims:
        time.sleep(lives)
        house.kill(victim)
    load.stop()
    until(lambda: len(house.archive()) >= load.sent, patience=LONGEST_S)
    archive = house.archive()
    for has_all in (*(_has(reader, len(archive)) for reader in readers), _is_delivered(house, len(archive))):
        until(has_all, patience=LONGEST_S)
    for reader in readers:
        reader.stop()
    unreconciled = _unreconciled(http, archive, once(house.hooked()))
    return _count(archive, readers, house.hooked(), (len(victims), unreconciled, seed))


def _join(house: House, http: httpx.Client, key: str) -> list[Reader]:
    """Let all three kinds of readers ask for everything."""
    hook = {"url": f"http://127.0.0.1:{house.hook_port}/", "from": BEGIN, "per_second": 5000}
    http.put("/api/v1/subscriptions/hook", json=hook).raise_for_status()
    stream = {"kind": "stream", "from": BEGIN, "keep_entries": 1_000_000}
    made = http.put("/api/v1/subscriptions/stream", json=stream).raise_for_status().json()
    readers: list[Reader] = [
        SseReader(house.gateway.url, key, BEGIN),
        StreamReader(house.valkey.url, made["user"], made["secret"], made["stream"]),
    ]
    for reader in readers:
        reader.start()
    return readers


def _has(reader: Reader, count: int) -> Callable[[], bool]:
    return lambda: len(reader.got) >= count


def _is_delivered(house: House, count: int) -> Callable[[], bool]:
    done = "SELECT position, webhook_id, subject FROM delivery WHERE state = 'delivered'"
    return lambda: len(house.rows(done)) >= count


def _unreconciled(http: httpx.Client, archive: list[Got], has: list[Got]) -> int:
    """Ask for the reconciliation of the days that the run touched, and count what differs."""
    days = {local_date(datetime.now(UTC) - timedelta(hours=hours)) for hours in (0, 12)}
    path, published, wrong = "/api/v1/subscriptions/hook/reconciliation", 0, 0
    ids = [one.id for one in has]
    for day in sorted(days):
        found = http.get(path, params={"day": str(day)}).raise_for_status().json()
        published += found["states"].get("delivered", 0)
        wrong += found["published"] - found["states"].get("delivered", 0)
        held = http.post(path, params={"day": str(day)}, json={"ids": ids}).raise_for_status().json()
        wrong += len(held["missing"]) + len(held["open"])
        wrong += len(held["strange"]) if found["published"] == len(archive) else 0
    return wrong + abs(published - len(archive))


def _count(archive: list[Got], readers: list[Reader], hooked: list[Got], facts: tuple[int, int, int]) -> Late:
    kills, unreconciled, seed = facts
    received = once(hooked)
    everything = [*(reader.got for reader in readers), received]
    return Late(
        kills=kills,
        sent=len(archive),
        lost=sum(missing(archive, got) for got in everything),
        doubled=sum(beyond(archive, got) for got in everything),
        misordered=sum(misordered(got) for got in everything),
        ambiguous=len(hooked) - len(received),
        unreconciled=unreconciled,
        seed=seed,
    )
