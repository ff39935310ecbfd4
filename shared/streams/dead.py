"""What a person may do with dead events: list them, look at one, put one back, throw one away."""

import logging
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from shared.database import Database
from shared.errors import NotFound
from shared.events.envelope import Feed
from shared.tables import PARKED

log = logging.getLogger(__name__)


class DeadEvent(BaseModel):
    """A parked or dead event, as operations see it.

    Attributes:
        text: Its bytes; what is no UTF-8 is shown as escapes.
    """

    feed: str
    sequence: int
    subject: str
    type: str
    reason: str
    attempts: int
    dead: bool
    parked_at: datetime
    next_try_at: datetime
    text: str


async def list_parked(
    db: Database, *, dead: bool = True, feed: Feed | None = None, limit: int = 100
) -> list[DeadEvent]:
    """List dead events, or those that still wait, by stream and sequence."""
    chosen = select(PARKED).where(PARKED.c.dead.is_(dead))
    if feed is not None:
        chosen = chosen.where(PARKED.c.stream == feed)
    async with db.reading() as session:
        rows = await session.execute(chosen.order_by(PARKED.c.stream, PARKED.c.seq).limit(limit))
        return [_shown(row) for row in rows]


async def show(db: Database, feed: Feed, sequence: int) -> DeadEvent:
    """Give one parked or dead event.

    Raises:
        NotFound: Nothing is parked there.
    """
    async with db.reading() as session:
        row = (await session.execute(select(PARKED).where(_at(feed, sequence)))).one_or_none()
    if row is None:
        raise _missing(feed, sequence)
    return _shown(row)


async def replay(db: Database, feed: Feed, sequence: int) -> None:
    """Put a dead event back to be tried from the beginning; later events of its subject wait for it again.

    Raises:
        NotFound: No dead event is there.
    """
    again = {"dead": False, "attempts": 0, "next_try_at": db.clock.real_now()}
    dead = and_(_at(feed, sequence), PARKED.c.dead.is_(True))
    await _change(db, update(PARKED).where(dead).values(**again).returning(PARKED.c.seq), feed, sequence)
    log.info("%s %d is tried again", feed, sequence)


async def discard(db: Database, feed: Feed, sequence: int) -> None:
    """Throw a dead event away; its bytes stay in the archive.

    Raises:
        NotFound: No dead event is there.
    """
    dead = and_(_at(feed, sequence), PARKED.c.dead.is_(True))
    await _change(db, delete(PARKED).where(dead).returning(PARKED.c.seq), feed, sequence)
    log.warning("%s %d was discarded", feed, sequence)


async def _change(
    db: Database, statement: ReturningUpdate[Any] | ReturningDelete[Any], *place: object
) -> None:
    async with db.transaction() as tx:
        if (await tx.session.execute(statement)).one_or_none() is None:
            raise _missing(*place)


def _at(feed: Feed, sequence: int) -> ColumnElement[bool]:
    return and_(PARKED.c.stream == feed, PARKED.c.seq == sequence)


def _missing(feed: object, sequence: object) -> NotFound:
    return NotFound(f"{feed} 第 {sequence} 号事件不在死信中，请先列出死信", code="dead_event.not_found")


def _shown(row: Row[Any]) -> DeadEvent:
    return DeadEvent(
        feed=row.stream,
        sequence=row.seq,
        subject=row.subject,
        type=row.type,
        reason=row.reason,
        attempts=row.attempts,
        dead=row.dead,
        parked_at=row.parked_at,
        next_try_at=row.next_try_at,
        text=row.payload.decode("utf-8", "backslashreplace"),
    )
