"""How far ahead working days are official, for Prometheus: the calendar of a year is published in the autumn before."""

from prometheus_client import CollectorRegistry, Gauge

from services.tasks.workdays.repository import read_calendar
from shared.clock import at_local, local_date
from shared.database import Database


class CalendarGauge:
    """One gauge in business time, so that a drill in the past raises no alarm about the present year."""

    def __init__(self, registry: CollectorRegistry, db: Database) -> None:
        about = "Business time until the first year without an official working calendar; 0 within one."
        self._ahead = Gauge("duban_calendar_official_ahead_seconds", about, registry=registry)
        self._db = db

    async def collect(self) -> None:
        """Read the calendar."""
        async with self._db.reading() as session:
            calendar = await read_calendar(session)
        now = self._db.clock.now()
        ahead = at_local(calendar.official_until(local_date(now))) - now
        self._ahead.set(max(0.0, ahead.total_seconds()))
