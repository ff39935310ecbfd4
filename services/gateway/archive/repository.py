"""Rows of the archive: appended by one writer at a time, read in pages of bounded size."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.gateway.archive.domain import Link, head_of
from services.gateway.archive.models import ArchiveTrimmed
from services.gateway.models import CHAIN, OF_TASKS, ArchiveChain, ArchivedEvent
from shared.bulk import insert_rows
from shared.events.envelope import FEEDS, Feed
from shared.streams import Entry

ARCHIVE = cast("Table", ArchivedEvent.__table__)
SCANNED = 5000  # Positions that one page looks at, at most: a feed with few entries costs no long query.
REGISTERED = "cn.duban.supervision.task.registered.v1"
_IDS_AT_ONCE = 500
_LINK = (
    ArchivedEvent.position,
    ArchivedEvent.stream,
    ArchivedEvent.sequence,
    ArchivedEvent.payload,
    ArchivedEvent.previous_hash,
    ArchivedEvent.hash,
)


class Archived(NamedTuple):
    """One entry as readers outside see it."""

    position: int
    stream: str
    sequence: int
    event_id: str
    type: str
    subject: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Entries behind a position.

    Attributes:
        entries: In the order of their positions.
        reached: Position up to which nothing more is to be found; where the next page begins.
        first: Oldest position that is kept; 1 for an empty archive.
        last: Newest position; 0 for an empty archive.
    """

    entries: Sequence[Archived]
    reached: int
    first: int
    last: int


class Neighbours(NamedTuple):
    """An entry with the hash of the one before it, and the hash that the one behind it, or the head, names for it."""

    link: Link
    before: bytes
    behind: bytes


def lock_chain(connection: Connection) -> tuple[int, bytes]:
    """Give the last position and hash; no other writer appends until the transaction ends."""
    named = select(ArchiveChain.last_position, ArchiveChain.last_hash).where(ArchiveChain.id == CHAIN)
    position, last_hash = connection.execute(named.with_for_update()).one()
    return position, last_hash


async def chain_end(session: AsyncSession) -> tuple[int, bytes]:
    """Give the last position and hash that the head row names."""
    row = await session.execute(
        select(ArchiveChain.last_position, ArchiveChain.last_hash).where(ArchiveChain.id == CHAIN)
    )
    position, last_hash = row.one()
    return position, last_hash


async def trimmed_ends(session: AsyncSession) -> dict[str, int]:
    """Give the last sequence of each stream that retention removed."""
    rows = await session.execute(select(ArchiveTrimmed.stream, ArchiveTrimmed.sequence))
    return {stream: sequence for stream, sequence in rows}  # noqa: C416 - rows are no pairs.


def trimmed_end(connection: Connection, feed: Feed) -> int:
    """Give the last sequence of a stream that retention removed; 0 for none."""
    found = select(ArchiveTrimmed.sequence).where(ArchiveTrimmed.stream == feed)
    return connection.scalar(found) or 0


async def stream_ends(session: AsyncSession) -> dict[str, int]:
    """Give the last sequence of each stream that has, or had, an entry."""
    ends = await trimmed_ends(session)
    for feed in FEEDS:  # One by one: each is the end of an index.
        newest = select(func.max(ArchivedEvent.sequence)).where(ArchivedEvent.stream == feed)
        if last := await session.scalar(newest):
            ends[str(feed)] = last
    return ends


def payloads(connection: Connection, feed: Feed, first: int, last: int) -> dict[int, bytes]:
    """Give the archived bytes of the sequences `first` to `last` of a feed."""
    rows = connection.execute(
        select(ArchivedEvent.sequence, ArchivedEvent.payload).where(
            ArchivedEvent.stream == feed, ArchivedEvent.sequence.between(first, last)
        )
    )
    return dict(rows.all())


def append(connection: Connection, links: Sequence[Link]) -> None:
    """Append `links` and move the head row to the last of them."""
    insert_rows(connection, ARCHIVE, [_row(link) for link in links])
    moved = update(ArchiveChain).where(ArchiveChain.id == CHAIN)
    connection.execute(moved.values(last_position=links[-1].position, last_hash=links[-1].hash))


def _row(link: Link) -> tuple[object, ...]:
    """Give the values of an entry in the order of the table's columns."""
    head = head_of(link.payload)
    place = (link.position, link.stream, link.sequence)
    return (*place, head.id, head.type, head.subject, head.time, link.payload, link.previous_hash, link.hash)


