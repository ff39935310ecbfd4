"""Tables of the notify service; whoever adds a subject lists its tables here, and Alembic knows them."""

from services.notify.models.base import Base
from services.notify.models.mirror import (
    BlockRow,
    CalendarDayRow,
    CalendarYearRow,
    ClockRow,
    TaskRow,
    TaskUnitRow,
    UnitRow,
)
from services.notify.models.notices import InboxRow, NoticeRow
from services.notify.models.parcels import DeliveryRow, ParcelRow
from services.notify.models.rules import RulebookRow

__all__ = [
    "Base",
    "BlockRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "ClockRow",
    "DeliveryRow",
    "InboxRow",
    "NoticeRow",
    "ParcelRow",
    "RulebookRow",
    "TaskRow",
    "TaskUnitRow",
    "UnitRow",
]
