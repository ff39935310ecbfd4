"""The registry of measures as assessment asks it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from services.metrics.assessment.ports import Part
from services.metrics.assessment.schemes.domain import Known
from services.metrics.measuring import service
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope


class Registry:
    """All registered measures."""

    def known(self) -> Mapping[str, Known]:
        """List what can be measured, by name."""
        found = map(service.about, service.names())
        return {one.name: Known(one.title, one.unit) for one in found}

    def measure(self, connection: Connection, name: str, scope: Scope) -> Measured:
        """Measure.

        Raises:
            NotFound: There is no such measure.
            Unavailable: Too many services are still to be counted.
        """
        return service.measure(connection, name, scope)

    def rows_behind(
        self, connection: Connection, name: str, scope: Scope, *, part: Part, page: tuple[str, int]
    ) -> Sequence[MeasuredRow]:
        """List the facts of a part by subject."""
        return service.rows_behind(connection, name, scope, part=part, page=page)
