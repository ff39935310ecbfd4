"""Parked and dead rows: events that failed, and the later ones of their subject that wait behind them.

Invariant: of one subject nothing is handled while an earlier event of it is parked and not dead; nothing here is
removed before it was handled, but by a person who discards it.
"""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from shared.errors import Permanent
from shared.events.envelope import Envelope, Feed
from shared.streams.entry import Item
from shared.tables import PARKED

ATTEMPTS = 5
FIRST_DELAY = timedelta(seconds=1)
GROWTH: int = 5  # Each delay is so many times the one before: 1, 5, 25, 125 seconds.
HELD = "held behind an earlier event of its subject"


class Unreadable(Permanent):
    """The bytes of an event can't be read."""


def delay_after(attempts: int) -> timedelta:
    """Give the real time to wait after so many failed attempts."""
    factor: int = GROWTH ** (attempts - 1)
    return FIRST_DELAY * factor


def is_last(error: BaseException, attempts: int) -> bool:
    """Say whether an event is dead after `error` at its so-manieth attempt."""
    return isinstance(error, Permanent) or attempts >= ATTEMPTS


def reason_of(error: BaseException) -> str:
    """Write an error for a row; PostgreSQL takes no NUL in text."""
    return f"{type(error).__name__}: {error}".replace("\0", "�")[:2000]


def held_subjects(connection: Connection, feed: Feed) -> set[str]:
    """List the subjects that wait in `feed`."""
    rows = select(PARKED.c.subject).where(PARKED.c.stream == feed, PARKED.c.dead.is_(False)).distinct()
    return set(connection.scalars(rows))


def hold(connection: Connection, feed: Feed, item: Item, *, now: datetime) -> None:
    """Park an event unattempted, behind an earlier one of its subject."""
    _insert(connection, feed, item, reason=HELD, attempts=0, dead=False, at=now, next_try=now)


def bury(connection: Connection, feed: Feed, item: Item, *, reason: str, now: datetime) -> None:
    """Keep an event as dead at once: it can't be read, or will never work."""
    _insert(connection, feed, item, reason=reason, attempts=1, dead=True, at=now, next_try=now)


def park(connection: Connection, feed: Feed, item: Item, *, reason: str, now: datetime) -> None:
    """Park an event that failed for the first time."""
    next_try = now + delay_after(1)
    _insert(connection, feed, item, reason=reason, attempts=1, dead=False, at=now, next_try=next_try)


def _insert(  # noqa: PLR0913 - one argument for each column.
    connection: Connection,
    feed: Feed,
    item: Item,
    *,
    reason: str,
    attempts: int,
    dead: bool,
    at: datetime,
    next_try: datetime,
) -> None:
    connection.execute(
        insert(PARKED).values(
            stream=feed,
            seq=item.sequence,
            subject=_subject(item),
            type=item.envelope.type[:120] if isinstance(item.envelope, Envelope) else "",
            payload=item.raw,
            reason=reason.replace("\0", "�"),
            attempts=attempts,
            dead=dead,
            parked_at=at,
            next_try_at=next_try,
        )
    )


def _subject(item: Item) -> str:
    """Give the subject of an event; of bytes that can't be read, what they seem to say."""
    if isinstance(item.envelope, Envelope):
        return item.envelope.subject[:200]
    with suppress(ValueError, AttributeError):
        return str(json.loads(item.raw).get("subject", "")).replace("\0", "�")[:200]
    return ""


def due_subjects(connection: Connection, feed: Feed, *, now: datetime, limit: int) -> list[str]:
    """List subjects whose first parked event is due."""
    firsts = (
        select(PARKED.c.subject, func.min(PARKED.c.seq).label("seq"))
        .where(PARKED.c.stream == feed, PARKED.c.dead.is_(False))
        .group_by(PARKED.c.subject)
        .subquery()
    )
    due = (
        select(PARKED.c.subject)
        .join(firsts, (firsts.c.subject == PARKED.c.subject) & (firsts.c.seq == PARKED.c.seq))
        .where(PARKED.c.stream == feed, PARKED.c.next_try_at <= now)
    )
    return list(connection.scalars(due.order_by(PARKED.c.seq).limit(limit)))


def waiting(connection: Connection, feed: Feed, subject: str, *, limit: int) -> list[Row[Any]]:
    """Read the parked events of a subject, in order."""
    rows = select(PARKED).where(
        PARKED.c.stream == feed, PARKED.c.subject == subject, PARKED.c.dead.is_(False)
    )
    return list(connection.execute(rows.order_by(PARKED.c.seq).limit(limit)).all())


def remove(connection: Connection, feed: Feed, seq: int) -> None:
    """Forget a row whose event was handled."""
    connection.execute(delete(PARKED).where(PARKED.c.stream == feed, PARKED.c.seq == seq))


def failed_again(connection: Connection, row: Row[Any], error: BaseException, *, now: datetime) -> bool:
    """Write down another failure of a parked event; say whether it is dead now."""
    attempts = row.attempts + 1
    dead = is_last(error, attempts)
    values = {"attempts": attempts, "reason": reason_of(error), "dead": dead}
    place = (PARKED.c.stream == row.stream, PARKED.c.seq == row.seq)
    next_try = now + delay_after(attempts)
    connection.execute(update(PARKED).where(*place).values(**values, next_try_at=next_try))
    return dead
