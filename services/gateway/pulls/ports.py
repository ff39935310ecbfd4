"""What pulling asks of others: secrets by name, the way to a source, and the intake."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from services.gateway.feeds.entries import Answer, Raw
from services.gateway.feeds.service_sources import Source
from services.gateway.pulls.domain import Cursor
from shared.database import SyncTx


class Secrets(Protocol):
    """Secrets that operations keep in the environment or in files."""

    def named(self, name: str) -> str:
        """Give one; Invalid where there is none."""
        ...


class Fetched(NamedTuple):
    """Records that were read, where the source stands behind them, and what marks them at the source."""

    raws: Sequence[Raw]
    after: Cursor
    keys: Sequence[object] = ()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to read now."""
        return self.after.begun is None


class Way(Protocol):
    """The way to one source in one round."""

    async def fetch(self, cursor: Cursor) -> Fetched:
        """Read the records behind the cursor."""
        ...

    async def settle(self, fetched: Fetched, answers: Sequence[Answer]) -> None:
        """Tell the source what became of records that are on disk here."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...


class Accepts(Protocol):
    """The intake, for records that were fetched."""

    async def accept(
        self, source: Source, raws: Sequence[Raw], move: Callable[[SyncTx], None]
    ) -> Sequence[Answer]:
        """Take records in, and `move` with the last of them, in one transaction."""
        ...
