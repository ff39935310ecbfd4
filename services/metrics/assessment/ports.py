"""What assessment needs from outside: the registry of measures, and the head of the archive."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from sqlalchemy import Connection

from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from shared.streams.history import ArchiveHead

Part = Literal["numerator", "denominator", "excluded"]


class Measures(Protocol):
    """The registry of measures."""

    def names(self) -> Sequence[str]:
        """List what can be measured."""
        ...

    def measure(self, connection: Connection, name: str, scope: Scope) -> Measured:
        """Measure."""
        ...

    def rows_behind(
        self, connection: Connection, name: str, scope: Scope, *, part: Part, page: tuple[str, int]
    ) -> Sequence[MeasuredRow]:
        """List the facts of a part, a page of so many behind a subject."""
        ...


class Archive(Protocol):
    """The archive of the gateway."""

    async def head(self) -> ArchiveHead:
        """Ask where it ends.

        Raises:
            Unavailable: It does not answer.
        """
        ...


NewId = Callable[[str], str]
