"""What assessment needs from outside: the registry of measures, and the head of the archive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import Connection

from services.metrics.measuring.domain import Measured, MeasuredRow, Scope

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


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """Where the archive ends.

    Attributes:
        hash: Of the last entry, in hexadecimal.
        streams: The last sequence of each stream in it.
    """

    position: int
    hash: str
    streams: dict[str, int]


class Archive(Protocol):
    """The archive of the gateway."""

    async def head(self) -> ArchiveHead:
        """Ask where it ends.

        Raises:
            Unavailable: It does not answer.
        """
        ...


NewId = Callable[[str], str]
