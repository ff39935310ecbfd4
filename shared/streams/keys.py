"""Names in Redis, entry ids, and the Lua scripts.

Invariant: the entry of sequence N has the id `N-0` and one field, `__data__`; whatever else is in a stream is not ours.
Keys of one stream share a hash tag, so they would stay together in a Redis Cluster.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from shared.events.envelope import Feed

FIELD = b"__data__"


def mark_key(feed: Feed) -> str:
    """Name the key that holds the last sequence that the relay appended; entries above it are foreign."""
    return f"{{{feed}}}:relayed"


def rebuilt_key(feed: Feed) -> str:
    """Name the key under which repair builds a stream anew."""
    return f"{{{feed}}}:rebuilt"


def entry_id(sequence: int) -> str:
    """Give the entry id of a sequence."""
    return f"{sequence}-0"


def sequence_of(entry: bytes) -> int:
    """Give the sequence of an entry id.

    Raises:
        ValueError: The id is none that a relay gives.
    """
    return sequences_of([entry])[0]


def sequences_of(entries: Sequence[bytes]) -> list[int]:
    """Give the sequences of entry ids.

    Raises:
        ValueError: One of the ids is none that a relay gives.
    """
    return [int(entry.removesuffix(b"-0")) for entry in entries]  # Anything but digits is no number.


@cache
def script(name: str) -> str:
    """Read one of the Lua scripts beside this file."""
    return (Path(__file__).parent / f"{name}.lua").read_text("utf-8")
