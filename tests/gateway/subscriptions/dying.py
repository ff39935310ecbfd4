"""A process that serves subscriptions, and is killed at its n-th step.

Called as `python -m tests.gateway.subscriptions.dying FOLDER POINT`. A step is the moment before a commit, before a
call, or behind a call whose answer is there and not yet on record.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions.adapters import Addresses, HttpReceiver, Way
from services.gateway.subscriptions.engine import Engine
from shared.answers import Answer
from shared.calling import NoAnswer
from shared.testing import FakeClock, sqlite_database
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


class DyingReceiver(HttpReceiver):
    """Calls as the real one does, between two steps."""

    def __init__(self, way: Way, addresses: Addresses, death: Death) -> None:
        super().__init__(way, addresses)
        self._death = death

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer | NoAnswer:
        """Call once."""
        self._death.step()
        answer = await super().post(body, headers)
        self._death.step()
        return answer


async def run(folder: Path, point: int) -> None:
    """Serve until nothing is left to do."""
    death, addresses = Death(point), Addresses(Hosts.parse("127.0.0.0/8"))
    db = sqlite_database("gateway", folder, FakeClock())
    event.listen(db.engine.sync_engine, "commit", death.step)

    def open_receiver(way: Way) -> DyingReceiver:
        return DyingReceiver(way, addresses, death)

    engine = Engine(db, seal=Unsealed(), open_receiver=open_receiver, holder="one")
    while await engine.step() == 0 or engine.on_their_way:
        if calls := engine.on_their_way:
            await asyncio.wait(calls)
    await engine.stop()
    await db.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
