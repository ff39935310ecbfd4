"""The crash matrix: a drill in which notify is killed at every step, held against one in which nothing is."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from shared.testing_servers import PostgresServer
from tests.chaos.notify.books import Books, Findings, compare
from tests.chaos.notify.drill import BEHIND, IDLE, Drill
from tests.chaos.notify.script import days
from tests.chaos.notify.steps import STEPS

TASKS_PER_KILL = 10
TASKS_A_DAY = 15
SCENARIOS = {"notify.one_replica": ("a",), "notify.two_replicas": ("a", "b")}


@dataclass(slots=True)
class Matrix:
    """What a crash matrix found.

    Attributes:
        kills: How often a replica was killed.
        sent: Notices that somebody was told.
        lost: Notices that an undisturbed service tells and that are missing somewhere, and attempts recorded as sent
            that did not arrive.
        doubled: Notices recorded twice or wrongly, and arrivals that no record calls ambiguous.
        ambiguous: Attempts that a kill left without an answer, all listed as `unknown` and repeated.
        seed: Repeats the run.
        tasks: Tasks of the drill.
        steps: Kills by step.
    """

    kills: int
    sent: int
    lost: int
    doubled: int
    ambiguous: int
    seed: int
    tasks: int
    steps: dict[str, int]

    def is_exact(self) -> bool:
        """Say whether nothing was lost or doubled, and with enough kills every step was hit."""
        enough = self.kills < 4 * len(STEPS) or all(self.steps[step] for step in STEPS)
        return self.sent > 0 and enough and not (self.lost or self.doubled)

    def to_dict(self) -> dict[str, object]:
        """Give the fields by name."""
        return asdict(self)

    def table(self) -> str:
        """Show the kills by step, a line each."""
        return "".join(f"\n  {step:16} {times:4}" for step, times in self.steps.items())


def run(name: str, *, kills: int, seed: int) -> Matrix:
    """Run one scenario.

    Raises:
        TimeoutError: The service does not come through a day, or messages never leave.
    """
    tasks = kills * TASKS_PER_KILL
    expected = undisturbed(seed, tasks)
    with _database(len(SCENARIOS[name])) as url:
        drill = Drill(url, SCENARIOS[name], seed=seed)
        try:
            books = _live(drill, seed, tasks=tasks, kills=kills)
            return _matrix(books, compare(books, set(expected)), drill, (seed, tasks))
        finally:
            drill.close()


def missing(name: str) -> str:
    """Say why a scenario can't run here, or nothing."""
    needed = len(SCENARIOS[name]) > 1 and PostgresServer.programs is None
    return "two replicas need PostgreSQL, which is not installed here" if needed else ""


@cache
def undisturbed(seed: int, tasks: int) -> frozenset[str]:
    """Name the notices that one replica tells in the same drill when nobody kills it."""
    drill = Drill("", ("a",), seed=seed)
    try:
        return frozenset(_live(drill, seed, tasks=tasks, kills=0).told)
    finally:
        drill.close()


def _live(drill: Drill, seed: int, *, tasks: int, kills: int) -> Books:
    """Go through all days; the kills are spread evenly over them."""
    drill.start()
    plan = list(days(seed, tasks=tasks, each=TASKS_A_DAY))
    for number, day in enumerate(plan, 1):
        drill.live(day, goal=-(-kills * number // len(plan)), behind=BEHIND if number < len(plan) else 0)
    drill.come_to_rest()
    return drill.read()


def _matrix(books: Books, found: Findings, drill: Drill, run_of: tuple[int, int]) -> Matrix:
    return Matrix(
        kills=drill.hit.total(),
        sent=len(books.told),
        lost=len(found.lost) + len(found.unsent),
        doubled=len(found.doubled) + len(found.unlisted) + len(found.unrepeated),
        ambiguous=len(books.ambiguous),
        seed=run_of[0],
        tasks=run_of[1],
        steps={step: drill.hit[step] for step in (*STEPS, IDLE)},
    )


@contextmanager
def _database(replicas: int) -> Iterator[str]:
    """Give the URL of a PostgreSQL database for two replicas, and an empty text for one: SQLite."""
    if replicas == 1:
        yield ""
        return
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    try:
        yield server.new_url()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
