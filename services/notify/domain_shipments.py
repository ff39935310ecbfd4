"""Decides which parcels leave through a channel that lets out so many messages a minute, and which wait; pure.

Invariants: a parcel goes or waits whole; a shipment is all urgent or all routine, of first attempts only, so that its
parcels succeed and fail together and every attempt carries the same ones.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Leaving(Protocol):
    """A parcel whose attempt begins."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def number(self) -> int:
        """Which attempt it is."""
        ...

    @property
    def urgent(self) -> bool:
        """Whether it waits for no others."""
        ...

    @property
    def shipment(self) -> str:
        """The shipment that it belongs to; empty for none."""
        ...


T = TypeVar("T", bound=Leaving)
Load = Sequence[T]  # What one call hands over: one parcel, or those of a shipment.


def loads_of(parcels: Iterable[T]) -> list[list[T]]:
    """Put the parcels of each shipment together; every other one is a load of its own."""
    loads: dict[str, list[T]] = {}
    for one in parcels:
        loads.setdefault(one.shipment or one.id, []).append(one)
    return list(loads.values())


@dataclass(frozen=True, slots=True)
class Packing(Generic[T]):
    """How parcels become messages.

    Attributes:
        messages: How many a parcel takes that goes alone.
        pack: Splits parcels into parts that fit into one message each; None where each goes alone.
        always: Whether they are told together even where there is room for each.
    """

    messages: Callable[[T], int]
    pack: Callable[[Sequence[T]], Sequence[Sequence[T]]] | None = None
    always: bool = False

    def cost(self, load: Load[T]) -> int:
        """Say how many messages a load takes."""
        return 1 if len(load) > 1 else self.messages(load[0])


@dataclass(slots=True)
class Share(Generic[T]):
    """What leaves now, and what waits; `room` messages are left."""

    room: int
    loads: list[Load[T]] = field(default_factory=list)
    held: list[T] = field(default_factory=list)

    def take(self, loads: Iterable[Load[T]], packing: Packing[T]) -> None:
        """Let loads leave as long as there is room."""
        for load in loads:
            cost = packing.cost(load)
            if cost > self.room:
                self.held += load
                continue
            self.room -= cost
            self.loads.append(load)

    def take_crowd(self, parcels: Sequence[T], packing: Packing[T]) -> None:
        """Let parcels leave alone that have room, and those that have none together, or all that may be always."""
        if packing.pack is not None and packing.always:
            self.take(packing.pack(parcels), packing)
            return
        alone = [(one,) for one in parcels]
        if packing.pack is None or sum(map(packing.cost, alone)) <= self.room:
            self.take(alone, packing)
            return
        spare = self.room - sum(map(packing.cost, packing.pack(parcels)))
        first = 0
        while first < len(parcels) and spare >= packing.cost(alone[first]):
            spare -= packing.cost(alone[first])
            first += 1
        self.take([*alone[:first], *packing.pack(parcels[first:])], packing)


def kept_for_urgent(per_minute: int) -> int:
    """Say how many messages of a minute routine ones leave free: one of three pieces, or none of a small number.

    So an urgent message does not wait behind a crowd that took the minute before it came.
    """
    return min(3, per_minute // 6)


def share_out(parcels: Sequence[T], room: int, packing: Packing[T], *, kept: int = 0) -> Share[T]:
    """Say what leaves in `room` messages: urgent before routine, what was tried before what was not.

    Args:
        parcels: What may leave.
        room: How many messages the channel still lets out.
        packing: How parcels become messages.
        kept: How many of these routine parcels leave free.
    """
    share: Share[T] = Share(room)
    for urgent in (True, False):
        left_free = 0 if urgent else min(kept, share.room)
        share.room -= left_free
        mine = [one for one in parcels if one.urgent is urgent]
        share.take(loads_of(one for one in mine if not _is_fresh(one)), packing)
        share.take_crowd([one for one in mine if _is_fresh(one)], packing)
        share.room += left_free
    return share


def _is_fresh(one: Leaving) -> bool:
    return one.number == 1 and not one.shipment


def shipment_id(parcel_ids: Iterable[str]) -> str:
    """Give the id of the message that tells these parcels."""
    text = "\n".join(sorted(parcel_ids))
    return f"s-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
