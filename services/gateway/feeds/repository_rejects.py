"""Rows of refused records."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import FeedReject
from shared.bulk import has_key, insert_rows, stored
from shared.clock import local_date

REJECTS = cast("Table", FeedReject.__table__)
CHUNK = 200
WAITS = "rating.service_unknown"  # Taken by itself as soon as its service is told of.


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused record to be stored."""

    source_id: str
    place: str
    outcome: str
    service_id: str
    field: str
    code: str
    message: str
    remedy: str
    raw: bytes
    digest: bytes


def digest_of(content: bytes) -> bytes:
    """Name the content of a record, so that one that is sent again is known."""
    return hashlib.sha256(content).digest()


def known_rejects(connection: Connection, keys: Iterable[tuple[str, bytes]]) -> dict[tuple[str, bytes], str]:
    """Give the ids of records that were refused before, by source and digest."""
    wanted, found = sorted(set(keys)), dict[tuple[str, bytes], str]()
    for begin in range(0, len(wanted), CHUNK):
        chosen = has_key((REJECTS.c.source_id, REJECTS.c.digest), wanted[begin : begin + CHUNK])
        rows = connection.execute(select(REJECTS.c.source_id, REJECTS.c.digest, REJECTS.c.id).where(chosen))
        found |= {(row.source_id, row.digest): row.id for row in rows}
    return found


def new_id() -> str:
    """Make up the id of a refused record."""
    return f"rej-{secrets.token_hex(8)}"


def store_rejects(
    connection: Connection, refused: Sequence[tuple[str, Refused]], *, now: datetime, real_now: datetime
) -> None:
    """Store refused records with their ids; `now` is business time."""
    kept_at = stored(connection, REJECTS.c.kept_at.type, real_now)
    at, day = (
        stored(connection, REJECTS.c.at.type, now),
        stored(connection, REJECTS.c.day.type, local_date(now)),
    )
    rows = [
        (
            *(found, one.source_id, day, at, one.place, one.outcome, one.service_id),
            *(one.field, one.code, one.message, one.remedy, one.raw, one.digest),
            *("open", None, "", "", kept_at),
        )
        for found, one in refused
    ]
    insert_rows(connection, REJECTS, rows)


def mark_replayed(connection: Connection, reject_id: str, *, by: str, now: datetime) -> None:
    """Note that a refused record was taken after all."""
    done = {"state": "replayed", "decided_at": now, "decided_by": by}
    connection.execute(update(REJECTS).where(REJECTS.c.id == reject_id).values(done))


async def list_rejects(  # noqa: PLR0913 - each is a filter.
    session: AsyncSession,
    *,
    source: str = "",
    day: date | None = None,
    state: str = "",
    after: str = "",
    limit: int = 100,
) -> Sequence[FeedReject]:
    """Give refused records by id, those after `after`."""
    wanted = select(FeedReject).where(FeedReject.id > after).order_by(FeedReject.id).limit(limit)
    for column, value in ((FeedReject.source_id, source), (FeedReject.day, day), (FeedReject.state, state)):
        if value:
            wanted = wanted.where(column == value)
    return (await session.scalars(wanted)).all()


async def find_reject(session: AsyncSession, reject_id: str, *, lock: bool = False) -> FeedReject | None:
    """Give one refused record."""
    return await session.get(FeedReject, reject_id, with_for_update=lock or None)


async def waiting_for(session: AsyncSession, service_ids: Sequence[str]) -> Sequence[FeedReject]:
    """Give the refused ratings that wait for one of these services."""
    found: list[FeedReject] = []
    for begin in range(0, len(service_ids), CHUNK):
        chosen = FeedReject.service_id.in_(service_ids[begin : begin + CHUNK])
        wanted = select(FeedReject).where(chosen, FeedReject.state == "open", FeedReject.code == WAITS)
        found.extend(await session.scalars(wanted))
    return found


async def forget_decided(session: AsyncSession, before: datetime, *, limit: int) -> int:
    """Remove refused records that were dealt with and are kept since before a real time; give how many."""
    old = select(FeedReject.id).where(FeedReject.kept_at < before, FeedReject.state != "open")
    ids = (await session.scalars(old.order_by(FeedReject.kept_at).limit(limit))).all()
    if ids:
        gone = delete(FeedReject).where(FeedReject.id.in_(ids))
        await session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


async def count_states(session: AsyncSession, source: str, day: date) -> dict[tuple[str, str], int]:
    """Count the refused records of a source and day by outcome and state."""
    wanted = select(FeedReject.outcome, FeedReject.state, func.count()).where(
        FeedReject.source_id == source, FeedReject.day == day
    )
    rows = await session.execute(wanted.group_by(FeedReject.outcome, FeedReject.state))
    return {(outcome, state): count for outcome, state, count in rows}
