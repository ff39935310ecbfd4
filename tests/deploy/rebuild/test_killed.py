"""A rebuild that is killed in its midst: the database of before is as it was, and the next one works."""

import asyncio
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.deploy.gateways import printed, run
from tests.deploy.rebuild.lives import COUNT, a_place

# The command itself, killed by the progress that it tells: after some of the events are in.
KILLED = """
import os, signal, sys
from deploy.cli import command
from deploy.rebuild import progress
def end(self, feed, count):
    self.done += count
    if self.done > 100:
        os.kill(os.getpid(), signal.SIGKILL)
progress.Progress.step = end
command.main(["rebuild", "metrics", "--data", sys.argv[1]])
"""


@pytest.mark.slow
def test_a_killed_rebuild_leaves_the_old_database_and_the_next_one_works(tmp_path: Path) -> None:
    asyncio.run(a_place(tmp_path, 5))
    present = tmp_path / "metrics.db"
    before = sha256(present.read_bytes()).hexdigest()

    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, capture_output=True)

    assert (ended.returncode, (tmp_path / "metrics.db.rebuild").exists()) == (-9, True)
    assert sha256(present.read_bytes()).hexdigest() == before
    done = printed(run("rebuild", "metrics", "--data", str(tmp_path)))
    assert f"{COUNT} 个事件" in done
    assert [path.name for path in tmp_path.glob("*.rebuild*")] == []
