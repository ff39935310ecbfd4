"""Removes contents that no attachment names: left over when the service died between the content and its row."""

import logging
from datetime import timedelta

from services.tasks.attachments import repository
from services.tasks.attachments.ports import Store
from shared.database import Database

log = logging.getLogger(__name__)
AGE = timedelta(days=1)  # Real time; a row follows its content within a minute.
EVERY = timedelta(hours=12)  # Real time.


class Sweeping:
    """The step of a `Repeating`."""

    def __init__(self, db: Database, store: Store) -> None:
        self._db = db
        self._store = store

    async def step(self) -> float:
        """Sweep once; give the real seconds until the next time."""
        async with self._db.reading() as session:
            named = await repository.contents_named(session)
        try:
            removed = await self._store.sweep(named, before=self._db.clock.real_now() - AGE)
        except (
            OSError
        ) as error:  # Uploads and downloads say so to those whom it concerns; the ledger goes on.
            log.warning("contents that nobody names can't be swept: %s", error)
        else:
            log.info("%d contents that nobody names were removed", removed)
        return EVERY.total_seconds()
