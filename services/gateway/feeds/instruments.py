"""Figures of feeds for Prometheus: what came of each source, when it was heard last, and whether it is silent.

Invariant: at most `MOST_SOURCES` sources are named; the counters of the others stand together under `OTHERS`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.domain.silence import is_silent
from services.gateway.feeds.domain.steps import Outcome
from services.gateway.feeds.repository_sources import list_sources
from services.gateway.models import FeedReject, FeedSource, FeedTally
from shared.database import Database

MOST_SOURCES = 200
OTHERS = "_other"


class Heard(NamedTuple):
    """What the figures are made of: sources, outcome counts by source, and refused records nobody decided on."""

    sources: Sequence[FeedSource]
    records: Counter[tuple[str, str]]
    waiting: Counter[str]


class FeedFigures(Collector):
    """Reads the figures from the database each time: every replica shows the same."""

    def __init__(self, db: Database, registry: CollectorRegistry) -> None:
        self._db = db
        self._families: list[Metric] = []
        registry.register(self)

    async def collect_now(self) -> None:
        """Read them anew."""
        async with self._db.reading() as session:
            heard = await _heard(session)
        self._families = [*_records(heard), *_times(heard, self._db)]

    def collect(self) -> Iterator[Metric]:
        """Give the families."""
        yield from self._families


async def _heard(session: AsyncSession) -> Heard:
    records, waiting = Counter[tuple[str, str]](), Counter[str]()
    tallies = select(FeedTally.source_id, FeedTally.name, func.sum(FeedTally.count)).where(
        FeedTally.name.in_([f"record.{one.value}" for one in Outcome])
    )
    for source, name, count in await session.execute(tallies.group_by(FeedTally.source_id, FeedTally.name)):
        records[source, name.removeprefix("record.")] = int(count)
    rejects = select(FeedReject.source_id, func.count()).where(FeedReject.state == "open")
    for source, count in await session.execute(rejects.group_by(FeedReject.source_id)):
        waiting[source] = count
    return Heard(await list_sources(session), records, waiting)


def _records(heard: Heard) -> list[Metric]:
    forms = {one.id: one.form for one in heard.sources[:MOST_SOURCES]}
    counts, waiting = Counter[tuple[str, str, str]](), Counter[str]()
    for (source, outcome), count in heard.records.items():
        named = source if source in forms else OTHERS
        counts[named, forms.get(source, ""), outcome] += count
    for source, count in heard.waiting.items():
        waiting[source if source in forms else OTHERS] += count
    total = CounterMetricFamily(
        "duban_feed_records",
        "Records of feed sources by what became of them; together they are what was received.",
        labels=["source", "form", "outcome"],
    )
    for labels, count in sorted(counts.items()):
        total.add_metric(labels, count)
    open_ones = GaugeMetricFamily(
        "duban_feed_rejects_waiting", "Refused records that nobody has decided on.", labels=["source"]
    )
    for source in sorted({*forms, *waiting}):
        open_ones.add_metric([source], waiting[source])
    return [total, open_ones]


def _times(heard: Heard, db: Database) -> list[Metric]:
    last = GaugeMetricFamily(
        "duban_feed_last_record_timestamp_seconds",
        "When a record of the source came last, in business time; 0 for never.",
        labels=["source"],
    )
    silent = GaugeMetricFamily(
        "duban_feed_silent",
        "Whether the source is silent for longer than was set for it (1) or not (0).",
        labels=["source"],
    )
    limit = GaugeMetricFamily(
        "duban_feed_silent_after_seconds",
        "Silence of the source that was set as too long; absent where none was.",
        labels=["source"],
    )
    now = db.clock.now()
    for one in heard.sources[:MOST_SOURCES]:
        last.add_metric([one.id], one.heard_at.timestamp() if one.heard_at else 0)
        is_quiet = one.enabled and is_silent(one.heard_at, one.watched_from, one.silent_after, now)
        silent.add_metric([one.id], float(is_quiet))
        if one.silent_after:
            limit.add_metric([one.id], one.silent_after * 60)
    return [last, silent, limit]
