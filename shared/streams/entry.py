"""One entry of a stream: its position, the bytes that its owner committed, and what a reader makes of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.events.envelope import Envelope, Feed
from shared.streams.faults import Gap

ALL = slice(None)


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
    """An entry that was read; what can't be read has an error for an envelope.

    Attributes:
        sequence: Its position.
        raw: Its bytes.
        envelope: What they say.
    """

    sequence: int
    raw: bytes
    envelope: Envelope | ValueError


class Entries:
    """Entries as they were delivered; they are read when, and where, somebody wants to know what they say.

    Attributes:
        sequences: Their positions, ascending.
        raws: Their bytes.
    """

    def __init__(self, sequences: Sequence[int], raws: Sequence[bytes]) -> None:
        self.sequences = list(sequences)
        self.raws = raws
        self._envelopes: list[Envelope | ValueError] | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    def envelopes(self) -> list[Envelope | ValueError]:
        """Read what the entries say, once; what can't be read, or says another sequence, has an error in its place."""
        if self._envelopes is None:
            found = Envelope.read_all(self.raws)
            if [getattr(envelope, "sequence", None) for envelope in found] != self.sequences:
                found = [_checked(one, sequence) for one, sequence in zip(found, self.sequences, strict=True)]
            self._envelopes = found
        return self._envelopes

    def items(self, part: slice = ALL) -> list[Item]:
        """Give a part of the entries, each with what it says."""
        return list(map(Item, self.sequences[part], self.raws[part], self.envelopes()[part]))

    def following(self, last_seq: int) -> slice:
        """Give the part that follows `last_seq` without a hole; empty where there is nothing new.

        Raises:
            Gap: The first new entry is not the next one.
        """
        start = bisect_right(self.sequences, last_seq)
        fresh = self.sequences[start:]
        if fresh and fresh[0] != last_seq + 1:
            until = fresh[0] - 1
            raise Gap(f"{last_seq + 1} to {until} are missing", after=last_seq, until=until)
        if fresh and fresh[-1] != last_seq + len(fresh):  # A hole within: up to there.
            end = next(at for at, sequence in enumerate(fresh) if sequence != fresh[0] + at)
            return slice(start, start + end)
        return slice(start, len(self))


def _checked(envelope: Envelope | ValueError, sequence: int) -> Envelope | ValueError:
    if isinstance(envelope, Envelope) and envelope.sequence != sequence:
        return ValueError(f"the bytes say sequence {envelope.sequence}")
    return envelope
