"""The use case of the monthly statistics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from services.metrics.rates import repository_units
from services.metrics.rates.repository_rectifications import Rectification, rectifications
from services.metrics.statistics import repository
from services.metrics.statistics.domain import Line, Month, Rectified, days_of, whole


@dataclass(frozen=True, slots=True)
class Statistics:
    """A month by line, with its sum.

    Attributes:
        names: What the units are called, by the code of each.
    """

    month: str
    first: date
    last: date
    as_of: datetime
    lines: Mapping[Line, Month]
    total: Month
    names: Mapping[str, str]


def statistics(
    connection: Connection, month: str, now: datetime, until: datetime | None = None
) -> Statistics:
    """Count a month, by all that was told or what was told until an instant.

    Raises:
        Invalid: `month` names none.
    """
    first, last = days_of(month)
    lines = repository.ratings_of(connection, (first, last), until)
    for one in rectifications(connection, now, until):
        if first <= one.opened_on <= last:
            lines.setdefault(_line(one), Month()).rectified.add(_counted(one))
    by_code = repository_units.units(connection, until).names_by_code()
    ordered = dict(sorted(lines.items()))
    return Statistics(month, first, last, now, ordered, whole(ordered.values()), by_code)


def _line(one: Rectification) -> Line:
    if one.place is None:
        return Line(one.unit_id, "")
    return Line(one.place.unit_code, one.place.source_id)


def _counted(one: Rectification) -> Rectified:
    counts = one.sort.stands and not one.sort.cancelled
    named = counts and one.sort.named
    return Rectified(
        opened=1,
        standing=int(counts),
        done=int(counts and bool(one.sort.done)),
        in_time=int(counts and one.sort.done == "in_time"),
        named=int(named),
        called_back=int(named and one.sort.reached),
    )
