"""Puts a notice into words for the officials who get it; pure text, no personal data."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from services.notify.domain import PlannedRung
from services.notify.domain_parcels import runs_in_hours
from services.notify.domain_steps import Happening, Step
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
    "service": "办件",
    "approval_result": "待认领审批结果",
}


def notice_text(
    rung: PlannedRung, *, kind: str, title: str, due_at: datetime, late_at: datetime | None = None
) -> str:
    """Write one notice in one or two Chinese sentences; one that is told late counts what is left from `late_at`."""
    task = f"{KINDS.get(kind, '督办事项')}《{title}》"
    return rung_text(rung, task, due_at=due_at, late_at=late_at)


def rung_text(rung: PlannedRung, named: str, *, due_at: datetime, late_at: datetime | None = None) -> str:
    """Write what a rung says about something that is already named."""
    task = f"{named}办理时限为{_minute(due_at) if runs_in_hours(due_at) else day_text(due_at)}"
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


RUNG_WORDS = {
    "overdue": "超时通报",
    "due": "到时提醒",
    "warned": "提前预警",
    "asked": "进展报送",
    "unserved": "订阅停用",
    Step.PLATE: "挂牌督办",
    Step.CIRCULAR: "书面通报",
    Step.TALK: "约谈",
    Step.URGE: "催办",
    Step.RETURNED: "退回重办",
    Step.INSTRUCTED: "再次交办",
    Step.REASSIGNED: "改派",
    Step.EXTENSION: "延期批复",
}
CLOCKS = {
    "sign": "签收",
    "report": "报告",
    "answer": "首次答复",
    "contact": "联系诉求人",
    "finish": "办结",
    "plate": "摘牌",
    "rectify": "整改",
    "call_back": "回访",
    "service": "办件",
    "claim": "认领",
    "month_report": "进展报送",
    "step": "办理动态",
    "subscription": "事件订阅",
}


def step_text(said: Happening, *, kind: str, title: str) -> str:
    """Tell of a step beside the deadlines in one Chinese sentence."""
    task = f"{KINDS.get(kind, '督办事项')}《{title}》"
    until = of_day(said.until) if said.until else ""
    by = f"，请于{until}前办结摘牌" if until else "，请立即整改，限期办结"
    texts = {
        Step.PLATE: f"{task}已列为挂牌督办事项{by}。",
        Step.CIRCULAR: f"{task}的办理情况已作书面通报，请对照通报逐项整改并报告结果。",
        Step.TALK: f"因{task}的办理情况，决定约谈承办单位，请按督查室通知的时间参加。",
        Step.URGE: f"督查室现对{task}予以催办，请抓紧办理并填报进展。",
        Step.RETURNED: f"{task}未通过审核，已退回重办，请按审核意见补充办理后重新报审。",
        Step.INSTRUCTED: f"{task}已再次交办，请重新签收并抓紧办理。",
        Step.REASSIGNED: f"{task}已改派贵单位承办，请及时签收。",
        Step.EXTENSION: _answered(task, CLOCKS.get(said.clock, said.clock), until),
    }
    if said.unit and said.step is Step.RETURNED:
        texts[Step.RETURNED] = f"贵单位承办的{task}部分未通过牵头单位审核，已退回重办，请补充办理后重新报送。"
    return f"【{RUNG_WORDS[said.step]}】{texts[said.step]}"


def _answered(task: str, clock: str, until: str) -> str:
    asked = f"{task}{clock}时限的延期申请"
    if until:
        return f"{asked}已获批准，时限延至{until}，请按期办理。"
    return f"{asked}未获批准，时限不变，请按期办理。"


def ask_text(*, kind: str, title: str, period: str, due_at: datetime) -> str:
    """Ask for the report of a month (`2023-06`) in one Chinese sentence."""
    year, month = (int(part) for part in period.split("-"))
    task = f"{KINDS.get(kind, '督办事项')}《{title}》"
    return f"【进展报送】请于{day_text(due_at)}前报送{task}{year}年{month}月进展情况。"


def unserved_text(name: str, *, gone: bool) -> str:
    """Tell the owner of a subscription in two Chinese sentences that it is served no more, and what to do."""
    why = "接收方答复不再接收" if gone else "接收方连续多日无法送达，或其专用流被改动"
    return (
        f"【订阅停用】事件订阅“{name}”因{why}，已停止投递。其间的事件均已留存；"
        f"请核对接收系统后，请运维恢复该订阅（duban subscription resume {name}），将从停止处续投。"
    )


def digest_text(letters: Sequence[tuple[str, str]]) -> str:
    """Write one message of several notices, each as rung and text: how many of which, then a line for each."""
    rungs = Counter(RUNG_WORDS[rung] for rung, _ in letters)
    counts = "、".join(f"{word}{count}条" for word, count in rungs.items())
    lines = (f"{number}. {text}" for number, (_, text) in enumerate(letters, 1))
    return "\n".join((f"督办提醒共{len(letters)}条：{counts}。", *lines))


def day_text(instant: datetime) -> str:
    """Write the day of an instant in Shanghai."""
    return of_day(local_date(instant))


def of_day(day: date) -> str:
    """Write a day."""
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(instant: datetime) -> str:
    return f"{day_text(instant)}{instant.astimezone(SHANGHAI):%H:%M}"
