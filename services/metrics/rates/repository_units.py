"""Reads what units are called and by which codes ratings, services and orders name them, now or as of an instant."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from services.metrics.models import Unit, UnitCode
from services.metrics.repository_words import standing


class Units(NamedTuple):
    """What is known of units.

    Attributes:
        names: What each is called, by id.
        by_code: Which unit a code names; of two that claim one code, the first by id.
        codes: The codes of each, by id.
    """

    names: Mapping[str, str]
    by_code: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]

    def codes_of(self, unit: str) -> tuple[str, ...]:
        """Give the codes of a unit by its id; what is no unit's id is taken for a code."""
        return self.codes.get(unit) or (unit,)

    def names_by_code(self) -> dict[str, str]:
        """Give what the unit of each code is called."""
        return {code: self.names.get(unit, "") for code, unit in self.by_code.items()}


def units(connection: Connection, as_of: datetime | None = None) -> Units:
    """Read the units, as they are or as they were told by an instant."""
    said = list(connection.execute(select(standing(Unit, as_of))))
    if as_of is None:
        rows = connection.execute(select(UnitCode.unit_id, UnitCode.code))
        pairs = [(row.unit_id, row.code) for row in rows]
    else:
        pairs = [(row.unit_id, code) for row in said for code in dict.fromkeys(row.codes)]
    codes: dict[str, list[str]] = {}
    for unit, code in sorted(pairs):
        codes.setdefault(unit, []).append(code)
    by_code = {code: unit for unit, code in sorted(pairs, reverse=True)}
    return Units(
        {row.unit_id: row.name for row in said}, by_code, {one: tuple(own) for one, own in codes.items()}
    )
