"""What assessment needs from outside: the registry of measures, and the head of the archive."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from sqlalchemy import Connection

from services.metrics.assessment.schemes.domain import Known
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from shared.streams.history import ArchiveHead

Part = Literal["numerator", "denominator", "excluded"]


class Measures(Protocol):
    """The registry of measures."""

    def known(self) -> Mapping[str, Known]:
        """List what can be measured, by name."""
        ...

    def measure(self, connection: Connection, name: str, scope: Scope) -> Measured:
        """Measure."""
        ...

    def rows_behind(
        self, connection: Connection, name: str, scope: Scope, *, part: Part, page: tuple[str, int]
    ) -> Sequence[MeasuredRow]:
        """List the facts of a part by subject: so many behind a subject, and the rest of the last subject's.

        Facts of the numerator are in the denominator too; each row says where it counts.
        """
        ...


class Archive(Protocol):
    """The archive of the gateway."""

    async def head(self) -> ArchiveHead:
        """Ask where it ends.

        Raises:
            Unavailable: It does not answer.
        """
        ...
