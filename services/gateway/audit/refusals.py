"""Refusals on their way into the audit: those that are alike and come within a second become one entry with a count.

A refusal is answered before it is written, so that nobody fills the disk by guessing: a process that is killed loses
those of its last second. What fails to be written is kept and tried again.
"""

import logging
from typing import NamedTuple

from services.gateway.audit.domain import UNKNOWN, Deed
from services.gateway.audit.service import record
from shared.background import Repeating
from shared.database import Database

log = logging.getLogger(__name__)
REST = 1.0  # Real seconds between two writings.
MOST = 1000  # Kinds of refusals that are told apart within one of these.


class Refusal(NamedTuple):
    """One refused request.

    Attributes:
        by: Id of the account or key; empty for nobody known.
        code: Of the problem document.
        route: Method and path with the names of its parameters.
    """

    by: str
    address: str
    status: int
    code: str
    route: str


OTHERS = Refusal("", "", 0, "others", "")  # Those past `MOST`.


class Refusals:
    """Gathers refusals and writes them, as one part of the app."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[Refusal, int] = {}
        self._loop = Repeating("audit", self._step)

    def note(self, refusal: Refusal) -> None:
        """Take a refusal down; it is in the database a second later."""
        known = refusal in self._waiting or len(self._waiting) < MOST
        one = refusal if known else OTHERS
        self._waiting[one] = self._waiting.get(one, 0) + 1

    async def start(self) -> None:
        """Begin."""
        await self._loop.start()

    async def stop(self) -> None:
        """End, with everything written that can be."""
        await self._loop.stop()
        try:
            await self.write()
        except Exception:  # The stop goes on: the callers have their answers already.
            log.exception("the last refusals could not be written: %d kinds", len(self._waiting))

    def problems(self) -> list[str]:
        """Say why the audit is not written now."""
        return self._loop.problems()

    async def write(self) -> None:
        """Write what waits."""
        taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            async with self._db.transaction() as tx:
                deeds = [_deed(one, count) for one, count in taken.items()]
                await record(tx, *deeds, at=self._db.clock.real_now())
        except BaseException:
            for one, count in taken.items():
                self._waiting[one] = self._waiting.get(one, 0) + count
            raise

    async def _step(self) -> float:
        await self.write()
        return REST


def _deed(refusal: Refusal, count: int) -> Deed:
    detail = {"code": refusal.code, "status": str(refusal.status)}
    return Deed(
        "request.refused",
        refusal.by or UNKNOWN,
        about=refusal.route,
        address=refusal.address,
        times=count,
        detail=detail,
    )
