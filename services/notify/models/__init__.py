"""Tables of the notify service; whoever adds a subject lists its tables here, and Alembic knows them."""

from services.notify.models.base import Base
from services.notify.models.contacts import LeaveRow, PersonRouteRow, PersonRow, PostRow
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
from services.notify.models.papers import AnchorRow, InstructionRow, PaperRow
from services.notify.models.parcels import CallRow, DeliveryRow, ParcelRow
from services.notify.models.proof import RunRow
from services.notify.models.quiet import ReplyRow, SilenceRow
from services.notify.models.rules import RulebookRow
from services.notify.models.services import ServicePauseRow, ServiceRow, UnitCodeRow

__all__ = [
    "AnchorRow",
    "Base",
    "BlockRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "CallRow",
    "ClockRow",
    "DeliveryRow",
    "InboxRow",
    "InstructionRow",
    "LeaveRow",
    "NoticeRow",
    "PaperRow",
    "ParcelRow",
    "PersonRouteRow",
    "PersonRow",
    "PostRow",
    "ReplyRow",
    "RulebookRow",
    "RunRow",
    "ServicePauseRow",
    "ServiceRow",
    "SilenceRow",
    "TaskRow",
    "TaskUnitRow",
    "UnitCodeRow",
    "UnitRow",
]
