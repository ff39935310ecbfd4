"""Appliers and retries on a database, without a Redis: what the tests of handling and of parking are made of."""

from shared.database import Database
from shared.streams import Handlers
from shared.streams.applying import Applier
from shared.streams.cursors import take_cursors
from shared.streams.entry import Entries
from shared.streams.groups import feeds_of
from shared.streams.retries import Retries
from tests.shared.world import (
    raw,
    unit,
)


async def fine() -> None:
    """Answer a probe."""


async def away() -> None:
    raise ConnectionError("nobody answers")


PATIENT = 60.0  # Seconds: a batch is one transaction, however slow the machine.


async def applier(
    db: Database, handlers: Handlers, *, feed: str = "supervision", fence: int = 1, longest: float = PATIENT
) -> Applier:
    async with db.transaction() as tx:
        connection = await tx.session.connection()
        await connection.run_sync(take_cursors, feeds_of(handlers.group), fence)
    made = Applier(
        db, "ratings" if feed == "ratings" else "supervision", handlers, probe=fine, longest=longest
    )
    made.fence = fence
    return made


async def apply_all(apply: Applier, entries: Entries) -> None:
    """Apply a batch to its end; a long one takes several transactions."""
    while await apply.apply(entries) < entries.sequences[-1]:
        pass


def retries(db: Database, handlers: Handlers) -> Retries:
    made = Retries(db, handlers, feeds=feeds_of(handlers.group), probe=fine)
    made.fence = 1
    return made


def units(*names: str, first: int = 1) -> Entries:
    raws = [raw(unit(name), seq) for seq, name in enumerate(names, first)]
    return Entries(range(first, first + len(names)), raws)


def broken(entries: Entries, *positions: int) -> Entries:
    found = zip(entries.sequences, entries.raws, strict=True)
    return Entries(entries.sequences, [b"\x00" if seq in positions else bytes_ for seq, bytes_ in found])
