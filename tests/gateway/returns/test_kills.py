"""SIGKILL at each step of reading and sending: nothing is lost, and what is repeated has the same id."""

import asyncio
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.returns.domain import Step
from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.gateway.returns import dying
from tests.gateway.returns.world import Platform, desk_over, playing, rated, rectified

pytestmark = pytest.mark.timeout(240)
STEPS = (Step.ACCEPTED, Step.CLOSED)
ROOT = Path(__file__).resolve().parents[3]


def database_in(folder: Path) -> Database:
    folder.mkdir()
    return sqlite_database("gateway", folder, FakeClock())


async def lived_through(folder: Path, platform: Platform, point: int) -> int:
    """Kill a process at a step, let another one go on a day later, and give the exit code of the first."""
    db = database_in(folder)
    desk = desk_over(db)
    await desk.feed()
    await desk.target(platform.url, steps=STEPS)
    await desk.archive(rated(point), *rectified(point))
    command = [sys.executable, "-m", dying.__name__, str(folder), str(point)]
    code = (await asyncio.to_thread(subprocess.run, command, check=False, cwd=ROOT)).returncode
    assert code in {0, -signal.SIGKILL}
    desk.clock.advance(timedelta(days=1))
    await desk.feed()
    await desk.send()
    states = await desk.states()
    await db.close()
    assert states == ["delivered"] * len(STEPS)
    return code


@pytest.mark.slow
async def test_a_kill_at_each_step_loses_nothing_and_repeats_under_the_same_id(tmp_path: Path) -> None:
    codes: list[int] = []
    with playing() as platform:
        while not codes or codes[-1] != 0:
            codes.append(await lived_through(tmp_path / str(len(codes)), platform, len(codes) + 1))

    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) == 10  # Nine steps: one page, and twice begin, call, answer, end.
    assert len(platform.kept) == len(codes) * len(STEPS)
    assert set(platform.taken.values()) == {1}
    assert len(platform.asked) == len(platform.kept) + 4  # Dead behind the answer, before it was on record.
