"""What the notify service needs of the outside world: channels that carry messages, and how far the bus has read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from services.notify.domain import Outcome
from services.notify.domain_parcels import Letter
from shared.events import Feed


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt to bring one message to its recipient; every attempt carries the same `id`, letters and text.

    Attributes:
        to: The recipient's address for this channel; empty where the channel needs none.
        way: Which of the recipient's addresses for the channel that is: 0 is the first.
        shipment: Id of the one message of a group that tells it with others; empty when it goes alone.
        answers: Signed links to answer by, by notice and answer; signed anew for each attempt, and kept nowhere.
    """

    id: str
    number: int
    channel: str
    recipient: str
    urgent: bool
    letters: tuple[Letter, ...]
    text: str
    to: str = ""
    way: int = 0
    shipment: str = ""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Channel(Protocol):
    """Carries messages to people."""

    @property
    def name(self) -> str:
        """The name under which deliveries are recorded."""
        ...

    async def send(self, parcel: Parcel) -> Outcome:
        """Hand one message over and say what happened."""
        ...


@runtime_checkable
class Limited(Channel, Protocol):
    """A channel that is held to so many messages a minute.

    Attributes:
        per_minute: Messages in any sixty seconds at most, whoever sends them.
        needs_address: Whether it can't send without `Parcel.to`; what needs none has one place for everybody.
    """

    per_minute: int
    needs_address: bool


@runtime_checkable
class Group(Limited, Protocol):
    """A channel one of whose messages may tell the parcels of several recipients.

    A place that many read tells them together where there is no room for each; where an address is needed, those of
    one person are told together always.
    """

    def messages(self, parcel: Parcel) -> int:
        """Say how many messages a parcel takes that goes alone."""
        ...

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """Split parcels, in their order, into as few parts as fit into one message each; a large one is a part."""
        ...

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        """Hand over the one message of a shipment, which every attempt carries with the same parcels."""
        ...


class LedgerReader(Protocol):
    """Knows how far the feed was read that tells of the clocks: `supervision`, or `ratings` for those of services."""

    @property
    def feed(self) -> Feed:
        """The feed."""
        ...

    def is_active(self) -> bool:
        """Say whether this replica is the one that reads."""
        ...

    def caught_up_at(self) -> datetime | None:
        """Give the business time at which everything of the feed had last been read; None when it never was."""
        ...

    async def look(self) -> None:
        """Find out now how far it was read; when that can't be told, the last answer stays."""
        ...
