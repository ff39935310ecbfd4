"""What the feeds ask of the vault: to keep private parts, and to seal bytes that may hold them."""

from collections.abc import Iterable
from typing import Protocol

from services.gateway.vault.domain import Private
from shared.database import SyncTx


class Seal(Protocol):
    """The narrow pair through which secrets and the raw bytes of refused records go into the database and out."""

    def seal(self, raw: bytes) -> bytes:
        """Give the bytes to store."""
        ...

    def open(self, sealed: bytes) -> bytes:
        """Give the bytes that were sealed."""
        ...


class Keeper(Seal, Protocol):
    """Keeps the private parts of what was taken in; it is called in the transaction that takes it."""

    def keep_many(self, tx: SyncTx, items: Iterable[tuple[str, Private]]) -> None:
        """Keep what is a person's own of ratings, services and orders, by their ids, instead of what was kept."""
        ...

    def pseudonym(self, source: str, phone: str) -> str:
        """Name a caller by source and number, so that orders of one person are known; empty without a number."""
        ...
