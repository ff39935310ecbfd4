"""What the notify service needs of the outside world: channels that carry messages, and how far the bus has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notify.domain import Outcome
from services.notify.domain_parcels import Letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt to bring one message to its recipient; every attempt carries the same `id`, letters and text.

    Attributes:
        to: The recipient's address for this channel; empty where the channel needs none.
    """

    id: str
    number: int
    channel: str
    recipient: str
    urgent: bool
    letters: tuple[Letter, ...]
    text: str
    to: str = ""


class Channel(Protocol):
    """Carries messages to people."""

    @property
    def name(self) -> str:
        """The name under which deliveries are recorded."""
        ...

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand one message over and say what happened."""
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
