"""Tables of the metrics service: facts as sets, keyed by subject, each row stamped with what last told it.

Invariant: a row of `Stamped` holds the newest (revision, sequence) that was ever seen of its subject; an older one
never overwrites it. Rating facts are only ever added; their counts are rolled up to `RatingRoll.counted_to`.
"""

from services.metrics.models.base import Base
from services.metrics.models.facts import (
    CalendarDay,
    CalendarYear,
    ClockStart,
    ClockStop,
    Notice,
    Plan,
    ProjectInvestment,
    ProjectStage,
    StageGoal,
    Target,
    Task,
    TaskExtension,
    TaskLight,
    TaskMeasure,
    TaskPart,
    TaskRole,
    TaskSigning,
    TaskState,
    TaskSubmission,
    Unit,
    UnitCode,
)
from services.metrics.models.indicators import IndicatorMissed, IndicatorSetting, IndicatorValue
from services.metrics.models.orders import Order, OrderStep
from services.metrics.models.ratings import (
    BadRating,
    Rating,
    RatingDay,
    RatingPlace,
    RatingRoll,
    RatingTotal,
    RectificationStep,
)
from services.metrics.models.rules import RateRuleRow
from services.metrics.models.services import (
    ItemType,
    Service,
    ServiceCompletion,
    ServiceCount,
    ServicePause,
    ServiceResumption,
    ServiceStanding,
    ServiceTouched,
)
from services.metrics.models.steps import TaskStep

__all__ = [
    "BadRating",
    "Base",
    "CalendarDay",
    "CalendarYear",
    "ClockStart",
    "ClockStop",
    "IndicatorMissed",
    "IndicatorSetting",
    "IndicatorValue",
    "ItemType",
    "Notice",
    "Order",
    "OrderStep",
    "Plan",
    "ProjectInvestment",
    "ProjectStage",
    "RateRuleRow",
    "Rating",
    "RatingDay",
    "RatingPlace",
    "RatingRoll",
    "RatingTotal",
    "RectificationStep",
    "Service",
    "ServiceCompletion",
    "ServiceCount",
    "ServicePause",
    "ServiceResumption",
    "ServiceStanding",
    "ServiceTouched",
    "StageGoal",
    "Target",
    "Task",
    "TaskExtension",
    "TaskLight",
    "TaskMeasure",
    "TaskPart",
    "TaskRole",
    "TaskSigning",
    "TaskState",
    "TaskStep",
    "TaskSubmission",
    "Unit",
    "UnitCode",
]
