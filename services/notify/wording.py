"""Puts a notice into words for the officials who get it; pure text, no personal data."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.notify.domain import PlannedRung
from services.notify.domain_parcels import runs_in_hours
from shared.clock import SHANGHAI, local_date

KINDS = {
    "action": "重点任务",
    "instruction": "交办事项",
    "project": "重点项目",
    "problem": "问题",
    "rectification": "差评整改",
    "order": "工单",
    "request": "企业诉求",
    "arrears": "欠款",
    "duty": "例行事项",
    "promise": "承诺事项",
    "approval": "工程审批督办件",
}


def notice_text(
    rung: PlannedRung, *, kind: str, title: str, due_at: datetime, late_at: datetime | None = None
) -> str:
    """Write one notice in one or two Chinese sentences; one that is told late counts what is left from `late_at`."""
    limit = _minute(due_at) if runs_in_hours(due_at) else _day(due_at)
    task = f"{KINDS.get(kind, '督办事项')}《{title}》办理时限为{limit}"
    left = _left(rung, due_at) if late_at is None else _left_late(rung, due_at, late_at)
    said = {
        "warned": f"【提前预警】{task}，{left}，请抓紧办理。",
        "due": f"【到时提醒】{task}，请按时办结。",
        "overdue": f"【超时通报】{task}，已超时{rung.offset_days}个工作日（第{rung.occurrence}次通报），请立即办理。",
    }[rung.rung]
    return f"{said}（补发：应于{_minute(rung.planned_at)}发出）" if late_at is not None else said


def _left(rung: PlannedRung, due_at: datetime) -> str:
    """Say how much is left at a warning, in the unit in which its limit is counted."""
    if rung.unit == "hours":
        return _hours_left(rung.planned_at, due_at)
    if rung.unit == "workdays":
        return f"还有{-rung.offset_days}个工作日到期"
    # Not the rung's own number: a warning that would fall on a day off goes out earlier, with more days left.
    return _days_left(rung.planned_at, due_at)


def _left_late(rung: PlannedRung, due_at: datetime, late_at: datetime) -> str:
    """Say how much is left when a warning is told late, in hours or natural days."""
    if late_at > due_at:
        return "现已过时限"
    return _hours_left(late_at, due_at) if rung.unit == "hours" else _days_left(late_at, due_at)


def _hours_left(now: datetime, due_at: datetime) -> str:
    hours = f"{(due_at - now).total_seconds() / 3600:.1f}".removesuffix(".0")
    return f"还有{hours}小时到期"


def _days_left(now: datetime, due_at: datetime) -> str:
    days = (local_date(due_at) - local_date(now)).days
    return f"还有{days}天到期" if days else "今日到期"


def blocked_text(blocker: str) -> str:
    """Say to the units of a blocker, in one Chinese sentence, why they are told about somebody else's task."""
    return f"该事项受阻于贵单位承办的《{blocker}》，请先行解决。"


RUNG_WORDS = {"overdue": "超时通报", "due": "到时提醒", "warned": "提前预警", "asked": "进展报送"}


def ask_text(*, kind: str, title: str, period: str, due_at: datetime) -> str:
    """Ask for the report of a month (`2023-06`) in one Chinese sentence."""
    year, month = (int(part) for part in period.split("-"))
    task = f"{KINDS.get(kind, '督办事项')}《{title}》"
    return f"【进展报送】请于{_day(due_at)}前报送{task}{year}年{month}月进展情况。"


def digest_text(letters: Sequence[tuple[str, str]]) -> str:
    """Write one message of several notices, each as rung and text: how many of which, then a line for each."""
    rungs = Counter(RUNG_WORDS[rung] for rung, _ in letters)
    counts = "、".join(f"{word}{count}条" for word, count in rungs.items())
    lines = (f"{number}. {text}" for number, (_, text) in enumerate(letters, 1))
    return "\n".join((f"督办提醒共{len(letters)}条：{counts}。", *lines))


def _day(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def _minute(instant: datetime) -> str:
    return f"{_day(instant)}{instant.astimezone(SHANGHAI):%H:%M}"
