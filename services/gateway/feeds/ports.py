"""What the feeds ask of others: to keep private parts, and to seal bytes that may hold them."""

from typing import Protocol

from services.gateway.feeds.domain.drafts import Private
from shared.database import SyncTx


class Keeper(Protocol):
    """Keeps the private parts of what was taken in; it is called in the transaction that takes it."""

    def keep(self, tx: SyncTx, subject_id: str, private: Private) -> None:
        """Keep `private` of the rating or service `subject_id`, beside what is kept of it already."""
        ...


class Seal(Protocol):
    """The narrow pair through which secrets and the raw bytes of refused records go into the database and out."""

    def close(self, plain: bytes) -> bytes:
        """Give the bytes to store."""
        ...

    def open(self, sealed: bytes) -> bytes:
        """Give the bytes that were closed."""
        ...


class Unsealed:
    """Stores bytes as they are: who may read the database may read them."""

    def close(self, plain: bytes) -> bytes:
        """Give the same bytes."""
        return plain

    def open(self, sealed: bytes) -> bytes:
        """Give the same bytes."""
        return sealed
