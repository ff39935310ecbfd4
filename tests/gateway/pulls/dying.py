"""A process that pulls and is killed at its n-th step: `python -m tests.gateway.pulls.dying FOLDER POINT FRONT`.

A step is the moment before a commit, here or at the front-end database, and before and behind each call.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from shared.calling import Caller
from shared.testing import FakeClock, sqlite_database
from tests.gateway.pulls.world import Desk


class Death:
    """Counts the steps, and ends the process at one of them as a power cut does."""

    def __init__(self, point: int) -> None:
        self._left = point

    def step(self, *_: object) -> None:
        """Pass a step."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_calls(self) -> None:
        """Take a step before and behind each call."""
        call = Caller.call

        async def dying(caller: Caller, asked: object) -> object:
            self.step()
            answer = await call(caller, asked)  # type: ignore[arg-type]  # It is passed on.
            self.step()
            return answer

        Caller.call = dying  # type: ignore[method-assign,assignment]  # In this process alone.


async def run(folder: Path, point: int, front: str) -> None:
    """Make the rounds that are due."""
    death = Death(point)
    clock = FakeClock()
    db = sqlite_database("gateway", folder, clock)
    event.listen(Engine, "commit", death.step)
    death.around_calls()
    await Desk(db, clock, {"front": front}).pull()
    await db.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
