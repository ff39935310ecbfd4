"""The feeds under fire: sources send while gateway, metrics, tasks and Valkey are killed, then all is counted."""

import asyncio
import base64
import json
import random
import secrets
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from shared.testing_servers import ValkeyServer
from tests.gateway.processes import Service, key_for, new_secret, until

SCENARIOS = {"feeds": ("gateway", "metrics", "tasks", "valkey")}
SOURCE, UNIT = "chaos", "11619900MB0000000X"
RATINGS_PER_KILL = 5_000
LINES = 500  # Of a batch.
SENDERS = 3
REPEATED, MALFORMED, BAD, BROKEN_OFF = 0.01, 0.001, 0.003, 0.05
LONGEST_S = 120.0  # Until everything must have come through after the last kill.


@dataclass(slots=True)
class Ledger:
    """What came of the feeds.

    Attributes:
        kills: How often something was killed.
        sent: Ratings that are different from each other and can be read.
        lost: Of these, how many are missing somewhere: facts, archive, or the task of a bad one.
        doubled: How many are somewhere twice, or counted in a total without a fact.
        ambiguous: Batches that a source sent again because it had no answer.
        unlisted: Malformed records that are not kept with their reason, or are kept twice.
        seed: Repeats the run.
    """

    kills: int
    sent: int
    lost: int
    doubled: int
    ambiguous: int
    unlisted: int
    seed: int

    def is_exact(self) -> bool:
        """Say whether everything is there once, and something was sent at all."""
        return self.sent > 0 and not (self.lost or self.doubled or self.unlisted)

    def to_dict(self) -> dict[str, object]:
        """Give the figures by name."""
        return asdict(self)

    def table(self) -> str:
        """Show nothing: one line has all."""
        return ""


class Script:
    """What the sources send: batches of lines, with repeats, bad ratings and records that nobody can read."""

    def __init__(self, count: int, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - not for secrets.
        self.good: set[str] = set()
        self.bad: set[str] = set()
        self.malformed = 0
        lines: list[str] = []
        for number in range(count):
            lines.append(self._line(number, chance))
            if chance.random() < REPEATED:
                lines.append(chance.choice(lines))
        # A repeat of a malformed record is the same record: it is kept once.
        self.malformed = len({line for line in lines if '"satisfaction": "9"' in line})
        self.batches = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]

    def _line(self, number: int, chance: random.Random) -> str:
        project = f"61990000{number:08d}"
        level = "9" if chance.random() < MALFORMED else "1" if chance.random() < BAD else "5"
        if level != "9":
            self.good.add(f"{SOURCE}.{project}.1")
        if level == "1":
            self.bad.add(f"{SOURCE}.{project}.1")
        said = {
            "project_no": project,
            "service_number": 1,
            "unit_code": UNIT,
            "channel": "1",
            "satisfaction": level,
            "rated_at": "2023-06-20T09:00:00+08:00",
        }
        return json.dumps(said)


