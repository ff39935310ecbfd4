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
    """Asks the bus how far `supervision` was read."""

    def __init__(self, bus: BusState) -> None:
        self._bus = bus

    def is_active(self) -> bool:
        """Say whether this replica is the one that reads."""
        return self._bus.is_active()

    def caught_up_at(self) -> datetime | None:
        """Give the business time at which everything had last been read."""
        return self._bus.caught_up_at("supervision")

    async def look(self) -> None:
        """Ask the stream; while Redis is away the last answer stays, and the wait for it has a limit."""
        with suppress(RedisError, OSError):
            await self._bus.look()
