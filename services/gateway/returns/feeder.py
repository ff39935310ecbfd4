"""Reads the archive for returns, beside the requests; whichever replica comes first reads on."""

from services.gateway.returns import repository, service
from shared.database import Database

LONGEST_WAIT = 1.0  # Real seconds between two looks.


class Feeder:
    """One reader of the archive with a cursor of its own.

    Attributes:
        begin: Position from which a new cursor reads; None for the present end of the archive.
    """

    def __init__(self, db: Database, *, begin: int | None = None, scanned: int = repository.SCANNED) -> None:
        self._db = db
        self._begin = begin
        self._scanned = scanned

    async def step(self) -> float:
        """Read one page; give the real seconds until the next look."""
        async with self._db.reading() as session:
            after = await repository.cursor_position(session)
            found = (
                after
                if after is None
                else await repository.entries_behind(session, after, scanned=self._scanned)
            )
        if found is None:
            async with self._db.transaction() as tx:
                await repository.make_cursor(tx.session, self._begin)
            return 0.0
        if found.reached == found.after:
            return LONGEST_WAIT
        async with self._db.transaction() as tx:
            taken = await service.take(tx, found, real_now=self._db.clock.real_now())
        return 0.0 if taken and found.reached < found.last else LONGEST_WAIT
