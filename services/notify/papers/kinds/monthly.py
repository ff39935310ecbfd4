"""月调度材料: for the monthly meeting; what lags, what is blocked, what needs a decision. It is not scored."""

from services.notify.papers.domain_content import Column, Content, Line, Table
from services.notify.papers.domain_words import (
    Names,
    as_of,
    chinese_date,
    due_sentence,
    lights_sentence,
    measures_sentence,
    period_word,
    short,
    why,
)
from services.notify.papers.kinds.kind import PaperKind
from services.notify.papers.kinds.matters import blocked_lines, decision_lines, goal_lines
from services.notify.papers.kinds.sheets import lagging_sheet, plans_sheet, units_sheet
from shared.events.summaries import SummaryCompiled

MOST_ROWS, MOST_LINES = 15, 12  # What a meeting reads; the rest stands in the annex.
NEXT_STEPS = (
    "（一）滞后事项由牵头单位逐项说明原因，明确完成时间，于会后3个工作日内书面报送。",
    "（二）受阻事项由造成阻塞的事项牵头单位提出解决办法，确需协调的提请会议研究。",
    "（三）会议决定事项由督查室立项交办，纳入下月调度。",
)


def write(summary: SummaryCompiled, names: Names) -> Content:
    """Write the material of a month."""
    month = period_word(summary)
    return Content(
        mast="月调度材料",
        title=f"{month}督办事项调度材料",
        body=(
            Line(kind="h1", text="一、总体情况"),
            *_overview(summary),
            Line(kind="h1", text="二、滞后事项"),
            *_lagging(summary, names),
            Line(kind="h1", text="三、受阻事项"),
            *(blocked_lines(summary, names, MOST_LINES) or [Line(text="本月末没有受其他事项制约的事项。")]),
            Line(kind="h1", text="四、需会议研究决定的事项"),
            *_decisions(summary, names),
        ),
        next_heading="五、下一步工作",
        next_steps=NEXT_STEPS,
        annexes=(lagging_sheet(summary, names), units_sheet(summary, names), plans_sheet(summary)),
        upward=True,
    )


def _overview(summary: SummaryCompiled) -> list[Line]:
    totals = summary.totals
    text = (
        f"{as_of(summary)}，台账共有督办事项{totals.tasks}项，已完成{totals.done}项，其中本月完成{summary.finished}项。"
        f"{due_sentence(totals)}{lights_sentence(totals)}本月批准延期{summary.extended}项次。{measures_sentence(summary)}"
    )
    return [Line(text=text), Line(text="本材料供月调度会议使用，不作为考核计分依据。")]


def _lagging(summary: SummaryCompiled, names: Names) -> list[Line | Table]:
    if not summary.lagging:
        return [Line(text="本月末没有红灯事项。")]
    shown = summary.lagging[:MOST_ROWS]
    columns = (
        Column(header="序号", width=11),
        Column(header="事项", width=48, align="left"),
        Column(header="牵头单位", width=30, align="left"),
        Column(header="办理时限", width=30),
        Column(header="原因", width=24),
        Column(header="进度", width=13),
    )
    rows = tuple(
        (
            number,
            short(names.task(one.task_id), 28),
            names.unit(one.unit_id),
            chinese_date(one.due_on),
            why(one),
            f"{one.progress}%",
        )
        for number, one in enumerate(shown, 1)
    )
    rest = summary.totals.red - len(shown)
    tail = f"，下表列出逾期最久的{len(shown)}项，其余{rest}项见附件1" if rest else ""
    return [Line(text=f"红灯事项共{summary.totals.red}项{tail}。"), Table(columns=columns, rows=rows)]


def _decisions(summary: SummaryCompiled, names: Names) -> list[Line]:
    lines: list[Line] = []
    if goals := goal_lines(summary, MOST_LINES):
        lines += [Line(kind="h2", text="（一）阶段目标"), *goals]
    if decisions := decision_lines(summary, names, MOST_LINES):
        heading = "（二）延期申请和督办措施" if goals else "（一）延期申请和督办措施"
        lines += [Line(kind="h2", text=heading), *decisions]
    return lines or [Line(text="本月没有需会议研究决定的事项。")]


KIND = PaperKind(id="monthly", word="月调度材料", write=write)
