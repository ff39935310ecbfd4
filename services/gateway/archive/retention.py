"""Removes the oldest entries of the archive, up to an anchor and never further.

Invariant: what is removed was verified just before; its last hash stays, so that the rest is verified from there, and
nothing is removed that a reader of the archive inside the gateway has not had.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.domain import Anchor, Break
from services.gateway.archive.models import ArchiveAnchor, ArchiveTrim, ArchiveTrimmed
from services.gateway.archive.verifying import verify
from services.gateway.models import CHAIN, ArchiveChain, ArchivedEvent
from shared.database import Database, Tx
from shared.errors import Conflict

SIZE = 5000  # Positions of one transaction: writers wait for it.
Reached = Callable[[AsyncSession], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class Trimming:
    """What is to be removed, or was.

    Attributes:
        first, last: Positions; `last` is below `first` where there is nothing to remove.
        anchor: Day of the anchor at `last`, or None.
        waits_at: Position behind which nothing may be removed yet, since a reader has not had it; None for none.
        done: Whether it was removed.
    """

    first: int
    last: int
    anchor: date | None
    waits_at: int | None
    done: bool = False


class Retention:
    """Removes what is old.

    Args:
        db: The gateway's database.
        reached: Position up to which a reader inside the gateway has read; None where it reads nothing.
    """

    def __init__(self, db: Database, reached: Reached) -> None:
        self._db = db
        self._reached = reached

    async def plan(self, before: date) -> Trimming:
        """Say what would be removed: all up to the last anchor of a day up to `before` (business time)."""
        return await self._plan(before, None)

    async def trim(self, before: date, *, by: str) -> Trimming:
        """Remove it.

        Raises:
            Conflict: The chain is broken: what proves it stays.
        """
        return await self._remove(await self._plan(before, None), by)

    async def expire(self, age: timedelta) -> Trimming:
        """Remove what was anchored longer than `age` ago (real time).

        Raises:
            Conflict: As `trim`.
        """
        return await self._remove(await self._plan(None, self._db.clock.real_now() - age), "retention")

    async def _plan(self, before: date | None, recorded: datetime | None) -> Trimming:
        async with self._db.reading() as session:
            base = (
                await session.scalar(select(ArchiveChain.base_position).where(ArchiveChain.id == CHAIN)) or 0
            )
            waits_at = await self._reached(session)
            stated = select(ArchiveAnchor.day, ArchiveAnchor.position, ArchiveAnchor.hash)
            stated = stated.where(ArchiveAnchor.position > base)
            if before is not None:
                stated = stated.where(ArchiveAnchor.day <= before)
            if recorded is not None:
                stated = stated.where(ArchiveAnchor.recorded_at <= recorded)
            if waits_at is not None:
                stated = stated.where(ArchiveAnchor.position <= waits_at)
            row = (await session.execute(stated.order_by(ArchiveAnchor.position.desc()).limit(1))).first()
        if row is None:
            return Trimming(base + 1, base, None, waits_at)
        anchor = Anchor(*row)
        return Trimming(base + 1, anchor.position, anchor.day, waits_at)

    async def _remove(self, plan: Trimming, by: str) -> Trimming:
        if plan.anchor is None:
            return plan
        await self._verify(plan)
        async with self._db.transaction() as tx:
            note = ArchiveTrim(by=by, day=plan.anchor, first=plan.first, last=plan.last)
            note.at = self._db.clock.real_now()
            tx.session.add(note)
        for until in (*range(plan.first + SIZE - 1, plan.last, SIZE), plan.last):
            async with self._db.transaction() as tx:
                await _remove_until(tx, until)
        return Trimming(plan.first, plan.last, plan.anchor, plan.waits_at, done=True)

    async def _verify(self, plan: Trimming) -> None:
        begin: int | None = plan.first
        while begin is not None:
            found = await self._db.look(partial(verify, first=begin, last=plan.last))
            if found.broken is not None:
                raise _broken(found.broken)
            begin = found.next


def _broken(found: Break) -> Conflict:
    message = (
        f"档案第 {found.position} 号验证不符（{found.fault}），为保留证据不予移除，请先运行 duban verify"
    )
    return Conflict(message, code="archive.broken", position=found.position, fault=str(found.fault))


async def _remove_until(tx: Tx, until: int) -> None:
    """Remove the entries up to a position, and keep its hash and the last sequences of their streams."""
    connection = await tx.session.connection()
    await connection.run_sync(partial(_remove_sync, until=until))


def _remove_sync(connection: Connection, *, until: int) -> None:
    chain = select(ArchiveChain.base_position).where(ArchiveChain.id == CHAIN).with_for_update()
    if (connection.scalar(chain) or 0) >= until:
        return  # Another replica was quicker.
    gone = ArchivedEvent.position <= until
    hashed = connection.scalar(select(ArchivedEvent.hash).where(ArchivedEvent.position == until))
    ends = select(ArchivedEvent.stream, func.max(ArchivedEvent.sequence)).where(gone)
    for stream, sequence in connection.execute(ends.group_by(ArchivedEvent.stream)).all():
        _note_end(connection, stream, sequence)
    connection.execute(delete(ArchivedEvent).where(gone))
    moved = update(ArchiveChain).where(ArchiveChain.id == CHAIN)
    connection.execute(moved.values(base_position=until, base_hash=hashed))


def _note_end(connection: Connection, stream: str, sequence: int) -> None:
    moved = update(ArchiveTrimmed).where(ArchiveTrimmed.stream == stream).values(sequence=sequence)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(ArchiveTrimmed).values(stream=stream, sequence=sequence))
