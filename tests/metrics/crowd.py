"""A picture in which every count that can be there is there: for units, plans and targets by the dozen."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

from services.metrics.assessment.periods.repository import UnitScore
from services.metrics.domain import GoalCell, OrderCell, Rate, RatingCell, TaskCell
from services.metrics.indicators.domain import Forecast, Indicator, Kind, Present, Standing, stand
from services.metrics.models import Plan, Unit
from services.metrics.rates.monitoring import Watched
from services.metrics.rates.standing import SATISFACTION, Rated
from services.metrics.service import Picture

NOW = datetime(2023, 6, 20, tzinfo=UTC)
STATES = [
    "registered",
    "assigned",
    "accepted",
    "in_progress",
    "submitted",
    "verified",
    "closed",
    "returned",
    "objected",
    "suspended",
    "reopened",
    "standing",
    "cancelled",
]
PARTS = ["assigned", "accepted", "in_progress", "submitted", "returned", "passed"]
LIGHTS = ["green", "yellow", "red", "undated", "done"]
CHANNELS = ["pc", "mobile", "qr", "hall_tablet", "hall_other", "phone", "sms", "system"]
DECISIONS = ["asked", "granted", "refused", "withdrawn", "void"]
MEASURES = tuple(product(["urge", "talk", "circular", "plate"], ["proposed", "taken", "lifted", "refused"]))
PROJECTS = tuple(product(["started", "planned", "reserve"], ["start", "frame", "roof", "finish"]))


FRAME = 23  # Indicators beside the targets.


def crowded(*, units: int = 44, plans: int = 25, targets: int = 208) -> Picture:
    """Give the picture of a place with so many of each."""
    codes, names = [f"c{n}" for n in range(units)], [f"u{n}" for n in range(units)]
    documents = [f"p{n}" for n in range(plans)]
    watched = Watched(
        on_time=dict.fromkeys(codes, Decimal(1)),
        overdue=dict.fromkeys(codes, 1),
        open_rectifications=dict.fromkeys(codes, 1),
        overdue_rectifications=dict.fromkeys(codes, 1),
    )
    return Picture(
        as_of=NOW,
        tasks=tuple(TaskCell(*sort, count=9, due_at=NOW, dated=True) for sort in product(documents, STATES)),
        lights=tuple((*sort, 3) for sort in product(names, ("lead", "responsible", "cooperating"), LIGHTS)),
        measures=tuple((*sort, 2) for sort in MEASURES),
        projects=tuple((*sort, 2) for sort in PROJECTS),
        investment=(3.0, 2.0, 1.0),
        goals=tuple(GoalCell(f"g{n}", documents[n % plans], ">=", 60, 5, 9, NOW) for n in range(16)),
        indicators=tuple(
            _standing(n, documents[n % plans], "target" if n < targets else "frame")
            for n in range(targets + FRAME)
        ),
        plans=tuple(Plan(plan_id=plan, title=plan) for plan in documents),
        units=tuple(Unit(unit_id=unit, name=unit) for unit in names),
        coded=tuple(zip(codes, names, strict=True)),
        ratings=tuple(
            RatingCell(*sort, is_default=sort[2] == 5, count=40)
            for sort in product(codes, CHANNELS, range(1, 6))
        ),
        parts=tuple((*sort, 2) for sort in product(names, PARTS)),
        extensions=tuple((*sort, 2) for sort in product(documents, DECISIONS)),
        watched=watched,
        rated=Rated(dict.fromkeys(codes, Decimal(1)), {SATISFACTION: Rate(39, 40, NOW)}),
        scores=tuple(UnitScore(*sort, Decimal(90)) for sort in product(names, ("2023-Q1", "2023-Q2"))),
        orders=tuple(OrderCell(unit, "assigned", past=True, count=2) for unit in names),
    )


def _standing(number: int, plan: str, kind: Kind) -> Standing:
    indicator = Indicator(
        indicator_id=f"t{number}",
        kind=kind,
        name=f"目标{number}",
        plans=(plan,),
        task_id=None,
        operator=">=",
        value=Decimal(98),
        value_max=None,
        unit="%",
        due_on=None,
        period=None,
        strength="",
        measure="",
        begins_on=None,
        ends_on=NOW.date(),
        frame=f"gj{number % FRAME}",
    )
    present = Present(Decimal(97), "")
    return stand(indicator, present, Forecast(NOW.date(), None, ""), today=NOW.date())
