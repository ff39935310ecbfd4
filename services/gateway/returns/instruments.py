"""Figures of returns for Prometheus, by source: what waits, since when, and what was refused."""

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge

from services.gateway.returns.domain import State
from services.gateway.returns.repository_lists import depths, list_targets
from shared.database import Database

WAITING = frozenset({State.WAITING, State.SENDING, State.UNKNOWN})


class Instruments:
    """Reads the figures from the database each time; the replica that holds the lease shows them."""

    def __init__(self, db: Database, registry: CollectorRegistry) -> None:
        self._db = db
        self._waiting = Gauge(
            "duban_returns_waiting", "States that have yet to go back.", ["source"], registry=registry
        )
        self._oldest = Gauge(
            "duban_returns_oldest_waiting_seconds",
            "Real seconds since the oldest of them was queued.",
            ["source"],
            registry=registry,
        )
        self._refused = Gauge(
            "duban_returns_refused", "States that the platform refused.", ["source"], registry=registry
        )
        self._unplaced = Gauge(
            "duban_returns_unplaced", "States whose source is not known yet.", registry=registry
        )

    async def collect(self) -> None:
        """Read them anew."""
        async with self._db.reading() as session:
            sources = {target.source_id for target in await list_targets(session)}
            rows = await depths(session, {"", *sources})
        now = self._db.clock.real_now()
        waiting, refused, oldest = Counter[str](), Counter[str](), Counter[str]()
        self._unplaced.set(sum(row.returns for row in rows if row.state == State.UNPLACED))
        for row in rows:
            if row.state in WAITING:
                waiting[row.source_id] += row.returns
                oldest[row.source_id] = max(oldest[row.source_id], round((now - row.oldest).total_seconds()))
            elif row.state == State.REFUSED:
                refused[row.source_id] += row.returns
        for source_id in sources:
            self._waiting.labels(source_id).set(waiting[source_id])
            self._oldest.labels(source_id).set(oldest[source_id])
            self._refused.labels(source_id).set(refused[source_id])
