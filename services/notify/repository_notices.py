"""Queries on notices, their inbox and their deliveries.

Invariant: a notice is inserted once; whoever comes second is told that it was there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import HELD_BACK, Verdict
from services.notify.domain_parcels import Dispatch
from services.notify.models import Base, DeliveryRow, InboxRow, NoticeRow
from services.notify.repository import Values, dialect_insert
from shared.bulk import insert_rows, stored
from shared.tables import UtcDateTime

TOLD = (Verdict.SEND, Verdict.SEND_LATE)
WAITING, SENDING = "waiting", "sending"
DECIDED = ("decided_at", "verdict", "late", "behind", "rules_version", "text", "reason")  # Not of the key.
AT_ONCE = 5_000  # Ids in one statement; SQLite takes 32,766 values.
ROWS_AT_ONCE = 1_000  # Decisions in one statement, of sixteen values each.
_VERDICTS = select(NoticeRow.id, NoticeRow.verdict)
_INSTANT = UtcDateTime()


async def known_notices(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """Read which of these notices were decided before, each with its verdict."""
    known: dict[str, str] = {}
    for begin in range(0, len(ids), AT_ONCE):
        some = NoticeRow.id.in_(ids[begin : begin + AT_ONCE])
        known.update((row[0], row[1]) for row in await session.execute(_VERDICTS.where(some)))
    return known


async def insert_notices(session: AsyncSession, rows: Sequence[Values]) -> None:
    """Insert decisions none of which was there before."""
    await _insert(session, NoticeRow, rows)


async def add_notices(session: AsyncSession, rows: Sequence[Values]) -> frozenset[str]:
    """Insert decisions and give the ids of those that were not there, or were only held back."""
    new: set[str] = set()
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        # One statement with many VALUES: one for each row could not hold the lists of verdicts.
        statement = dialect_insert(session, NoticeRow).values(rows[begin : begin + ROWS_AT_ONCE])
        said = statement.excluded
        held, told = NoticeRow.verdict.in_(HELD_BACK), said.verdict.not_in(HELD_BACK)
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: said[name] for name in DECIDED}, where=held & told
        )
        new.update(await session.scalars(statement.returning(NoticeRow.id)))
    return frozenset(new)


async def add_letters(session: AsyncSession, inbox: Sequence[Values], deliveries: Sequence[Values]) -> None:
    """Put told notices into the inbox and queue their first attempts."""
    await _insert(session, InboxRow, inbox)
    await _insert(session, DeliveryRow, deliveries)


async def _insert(session: AsyncSession, model: type[Base], rows: Sequence[Values]) -> None:
    """Insert many rows in few statements; a column that a row does not name is NULL."""
    if rows:
        connection = await session.connection()
        await connection.run_sync(_insert_into, Base.metadata.tables[model.__tablename__], rows)


def _insert_into(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    instants: dict[datetime, object] = {}  # A crowd has few: each is brought into its stored form once.

    def stored_form(value: object) -> object:
        if not isinstance(value, datetime):
            return value
        if value not in instants:
            instants[value] = stored(connection, _INSTANT, value)
        return instants[value]

    names = [column.name for column in table.columns]
    insert_rows(connection, table, [[stored_form(row.get(name)) for name in names] for row in rows])


async def add_said_once(
    session: AsyncSession,
    told: Mapping[str, str],
    *,
    leaves: Dispatch,
    channels: Sequence[str],
    at: datetime,
) -> None:
    """Put what is said once into the inbox and queue its first attempts, at a business time.

    Args:
        session: Of the transaction that added the notices.
        told: The recipient of each notice, by its id.
        leaves: When its letters leave; they wait for that in business time, so no real time is needed.
        channels: Names of the channels that carry it.
        at: When it was decided.
    """
    inbox = [{"notice_id": one, "recipient": recipient, "arrived_at": at} for one, recipient in told.items()]
    attempts = [first_attempt(one, name, leaves, at) for one in told for name in channels]
    await add_letters(session, inbox, attempts)


def first_attempt(notice_id: str, channel: str, leaves: Dispatch, real_now: datetime) -> Values:
    """Give the row of the first attempt for a notice, which waits for the parcel that it leaves in."""
    key = {"notice_id": notice_id, "channel": channel, "number": 1}
    waits = {"haste": leaves.haste, "not_before": leaves.not_before, "next_try_at": real_now}
    return {**key, **waits, "outcome": WAITING, "detail": "", "instead_of": ""}


async def count_waiting(session: AsyncSession) -> dict[str, int]:
    """Count by channel the attempts that have no outcome yet."""
    open_ones = select(DeliveryRow.channel, func.count()).group_by(DeliveryRow.channel)
    rows = await session.execute(open_ones.where(DeliveryRow.outcome.in_([WAITING, SENDING])))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of notices is filtered by; an empty text filters nothing."""

    recipient: str = ""
    task: str = ""
    rung: str = ""
    skipped: bool = False


async def list_notices(
    session: AsyncSession, wanted: Wanted, *, after: NoticeRow | None, limit: int
) -> Sequence[NoticeRow]:
    """Read notices, newest decision first, from the one after `after`."""
    found = select(NoticeRow).order_by(NoticeRow.decided_at.desc(), NoticeRow.id.desc()).limit(limit)
    filters = {
        NoticeRow.recipient: wanted.recipient,
        NoticeRow.task_id: wanted.task,
        NoticeRow.rung: wanted.rung,
    }
    for column, value in filters.items():
        found = found.where(column == value) if value else found
    if not wanted.skipped:
        found = found.where(NoticeRow.verdict.in_(TOLD))
    if after is not None:
        found = found.where(tuple_(NoticeRow.decided_at, NoticeRow.id) < (after.decided_at, after.id))
    return (await session.scalars(found)).all()


async def deliveries_of(session: AsyncSession, notice_ids: Sequence[str]) -> dict[str, list[DeliveryRow]]:
    """Read all attempts for these notices, in order."""
    found = select(DeliveryRow).where(DeliveryRow.notice_id.in_(notice_ids))
    rows = await session.scalars(found.order_by(DeliveryRow.channel, DeliveryRow.number))
    by_notice: dict[str, list[DeliveryRow]] = {}
    for row in rows:
        by_notice.setdefault(row.notice_id, []).append(row)
    return by_notice
