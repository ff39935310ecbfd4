"""Figures of pulling for Prometheus, by source: rounds that went well and failed, and when the last good one was."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.gateway.pulls.repository import list_pulls
from shared.database import Database

MOST_SOURCES = 200  # That are named; pulled sources are set one by one, by hand.


class PullFigures(Collector):
    """Reads the figures from the database each time: every replica shows the same."""

    def __init__(self, db: Database, registry: CollectorRegistry) -> None:
        self._db = db
        self._families: list[Metric] = []
        registry.register(self)

    async def collect_now(self) -> None:
        """Read them anew."""
        rounds = CounterMetricFamily(
            "duban_feed_pulls", "Rounds of asking a source: ok or failed.", labels=["source", "outcome"]
        )
        errors = GaugeMetricFamily(
            "duban_feed_pull_errors",
            "Rounds that failed since the last one that went well.",
            labels=["source"],
        )
        last = GaugeMetricFamily(
            "duban_feed_last_pull_timestamp_seconds",
            "When a round of asking the source went well last, in real time; 0 for never.",
            labels=["source"],
        )
        async with self._db.reading() as session:
            found = await list_pulls(session)
        for row in found[:MOST_SOURCES]:
            rounds.add_metric([row.source_id, "ok"], row.runs)
            rounds.add_metric([row.source_id, "failed"], row.failed_runs)
            errors.add_metric([row.source_id], row.failures)
            last.add_metric([row.source_id], row.last_at.timestamp() if row.last_at else 0)
        self._families = [rounds, errors, last]

    def collect(self) -> Iterator[Metric]:
        """Give the families."""
        yield from self._families
