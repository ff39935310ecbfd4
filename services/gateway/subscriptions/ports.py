"""What subscriptions ask of others: to seal secrets, to resolve names, and a way out to a receiver."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from services.gateway.returns.ports import Seal
from shared.answers import Answer
from shared.calling import NoAnswer

__all__ = ["Receiver", "Resolve", "Seal"]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]  # Host and port → addresses.


class Receiver(Protocol):
    """The way out to one receiver."""

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer | NoAnswer:
        """Call once."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
