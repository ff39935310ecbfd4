"""What may happen to the service 办件 of a timeline, and what of it is seen."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from services.notify.models import ClockRow
from shared.events import Event
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed
from shared.events.supervision import UnitRegistered
from tests.notify.made import adopt_shipped_rules
from tests.notify.timeline.life import NAMES, Life
from tests.notify.timeline.steps import Deed, instant

SERVICE, CODE = "s1:370123", "113701230000000011"
TEN: Mapping[str, Any] = {"promised": 10, "promised_unit": "workdays"}


def accepted(when: str, service_id: str = SERVICE, **changes: Any) -> ServiceAccepted:  # noqa: ANN401 - its fields.
    """受理 at an instant; a promise of ten working days unless the test says otherwise."""
    said = {
        "service_id": service_id,
        "source_id": "s1",
        "project_no": "370123",
        "unit_code": CODE,
        "kind": "promised",
    }
    made = {**said, **TEN, "accepted_at": instant(when), "scheme": "gbt39046", **changes}
    return ServiceAccepted.model_validate(made)


def paused(when: str, number: int = 1) -> ServicePaused:
    """特别程序 begins."""
    at = instant(when)
    return ServicePaused(service_id=SERVICE, number=number, reason="special_procedure", paused_at=at)


def resumed(when: str, number: int = 1) -> ServiceResumed:
    """It ends."""
    return ServiceResumed(service_id=SERVICE, number=number, resumed_at=instant(when))


def completed(when: str, service_id: str = SERVICE) -> ServiceCompleted:
    """办结."""
    return ServiceCompleted(service_id=service_id, completed_at=instant(when))


def unit_with(code: str = CODE, unit_id: str = "zjj") -> UnitRegistered:
    """Say that a unit has a code."""
    return UnitRegistered(unit_id=unit_id, name=NAMES[unit_id], kind="department", codes=(code,))


def heard(*events: Event) -> Deed:
    """The feed says something now."""

    async def happen(life: Life) -> None:
        await life.tell(*events)

    return happen


async def begin(life: Life, when: str, *events: Event, known: bool = True) -> None:
    """Load the rules, the units and, unless it is not known, whose code it is; then hear of the service."""
    life.clock.instant = instant(when)
    await adopt_shipped_rules(life.db)
    await life.hold_posts()
    if known:
        await life.tell(unit_with())
    await life.tell(*events)
    await life.drill.run(life.clock.instant)


async def clocks(life: Life) -> list[str]:
    """Name the services whose clocks are kept."""
    async with life.db.reading() as session:
        return list(await session.scalars(select(ClockRow.task_id)))
