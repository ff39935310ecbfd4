"""Rows of the vault."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Connection, Table, delete, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.vault.models import VaultDeed, VaultEntry, VaultKey
from shared.bulk import has_key, insert_rows

KEYS = cast("Table", VaultKey.__table__)
ENTRIES = cast("Table", VaultEntry.__table__)
_ASKED = 500  # Persons in one question.


class Wrapped(NamedTuple):
    """A data key as it is kept."""

    person: bytes
    key_id: str
    wrapped: bytes


class Closed(NamedTuple):
    """A piece as it is kept, with its data key."""

    kind: str
    closed: bytes
    key: Wrapped


def wrapped_keys(connection: Connection, persons: Sequence[bytes]) -> dict[bytes, Wrapped]:
    """Give the data keys of those of `persons` who have one; nobody destroys these before the transaction ends."""
    found: dict[bytes, Wrapped] = {}
    wanted = select(VaultKey.person, VaultKey.key_id, VaultKey.wrapped).order_by(VaultKey.person)
    for begin in range(0, len(persons), _ASKED):
        chunk = wanted.where(VaultKey.person.in_(persons[begin : begin + _ASKED]))
        rows = connection.execute(chunk.with_for_update(read=True))
        found |= {row.person: Wrapped(bytes(row.person), row.key_id, bytes(row.wrapped)) for row in rows}
    return found


def insert_keys(connection: Connection, keys: Sequence[Wrapped]) -> bool:
    """Insert those of `keys` whose person has none, and say whether all went in."""
    return insert_rows(connection, KEYS, keys, skip_known=True) == len(keys)


def put_entries(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert pieces, by the order of the table's columns; a piece that is there already gives way to the new one."""
    with connection.begin_nested() as savepoint:
        if insert_rows(connection, ENTRIES, rows, skip_known=True) == len(rows):
            return
        savepoint.rollback()
    for begin in range(0, len(rows), _ASKED):
        pairs = [row[:2] for row in rows[begin : begin + _ASKED]]
        named = delete(VaultEntry).where(has_key((VaultEntry.subject_id, VaultEntry.kind), pairs))
        connection.execute(named)
    insert_rows(connection, ENTRIES, rows)


async def closed_pieces(session: AsyncSession, subject_id: str) -> list[Closed]:
    """Give the pieces of a subject; those whose key was destroyed are no more."""
    rows = await session.execute(
        select(VaultEntry.kind, VaultEntry.closed, VaultKey.person, VaultKey.key_id, VaultKey.wrapped)
        .join(VaultKey, VaultKey.person == VaultEntry.person)
        .where(VaultEntry.subject_id == subject_id)
    )
    return [
        Closed(row.kind, bytes(row.closed), Wrapped(bytes(row.person), row.key_id, bytes(row.wrapped)))
        for row in rows
    ]


async def persons_of(session: AsyncSession, subject_id: str) -> list[bytes]:
    """Give the persons whose pieces a subject has; their keys are ours until the transaction ends."""
    rows = await session.scalars(
        select(VaultEntry.person).where(VaultEntry.subject_id == subject_id).distinct()
    )
    return await _locked(session, [bytes(person) for person in rows])


async def _locked(session: AsyncSession, persons: Sequence[bytes]) -> list[bytes]:
    wanted = select(VaultKey.person).where(VaultKey.person.in_(persons)).order_by(VaultKey.person)
    return [bytes(person) for person in await session.scalars(wanted.with_for_update())]


class Gone(NamedTuple):
    """What was destroyed."""

    subjects: list[str]
    kinds: list[str]


async def destroy_persons(session: AsyncSession, persons: Sequence[bytes]) -> Gone:
    """Delete the keys of `persons` and all their pieces."""
    async with _overwriting(session):
        gone = (
            delete(VaultEntry)
            .where(VaultEntry.person.in_(persons))
            .returning(VaultEntry.subject_id, VaultEntry.kind)
        )
        rows = (await session.execute(gone)).all()
        await session.execute(delete(VaultKey).where(VaultKey.person.in_(persons)))
    return Gone(sorted({row.subject_id for row in rows}), sorted({row.kind for row in rows}))


async def delete_expired(session: AsyncSession, before: datetime, *, limit: int) -> int:
    """Delete at most `limit` pieces that were kept before an instant, and the keys that have none left."""
    old = select(VaultEntry.subject_id, VaultEntry.kind, VaultEntry.person)
    old = old.where(VaultEntry.kept_at < before).order_by(VaultEntry.kept_at).limit(limit)
    rows = (await session.execute(old)).all()
    if not rows:
        return 0
    persons = await _locked(session, sorted({bytes(row.person) for row in rows}))
    pairs = [(row.subject_id, row.kind) for row in rows]
    async with _overwriting(session):
        named = has_key((VaultEntry.subject_id, VaultEntry.kind), pairs)
        await session.execute(delete(VaultEntry).where(named, VaultEntry.kept_at < before))
        has_more = exists().where(VaultEntry.person == VaultKey.person)
        await session.execute(delete(VaultKey).where(VaultKey.person.in_(persons), ~has_more))
    return len(rows)


async def has_expired(session: AsyncSession, before: datetime) -> bool:
    """Say whether a piece was kept before an instant."""
    one = select(VaultEntry.kind).where(VaultEntry.kept_at < before).limit(1)
    return await session.scalar(one) is not None


@asynccontextmanager
async def _overwriting(session: AsyncSession) -> AsyncIterator[None]:
    """Let SQLite overwrite with zeros what is deleted; PostgreSQL's vacuum does it in its own time."""
    if (await session.connection()).dialect.name != "sqlite":
        yield
        return
    before = await session.scalar(text("PRAGMA secure_delete"))
    await session.execute(text("PRAGMA secure_delete=1"))
    yield
    await session.execute(text(f"PRAGMA secure_delete={before}"))


def keys_not_under(connection: Connection, key_id: str, *, limit: int) -> list[Wrapped]:
    """Give data keys that another wrapping key wraps, locked."""
    wanted = select(VaultKey.person, VaultKey.key_id, VaultKey.wrapped).where(VaultKey.key_id != key_id)
    rows = connection.execute(wanted.order_by(VaultKey.person).limit(limit).with_for_update())
    return [Wrapped(bytes(row.person), row.key_id, bytes(row.wrapped)) for row in rows]


def rewrap(connection: Connection, key: Wrapped) -> None:
    """Keep a data key as another wrapping key wraps it."""
    row = update(VaultKey).where(VaultKey.person == key.person)
    connection.execute(row.values(key_id=key.key_id, wrapped=key.wrapped))


async def list_deeds(session: AsyncSession, *, limit: int, before: int | None) -> Sequence[VaultDeed]:
    """Give the newest deeds, or those before one of them."""
    wanted = select(VaultDeed).order_by(VaultDeed.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(VaultDeed.id < before)
    return (await session.scalars(wanted)).all()
