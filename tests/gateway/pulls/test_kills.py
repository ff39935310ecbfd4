"""SIGKILL at each step of a round: nothing is lost, nothing is skipped, nothing counts twice."""

import asyncio
import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.pulls.domain import PullPlan, TablePlan
from tests.gateway.pulls import dying
from tests.gateway.pulls.world import Platform, numbers, plan, playing, services, statuses, table_plan

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).resolve().parents[3]
FOUND = services(dying.COUNT)


def killed_at_each_step(folder: Path, asked: PullPlan | TablePlan) -> list[int]:
    command = [sys.executable, "-m", dying.__name__, str(folder), asked.model_dump_json()]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE)
    codes: list[int] = json.loads(done.stdout)
    assert set(codes) == {-signal.SIGKILL, 0}
    return codes


async def goes_on(folder: Path) -> list[str]:
    """Go on two minutes after the death of the first, and give what was taken in the end."""
    desk = dying.desk_in(folder)
    desk.clock.advance(timedelta(minutes=2))
    await desk.pull()
    taken, failures = await desk.taken(), (await desk.row()).failures
    await desk.db.close()
    assert failures == 0
    return taken


@pytest.mark.slow
async def test_a_kill_at_each_step_of_pages_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with playing(Platform(FOUND)) as platform:
        asked = plan(platform.url, paging={"size": 10})
        codes = await asyncio.to_thread(killed_at_each_step, tmp_path, asked)
        ended = [await goes_on(tmp_path / str(point + 1)) for point in range(len(codes))]

    assert len(codes) == 12  # Eleven steps: begin, three calls from both sides, three pages, end.
    assert ended == [numbers(FOUND)] * len(codes)


@pytest.mark.slow
async def test_a_kill_at_each_step_of_a_table_loses_and_doubles_nothing(tmp_path: Path) -> None:
    codes = await asyncio.to_thread(killed_at_each_step, tmp_path, table_plan(status="status"))
    ended = [await goes_on(tmp_path / str(point + 1)) for point in range(len(codes))]

    assert len(codes) > 8  # Begin, three reads, three pages, two statuses, end.
    assert ended == [numbers(FOUND)] * len(codes)
    assert {
        status for n in range(len(codes)) for status in statuses(dying.front_in(tmp_path / str(n + 1)))
    } == {1}
