"""`verify.archive`: the verification of the whole archive, against reading all its rows and doing nothing with them.

Both on SQLite, the same rows: what a year brings in its proportion, as for `rebuild.metrics`. EVENTS=n sets how many.
"""

import sqlite3
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from services.gateway.archive.verifying import PAGE, verify
from shared.testing import FakeClock, sqlite_database
from tests.bench.bench_rebuild import EVENTS, fill_archive
from tests.bench.result import Result

NAMES = ("verify.archive",)
BARE = "SELECT * FROM archive WHERE position > ? ORDER BY position LIMIT ?"


async def _verify(folder: Path) -> float:
    """Verify from the beginning to the end; gives the seconds."""
    db = sqlite_database("gateway", folder, FakeClock())
    began, first = time.perf_counter(), 1
    while first:
        found = await db.look(partial(verify, first=first))
        assert found.broken is None
        first = found.next or 0
    took = time.perf_counter() - began
    assert found.last == EVENTS
    await db.close()
    return took


def _scan(file: Path) -> float:
    """Read every row, page by page; gives the seconds."""
    began, count = time.perf_counter(), 0
    with closing(sqlite3.connect(file)) as connection:
        while rows := connection.execute(BARE, (count, PAGE)).fetchall():
            count = rows[-1][0]
    assert count == EVENTS
    return time.perf_counter() - began


async def measure() -> list[Result]:
    """Measure both."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as name:
        folder = Path(name)
        await fill_archive(folder)
        before = _scan(folder / "gateway.db")
        took = await _verify(folder)
        bare = (
            before + _scan(folder / "gateway.db")
        ) / 2  # Before and behind: others may use the machine too.
    what = f"{EVENTS:,} entries verified, hash by hash; reading their rows alone"
    return [Result("verify.archive", took, bare, "s", what)]
