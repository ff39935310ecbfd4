"""SIGKILL at each step of delivering: nothing is lost, order holds, and what is repeated has the same id."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.gateway.subscriptions import dying
from tests.gateway.subscriptions.world import Receiver, desk_over, rated, receiving

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).resolve().parents[3]
EVENTS = 2


def database_in(folder: Path) -> Database:
    folder.mkdir()
    return sqlite_database("gateway", folder, FakeClock())


async def lived_through(folder: Path, receiver: Receiver, point: int) -> int:
    """Kill a process at a step, let another one of its name go on, and give the exit code of the first."""
    desk = desk_over(database_in(folder))
    await desk.archive(*(rated(f"run-{point}") for _ in range(EVENTS)))
    await desk.subscribe(receiver.url)
    command = [sys.executable, "-m", dying.__name__, str(folder), str(point)]
    code = (await asyncio.to_thread(subprocess.run, command, check=False, cwd=ROOT)).returncode
    assert code in {0, -signal.SIGKILL}
    await desk.settle()
    assert await desk.states() == ["delivered"] * EVENTS
    await desk.engine.stop()
    await desk.db.close()
    return code


@pytest.mark.slow
async def test_a_kill_at_each_step_loses_nothing_and_repeats_under_the_same_id(tmp_path: Path) -> None:
    codes: list[int] = []
    with receiving() as receiver:
        while not codes or codes[-1] != 0:
            codes.append(await lived_through(tmp_path / str(len(codes)), receiver, len(codes) + 1))

    assert set(codes[:-1]) == {-signal.SIGKILL}
    by_run = [
        [one for one in receiver.got if one[1]["subject"] == f"run-{run + 1}"] for run in range(len(codes))
    ]
    for got in by_run:
        once = list(dict.fromkeys(name for name, _, _ in got))
        assert once == [f"ratings-{number}" for number in range(1, EVENTS + 1)]
    repeated = sum(len(got) for got in by_run) - EVENTS * len(codes)
    assert repeated == 2 * EVENTS  # Dead behind the answer, or at the commit that would have recorded it.
