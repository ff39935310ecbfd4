"""A kill loop: publisher, reader and Valkey run, some of them are killed at random moments, then all is counted."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.testing_servers import ValkeyServer
from tests.chaos.worker import SERVICES
from tests.shared.world import make_tables

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 90.0  # Until everything must have come through after the last kill.
CUT = 40_000  # Bytes that a power cut may take off the append-only file.

# Who runs, and who of them (or Valkey, whole or with a cut file) is killed.
SCENARIOS: dict[str, tuple[tuple[str, str], tuple[str, ...]]] = {
    "publisher": (("publisher", "reader"), ("publisher",)),
    "reader": (("publisher", "reader"), ("reader",)),
    "counter": (("rater", "counter"), ("counter",)),
    "valkey": (("publisher", "reader"), ("valkey",)),
    "valkey-cut": (("publisher", "reader"), ("cut",)),
    "everything": (("rater", "counter"), ("rater", "counter", "valkey", "cut")),
}


@dataclass(slots=True)
class Tally:
    """What a kill loop found.

    Attributes:
        kills: How often something was killed.
        sent: Events that were committed.
        lost: Of these, how many had no effect.
        doubled: How many had more than one.
        misordered: Effects that came before an earlier event of their subject.
        ambiguous: Events that were committed although the publisher was killed before it knew.
        seed: Repeats the run.
    """

    kills: int
    sent: int
    lost: int
    doubled: int
    misordered: int
    ambiguous: int
    seed: int

    def is_exact(self) -> bool:
        """Say whether nothing was lost, doubled or out of order, and something was sent at all."""
        return self.sent > 0 and not (self.lost or self.doubled or self.misordered)

    def to_dict(self) -> dict[str, int]:
        """Give the fields by name."""
        return asdict(self)

    def table(self) -> str:
        """Show nothing: one line has all."""
        return ""


class Loop:
    """The processes of one run, in a folder of their own."""

    def __init__(self, roles: tuple[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
        self.valkey = ValkeyServer(self.folder)
        self._roles = roles
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Make the databases and start everything."""
        for role in self._roles:
            make_tables(f"sqlite:///{self.folder}/{role}.db", SERVICES[role])
        self.valkey.start()
        for role in self._roles:
            self._start(role)

    def kill(self, victim: str) -> None:
        """Kill one and start it again."""
        if victim in self._running:
            self._end(victim)
            self._start(victim)
            return
        self.valkey.kill()
        if victim == "cut":
            self.valkey.cut(CUT)
        self.valkey.start()

    def until_moving(self) -> None:
        """Wait until events come through again, so that the next kill meets work and not a start.

        Raises:
            TimeoutError: They don't.
        """
        end, before = time.monotonic() + LONGEST_S, self._cursor()
        while self._cursor() == before:
            if time.monotonic() > end:
                raise TimeoutError(f"nothing came through after a kill at {before}")
            time.sleep(0.05)

    def wait(self) -> None:
        """Let the publisher stop, and wait until the reader has settled everything.

        Raises:
            TimeoutError: It does not come through.
        """
        (self.folder / "stop").touch()
        end, last = time.monotonic() + LONGEST_S, -1
        while True:
            head, cursor = self._number(0, "SELECT max(last_seq) FROM stream_head"), self._cursor()
            if head == cursor == last:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"{cursor} of {head} came through in {LONGEST_S:.0f} s")
            last = head
            time.sleep(0.5)

    def tally(self, kills: int, seed: int) -> Tally:
        """Count."""
        with sqlite3.connect(self.folder / f"{self._roles[1]}.db") as database:
            effects = database.execute("SELECT seq, subject FROM effect ORDER BY id").fetchall()
        sent = self._number(0, "SELECT max(last_seq) FROM stream_head")
        noted = (self.folder / f"{self._roles[0]}.acknowledged").read_text()
        known = sum(map(int, noted.split()))
        return compare(effects, kills=kills, sent=sent, known=known, seed=seed)

    def close(self) -> None:
        """End and remove everything."""
        for role in list(self._running):
            self._end(role)
        self.valkey.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _cursor(self) -> int:
        return self._number(1, "SELECT coalesce(max(last_seq), 0) FROM stream_cursor")

    def _number(self, role: int, statement: str) -> int:
        with sqlite3.connect(self.folder / f"{self._roles[role]}.db") as database:
            return int(database.execute(statement).fetchone()[0])

    def _start(self, role: str) -> None:
        command = [sys.executable, "-m", "tests.chaos.worker", role, str(self.folder), self.valkey.url]
        with (self.folder / f"{role}.log").open("ab") as log:
            self._running[role] = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def _end(self, role: str) -> None:
        process = self._running.pop(role)
        process.send_signal(signal.SIGKILL)
        process.wait()


def compare(effects: list[tuple[int, str]], *, kills: int, sent: int, known: int, seed: int) -> Tally:
    """Compare effects (sequence and subject, in order) with the events 1 to `sent`, `known` of them to the sender."""
    counted = Counter(seq for seq, _ in effects)
    return Tally(
        kills=kills,
        sent=sent,
        lost=sum(seq not in counted for seq in range(1, sent + 1)),
        doubled=sum(times > 1 for times in counted.values()),
        misordered=_misordered(effects),
        ambiguous=sent - known,
        seed=seed,
    )


def _misordered(effects: list[tuple[int, str]]) -> int:
    last: dict[str, int] = {}
    wrong = 0
    for seq, subject in effects:
        wrong += seq < last.get(subject, 0)
        last[subject] = seq
    return wrong


def run(name: str, *, kills: int, seed: int) -> Tally:
    """Run one scenario.

    Raises:
        TimeoutError: Events did not come through at all.
    """
    roles, victims = SCENARIOS[name]
    chance = random.Random(seed)  # noqa: S311 - not for secrets.
    loop = Loop(roles)
    try:
        loop.start()
        for _ in range(kills):
            loop.until_moving()
            time.sleep(chance.random())
            loop.kill(chance.choice(victims))
        loop.wait()
        return loop.tally(kills, seed)
    finally:
        loop.close()
