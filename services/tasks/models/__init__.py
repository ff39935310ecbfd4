"""Tables of the task registry, by subject; whoever adds a subject lists its tables here, and Alembic knows them."""

from services.tasks.models.ledger import ClockRow, LightRow, RevisionRow, TaskRow, TaskUnitRow, ToldRow
from services.tasks.models.plans import (
    CadenceRow,
    DocumentRow,
    DoubtRow,
    PlanRow,
    SectionRow,
    StageGoalRow,
    TargetRow,
)
from services.tasks.models.rows import Base, Placed
from services.tasks.models.units import AliasRow, PersonRow, UnitRow
from services.tasks.models.workdays import CalendarDayRow, CalendarYearRow

__all__ = [
    "AliasRow",
    "Base",
    "CadenceRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "ClockRow",
    "DocumentRow",
    "DoubtRow",
    "LightRow",
    "PersonRow",
    "Placed",
    "PlanRow",
    "RevisionRow",
    "SectionRow",
    "StageGoalRow",
    "TargetRow",
    "TaskRow",
    "TaskUnitRow",
    "ToldRow",
    "UnitRow",
]
