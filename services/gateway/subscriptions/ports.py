"""What subscriptions ask of others: to seal secrets, to resolve names, a way out to a receiver, and streams."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from services.gateway.returns.ports import Seal
from shared.answers import Answer
from shared.calling import NoAnswer

__all__ = ["Receiver", "Resolve", "Seal", "Streams"]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]  # Host and port → addresses.


class Receiver(Protocol):
    """The way out to one receiver."""

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer | NoAnswer:
        """Call once."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...


class Streams(Protocol):
    """The server of the streams that subscribers read, as those ask for it who set one."""

    async def check(self) -> None:
        """Pass when it answers.

        Raises:
            Unavailable: It does not.
        """
        ...
