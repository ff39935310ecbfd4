"""When keys and sessions were used last: remembered at each request, written every ten seconds beside them."""

import logging
from datetime import datetime

from sqlalchemy import bindparam, or_, update

from services.gateway.accounts.sessions import Sessions
from services.gateway.models import ApiKey
from shared.background import Repeating
from shared.database import Database

log = logging.getLogger(__name__)
REST = 10.0  # Real seconds between two writings.


class Uses:
    """Gathers uses of keys and writes them with those of sessions, as one part of the app."""

    def __init__(self, db: Database, sessions: Sessions) -> None:
        self._db = db
        self._sessions = sessions
        self._used: dict[str, datetime] = {}
        self._loop = Repeating("uses of keys", self._step)

    def note(self, key_id: str) -> None:
        """Take down that a key is used now."""
        self._used[key_id] = self._db.clock.real_now()

    async def start(self) -> None:
        """Begin."""
        await self._loop.start()

    async def stop(self) -> None:
        """End, with everything written that can be."""
        await self._loop.stop()
        try:
            await self.write()
        except Exception:  # The stop goes on: what is lost is when a key was used last.
            log.exception("the last uses of keys could not be written")

    def problems(self) -> list[str]:
        """Say why uses are not written now."""
        return self._loop.problems()

    async def write(self) -> None:
        """Write what was used."""
        await self._sessions.write_uses()
        taken, self._used = self._used, {}
        if not taken:
            return
        earlier = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < bindparam("at"))
        row = update(ApiKey).where(ApiKey.id == bindparam("one"), earlier)
        uses = [{"one": name, "at": at} for name, at in sorted(taken.items())]
        try:
            async with self._db.transaction() as tx:
                connection = await tx.session.connection()
                await connection.execute(row.values(last_used_at=bindparam("at")), uses)
        except BaseException:
            self._used = (
                taken | self._used
            )  # The next time tries again, with later uses where there are some.
            raise

    async def _step(self) -> float:
        await self.write()
        return REST
