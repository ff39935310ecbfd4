"""The use case of findings: reads the minutes of a span and gives what looks made up, with its ratings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.metrics.findings import repository
from services.metrics.findings.domain import Finding, FindingRules, findings
from services.metrics.findings.limits import versions
from services.metrics.rates.repository_units import units

MOST = 200  # Findings in one answer, the largest; their number tells how many there are.


@dataclass(frozen=True, slots=True)
class Found:
    """What looks made up.

    Attributes:
        count: All findings; `items` are the largest of them.
        items: Findings with their ratings.
        names: What the units are called, by the code of each.
    """

    rules: FindingRules
    count: int
    items: list[tuple[Finding, list[Any]]]
    names: dict[str, str]


def look(connection: Connection, span: tuple[date, date], unit: str | None) -> Found:
    """Look through the ratings of a span of days, of all units or one (by id or code)."""
    known = units(connection)
    codes = None if unit is None else known.codes_of(unit)
    rules = versions(connection)[0].rules
    found = findings(repository.minutes(connection, span, codes), rules)
    items = [(one, repository.ratings_of(connection, one, rules.burst.levels)) for one in found[:MOST]]
    by_code = known.names_by_code()
    return Found(rules, len(found), items, by_code)
