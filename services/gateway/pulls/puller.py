"""Asks the sources that are due, beside the requests: one page, its records into the intake, the next page.

Invariant: nothing is asked while a transaction is open, and the cursor is behind a page only when its records are on
disk.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from services.gateway.pulls import repository, service
from services.gateway.pulls.domain import Cursor, PullPlan
from services.gateway.pulls.ports import Accepts, Secrets, Way
from services.gateway.pulls.service import Round
from services.gateway.pulls.ways_pages import Pages
from services.gateway.pulls.ways_table import Rows
from services.gateway.returns.domain import Hosts
from shared.database import Database
from shared.errors import Conflict, DubanError, Unavailable

log = logging.getLogger(__name__)
OpenWay = Callable[[Round], Way]


def way_opener(db: Database, secrets: Secrets, hosts: Hosts) -> OpenWay:
    """Give what opens the real way to a source."""

    def open_way(at_hand: Round) -> Way:
        plan = at_hand.plan
        if isinstance(plan, PullPlan):
            return Pages(plan, secrets, hosts, db.clock, most_bytes=at_hand.source.max_bytes)
        return Rows(plan, secrets, db.clock)

    return open_way


class Puller:
    """Makes rounds; `holder` names this replica."""

    def __init__(
        self,
        db: Database,
        intake: Accepts,
        open_way: OpenWay,
        *,
        holder: str,
    ) -> None:
        self._db, self._intake, self._open, self._holder = db, intake, open_way, holder

    async def sources(self) -> Sequence[str]:
        """Give the sources that are to be asked now."""
        async with self._db.reading() as session:
            return await repository.sources_due(session, self._holder, self._db.clock.real_now())

    async def round(self, source_id: str) -> int:
        """Make one round of a source; give 0 when there was nothing to do."""
        async with self._db.transaction() as tx:
            now = self._db.clock.real_now()
            at_hand = await service.begin(tx, source_id, holder=self._holder, real_now=now)
        if at_hand is None:
            return 0
        try:
            pause = await self._ask_all(at_hand)
        except Conflict as error:  # Another round has it, or the plan is a new one.
            log.info("%s", error.message)
            return 0
        except DubanError as error:
            await self._fail(at_hand, error)
            return 0
        except Exception as error:  # Whatever it is, the round gets its end and says so.
            log.warning("a round of source %s failed", source_id, exc_info=True)
            await self._fail(at_hand, Unavailable(type(error).__name__, code="pull.failed"))
            return 0
        async with self._db.transaction() as tx:
            await service.end(tx, at_hand, pause=pause, real_now=self._db.clock.real_now())
        return int(not pause)

    async def _ask_all(self, at_hand: Round) -> timedelta:
        """Ask for pages until there are none, or the source's rate is used up; give the pause until the next round."""
        most, per_minute = at_hand.plan.most_pages, at_hand.source.per_minute
        way = self._open(at_hand)
        try:
            cursor = at_hand.cursor
            for _ in range(most):
                cursor, count = await self._ask(way, at_hand, cursor)
                if cursor.begun is None:
                    return timedelta(seconds=at_hand.plan.every)
                if per_minute:
                    return timedelta(minutes=count / per_minute)
            return timedelta(0)
        finally:
            await way.close()

    async def _ask(self, way: Way, at_hand: Round, cursor: Cursor) -> tuple[Cursor, int]:
        fetched = await way.fetch(cursor)
        moved = partial(service.move, at_hand=at_hand, after=fetched.after)
        answers = await self._intake.accept(
            at_hand.source, fetched.raws, lambda tx: moved(tx, real_now=self._db.clock.real_now())
        )
        await way.settle(fetched, answers)
        return fetched.after, len(fetched.raws)

    async def _fail(self, at_hand: Round, error: DubanError) -> None:
        async with self._db.transaction() as tx:
            await service.fail(tx, at_hand, error, real_now=self._db.clock.real_now())
