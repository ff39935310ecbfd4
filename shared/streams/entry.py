"""One entry of a stream: its position, the bytes that its owner committed, and what a reader makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.events.envelope import Envelope, Feed


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one position of a stream.

    Attributes:
        feed: The stream.
        sequence: Position, from 1, gapless; the entry's id in Redis is `<sequence>-0`.
        raw: The CloudEvent bytes, or whatever its owner committed.
    """

    feed: Feed
    sequence: int
    raw: bytes


class Item(NamedTuple):
    """An entry as a reader has it in hand; what can't be read has an error for an envelope.

    Attributes:
        sequence: Its position.
        raw: Its bytes.
        envelope: What they say; None where they were not read, because a raw handler takes them as they are.
    """

    sequence: int
    raw: bytes
    envelope: Envelope | ValueError | None


def read_items(sequences: Sequence[int], raws: Sequence[bytes]) -> list[Item]:
    """Read the bytes of entries."""
    items = list(map(Item, sequences, raws, Envelope.read_all(raws)))
    if [item.envelope.sequence for item in items if isinstance(item.envelope, Envelope)] == sequences:
        return items
    return [_checked(item) for item in items]


def unread_items(sequences: Sequence[int], raws: Sequence[bytes]) -> list[Item]:
    """Take the bytes of entries as they are."""
    return [Item(sequence, raw, None) for sequence, raw in zip(sequences, raws, strict=True)]


def _checked(item: Item) -> Item:
    if isinstance(item.envelope, Envelope) and item.envelope.sequence != item.sequence:
        error = ValueError(f"the bytes say sequence {item.envelope.sequence}")
        return item._replace(envelope=error)
    return item
