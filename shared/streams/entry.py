"""One entry of a stream: its position, the bytes that its owner committed, and what a reader makes of them."""

from dataclasses import dataclass

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


@dataclass(slots=True)
class Item:
    """An entry as a reader has it in hand.

    Attributes:
        sequence: Its position.
        raw: Its bytes.
        envelope: What they say, or None where they can't be read.
        error: Why they can't be read.
    """

    sequence: int
    raw: bytes
    envelope: Envelope | None
    error: str = ""


def read_item(sequence: int, raw: bytes) -> Item:
    """Read the bytes of an entry; what can't be read says why."""
    try:
        envelope = Envelope.read(raw)
    except ValueError as error:
        return Item(sequence, raw, None, str(error)[:1000])
    if envelope.sequence != sequence:
        return Item(sequence, raw, None, f"the bytes say sequence {envelope.sequence}")
    return Item(sequence, raw, envelope)


def unread_item(sequence: int, raw: bytes) -> Item:
    """Take the bytes of an entry as they are."""
    return Item(sequence, raw, None)
