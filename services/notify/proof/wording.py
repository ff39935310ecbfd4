"""Puts a proof into the words of officials: why each notice was or was not sent, what became of it, what is missing."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.domain import SUPERVISION_OFFICE
from services.notify.domain_limits import WORKDAYS, Counted
from services.notify.proof.domain import Downtime, Flaw, Problem
from services.notify.proof.domain_gaps import Gap, Why
from services.notify.wording import CLOCKS, RUNG_WORDS
from shared.clock import SHANGHAI

POSTS = {"officer": "责任人", "leader": "责任领导", "overseer": "分管领导"}
VERDICTS = {
    "send": "按时作出",
    "send_late": "逾时补发",
    "skipped_before_recorded": "未发：该时点早于系统登记本时限",
    "held_inhibited": "未发：事项受阻，改为提醒阻塞事项的承办单位",
    "held_silenced": "未发：免打扰期间",
    "held_snoozed": "未发：收件方已设置稍后提醒",
    "held_acknowledged": "未发：收件方已知悉",
}
ANSWERS = {"acknowledged": "知悉", "snoozed": "稍后提醒"}
OUTSIDE = {"held_silenced": "免打扰设置只见于提醒记录，不入档案"}  # What held a notice back and is no event.
OUTCOMES = {
    "waiting": "待发送",
    "sending": "发送中",
    "sent": "已送达渠道",
    "refused": "渠道拒收",
    "failed": "发送失败",
    "unknown": "结果不明（服务中断），已用同一编号重发",
}
EXTENSIONS = {"": "待批复", "granted": "同意", "refused": "不同意", "withdrawn": "撤回", "void": "失效"}
FLAWS = {
    Flaw.NO_ARCHIVE: "档案暂时无法读取",
    Flaw.MISSING: "档案中没有这条提醒（刚作出的决定稍后才入档）",
    Flaw.UNRECORDED: "档案中有这条提醒，提醒记录中没有",
    Flaw.DOUBLED: "档案中有两条相同的提醒",
    Flaw.DIFFERENT: "提醒记录与档案不一致",
    Flaw.FORGED_KEY: "提醒编号与其内容不符",
    Flaw.ALTERED: "档案内容与其哈希不符",
    Flaw.RELINKED: "档案与前后条的哈希不连续",
    Flaw.UNREADABLE: "档案内容无法识别",
}


def minute(instant: datetime | None) -> str:
    """Write an instant as people read it; empty for none."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if instant else ""


def mailbox_name(mailbox: str, names: dict[str, str]) -> str:
    """Name a mailbox: a unit, a post in it, or the supervision office."""
    if mailbox == SUPERVISION_OFFICE:
        return "督查室"
    unit, _, post = mailbox.partition("/")
    return names.get(unit, unit) + POSTS.get(post, post)


def rung_text(rung: str, offset_days: int, occurrence: int, counted: Counted | None) -> str:
    """Name a rung with its place; warnings of a limit in hours go by a share of it and are not numbered."""
    word = RUNG_WORDS.get(rung, rung)
    if rung == "overdue":
        return f"{word}（第{occurrence}次）"
    if rung != "warned" or (counted and counted.in_hours):
        return word
    unit = "个工作日" if counted and counted.span == WORKDAYS else "天"
    return f"{word}（提前{-offset_days}{unit}）"


def outcome_text(outcome: str, instead_of: str) -> str:
    """Say what became of an attempt, and of which channel's failure it is the consequence."""
    word = OUTCOMES.get(outcome, outcome)
    return f"{word}（前一路线 {instead_of} 未能送出，改走此路线）" if instead_of else word


def answer_place(position: int | None) -> str:
    """Say where an answer stands in the archive, or that it is a record of notify alone."""
    return "答复只见于提醒记录，未见于档案" if position is None else f"答复见档案第{position}条"


def down_text(down: Downtime) -> str:
    """Say when the service was down."""
    return f"服务于{minute(down.begin)}至{minute(down.end)}中断"


def late_text(down: Downtime | None, *, unblocked: bool, behind: bool) -> str:
    """Say why a notice was decided after its time."""
    if down is not None:
        return f"{down_text(down)}，恢复后补发"
    if unblocked:
        return "事项受阻期间暂缓，解除后补发"
    return "督办数据未读完，超过等待上限后作出" if behind else "没有中断记录，因处理积压而迟"


def gap_text(gap: Gap) -> str:
    """Say why a planned rung has no notice."""
    if gap.why is Why.DOWN and gap.down is not None:
        return f"{down_text(gap.down)}，恢复前时限已停止或变更（或规则已变更），不再发出"
    return {
        Why.PENDING: "刚到时点，正在处理",
        Why.OVERTAKEN: "该时点时限或规则恰已停止或变更，不再发出",
    }.get(gap.why, "规则要求提醒，但没有记录：原因不明")


def problem_text(problem: Problem) -> str:
    """Say what does not verify."""
    where = "" if problem.flaw is Flaw.NO_ARCHIVE else f"（{problem.about}）"
    return f"{FLAWS[problem.flaw]}{where}" + (f"：{problem.detail}" if problem.detail else "")


def verdict_text(told: int, problems: Sequence[str], *, unexplained: int) -> str:
    """Say whether a page verifies and has gaps."""
    if problems:
        return f"未通过核验：{'；'.join(problems)}"
    gaps = f"但有{unexplained}处缺漏原因不明" if unexplained else "没有原因不明的缺漏"
    return f"核验通过：{told}条提醒均与档案一致，{gaps}"


def clock_word(clock: str) -> str:
    """Name a clock."""
    return CLOCKS.get(clock, clock)
