"""领导专报: one page a week; what is red, why, who, and which decision is wanted."""

from services.notify.papers.domain_content import Column, Content, Line, Table
from services.notify.papers.domain_words import (
    MEASURES,
    Names,
    chinese_date,
    period_word,
    quoted,
    rate,
    short,
    why,
)
from services.notify.papers.kinds.kind import PaperKind
from services.notify.papers.kinds.sheets import lagging_sheet, units_sheet
from shared.clock import local_date
from shared.events.summaries import LaggingTask, SummaryCompiled

MOST_ROWS = 5  # Of two lines each: what one page holds beside the rest.
LINES = 3  # Of the section that people edit.
NEXT_STEPS = ("请对需决定事项作出批示；督查室按批示立项交办，下周专报反馈落实情况。",)
COLUMNS = (
    Column(header="红灯事项", width=50, align="left"),
    Column(header="为什么", width=30),
    Column(header="谁负责", width=32, align="left"),
    Column(header="请领导决定", width=44, align="left"),
)
LIMITS = (22, 12, 14, 20)  # Characters of each column on two lines.


def write(summary: SummaryCompiled, names: Names) -> Content:
    """Write the page of a week."""
    return Content(
        mast="领导专报",
        title="督办事项一周情况",
        body=(
            Line(text=_overview(summary)),
            Line(kind="h1", text=f"一、红灯事项{_how_many(summary)}"),
            _red(summary, names),
        ),
        next_heading="二、请示事项",
        next_steps=NEXT_STEPS,
        annexes=(lagging_sheet(summary, names), units_sheet(summary, names)),
        upward=True,
        one_page=True,
    )


def _overview(summary: SummaryCompiled) -> str:
    totals, last = summary.totals, local_date(summary.as_of)
    return (
        f"{period_word(summary)}完成{summary.finished}项。至{last.month}月{last.day}日，"
        f"{totals.tasks}项中已完成{totals.done}项；到期{totals.due}项，按期率{rate(totals)}；"
        f"红灯{totals.red}项、黄灯{totals.yellow}项，阶段目标告急{len(summary.goals)}个。"
    )


def _how_many(summary: SummaryCompiled) -> str:
    red = summary.totals.red
    return f"（下列{MOST_ROWS}项等{red}项，详见附件）" if red > MOST_ROWS else f"（{red}项）"


def _red(summary: SummaryCompiled, names: Names) -> Line | Table:
    if not summary.lagging:
        return Line(text="没有红灯事项。")
    blockers = {one.task_id: names.task(one.by) for one in summary.blocked}
    said = (
        (
            names.task(one.task_id),
            f"受阻于{quoted(blockers[one.task_id], 6)}" if one.task_id in blockers else why(one),
            names.unit(one.unit_id),
            _wanted(summary, one),
        )
        for one in summary.lagging[:MOST_ROWS]
    )
    rows = tuple(tuple(short(text, most) for text, most in zip(row, LIMITS, strict=True)) for row in said)
    return Table(columns=COLUMNS, rows=rows)


def _wanted(summary: SummaryCompiled, task: LaggingTask) -> str:
    for extension in summary.extensions:
        if extension.task_id == task.task_id:
            return f"是否同意延期至{chinese_date(extension.wanted_on)}"
    for measure in summary.proposed:
        if measure.task_id == task.task_id:
            return f"是否{MEASURES.get(measure.measure, measure.measure)}"
    if any(one.task_id == task.task_id for one in summary.blocked):
        return "请协调解决堵点"
    return "请责成限期完成"


KIND = PaperKind(id="weekly", word="领导专报", write=write, lines=LINES)
