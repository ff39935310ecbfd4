"""The bus as a reader of the ledger; the channels have a folder of their own."""

from contextlib import suppress
from datetime import datetime
from typing import Protocol

from redis.exceptions import RedisError

from shared.events import Feed


class BusState(Protocol):
    """What the bus knows of its own reading."""

    def is_active(self) -> bool:
        """Say whether this replica relays and reads."""
        ...

    def caught_up_at(self, feed: Feed) -> datetime | None:
        """Give the business time at which everything of the feed had last been read."""
        ...

    async def look(self) -> None:
        """Find out now."""
        ...


class BusLedgerReader:
    """Asks the bus how far a feed was read, and `supervision`, which tells of units and working days.

    Attributes:
        feed: The feed.
    """

    def __init__(self, bus: BusState, feed: Feed = "supervision") -> None:
        self._bus = bus
        self.feed: Feed = feed

    def is_active(self) -> bool:
        """Say whether this replica is the one that reads."""
        return self._bus.is_active()

    def caught_up_at(self) -> datetime | None:
        """Give the business time at which everything of both had last been read."""
        read = [self._bus.caught_up_at(feed) for feed in {"supervision", self.feed}]
        known = [one for one in read if one is not None]
        return min(known) if len(known) == len(read) else None

    async def look(self) -> None:
        """Ask the streams; while Redis is away the last answer stays, and the wait for it has a limit."""
        with suppress(RedisError, OSError):
            await self._bus.look()
