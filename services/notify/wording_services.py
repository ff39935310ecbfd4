"""Puts a notice about a service 办件 into words: its number and what is known of its limit, nothing of who applied."""

from datetime import datetime

from services.notify.domain import PlannedRung
from services.notify.monitoring.domain import Service
from services.notify.wording import day_text, rung_text


def service_text(
    rung: PlannedRung, service: Service, *, due_at: datetime, late_at: datetime | None = None
) -> str:
    """Write one notice in one or two Chinese sentences."""
    named = f"办件{service.project_no or service.service_id}"
    if service.completed_at is not None and rung.rung == "overdue":
        done, limit = day_text(service.completed_at), day_text(due_at)
        text = f"【超时通报】{named}办理时限为{limit}，已于{done}超时办结，请说明原因。"
    else:
        text = rung_text(rung, named, due_at=due_at, late_at=late_at)
    if service.unit is None:
        text += f"（办理单位代码{service.unit_code or '为空'}未登记，请核对后在单位信息中补登）"
    return text
