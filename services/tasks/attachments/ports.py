"""What attachments need of the outside world: a place for contents, and somebody who looks for viruses."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Draft:
    """A content that was received into a file of its own and is not kept yet; `size` in bytes, `sha256` in digits."""

    path: Path
    size: int
    sha256: str


class Store(Protocol):
    """Keeps contents under their SHA-256 in hexadecimal; what it has taken survives a crash."""

    async def receive(self, pieces: AsyncIterator[bytes], *, most: int) -> Draft:
        """Write a content of at most `most` bytes aside as its pieces come; whoever receives has to discard it.

        Raises:
            TooLarge: It is larger; the rest is not read, and nothing is left of it.
            Unavailable: It can't be written.
        """
        ...

    def pieces(self, draft: Draft) -> AsyncIterator[bytes]:
        """Give a draft piece by piece."""
        ...

    async def keep(self, draft: Draft) -> None:
        """Keep a draft durably; a content that is there already is not written again, but counts as put now.

        Raises:
            Unavailable: It can't be written.
        """
        ...

    async def discard(self, draft: Draft) -> None:
        """Remove what is left of a draft, if anything is."""
        ...

    async def sweep(self, named: frozenset[str], *, before: datetime) -> int:
        """Remove contents that are not `named` and were last put before an instant in real time; give their number."""
        ...

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """Give a content piece by piece.

        Raises:
            Unavailable: It is not there or can't be read.
        """
        ...


class Scanner(Protocol):
    """Looks for viruses."""

    async def find(self, pieces: AsyncIterator[bytes]) -> str:
        """Give the name of what was found, or nothing.

        Raises:
            Unavailable: It does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where contents are kept, who looks at them before, and how large one may be, in bytes."""

    store: Store
    scanner: Scanner
    most: int
