"""Feeds the streams of subscribers from the archive, on the replica that holds the lease of the bus.

Invariant: what stands in a stream is told by its top, and the record follows it: a kill between both is seen when they
are compared, a tail that the server lost is appended again, and nothing ever is appended twice.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from redis.exceptions import RedisError

from services.gateway.archive.domain_filters import Filters
from services.gateway.archive.repository import newest_position
from services.gateway.subscriptions import repository_streams as rows
from services.gateway.subscriptions import service_streams as service
from services.gateway.subscriptions.domain import SubscriptionState
from services.gateway.subscriptions.domain_streams import keep_from
from services.gateway.subscriptions.models import Subscription
from services.gateway.subscriptions.readers import Readers
from services.gateway.subscriptions.service import Pages
from services.gateway.subscriptions.service_streams import Moved, Portion
from shared.background import Repeating
from shared.database import Database
from shared.streams import Standing, SubscriberStreams

log = logging.getLogger(__name__)
LONGEST_WAIT = (
    1.0  # Real seconds between two looks when nothing wakes, and two comparisons of an idle stream.
)
SHORTENS_EVERY = 30.0  # Real seconds.
SWEEPS_EVERY = (
    60.0  # Real seconds between two looks for what is left of removed subscriptions, where there are none.
)
NEVER = float("-inf")
SHARE = 10  # A stream is shortened early where so large a share of its length is new.


@dataclass(slots=True)
class Pace:
    """When (real seconds) a stream was compared and shortened last, and what is new in it since."""

    compared: float = NEVER
    shortened: float = NEVER
    new: int = 0


class StreamFeeder:
    """Keeps every stream as long as the archive, and lets their readers in.

    Attributes:
        outage: Why the server can't be written to at the moment, or an empty string.
    """

    def __init__(
        self, db: Database, streams: SubscriberStreams, readers: Readers, *, is_active: Callable[[], bool]
    ) -> None:
        self.outage = ""
        self._db = db
        self._streams = streams
        self._readers = readers
        self._is_active = is_active
        self._paces: dict[str, Pace] = {}
        self._is_used = False
        self._swept = NEVER
        self._repeating = Repeating("subscriber streams", self.step)

    def wake(self) -> None:
        """Look at once: something was archived, or set."""
        self._repeating.wake()

    async def start(self) -> None:
        """Begin."""
        await self._repeating.start()

    async def stop(self) -> None:
        """End behind the step at hand."""
        await self._repeating.stop()
        await self._streams.close()

    def problems(self) -> list[str]:
        """Say why this is not working now; a server of streams that is away holds up nobody else."""
        return self._repeating.problems()

    async def step(self) -> float:
        """Feed every stream a page; give the real seconds until the next step."""
        if not self._is_active():
            self._readers.forget()
            self._swept = NEVER
            return LONGEST_WAIT
        try:
            more = await self._step()
        except (RedisError, OSError) as error:
            if not self.outage and self._is_used:  # Who has no streams needs no server of them.
                log.warning("the server of subscribers' streams does not answer: %s", error)
            self.outage = f"{type(error).__name__}: {error}"
            self._readers.forget()
            return LONGEST_WAIT
        self.outage = ""
        return 0.0 if more else LONGEST_WAIT

    async def _step(self) -> bool:
        async with self._db.reading() as session:
            found = await rows.streams(session)
            newest, pages = await newest_position(session), Pages(session)
            portions = [await _portion(row, pages, newest) for row in found if _is_served(row)]
        if self._is_idle(bool(found)):
            return False
        await self._readers.keep(found)
        moved = [one for portion in portions if (one := await self._feed(portion)) is not None]
        if moved:
            async with self._db.transaction() as tx:
                for one in moved:
                    await service.move(tx, one)
        for row in found:
            await self._shorten(row)
        return any(one.more for one in moved)

    def _is_idle(self, is_used: bool) -> bool:  # noqa: FBT001 - what was found.
        """Say whether there is nothing to do; where there are no streams, the server is seldom looked at."""
        self._is_used, now = is_used, time.monotonic()
        if not is_used and now - self._swept < SWEEPS_EVERY:
            return True
        self._swept = NEVER if is_used else now
        return False

    async def _feed(self, portion: Portion) -> Moved | None:
        """Append a portion; give what to put on record, if anything."""
        pace, now = self._paces.setdefault(portion.name, Pace()), time.monotonic()
        if portion.appended is None:
            await self._streams.drop(portion.name)
            return service.begun_anew(portion)
        if portion.reached == portion.position and now - pace.compared < LONGEST_WAIT:
            return None
        standing = await self._streams.append(portion.name, portion.appended, portion.pieces)
        pace.compared = now
        if standing is not None:
            return await self._settle(portion, standing)
        pace.new += len(portion.pieces)
        return service.appended(portion) if portion.reached != portion.position else None

    async def _settle(self, portion: Portion, standing: Standing) -> Moved:
        async with self._db.reading() as session:
            ours = await rows.payload_at(session, standing.position or 0)
        return service.settle(portion, standing, ours)

    async def _shorten(self, row: Subscription) -> None:
        """Remove from a stream what is beyond its length or too old, now and then."""
        pace, now = self._paces.setdefault(row.name, Pace()), time.monotonic()
        if row.appended is None or (
            now - pace.shortened < SHORTENS_EVERY and pace.new < row.keep_entries // SHARE
        ):
            return
        async with self._db.reading() as session:
            marks = await rows.marks(session, row.name)
        first = keep_from(marks, self._db.clock.real_now(), timedelta(hours=row.keep_hours))
        gone = await self._streams.shorten(
            row.name, longest=row.keep_entries, keep_from=first, gone=row.trimmed
        )
        async with self._db.transaction() as tx:
            await service.note_age(tx, row.name, gone, real_now=self._db.clock.real_now())
        pace.shortened, pace.new = now, 0


def _is_served(row: Subscription) -> bool:
    return row.state == SubscriptionState.ACTIVE


async def _portion(row: Subscription, pages: Pages, newest: int) -> Portion:
    page = await pages.behind(row.position)
    wanted = await pages.wanted(page, Filters.model_validate_json(row.filters))
    return service.portion(row, page, wanted, newest)
