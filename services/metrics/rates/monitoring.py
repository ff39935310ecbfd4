"""What is watched of services and rectifications: by code of the unit, as of now."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from services.metrics.rates.domain import Cell, tally
from services.metrics.rates.functions import ServiceSort, function_of
from services.metrics.rates.questions import Question
from services.metrics.rates.repository_rectifications import rectifications
from services.metrics.rates.repository_rules import rule_in_force
from services.metrics.rates.repository_services import service_cells
from shared.clock import local_date
from shared.errors import Unavailable

ON_TIME = "services.on_time"
MOST = 2_000  # Services that may be found anew for a scrape; while there are more, their figures are absent.


@dataclass(frozen=True, slots=True)
class Watched:
    """Figures by code of the unit.

    Attributes:
        on_time: 按时办结率 of this year; None where it may not be read.
        overdue: Services that are open past their limit.
        open_rectifications: Of bad ratings that stand.
        overdue_rectifications: Those of them that should have been put right.
    """

    on_time: dict[str, Decimal | None] = field(default_factory=dict)
    overdue: dict[str, int] = field(default_factory=dict)
    open_rectifications: dict[str, int] = field(default_factory=dict)
    overdue_rectifications: dict[str, int] = field(default_factory=dict)


def watch(connection: Connection, now: datetime) -> Watched:
    """Count what is watched."""
    in_force = rule_in_force(connection, ON_TIME, now)
    try:
        this_year = _services(connection, Question("unit", now, first=date(local_date(now).year, 1, 1)))
        ever = _services(connection, Question("unit", now))
    except Unavailable:
        this_year, ever = [], []
    figures = tally(this_year, in_force, function_of(in_force.rule).judge)
    overdue, owed, late = Counter[str](), Counter[str](), Counter[str]()
    for cell in ever:
        assert isinstance(cell.sort, ServiceSort)  # noqa: S101 - cells of services.
        overdue[cell.unit] += cell.number if cell.sort.state == "overdue" else 0
    for one in rectifications(connection, now):
        unit = one.place.unit_code if one.place is not None else one.unit_id
        owed[unit] += int(one.open)
        late[unit] += int(one.overdue)
    on_time = {group.unit: figure.value for group, figure in figures.items()}
    return Watched(on_time, dict(overdue), dict(owed), dict(late))


def _services(connection: Connection, question: Question) -> list[Cell]:
    return service_cells(connection, question, lambda unit, _key, _day: (unit, ""), most=MOST)
