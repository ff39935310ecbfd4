"""Says in Chinese how the limit of a service came about, so that whoever is told of it can count it again."""

from services.notify.monitoring.domain import Service, Standing, State
from services.notify.wording import day_text, of_day
from shared.clock import local_date
from shared.service_limits import Basis

UNITS = {"days": "日", "workdays": "个工作日", "months": "个月", "years": "年"}
WITHOUT = {
    Basis.UNSTATED: "来源未载明承诺时限，不计时",
    Basis.OUT_OF_RANGE: "来源载明的时限超出一百年，视为无效，不计时",
}


def explained(service: Service, stands: Standing) -> str:
    """Explain in one Chinese sentence when a service is due and why, or why it is not."""
    due = stands.due
    if stands.state is State.UNHEARD:
        return "尚未收到受理信息，不计时"
    if due.unpaused_on is None:
        return WITHOUT[due.basis]
    parts = [_promised(service), f"应于{of_day(due.unpaused_on)}前办结"]
    last = local_date(due.due_at) if due.due_at else None
    if last is None:
        since = max(one.start for one in service.pauses if one.end is None)
        parts.append(f"{day_text(since)}起暂停，恢复后顺延")
    elif last != due.unpaused_on:
        parts.append(f"当日终了时仍在暂停的日子不计，顺延至{of_day(last)}")
    if due.provisional and last is not None:
        parts.append(f"{last.year}年放假安排未公布，此为暂定")
    return "，".join(parts)


def _promised(service: Service) -> str:
    promise = service.promise
    if promise.due_on is not None:
        return "按来源载明的期限"
    if promise.amount is not None and promise.unit is not None:
        return f"承诺{promise.amount}{UNITS[promise.unit]}，自受理次日起算，末日遇休息日顺延"
    return "即办件，受理当日办结，遇休息日顺延至下一工作日"
