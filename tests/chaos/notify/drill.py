"""The driver of a drill: it moves the clock, publishes the day, arms the replicas and starts anew what was killed."""

import multiprocessing
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import redis
from sqlalchemy import create_engine, text

from shared import migrations
from shared.clock import at_local
from shared.database import sync_url
from shared.events import Event
from shared.testing_servers import ValkeyServer
from tests.chaos.notify import books, worker
from tests.chaos.notify.script import FIRST, Day
from tests.chaos.notify.steps import STEPS
from tests.shared.world import make_tables

PROCESSES = multiprocessing.get_context(
    "forkserver"
)  # Each life is forked from one that has imported everything.
A_MINUTE = timedelta(
    seconds=70
)  # Longer than an attempt stays unanswered, a lease lives, and a standby waits.
IDLE = "between steps"
BEHIND = 4  # Kills that a day may leave to the next, before they are made between the steps.
LONGEST_S = 90.0  # Real seconds until a day must be done.


class Drill:
    """One folder with everything in it, and the processes of it."""

    def __init__(self, url: str, holders: Sequence[str], *, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
        self._valkey = ValkeyServer(self.folder)
        self.place = worker.Place(self.folder, self._valkey.url, url or f"sqlite:///{self.folder}/notify.db")
        self.hit: Counter[str] = Counter()
        self._holders = holders
        self._clock = self.place.clock
        self._chance = random.Random(seed)  # noqa: S311 - not for secrets.
        self._running: dict[str, BaseProcess] = {}
        self._unarmed: set[str] = set()
        self._steps: list[str] = []
        self._cycle = 0
        self._jumped = timedelta()
        self._now: datetime | None = None
        self._engine = create_engine(sync_url(self.place.url))

    def start(self) -> None:
        """Make the databases and start Valkey and the ledger."""
        migrations.upgrade("notify", self.place.url)
        make_tables(self.place.ledger_url, "tasks")
        self.place.arrivals.touch()
        self._valkey.start()
        PROCESSES.set_forkserver_preload(["tests.chaos.notify.worker"])
        self._orders, theirs = PROCESSES.Pipe()
        self._move(at_local(FIRST, 9))
        self._ledger = PROCESSES.Process(target=worker.ledger, args=(self.place, theirs))
        self._ledger.start()

    def live(self, day: Day, *, goal: int, behind: int = BEHIND) -> None:
        """Go through a day, killing until `goal` kills were made in all, or so many are left `behind` to the next.

        The closings of the day come when all else is decided: what was due before them is told, killed or not.
        """
        self._move(day.now)
        if self.hit.total() < goal:
            self._kill(self._unarmed)
        self._raise_all(goal)
        self._publish(day.events)
        self._until_decided(goal)
        if day.closing:
            self._publish(day.closing)
            self._until_decided(goal)
        while self.hit.total() < goal - behind:  # Its steps did not come on this day.
            self._kill({next(iter(self._running))})
            self.hit[IDLE] += 1
            self._raise_all(goal)

    def come_to_rest(self) -> None:
        """Let everything that waits leave, day by day, undisturbed.

        Raises:
            TimeoutError: Something never leaves.
        """
        self._kill(set(self._running))
        self._raise_all(goal=0)
        for _ in range(60):
            self._until_decided(goal=0)
            for _ in range(8):  # The waits between attempts are real ones: 5 s, 25 s, 125 s …
                if not self._count("SELECT count(*) FROM deliveries WHERE outcome IN ('waiting', 'sending')"):
                    return
                self._jump(timedelta(seconds=200))
                time.sleep(0.3)
            assert self._now is not None
            self._move(self._now + timedelta(days=1))
        raise TimeoutError("messages still wait after sixty days")

    def read(self) -> books.Books:
        """Read what is there."""
        return books.read(self._engine, self._valkey.url, self.place.arrivals)

    def close(self) -> None:
        """End and remove everything."""
        self._kill(set(self._running))
        self._ledger.kill()
        self._ledger.join()
        self._engine.dispose()
        self._valkey.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _move(self, now: datetime) -> None:
        self._now = now
        self._clock.set(now, jumped=self._jumped)

    def _jump(self, by: timedelta) -> None:
        self._jumped += by
        assert self._now is not None
        self._move(self._now)

    def _publish(self, events: Sequence[Event]) -> None:
        if events:
            self._orders.send(events)
            self._orders.recv()

    def _raise_all(self, goal: int) -> None:
        for holder in self._holders:
            if holder not in self._running:
                self._raise(holder, goal)

    def _raise(self, holder: str, goal: int) -> None:
        step = self._next_step() if self.hit.total() < goal else ""
        (self._unarmed.discard if step else self._unarmed.add)(holder)
        arguments = (self.place, holder, step, self._chance.randint(1, 2))
        process = self._running[holder] = PROCESSES.Process(target=worker.notify, args=arguments)
        process.start()

    def _next_step(self) -> str:
        """Go through all steps again and again: in their order, then in any, and so on."""
        if not self._steps:
            self._cycle += 1
            self._steps = list(STEPS) if self._cycle % 2 else self._chance.sample(STEPS, len(STEPS))
        return self._steps.pop(0)

    def _until_decided(self, goal: int) -> None:
        """Wait until the day is decided and relayed; start anew what dies, armed as long as the goal is not reached.

        Raises:
            TimeoutError: The day does not end.
        """
        end = time.monotonic() + LONGEST_S
        while not self._is_decided() or self._is_sending():
            if time.monotonic() > end:
                raise TimeoutError(f"the day {self._now} does not end")
            self._bury(goal)
            time.sleep(0.05)
        self._bury(goal)

    def _bury(self, goal: int) -> None:
        for holder, process in list(self._running.items()):
            if process.is_alive():
                continue
            process.join()
            self._running.pop(holder)
            sprung = self.folder / f"{holder}.sprung"
            if not sprung.exists():
                said = (self.folder / f"{holder}.log").read_text()[-2000:]
                raise RuntimeError(f"{holder} ended by itself ({process.exitcode}): {said}")
            self.hit[sprung.read_text()] += 1
            sprung.unlink()
            self._jump(A_MINUTE)
            self._raise(holder, goal)

    def _kill(self, holders: set[str]) -> None:
        for holder in list(holders):
            process = self._running.pop(holder, None)
            if process is not None:
                process.kill()
                process.join()
        holders.clear()

    def _is_decided(self) -> bool:
        """Say whether notify has read all, decided all that is due, and relayed all."""
        assert self._now is not None
        with create_engine(sync_url(self.place.ledger_url)).connect() as ledger:
            head = ledger.execute(
                text("SELECT last_seq FROM stream_head WHERE stream = 'supervision'")
            ).scalar_one()
        if (
            self._count("SELECT coalesce(max(last_seq), 0) FROM stream_cursor WHERE stream = 'supervision'")
            < head
        ):
            return False
        due = text("SELECT count(*) FROM clocks WHERE next_at <= :now").bindparams(
            now=self._stored(self._now)
        )
        with self._engine.connect() as connection:
            if connection.execute(due).scalar_one():
                return False
        issued = self._count("SELECT last_seq FROM stream_head WHERE stream = 'deadlines'")
        with redis.Redis.from_url(self._valkey.url) as client:
            return issued == 0 or int(client.xlen("deadlines")) == issued

    def _is_sending(self) -> bool:
        """Say whether messages of the day have still to leave; those that wait for another try are left waiting."""
        fresh = "(outcome = 'waiting' AND parcel_id IS NULL AND not_before <= :now)"
        open_ones = text(f"SELECT count(*) FROM deliveries WHERE outcome = 'sending' OR {fresh}")  # noqa: S608
        assert self._now is not None
        with self._engine.connect() as connection:
            return bool(connection.execute(open_ones.bindparams(now=self._stored(self._now))).scalar_one())

    def _stored(self, instant: datetime) -> object:
        """Give an instant (UTC) as the database at hand compares it."""
        return instant if self._engine.dialect.name == "postgresql" else f"{instant:%Y-%m-%d %H:%M:%S.%f}"

    def _count(self, statement: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text(statement)).scalar_one())
