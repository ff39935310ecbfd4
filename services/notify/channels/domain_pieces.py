"""Cuts a text into pieces that a receiver takes, counted in bytes of UTF-8; pure."""

from collections.abc import Iterator

MOST_PIECES = 3
_NUMBERING = len("（1/3）".encode())  # Bytes that the number of a piece takes.
_SEAMS = "\n、"  # Behind these a text may be cut without cutting a number in two.


def pieces(full: str, short: str, *, limit: int) -> tuple[str, ...]:
    """Give the messages that say `full` in at most three pieces of `limit` bytes, each numbered; else `short` alone."""
    if _size(full) <= limit:
        return (full,)
    parts = tuple(_parts(full, limit - _NUMBERING))
    if len(parts) > MOST_PIECES:
        return (short,)
    return tuple(f"（{number}/{len(parts)}）{part}" for number, part in enumerate(parts, 1))


def _parts(text: str, limit: int) -> Iterator[str]:
    while _size(text) > limit:
        # What is left of a character that the limit cuts in two is dropped here and begins the next part.
        head = text.encode()[:limit].decode(errors="ignore")
        seam = max(head.rfind(mark) for mark in _SEAMS) + 1
        head = head[: seam or None]
        yield head.rstrip("\n")
        text = text[len(head) :]
    yield text


def _size(text: str) -> int:
    return len(text.encode())
