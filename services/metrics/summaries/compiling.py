"""Compiles what is owed at its time, in the one replica that reads the feeds, once these were read up to then.

Invariant: the reading takes no write lock; what it found is kept in a transaction of its own, once for its period.
"""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from services.metrics.models import FeedSummaryRow
from services.metrics.summaries import service
from services.metrics.summaries.domain import Plan, Span
from services.metrics.summaries.domain_due import Owed
from services.metrics.summaries.service import BY_SCHEDULE
from shared.database import Database
from shared.errors import Conflict
from shared.events.envelope import Feed

log = logging.getLogger(__name__)
FEEDS: tuple[Feed, ...] = ("supervision", "hotline", "ratings")
SHORTEST_WAIT, LONGEST_WAIT, STANDBY = (
    0.05,
    60.0,
    5.0,
)  # Real seconds; a drill's day may last less than a second.
UNREAD_WAIT = 1.0  # Real seconds until the feeds are asked again whether they were read.
PATIENCE = timedelta(
    minutes=10
)  # Real time, after which it is compiled without what was not read, and says so.


class FeedReader(Protocol):
    """How far this replica has read the feeds; the bus knows."""

    def is_active(self) -> bool:
        """Say whether this replica relays and reads."""
        ...

    def caught_up_at(self, feed: Feed) -> datetime | None:
        """Give the business time at which everything of a feed had last been read."""
        ...


class Compiler:
    """The step of a `Repeating`."""

    def __init__(self, db: Database, reader: FeedReader) -> None:
        self._db, self._reader = db, reader
        self._waits_since: datetime | None = None

    async def step(self) -> float:
        """Compile what is owed; give the real seconds until there is more to do, at most a minute."""
        if not self._reader.is_active():
            return STANDBY
        now = self._db.clock.now()
        agenda = await self._db.look(lambda connection: service.agenda(connection, now))
        for one in agenda.owed:
            behind = not self._has_read(one.due_at)
            if behind and self._may_wait():
                return UNREAD_WAIT
            await self._compile(one, behind=behind)
        self._waits_since = None
        return min(max(self._db.clock.real_seconds_until(agenda.next_due), SHORTEST_WAIT), LONGEST_WAIT)

    def _has_read(self, instant: datetime) -> bool:
        read = [self._reader.caught_up_at(feed) for feed in FEEDS]
        return all(at is not None and at >= instant for at in read)

    def _may_wait(self) -> bool:
        now = self._db.clock.real_now()
        self._waits_since = self._waits_since or now
        return now - self._waits_since < PATIENCE

    async def _compile(self, owed: Owed, *, behind: bool) -> None:
        summary = await self._db.look(lambda connection: service.sum_up(connection, owed, owed.due_at))
        summary = summary.model_copy(update={"behind": behind})
        waited = timedelta(seconds=-self._db.clock.real_seconds_until(owed.due_at))
        try:
            async with self._db.transaction() as tx:
                await service.keep(tx, summary, BY_SCHEDULE, real_wait=waited)
        except IntegrityError:
            log.info("the summary %s of %s was compiled by another replica", owed.plan.kind, owed.period)


async def compile_now(db: Database, plan: Plan, span: Span, by: str) -> FeedSummaryRow:
    """Sum a feed up as of now, as a later version of what was compiled before.

    Raises:
        Conflict: Somebody else did at the same time.
    """
    now = db.clock.now()
    summary = await db.look(
        lambda connection: service.sum_up(connection, service.asked_for(connection, plan, span), now)
    )
    try:
        async with db.transaction() as tx:
            row = await service.keep(tx, summary, by, real_wait=timedelta(0))
    except IntegrityError as error:
        message = "同时有人汇总了同一周期，请刷新后重试"
        raise Conflict(message, code="request.collision") from error
    assert row is not None  # noqa: S101 - only the schedule is refused a second one.
    return row
