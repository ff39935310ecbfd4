"""What returns ask of others: to seal what is secret, the texts of answers, and which sources there are."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.returns.domain_texts import Wanted
from shared.answers import Answer
from shared.calling import Call, NoAnswer

KnowsSource = Callable[[AsyncSession, str], Awaitable[bool]]


class Seal(Protocol):
    """The narrow pair through which secrets go into the database and out."""

    def seal(self, raw: bytes) -> bytes:
        """Give the bytes to store."""
        ...

    def open(self, sealed: bytes) -> bytes:
        """Give the bytes that were sealed."""
        ...


class Texts(Protocol):
    """Where the words are that stand in no event: replies and answers."""

    async def text_of(self, wanted: Wanted, *, redacted: bool) -> str:
        """Give the words of a state, without what names anybody if `redacted`; nothing where there are none."""
        ...


class Line(Protocol):
    """The way out to one platform."""

    async def call(self, call: Call) -> Answer | NoAnswer:
        """Call once."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
