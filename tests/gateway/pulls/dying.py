"""Processes that pull and are killed, each at its own step: `python -m tests.gateway.pulls.dying FOLDER PLAN`.

A step is the moment before a commit, here or at the front-end database, and before and behind each call. Point 1, 2, …
has a folder of its own, until one lives to its end; prints the exit codes. It forks, so that imports are paid once.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Engine, event

from services.gateway.pulls.domain import Plan, PullPlan, TablePlan
from shared.calling import Caller
from shared.testing import FakeClock, sqlite_database
from tests.gateway.pulls.world import Desk, front_table, services

COUNT = 12  # Services that there are.


class Death:
    """Counts the steps, and ends the process at one of them as a power cut does."""

    def __init__(self, point: int) -> None:
        self._left = point

    def step(self, *_: object) -> None:
        """Pass a step."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def come(self) -> None:
        """Take a step before each commit, and before and behind each call."""
        call = Caller.call

        async def dying(caller: Caller, asked: object) -> object:
            self.step()
            answer = await call(caller, asked)  # type: ignore[arg-type]  # It is passed on.
            self.step()
            return answer

        event.listen(Engine, "commit", self.step)
        Caller.call = dying  # type: ignore[method-assign,assignment]  # In this process alone.


def desk_in(folder: Path) -> Desk:
    """Give the desk of one point."""
    clock = FakeClock()
    return Desk(sqlite_database("gateway", folder, clock), clock, {"front": front_in(folder)})


def front_in(folder: Path) -> str:
    """Give the address of the front-end database of one point."""
    return f"sqlite:///{folder}/front.db"


async def run(folder: Path, plan: PullPlan | TablePlan, point: int) -> None:
    """Set everything up, and pull until death comes."""
    front_table(front_in(folder), services(COUNT))
    desk = desk_in(folder)
    await desk.set(plan)
    Death(point).come()
    await desk.pull()
    await desk.db.close()


def lived(folder: Path, plan: PullPlan | TablePlan, point: int) -> int:
    """Run one point in a process of its own, and give its exit code."""
    folder.mkdir()
    child = os.fork()
    if child == 0:
        asyncio.run(run(folder, plan, point))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder: Path, plan: PullPlan | TablePlan) -> None:
    """Kill at one step after the other."""
    (folder / "0").mkdir()
    desk_in(folder / "0")  # Migrates once, for all.
    codes: list[int] = []
    while not codes or codes[-1] != 0:
        point = len(codes) + 1
        codes.append(lived(folder / str(point), plan, point))
    print(json.dumps(codes))  # noqa: T201 - what the test reads.


if __name__ == "__main__":
    adapter: TypeAdapter[PullPlan | TablePlan] = TypeAdapter(Plan)
    main(Path(sys.argv[1]), adapter.validate_json(sys.argv[2]))
