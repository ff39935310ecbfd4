"""What attachments need of the outside world: a place for contents, and somebody who looks for viruses."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol


class Store(Protocol):
    """Keeps contents under their SHA-256 in hexadecimal; what it has taken survives a crash."""

    async def put(self, sha256: str, content: bytes) -> None:
        """Keep a content durably; one that is there already is not written again, but counts as put now."""
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

    async def find(self, content: bytes) -> str:
        """Give the name of what was found, or nothing.

        Raises:
            Unavailable: It does not answer.
        """
        ...
