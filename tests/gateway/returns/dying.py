"""A process that reads the archive and sends, and is killed at its n-th step.

Called as `python -m tests.gateway.returns.dying FOLDER POINT`.

A step is the moment before a commit, before a call, or behind a call whose answer is there and not yet on record.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from services.gateway.returns.domain import Hosts
from services.gateway.returns.feeder import Feeder
from services.gateway.returns.sender import Sender
from services.gateway.returns.service_sending import Way
from shared.answers import Answer
from shared.calling import Call, Caller, NoAnswer
from shared.testing import FakeClock, sqlite_database
from tests.gateway.returns.texts import NoTexts
from tests.gateway.vault.unsealed import Unsealed


class Death:
    """Counts the steps, and ends the process at one of them as a power cut does."""

    def __init__(self, point: int) -> None:
        self._left = point

    def step(self, *_: object) -> None:
        """Pass a step."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingCaller(Caller):
    """Calls as the real one does, between two steps."""

    def __init__(self, way: Way, death: Death) -> None:
        super().__init__(timeout=way.timeout)
        self._death = death

    async def call(self, call: Call) -> Answer | NoAnswer:
        """Call once."""
        self._death.step()
        answer = await super().call(call)
        self._death.step()
        return answer


async def run(folder: Path, point: int) -> None:
    """Read and send until nothing is left to do."""
    death = Death(point)
    db = sqlite_database("gateway", folder, FakeClock())
    event.listen(db.engine.sync_engine, "commit", death.step)
    feeder = Feeder(db)
    line, hosts = (lambda way: DyingCaller(way, death)), Hosts(("127.0.0.1",))
    sender = Sender(db, hosts, seal=Unsealed(), texts=NoTexts(), line=line)
    while not await feeder.step():
        pass
    while not await feeder.step():
        pass
    while sources := await sender.sources():
        for source in sources:
            await sender.round(source)
    await db.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
