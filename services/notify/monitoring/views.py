"""Services as JSON, each with all that its limit rests on and what was told about it."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository as mirror
from services.notify.models import ServiceRow
from services.notify.monitoring import repository, repository_reading
from services.notify.monitoring.domain import Service, State, standing
from services.notify.monitoring.wording import explained
from shared.workdays import WorkCalendar


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PauseView(_View):
    """A pause; `resumed_at` None while it goes on."""

    number: int
    reason: str
    paused_at: datetime
    resumed_at: datetime | None


class ServiceNoticeView(_View):
    """What was told about a service."""

    id: str
    rung: str
    occurrence: int
    due_at: datetime
    recipient: str
    planned_at: datetime
    decided_at: datetime
    late: bool
    text: str


class ServiceView(BaseModel):
    """A service 办件: 受理, promise, pauses, and how its due instant was computed of these.

    Attributes:
        state: `open`, `overdue`, `paused`, `unlimited`, `completed` or `completed_late`.
        unit: Who answers for its code; None where no unit has that.
        stated_on: The last day that the source itself states.
        unpaused_on: The last day if there had been no pause.
        provisional: `due_at` was counted into a year without an official calendar.
    """

    service_id: str
    project_no: str
    source_id: str
    unit_code: str
    unit: str | None
    item_code: str
    kind: str
    state: str
    accepted_at: datetime | None
    promised: int | None
    promised_unit: str | None
    stated_on: date | None
    pauses: list[PauseView]
    due_at: datetime | None
    unpaused_on: date | None
    provisional: bool
    basis: str
    explanation: str
    completed_at: datetime | None
    notices: list[ServiceNoticeView]


async def views_of(session: AsyncSession, rows: Sequence[ServiceRow], now: datetime) -> list[ServiceView]:
    """Show services as their facts stand now."""
    subjects = [row.subject for row in rows]
    calendar = await mirror.calendar(session)
    services = await repository.known_services(session, subjects)
    pauses = await repository_reading.pauses_of(session, subjects)
    notices = await repository_reading.notices_of(session, subjects)
    return [
        _view(row, services[row.subject], calendar, now).model_copy(
            update={
                "pauses": [PauseView.model_validate(one) for one in pauses.get(row.subject, ())],
                "notices": [ServiceNoticeView.model_validate(one) for one in notices.get(row.subject, ())],
            }
        )
        for row in rows
    ]


def _view(row: ServiceRow, service: Service, calendar: WorkCalendar, now: datetime) -> ServiceView:
    stands = standing(service, calendar)
    due = stands.due
    overdue = stands.state is State.OPEN and due.due_at is not None and due.due_at < now
    return ServiceView(
        service_id=row.service_id,
        project_no=row.project_no,
        source_id=row.source_id,
        unit_code=row.unit_code,
        unit=service.unit,
        item_code=row.item_code,
        kind=row.kind,
        state="overdue" if overdue else stands.state.value,
        accepted_at=row.accepted_at,
        promised=row.promised,
        promised_unit=row.promised_unit,
        stated_on=row.due_on,
        pauses=[],
        due_at=due.due_at,
        unpaused_on=due.unpaused_on,
        provisional=due.provisional,
        basis=due.basis.value,
        explanation=explained(service, stands),
        completed_at=row.completed_at,
        notices=[],
    )