class House:
    """The services and Valkey, in a folder of their own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
        self.valkey = ValkeyServer(self.folder)
        secret = new_secret()
        vault = base64.b64encode(secrets.token_bytes(32)).decode()
        own = {"gateway": {"DUBAN_VAULT_KEY": vault}, "metrics": {}, "tasks": {}}
        quiet = {"DUBAN_LOG_LEVEL": "CRITICAL"}  # Of Valkey's deaths: what counts is counted.
        self.services = {
            name: Service(name, self.folder, self.valkey.url, secret, **extra, **quiet)
            for name, extra in own.items()
        }

    def start(self) -> str:
        """Start everything, register the source, and give a key for it."""
        self.valkey.start()
        for service in self.services.values():
            service.start()
        gateway = self.services["gateway"]
        key = asyncio.run(key_for(gateway, "ratings:write", "ops:write"))
        said = {"name": "演练来源", "form": "duban", "per_minute": 0}
        path = f"{gateway.url}/api/v1/feed-sources/{SOURCE}"
        httpx.put(path, json=said, headers=_bearer(key), timeout=30).raise_for_status()
        return key

    def kill(self, victim: str) -> None:
        """Kill one and start it again."""
        if victim == "valkey":
            self.valkey.kill()
            self.valkey.start()
        else:
            self.services[victim].kill()
            self.services[victim].start()

    def rows(self, service: str, statement: str) -> list[tuple[object, ...]]:
        """Ask the database of a service."""
        with sqlite3.connect(self.folder / f"{service}.db", timeout=30) as database:
            return database.execute(statement).fetchall()

    def settled(self) -> bool:
        """Say whether all have read the whole feed of ratings, and the archive holds it."""
        ((head,),) = self.rows("gateway", "SELECT last_seq FROM stream_head WHERE stream = 'ratings'")
        readers = [("gateway", "archive"), ("metrics", "metrics"), ("tasks", "tasks")]
        return all(self._cursor(*reader) == head for reader in readers)

    def _cursor(self, service: str, _group: str) -> object:
        found = self.rows(service, "SELECT last_seq FROM stream_cursor WHERE stream = 'ratings'")
        return found[0][0] if found else 0

    def close(self) -> None:
        """End and remove everything."""
        for service in self.services.values():
            service.kill()
        self.valkey.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Sources:
    """The senders: each sends a batch again until it is answered; they go no further than the kills allow."""

    def __init__(self, url: str, key: str, batches: Sequence[Sequence[str]], seed: int) -> None:
        self._url, self._key, self._seed = url, key, seed
        self._left = iter(batches)
        self._lock = threading.Lock()
        self.answered = 0
        self.allowed = 0
        self.repeated = 0
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(SENDERS)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all is answered."""
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        chance = random.Random(f"{self._seed}.{number}")  # noqa: S311 - not for secrets.
        for batch in self._batches():
            body = "\n".join(batch).encode()
            if chance.random() < BROKEN_OFF:
                self._break_off(body[: chance.randrange(len(body))])
            while not self._sent(body):
                with self._lock:
                    self.repeated += 1
                time.sleep(0.2)
            with self._lock:
                self.answered += len(batch)

    def _batches(self) -> Iterator[Sequence[str]]:
        while True:
            while self.answered >= self.allowed:
                time.sleep(0.02)
            with self._lock:
                batch = next(self._left, None)
            if batch is None:
                return
            yield batch

    def _sent(self, body: bytes) -> bool:
        headers = _bearer(self._key) | {"content-type": "application/x-ndjson"}
        try:
            answer = httpx.post(self._url, content=body, headers=headers, timeout=30)
        except httpx.HTTPError:
            return False
        assert answer.status_code in {200, 429, 500, 503}, answer.text[:500]
        return answer.status_code == 200

    def _break_off(self, part: bytes) -> None:
        """Send a part of a batch, and be gone."""
        place = urlsplit(self._url)
        head = (
            f"POST {place.path} HTTP/1.1\r\nhost: {place.netloc}\r\nauthorization: Bearer {self._key}\r\n"
            f"content-type: application/x-ndjson\r\ncontent-length: {len(part) + 1}\r\n\r\n"
        )
        try:
            with socket.create_connection((str(place.hostname), place.port or 80), timeout=5) as line:
                line.sendall(head.encode() + part)
        except OSError:
            return  # It is being killed: a source that finds nobody breaks nothing off.


def run(name: str, *, kills: int, seed: int) -> Ledger:
    """Run the scenario with 5,000 ratings a kill.

    Raises:
        AssertionError: The feeds did not come through at all.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets.
    script, house = Script(kills * RATINGS_PER_KILL, seed), House()
    try:
        key = house.start()
        url = f"{house.services['gateway'].url}/api/v1/feeds/{SOURCE}"
        sources = Sources(url, key, script.batches, seed)
        sources.start()
        victims = [SCENARIOS[name][turn % len(SCENARIOS[name])] for turn in range(kills)]
        chance.shuffle(victims)
        for turn, victim in enumerate(victims):
            sources.allowed = (turn + 1) * RATINGS_PER_KILL
            meeting = turn * RATINGS_PER_KILL + chance.randrange(RATINGS_PER_KILL - LINES)
            until(lambda meeting=meeting: sources.answered >= meeting, patience=LONGEST_S)  # type: ignore[misc]
            house.kill(victim)
        sources.allowed = len(script.batches) * LINES + 1
        sources.join()
        until(house.settled, patience=LONGEST_S)
        return _count(house, script, kills=kills, ambiguous=sources.repeated, seed=seed)
    finally:
        house.close()


def _count(house: House, script: Script, *, kills: int, ambiguous: int, seed: int) -> Ledger:
    facts = [str(row[0]) for row in house.rows("metrics", "SELECT rating_id FROM rating")]
    kept = [
        str(row[0]) for row in house.rows("gateway", "SELECT subject FROM archive WHERE stream = 'ratings'")
    ]
    tasks = [str(row[0]) for row in house.rows("tasks", "SELECT rating_id FROM rectification")]
    ((totals,),) = house.rows("metrics", "SELECT coalesce(sum(count), 0) FROM rating_total")
    behind = "SELECT count(*) FROM rating WHERE position > (SELECT counted_to FROM rating_roll)"
    ((waiting,),) = house.rows("metrics", behind)
    ((accepted,),) = house.rows("gateway", "SELECT sum(count) FROM feed_tally WHERE name = 'record.accepted'")
    ((refused,),) = house.rows("gateway", "SELECT count(*) FROM feed_reject")
    wanted = ((facts, script.good), (kept, script.good), (tasks, script.bad))
    lost = sum(len(expected - set(found)) for found, expected in wanted)
    doubled = sum(len(found) - len(set(found) & expected) for found, expected in wanted)
    counted = abs(_int(totals) + _int(waiting) - len(facts)) + abs(_int(accepted) - len(script.good))
    return Ledger(
        kills=kills,
        sent=len(script.good),
        lost=lost,
        doubled=doubled + counted,
        ambiguous=ambiguous,
        unlisted=abs(_int(refused) - script.malformed),
        seed=seed,
    )


def _int(value: object) -> int:
    return int(str(value or 0))


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}
