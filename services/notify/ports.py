"""What the notify service needs of the outside world: channels that carry a notice, and how far the bus has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notify.domain import Outcome


@dataclass(frozen=True, slots=True)
class Letter:
    """One attempt to bring one notice to its recipient; every attempt for a notice carries the same `notice_id`."""

    notice_id: str
    number: int
    channel: str
    recipient: str
    task_id: str
    rung: str
    text: str


class Channel(Protocol):
    """Carries notices to people."""

    @property
    def name(self) -> str:
        """The name under which deliveries are recorded."""
        ...

    async def send(self, letter: Letter) -> Outcome:
        """Hand one letter over and say what happened."""
        ...


class LedgerReader(Protocol):
    """Knows how far `supervision`, the ledger's feed, was read."""

    def is_active(self) -> bool:
        """Say whether this replica is the one that reads."""
        ...

    def caught_up_at(self) -> datetime | None:
        """Give the business time at which everything of the feed had last been read; None when it never was."""
        ...

    async def look(self) -> None:
        """Find out now how far it was read; when that can't be told, the last answer stays."""
        ...
