"""SIGKILL at each step of a round: nothing is lost, nothing is skipped, nothing counts twice."""

import asyncio
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.pulls.domain import PullPlan, TablePlan
from shared.testing import FakeClock, sqlite_database
from tests.gateway.pulls import dying
from tests.gateway.pulls.world import (
    Desk,
    Platform,
    front_table,
    numbers,
    plan,
    playing,
    services,
    statuses,
    table_plan,
)

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).resolve().parents[3]
FOUND = services(12)


async def lived_through(folder: Path, asked: PullPlan | TablePlan, point: int) -> int:
    """Kill a process at a step, let another go on, and give the exit code of the first."""
    folder.mkdir()
    front = f"sqlite:///{folder}/front.db"
    front_table(front, FOUND)
    clock = FakeClock()
    db = sqlite_database("gateway", folder, clock)
    desk = Desk(db, clock, {"front": front})
    await desk.set(asked)
    command = [sys.executable, "-m", dying.__name__, str(folder), str(point), front]
    code = (await asyncio.to_thread(subprocess.run, command, check=False, cwd=ROOT)).returncode
    clock.advance(timedelta(minutes=2))
    await desk.pull()
    taken, row = await desk.taken(), await desk.row()
    await db.close()
    assert code in {0, -signal.SIGKILL}
    assert (taken, row.failures) == (numbers(FOUND), 0)
    assert isinstance(asked, PullPlan) or set(statuses(front)) == {1}
    return code


async def test_a_kill_at_each_step_of_pages_loses_and_doubles_nothing(tmp_path: Path) -> None:
    codes: list[int] = []
    with playing(Platform(FOUND)) as platform:
        while not codes or codes[-1] != 0:
            asked = plan(platform.url, paging={"size": 10})
            codes.append(await lived_through(tmp_path / str(len(codes)), asked, len(codes) + 1))

    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 8  # Begin, three calls from both sides, three pages, end.


async def test_a_kill_at_each_step_of_a_table_loses_and_doubles_nothing(tmp_path: Path) -> None:
    codes: list[int] = []
    while not codes or codes[-1] != 0:
        folder = tmp_path / str(len(codes))
        codes.append(await lived_through(folder, table_plan(status="status"), len(codes) + 1))

    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 6  # Begin, two pages and their statuses, the empty page, end.
