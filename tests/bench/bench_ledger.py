"""`ledger.list_100k` and `ledger.move_100k`: what a page and a move cost among 100,000 tasks and among 1,000.

The ledger is the 2023 catalogue, copied row by row until it is large enough; both are asked over the service's own API,
in this process, on SQLite.
"""

import asyncio
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.catalogue import CATALOGUE
from services.tasks import catalogue
from services.tasks.daybreak import Daybreak
from services.tasks.models import (
    Base,
    ClockRow,
    LightRow,
    PartRow,
    RevisionRow,
    TaskRow,
    TaskUnitRow,
)
from shared.clock import at_local
from shared.testing import FakeClock, sqlite_database
from tests.bench.result import Result
from tests.bench.size import either
from tests.tasks.apps import Caller, serving

NAMES = ("ledger.list_100k", "ledger.move_100k")
SMALL, LARGE = 1_000, either(100_000, 2_000)
CALLS = either(20, 3)
OF_A_TASK = (TaskUnitRow, ClockRow, LightRow, PartRow, RevisionRow)
ISSUED = at_local(date(2023, 4, 25), 9)
PAGE = 20  # Small enough that each list fills it among 1,000 tasks too: else the answers themselves differ in size.
# What is asked, by name; `{…}` is filled with what the catalogue has.
LISTS: dict[str, dict[str, str]] = {
    "all": {},
    "of a plan": {"plan": "{plan}"},
    "of a state": {"state": "assigned"},
    "yellow": {"light": "yellow"},
    "of a kind": {"kind": "action"},
    "of a unit that leads": {"unit": "{unit}", "role": "lead"},
    "of a month": {"due_from": "2023-06-01", "due_to": "2023-06-30"},
    "by due day": {"sort": "due"},
    "of a unit by due day": {"unit": "{unit}", "sort": "due"},
    "of a unit that has none": {"unit": "none"},
    "of a plan, by due day, from June": {"plan": "{plan}", "sort": "due", "due_from": "2023-06-01"},
    "of a kind that has none": {"kind": "promise"},
    "green, of a month, by due day": {"light": "green", "due_to": "2023-09-30", "sort": "due"},
}


class LedgerClock(FakeClock):
    """Business time stands still on the day of issue; real time is the present, for signatures."""

    def real_now(self) -> datetime:
        """Give the present instant."""
        return datetime.now(UTC)


async def make_ledger(folder: Path, size: int) -> None:
    """Load the catalogue and copy its tasks, with all that belongs to each, until there are `size`."""
    db = sqlite_database("tasks", folder, FakeClock())
    await catalogue.load(db, CATALOGUE, as_of=ISSUED, now=datetime.now(UTC))
    await db.close()
    with closing(sqlite3.connect(folder / "tasks.db")) as connection:
        have = connection.execute("SELECT count(*) FROM task").fetchone()[0]
        for copy in range(1, size // have + 1):
            keep = min(have, size - copy * have)
            _copy(connection, copy, keep)
        connection.commit()
        connection.execute("ANALYZE")


def _copy(connection: sqlite3.Connection, copy: int, keep: int) -> None:
    """Copy the first `keep` tasks of the catalogue once more, under ids that end with the number of the copy."""
    first = f"(SELECT id FROM task WHERE instr(id, '~c') = 0 ORDER BY id LIMIT {keep})"  # noqa: S608
    renamed = {"task": ("id",)}
    for row in (TaskRow, *OF_A_TASK):
        table = Base.metadata.tables[row.__tablename__]
        changed = renamed.get(str(table.name), ("task_id",))
        names = [column.name for column in table.columns]
        values = [f"{name} || '~c{copy}'" if name in changed else name for name in names]
        values = [
            f"'{copy:05}' || sort_key" if name == "sort_key" else name for name in values
        ]  # One by one.
        key = changed[0]
        connection.execute(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608 - our names.
            f"FROM {table.name} WHERE {key} IN {first}"
        )


@asynccontextmanager
async def ledger_of(size: int) -> AsyncIterator[Caller]:
    """Serve a ledger of `size` tasks to a supervisor."""
    folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    await make_ledger(folder, size)
    clock = LedgerClock(ISSUED + timedelta(hours=2))
    db = sqlite_database("tasks", folder, clock)
    await Daybreak(db).step()  # It looks at every task, once a day.
    await db.close()
    async with serving(folder, clock) as caller:
        yield caller
    await asyncio.to_thread(shutil.rmtree, folder)


async def milliseconds(call: Callable[[], Awaitable[Any]], calls: int) -> float:
    """Give the median of so many calls, after one that warms up."""
    await call()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        await call()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def time_lists(caller: Caller) -> dict[str, float]:
    """Time every list."""
    first = next(one for one in await caller.tasks() if one["answering_unit"])
    known = {"plan": first["plan_id"], "unit": first["answering_unit"]}
    found = {}
    for name, query in LISTS.items():
        asked = {field: value.format(**known) for field, value in query.items()}

        async def call(asked: dict[str, str] = asked) -> None:
            answer = await caller.get("/tasks", limit=PAGE, **asked)
            assert answer.is_success, answer.text

        found[name] = await milliseconds(call, CALLS)
    return found


async def time_moves(caller: Caller) -> float:
    """Time moves, each of another task, as supervisors enter them for the units."""
    tasks = [one["id"] for one in await caller.tasks(state="assigned", limit=CALLS + 1)]
    waiting = iter(tasks)

    async def call() -> None:
        answer = await caller.post(f"/tasks/{next(waiting)}/moves", json={"move": "accept"})
        assert answer.is_success, answer.text

    return await milliseconds(call, len(tasks) - 1)


async def measure() -> list[Result]:
    """Measure both sizes."""
    lists: list[dict[str, float]] = []
    moves: list[float] = []
    for size in (SMALL, LARGE):
        async with ledger_of(size) as caller:
            lists.append(await time_lists(caller))
            moves.append(await time_moves(caller))
    return [_worst(lists), _moves(moves)]


def _worst(lists: Sequence[dict[str, float]]) -> Result:
    small, large = lists
    ratios = {name: large[name] / small[name] for name in LISTS}
    worst = max(ratios, key=lambda name: ratios[name])
    told = "; ".join(f"{name} {large[name]:.1f} of {small[name]:.1f}" for name in LISTS)
    what = f"GET /tasks, the list that grows most ({worst}), {PAGE} of {LARGE} tasks by {PAGE} of {SMALL}: {told}"
    return Result("ledger.list_100k", large[worst], small[worst], "ms", what)


def _moves(moves: Sequence[float]) -> Result:
    what = f"POST moves (accept), median, among {LARGE} tasks by among {SMALL}"
    return Result("ledger.move_100k", moves[1], moves[0], "ms", what)