async def entries_of(session: AsyncSession, feed: Feed, *, after: int, limit: int) -> list[Entry]:
    """Give the entries of a feed behind the sequence `after`, in order."""
    rows = await session.execute(
        select(ArchivedEvent.sequence, ArchivedEvent.payload)
        .where(ArchivedEvent.stream == feed, ArchivedEvent.sequence > after)
        .order_by(ArchivedEvent.sequence)
        .limit(limit)
    )
    return [Entry(feed, sequence, payload) for sequence, payload in rows]


async def page(
    session: AsyncSession, *, after: int, limit: int, feeds: Collection[Feed] = (), scanned: int = SCANNED
) -> Page:
    """Give at most `limit` entries behind the position `after`, of some feeds or of all."""
    first, last = await _kept(session)
    until = max(after, first - 1) + scanned
    wanted = select(
        ArchivedEvent.position,
        ArchivedEvent.stream,
        ArchivedEvent.sequence,
        ArchivedEvent.event_id,
        ArchivedEvent.type,
        ArchivedEvent.subject,
        ArchivedEvent.payload,
    ).where(ArchivedEvent.position > after, ArchivedEvent.position <= until)
    if feeds:
        wanted = wanted.where(ArchivedEvent.stream.in_(feeds))
    rows = await session.execute(wanted.order_by(ArchivedEvent.position).limit(limit))
    entries = [Archived(*row) for row in rows]
    seen = entries[-1].position if entries else after
    reached = seen if len(entries) == limit else max(seen, min(until, last))
    return Page(entries, reached=reached, first=first, last=last)


async def _kept(session: AsyncSession) -> tuple[int, int]:
    """Give the oldest and the newest position; each in a query of its own, or SQLite scans the whole table."""
    oldest = select(func.min(ArchivedEvent.position)).scalar_subquery()
    newest = select(func.max(ArchivedEvent.position)).scalar_subquery()
    removed = select(ArchiveChain.base_position).where(ArchiveChain.id == CHAIN).scalar_subquery()
    first, last, base = (await session.execute(select(oldest, newest, removed))).one()
    return first or base + 1, last or base


async def newest_position(session: AsyncSession) -> int:
    """Give the position of the last entry, even where retention has removed it; 0 for an empty archive."""
    return (await chain_end(session))[0]


async def links_of(session: AsyncSession, subject: str, *, after: int, limit: int) -> list[Neighbours]:
    """Give what the feeds about tasks say of one of them behind a position, each with what its neighbours say."""
    other = aliased(ArchivedEvent)
    before = select(other.hash).where(other.position == ArchivedEvent.position - 1).scalar_subquery()
    removed = select(ArchiveChain.base_hash).where(ArchiveChain.base_position == ArchivedEvent.position - 1)
    behind = select(other.previous_hash).where(other.position == ArchivedEvent.position + 1).scalar_subquery()
    head = select(ArchiveChain.last_hash).where(ArchiveChain.last_position == ArchivedEvent.position)
    rows = await session.execute(
        select(
            *_LINK,
            func.coalesce(before, removed.scalar_subquery()),
            func.coalesce(behind, head.scalar_subquery()),
        )
        .where(ArchivedEvent.subject == subject, OF_TASKS, ArchivedEvent.position > after)
        .order_by(ArchivedEvent.position)
        .limit(limit)
    )
    return [Neighbours(Link(*row[:-2]), row[-2] or b"", row[-1] or b"") for row in rows]


async def registrations(session: AsyncSession, tasks: Collection[str]) -> dict[str, bytes]:
    """Give the newest registration of each task."""
    found: dict[str, bytes] = {}
    ids = sorted(tasks)
    for begin in range(0, len(ids), _IDS_AT_ONCE):
        chunk = ids[begin : begin + _IDS_AT_ONCE]
        rows = await session.execute(
            select(ArchivedEvent.subject, ArchivedEvent.payload)
            .where(
                ArchivedEvent.subject.in_(chunk),
                ArchivedEvent.stream == "supervision",
                ArchivedEvent.type == REGISTERED,
            )
            .order_by(ArchivedEvent.position)
        )
        found |= {row.subject: row.payload for row in rows}
    return found


async def position_before(session: AsyncSession, instant: datetime) -> int:
    """Give the position behind which the first event stands that is dated at or after an instant of business time.

    The archive is read from its beginning: this is asked once, when somebody begins.
    """
    # As text, whatever the offset of the event's time.
    near = (instant - timedelta(days=1)).date().isoformat()
    wanted = select(ArchivedEvent.position, ArchivedEvent.time).where(ArchivedEvent.time >= near)
    rows = await session.stream(wanted.order_by(ArchivedEvent.position))
    async for position, time in rows:
        if _instant(time) >= instant:
            await rows.close()
            return int(position) - 1
    return await newest_position(session)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
