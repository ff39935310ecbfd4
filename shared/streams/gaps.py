"""Gaps that nobody can fill any more: found, and given up by a person, who is written down with the reason.

Invariant: nothing here happens by itself, and no event that can still be read from the stream or the history is
passed over. A gap that was accepted publishes nothing: it is a row, a critical line in the log and a figure.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, insert, select, update

from shared.database import Database
from shared.errors import Conflict, Unavailable
from shared.events.envelope import Feed
from shared.streams.cursors import read_cursors
from shared.streams.history import History
from shared.streams.keys import entry_id, mark_key, sequence_of
from shared.tables import ACCEPTED_GAPS, CURSORS

log = logging.getLogger(__name__)


class OpenGap(BaseModel):
    """Events that are in no stream and no history, and behind which the reading of a feed has stopped."""

    feed: str
    first: int
    last: int


class AcceptedGap(OpenGap):
    """A gap that a person gave up.

    Attributes:
        accepted_by: Id of the key.
        accepted_at: Real time.
    """

    reason: str
    accepted_by: str
    accepted_at: datetime


class Acceptance(BaseModel):
    """What a person says when giving events up: which, and why."""

    first: int = Field(ge=1)
    last: int = Field(ge=1)
    reason: str = Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*\S[^\x00]*$")


class Known(NamedTuple):
    """Who could still have an event: the stream's first behind the cursor, its top, and the history's first."""

    in_stream: int | None
    top: int
    in_history: int | None


class Gaps:
    """The gaps of one group; `history` is where its reader fills them from."""

    def __init__(self, db: Database, *, client: Redis, history: History | None) -> None:
        self._db = db
        self._client = client
        self._history = history

    async def find(self, feed: Feed) -> OpenGap | None:
        """Find the gap behind the cursor of `feed`, if there is one that neither stream nor history can fill.

        Raises:
            Unavailable: Redis or the history does not answer: without them nobody knows what is lost.
            Conflict: Somebody wrote to the stream who is no relay; that is to be repaired first.
        """
        cursor = (await read_cursors(self._db)).get(feed, 0)
        in_stream, top, in_history = await self._ask(feed, cursor)
        found = [sequence for sequence in (in_stream, in_history) if sequence is not None]
        last = min(found) - 1 if found else top
        return OpenGap(feed=feed, first=cursor + 1, last=last) if last > cursor else None

    async def find_all(self, feeds: Sequence[Feed]) -> list[OpenGap]:
        """Find the gaps of several feeds.

        Raises:
            Unavailable: As `find`.
            Conflict: As `find`.
        """
        return [found for feed in feeds if (found := await self.find(feed)) is not None]

    async def _ask(self, feed: Feed, cursor: int) -> Known:
        in_stream, top = await self._ask_stream(feed, cursor)
        if in_stream == cursor + 1 or top <= cursor or self._history is None:
            return Known(in_stream, top, None)
        held = await self._history.read(feed, cursor, 1)
        return Known(in_stream, top, held[0].sequence if held else None)

    async def _ask_stream(self, feed: Feed, cursor: int) -> tuple[int | None, int]:
        try:
            top = await self._top(feed)  # Before the entries: what is below it can be seen by then.
            found = cast("Any", await self._client.xrange(feed, f"({entry_id(cursor)}", "+", count=1))
            first = sequence_of(found[0][0]) if found else None
            if first is not None and first > top:
                top = await self._top(feed)
        except (RedisError, OSError) as error:
            message = f"Redis 没有应答（{error}），无法判断 {feed} 缺哪些事件，请稍后再试"
            raise Unavailable(message, code="redis.unavailable") from error
        except ValueError as error:
            raise _foreign(feed) from error
        if first is not None and first > top:
            raise _foreign(feed)
        return first, top

    async def _top(self, feed: Feed) -> int:
        return int(await self._client.get(mark_key(feed)) or 0)

    async def accept(self, feed: Feed, given: Acceptance, *, by: str) -> AcceptedGap:
        """Move the cursor of `feed` past a gap, or its first part, and write down who gave its events up and why.

        The reader has to begin anew afterwards.

        Raises:
            Conflict: That is not the gap there is, or an event behind it has yet to show that it was passed over.
            Unavailable: As `find`.
        """
        gap = await self.find(feed)
        if gap is None:
            raise Conflict(f"{feed} 没有无法补齐的缺口，无需处理", code="gap.none", field="feed")
        if given.first != gap.first or not gap.first <= given.last <= gap.last:
            message = (
                f"{feed} 的缺口是 {gap.first} 至 {gap.last}，与所填的 {given.first} 至 {given.last} 不符"
            )
            raise Conflict(message, code="gap.differs", field="first", first=gap.first, last=gap.last)
        await self._check_passed(feed, given.last)
        accepted = AcceptedGap(
            feed=feed,
            first=given.first,
            last=given.last,
            reason=given.reason.strip(),
            accepted_by=by,
            accepted_at=self._db.clock.real_now(),
        )
        async with self._db.transaction() as tx:
            connection = await tx.session.connection()
            await connection.run_sync(_pass_over, accepted)
        log.critical("events are lost: %s", accepted.model_dump_json())
        return accepted

    async def _check_passed(self, feed: Feed, last: int) -> None:
        """Make sure that the history is not merely behind: it has events after the gap, and so will never have these.

        Raises:
            Conflict: It has none.
        """
        if self._history is not None and not await self._history.read(feed, last, 1):
            message = f"档案还没有读到 {feed} 的 {last} 号之后，这些事件也许仍可补齐：请先处理 gateway 的缺口"
            raise Conflict(message, code="gap.history_behind", field="last")

    async def accepted(self) -> list[AcceptedGap]:
        """List the gaps that were accepted, the oldest first."""
        async with self._db.reading() as session:
            oldest_first = (ACCEPTED_GAPS.c.accepted_at, ACCEPTED_GAPS.c.stream, ACCEPTED_GAPS.c.first_seq)
            rows = await session.execute(select(ACCEPTED_GAPS).order_by(*oldest_first))
            return [
                AcceptedGap(
                    feed=row.stream,
                    first=row.first_seq,
                    last=row.last_seq,
                    reason=row.reason,
                    accepted_by=row.accepted_by,
                    accepted_at=row.accepted_at,
                )
                for row in rows
            ]


def _foreign(feed: Feed) -> Conflict:
    message = f"事件流 {feed} 中有他人写入的条目，请先运行 duban bus repair"
    return Conflict(message, code="stream.foreign", field="feed")


def _pass_over(connection: Connection, gap: AcceptedGap) -> None:
    """Move the cursor, whoever holds the lease: the row is locked, and moves only from where the gap begins.

    Raises:
        Conflict: The reader has got on meanwhile.
    """
    at_gap = (CURSORS.c.stream == gap.feed, CURSORS.c.last_seq == gap.first - 1)
    if connection.execute(update(CURSORS).where(*at_gap).values(last_seq=gap.last)).rowcount != 1:
        raise Conflict(f"{gap.feed} 已继续读取，请重新查看缺口", code="gap.none", field="feed")
    connection.execute(
        insert(ACCEPTED_GAPS).values(
            stream=gap.feed,
            first_seq=gap.first,
            last_seq=gap.last,
            reason=gap.reason,
            accepted_by=gap.accepted_by,
            accepted_at=gap.accepted_at,
        )
    )
