"""The figures that Prometheus reads of this service."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.notify import repository, repository_notices
from services.notify.domain import Outcome, Reading, Verdict
from services.notify.ports import Parcel
from services.notify.service_notices import Decision
from shared.clock import Clock
from shared.composition import show_build
from shared.database import Database

# Real seconds: a drill's notices are as punctual as its engine, whatever its speed.
LATENESS_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 6 * 3600, 24 * 3600)


class Instruments:
    """Counters that the engine and the sender feed, and gauges that are read from the database at each scrape.

    Attributes:
        figures: The gauges: every replica could read them, the holder of the lease shows them.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.figures = show_build("notify", registry)
        self.lateness = Histogram(
            "duban_notice_lateness_seconds",
            "Real seconds from the planned instant of a notice to its decision.",
            buckets=LATENESS_BUCKETS,
            registry=registry,
        )
        about = "Notices decided, by rung and whether they were missed while the service was down."
        self.notices = Counter("duban_notices", about, ["rung", "late"], registry=registry)
        about = "Rungs that were past when the ledger learned of the clock: recorded, not sent."
        self.skipped = Counter("duban_notices_skipped", about, ["rung"], registry=registry)
        about = "Rungs held back while another task blocks theirs: its units were told instead."
        self.inhibited = Counter("duban_notices_inhibited", about, ["rung"], registry=registry)
        about = "Notices decided without having read all of supervision, after the limit of the wait."
        self.behind = Counter("duban_notices_decided_behind", about, registry=registry)
        about = "Clocks with a rung that is due and not decided."
        self.pending = Gauge("duban_notices_pending", about, registry=self.figures.registry)
        self._waiting: set[str] = set()
        about = "Whether the engine waits until supervision, or for services ratings, is read."
        self.waiting = Gauge("duban_notice_engine_waiting", about, registry=registry)
        about = "Attempts to send a notice that have no outcome yet."
        self.unsent = Gauge("duban_deliveries_pending", about, ["channel"], registry=self.figures.registry)
        about = "Attempts to send a notice, by outcome."
        self.sent = Counter("duban_deliveries", about, ["channel", "outcome"], registry=registry)
        about = "Attempts to send a message, which holds all notices that leave together, by outcome."
        self.parcels = Counter("duban_parcels", about, ["channel", "outcome"], registry=registry)

    def waits(self, feed: str, *, holds: bool) -> None:
        """Show whether any of the engines waits until its feed is read."""
        (self._waiting.add if holds else self._waiting.discard)(feed)
        self.waiting.set(bool(self._waiting))

    def decided(self, decisions: Sequence[Decision], reading: Reading, clock: Clock) -> None:
        """Count what a committed round decided."""
        for decision in decisions:
            rung = decision.notice.rung
            if not decision.verdict.is_told:
                held = decision.verdict is Verdict.HELD_INHIBITED
                (self.inhibited if held else self.skipped).labels(rung.rung).inc()
                continue
            late = "true" if decision.is_late else "false"
            self.notices.labels(rung.rung, late).inc()
            self.lateness.observe(max(0.0, -clock.real_seconds_until(rung.planned_at)))
            self.behind.inc(reading is not Reading.CAUGHT_UP)

    def delivered(self, parcel: Parcel, outcome: Outcome) -> None:
        """Count one attempt: the message, and each notice in it."""
        self.sent.labels(parcel.channel, outcome.result).inc(len(parcel.letters))
        self.parcels.labels(parcel.channel, outcome.result).inc()

    async def collect(self, db: Database, channels: Sequence[str]) -> None:
        """Read the gauges from the database."""
        async with db.reading() as session:
            self.pending.set(await repository.waiting_clocks(session, db.clock.now()))
            unsent = await repository_notices.count_waiting(session)
        for channel in {*channels, *unsent}:
            self.unsent.labels(channel).set(unsent.get(channel, 0))
