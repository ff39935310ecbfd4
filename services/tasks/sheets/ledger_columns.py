"""The columns of the 督办台账: those of the printed sheet, and those of the data sheet that can be imported again.

Left out, as this ledger does not hold them: 责任领导, 责任人及电话 (names and numbers stay in the gateway's vault) and
扣分 (scores are the metrics service's).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_sources import LEVELS, source_word
from services.tasks.ledger.kinds import kind_of
from services.tasks.sheets.domain_cells import chinese_date
from services.tasks.sheets.domain_fit import fit
from services.tasks.sheets.domain_words import LIGHT_WORDS
from services.tasks.sheets.records import Record, is_by_hand
from services.tasks.sheets.repository import instant_day
from services.tasks.sheets.writing import Written

ONGOING, NO_DATE = "长期", "未定"
Look = Literal["centre", "left", "light", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its width in units of the format, what stands in it, and how it looks."""

    header: str
    width: float
    value: Callable[[Record], Written]
    look: Look = "left"

    def printed(self, record: Record) -> Written:
        """Give what stands in the printed sheet: as much as fits."""
        value = self.value(record)
        return fit(value, self.width) if isinstance(value, str) else value


def _source(record: Record) -> str:
    """Say where a task comes from, with its paper's number or its plan and its number there."""
    if record.plan_title:
        number = "" if is_by_hand(record.task) else f"第{record.task.number}项"
        return f"《{record.plan_title}》{number}"
    return " ".join(filter(None, (source_word(record.task.source), record.task.source_ref)))


def _due(record: Record) -> str:
    if record.due_on:
        return chinese_date(record.due_on)
    return ONGOING if record.task.ongoing else NO_DATE


def _extensions(record: Record) -> str:
    if not record.extensions:
        return "0"
    original = f"（原{chinese_date(record.original_due_on)}）" if record.original_due_on else ""
    return f"{record.extensions}{original}"


def _state(record: Record) -> str:
    return kind_of(record.task.kind).state_word(State(record.task.state))


def _light(record: Record) -> str:
    return LIGHT_WORDS.get(record.light, record.light)


def _level(record: Record) -> str:
    return LEVELS.get(record.task.level, record.task.level)


def _remarks(record: Record) -> str:
    task = record.task
    assumed = "第一责任单位代行牵头" if task.answering_assumed else ""
    ongoing = "持续推进" if task.ongoing and task.deadline else ""
    return "；".join(filter(None, (assumed, ongoing, task.follow_up, task.stage_note)))


def _reported(record: Record) -> date | None:
    return instant_day(record.report.at) if record.report else None


def _term(record: Record) -> Written:
    return ONGOING if record.term.ongoing else record.term.day


def _note(record: Record) -> str:
    return record.report.note if record.report else ""


def _problem(record: Record) -> str:
    return record.report.problem if record.report else ""


def _next_step(record: Record) -> str:
    return record.report.next_step if record.report else ""


# 序号 goes before these.
PRINTED: tuple[Column, ...] = (
    Column("督办编号", 11, lambda record: record.code, "centre"),
    Column("事项名称", 22, lambda record: record.task.title),
    Column("任务来源", 13, _source),
    Column("立项时间", 10.5, lambda record: chinese_date(record.registered_on), "centre"),
    Column("主要内容/批示", 32, lambda record: record.body),
    Column("牵头单位", 11, lambda record: record.named("lead")),
    Column("责任单位", 11, lambda record: record.named("responsible")),
    Column("协办单位", 11, lambda record: record.named("cooperating")),
    Column("办理时限", 10.5, _due, "centre"),
    Column("任务级别", 5.5, _level, "centre"),
    Column("周期", 5.5, lambda record: record.cadence, "centre"),
    Column("办理状态", 6.5, _state, "centre"),
    Column("完成比例", 6, lambda record: f"{record.task.progress}%", "centre"),
    Column("进展情况", 24, _note),
    Column("存在问题", 14, _problem),
    Column("下一步", 14, _next_step),
    Column("亮灯", 6, _light, "light"),
    Column("延期次数", 9, _extensions, "centre"),
    Column("反馈时间", 10.5, lambda record: chinese_date(_reported(record)), "centre"),
    Column("审核意见", 11, lambda record: record.opinion),
    Column("销号时间", 10.5, lambda record: chinese_date(instant_day(record.task.closed_at)), "centre"),
    Column("备注", 11, _remarks),
)
DATA: tuple[Column, ...] = (
    Column("督办编号", 16, lambda record: record.code),
    Column("事项名称", 40, lambda record: record.task.title),
    Column("事项类型", 14, lambda record: kind_of(record.task.kind).word),
    Column("任务来源", 12, lambda record: source_word(record.task.source)),
    Column("来源文号", 18, lambda record: record.task.source_ref),
    Column("所属方案", 30, lambda record: record.plan_title),
    Column("方案内序号", 10, lambda record: "" if is_by_hand(record.task) else record.task.number),
    Column("立项时间", 14, lambda record: record.registered_on, "date"),
    Column("主要内容", 50, lambda record: record.body),
    Column("牵头单位", 18, lambda record: record.named("lead")),
    Column("责任单位", 18, lambda record: record.named("responsible")),
    Column("协办单位", 18, lambda record: record.named("cooperating")),
    Column("办理时限", 14, _term, "date"),
    Column("任务级别", 9, _level),
    Column("现时限", 14, lambda record: record.due_on, "date"),
    Column("原定时限", 14, lambda record: record.original_due_on, "date"),
    Column("延期次数", 9, lambda record: record.extensions),
    Column("周期", 9, lambda record: record.cadence),
    Column("办理状态", 9, _state),
    Column("亮灯", 9, _light),
    Column("完成比例", 9, lambda record: record.task.progress),
    Column("进展情况", 40, _note),
    Column("存在问题", 24, _problem),
    Column("下一步", 24, _next_step),
    Column("反馈时间", 14, _reported, "date"),
    Column("审核意见", 20, lambda record: record.opinion),
    Column("报审时间", 14, lambda record: instant_day(record.task.submitted_at), "date"),
    Column("销号时间", 14, lambda record: instant_day(record.task.closed_at), "date"),
    Column("备注", 24, _remarks),
    Column("版本", 7, lambda record: record.task.revision),
)
