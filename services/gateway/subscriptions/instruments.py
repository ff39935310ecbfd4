"""Figures of subscriptions for Prometheus: what waits, since when, what is dead, and who is not served."""

from prometheus_client import CollectorRegistry, Gauge

from services.gateway.archive.repository import newest_position
from services.gateway.subscriptions import repository_lists as lists
from services.gateway.subscriptions.domain import DeliveryState, SubscriptionState
from shared.database import Database


class Instruments:
    """Reads the figures from the database each time; the registry shows them where the lease is held."""

    def __init__(self, db: Database, registry: CollectorRegistry) -> None:
        self._db = db
        of_name = ["subscription"]
        self._waiting = Gauge(
            "duban_subscription_deliveries_waiting", "Deliveries not done.", of_name, registry=registry
        )
        self._oldest = Gauge(
            "duban_subscription_oldest_waiting_seconds",
            "Real seconds since the oldest of them was queued.",
            of_name,
            registry=registry,
        )
        self._dead = Gauge(
            "duban_subscription_deliveries_dead",
            "Deliveries past their attempts.",
            of_name,
            registry=registry,
        )
        self._behind = Gauge(
            "duban_subscription_lag_positions",
            "Positions of the archive that were not read for it yet.",
            of_name,
            registry=registry,
        )
        self._served = Gauge(
            "duban_subscription_active", "1 while it is served, else 0.", of_name, registry=registry
        )

        self._disabled = Gauge(
            "duban_subscription_disabled",
            "1 while it is switched off for its failures until a person resumes it, else 0.",
            of_name,
            registry=registry,
        )

    async def collect(self) -> None:
        """Read them anew."""
        async with self._db.reading() as session:
            rows = await lists.subscriptions(session)
            found = await lists.depths(session)
            last = await newest_position(session)
        now = self._db.clock.real_now()
        gauges = (self._waiting, self._oldest, self._dead, self._behind, self._served, self._disabled)
        for gauge in gauges:
            gauge.clear()
        for row in rows:
            self._waiting.labels(row.name).set(0)
            self._oldest.labels(row.name).set(0)
            self._dead.labels(row.name).set(0)
            self._behind.labels(row.name).set(last - row.position)
            self._served.labels(row.name).set(row.state == SubscriptionState.ACTIVE)
            self._disabled.labels(row.name).set(row.state == SubscriptionState.DISABLED)
        ages: dict[str, float] = {}
        for one in found:
            if one.state == DeliveryState.DEAD:
                self._dead.labels(one.subscription).set(one.deliveries)
                continue
            self._waiting.labels(one.subscription).inc(one.deliveries)
            age = (now - one.oldest).total_seconds()
            ages[one.subscription] = max(age, ages.get(one.subscription, 0.0))
        for name, age in ages.items():
            self._oldest.labels(name).set(age)
