"""Refreshes what Prometheus reads, at most once in a few seconds, and rolls the ratings up beside it.

Invariant: figures that can't be read are absent, never old; a replica without the lease reads and shows none.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from services.metrics import service, service_ratings
from services.metrics.exposition import FactsCollector
from services.metrics.feeds import service as feeds
from services.metrics.feeds import service_orders
from services.metrics.indicators import service_values
from services.metrics.indicators.domain import Kind, Standing
from services.metrics.indicators.service import standings
from services.metrics.indicators.service_catalogue import Wanted
from shared.database import Database
from shared.errors import Unavailable

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(seconds=5)  # Real time.
ROLL_PAUSE, SHORT_PAUSE = 2.0, 0.02  # seconds, real time; the short one lets requests in.
INDICATORS_PAUSE = 30.0  # seconds, real time
INDICATORS_KEPT_FOR = timedelta(minutes=3)  # Real time; older ones are absent.
SHOWN: frozenset[Kind] = frozenset({"target", "frame"})  # Stage goals have families of their own.
BUSY = 5_000  # Ratings since the last roll from which on the rest waits.


class Scrape:
    """Keeps the collector fresh.

    Attributes:
        collector: What the registry asks.
    """

    def __init__(self, db: Database, collector: FactsCollector, *, holds: Callable[[], bool]) -> None:
        self.collector = collector
        self._db = db
        self._holds = holds
        self._fresh_until: datetime | None = None
        self._stood: tuple[Standing, ...] = ()
        self._stood_until: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def refresh(self) -> None:
        """Count the facts again, unless that was done a moment ago; a standby forgets them."""
        async with self._one_at_a_time:
            if not self._holds():
                self.collector.show(None)
                self._fresh_until = None
                return
            now = self._db.clock.real_now()
            if self._fresh_until is not None and now < self._fresh_until:
                return
            self.collector.show(await self._picture())
            self._fresh_until = now + KEPT_FOR

    async def roll(self) -> float:
        """Roll up a part of the facts; gives the seconds to wait before the next part.

        While ratings come by the thousand, only their totals are kept up: the rest would slow the intake down, and
        answers add what is not rolled up yet.
        """
        async with self._db.transaction() as tx:
            passed = await service_ratings.roll_up_ratings(tx)
        if passed >= BUSY:
            return 0.0 if passed == service_ratings.ROLL_LIMIT else ROLL_PAUSE
        places = await self._db.run_sync(service_ratings.roll_up_places)
        services = await self._db.run_sync(feeds.roll_up_services)
        orders = await self._db.run_sync(service_orders.keep_stale_orders)
        return SHORT_PAUSE if places or services or orders else ROLL_PAUSE

    async def watch_indicators(self) -> float:
        """Decide what was not reported by its due day, and measure the indicators; gives the seconds to wait.

        Beside the scrape, as it reads the steps of every plan. While too many services are still to be counted, the
        indicators are absent, which is no failure.
        """
        await self._db.run_sync(service_values.find_missed)
        now = self._db.clock.now()
        wanted = Wanted(now, now, kinds=SHOWN)
        try:
            self._stood = tuple(await self._db.look(lambda connection: standings(connection, wanted)))
        except Unavailable as error:
            log.info("the indicators wait: %s", error)
            return INDICATORS_PAUSE
        self._stood_until = self._db.clock.real_now() + INDICATORS_KEPT_FOR
        return INDICATORS_PAUSE

    async def _picture(self) -> service.Picture | None:
        try:
            now = self._db.clock.now()
            async with self._db.reading() as session:
                found = await service.picture(session, now=now)
            is_fresh = self._stood_until is not None and self._db.clock.real_now() < self._stood_until
            return replace(found, indicators=self._stood if is_fresh else ())
        except SQLAlchemyError:
            # The scrape goes on with what the bus tells; `duban_facts_readable` says 0 and an alert rule reads it.
            log.exception("the facts can't be read")
            return None
