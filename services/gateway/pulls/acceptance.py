"""The intake for records that were fetched: the cursor moves in the transaction that takes the last of them.

Invariant: a kill at any point repeats records, which are known by their keys; it never skips one.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.gateway.feeds.domain.reading import Context
from services.gateway.feeds.entries import Answer, Entry, Raw, Replay
from services.gateway.feeds.ports import Keeper
from services.gateway.feeds.reception import AUTO, SLICE, read_entry, reread
from services.gateway.feeds.repository_rejects import waiting_for
from services.gateway.feeds.service import build_take
from services.gateway.feeds.service_sources import Source
from shared.clock import SHANGHAI
from shared.database import Database, SyncTx
from shared.events.services import ServiceAccepted

Move = Callable[[SyncTx], None]


class Acceptance:
    """Takes in what was fetched, by the form of its source, as the intake of what is sent does.

    Args:
        ahead: How far in the future of business time a record may be dated.
    """

    def __init__(self, db: Database, keeper: Keeper, *, ahead: timedelta) -> None:
        self._db, self._keeper, self._ahead = db, keeper, ahead
        self._take = build_take(keeper, db.clock.real_now)

    def context(self, source: Source) -> Context:
        """Give with what the records of a source are read now."""
        latest: datetime = (self._db.clock.now() + self._ahead).astimezone(SHANGHAI)
        return Context(source.id, source.form, latest)

    async def accept(self, source: Source, raws: Sequence[Raw], move: Move) -> list[Answer]:
        """Take records in; give what became of each, once it is on disk.

        Raises:
            Conflict: Another replica has taken the source over: nothing of the last slice was written.
        """
        slices = [raws[begin : begin + SLICE] for begin in range(0, len(raws), SLICE)] or [[]]
        answers: list[Answer] = []
        for number, chosen in enumerate(slices, 1):
            entries = await self._entries(chosen, source)
            behind = move if number == len(slices) else None
            answers += (await self._write(entries, behind))[: len(chosen)]
        return answers

    async def _entries(self, raws: Sequence[Raw], source: Source) -> list[Entry]:
        """Read records, and those that were refused because these had not come yet."""
        context = self.context(source)
        entries = await asyncio.to_thread(lambda: [read_entry(raw, context) for raw in raws])
        told = [draft.event for entry in entries for draft in entry.drafts]
        accepted = [event.service_id for event in told if isinstance(event, ServiceAccepted)]
        async with self._db.reading() as session:
            waiting = await waiting_for(session, sorted(set(accepted)))
        kept = [(one.id, reread(self._keeper.open(one.raw))) for one in waiting]
        return entries + [read_entry(raw, context, Replay(name, AUTO)) for name, raw in kept]

    async def _write(self, entries: Sequence[Entry], move: Move | None) -> list[Answer]:
        def work(tx: SyncTx) -> list[Answer]:
            answers = self._take(tx, entries)
            if move is not None:
                move(tx)
            return answers

        return await self._db.run_sync(work)
