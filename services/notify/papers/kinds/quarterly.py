"""季度通报: to all units; how each stands, who is named for what, what is demanded next."""

from services.notify.papers.domain_content import Content, Line, Table
from services.notify.papers.domain_words import (
    Names,
    as_of,
    due_sentence,
    lights_sentence,
    measures_sentence,
    period_word,
    quoted,
    some_of,
    why,
)
from services.notify.papers.kinds.kind import PaperKind
from services.notify.papers.kinds.matters import blocked_lines, goal_lines, numbered
from services.notify.papers.kinds.sheets import COUNTING, lagging_sheet, plans_sheet, units_sheet, units_table
from shared.events.summaries import SummaryCompiled

MOST_LINES, MOST_UNITS = 10, 12
NEXT_STEPS = (
    "（一）压实责任。各牵头单位主要负责人对逾期事项亲自调度，倒排时间节点，逐项销账。",
    "（二）规范延期。确因客观原因不能按期完成的，须在到期之前申请延期，不得到期后补报。",
    "（三）加强协同。涉及其他单位制约的事项，相关单位应主动配合，及时解决堵点。",
)


def write(summary: SummaryCompiled, names: Names) -> Content:
    """Write the bulletin of a quarter."""
    return Content(
        mast="督查通报",
        title=f"关于{period_word(summary)}\n督办事项办理情况的通报",
        addressees="各有关单位：",
        body=(
            Line(text=f"现将{period_word(summary)}督办事项办理情况通报如下。"),
            Line(kind="h1", text="一、总体情况"),
            *_overview(summary),
            Line(kind="h1", text="二、各单位情况"),
            Line(
                text=f"各单位作为第一牵头（责任）单位承担的事项办理情况见下表，按台账顺序排列，不作排名。{COUNTING}。"
            ),
            units_table(summary, names),
            Line(kind="h1", text="三、存在问题"),
            *_problems(summary, names),
        ),
        next_heading="四、下一步要求",
        next_steps=NEXT_STEPS,
        annexes=(units_sheet(summary, names), lagging_sheet(summary, names), plans_sheet(summary)),
        copied_to="管委会领导，各分管领导。",
    )


def _overview(summary: SummaryCompiled) -> list[Line]:
    totals = summary.totals
    text = (
        f"{as_of(summary)}，台账共有督办事项{totals.tasks}项，已完成{totals.done}项，其中本季度完成{summary.finished}项。"
        f"{due_sentence(totals)}{lights_sentence(totals)}"
    )
    return [Line(text=text), Line(text=f"本季度批准延期{summary.extended}项次。{measures_sentence(summary)}")]


def _problems(summary: SummaryCompiled, names: Names) -> list[Line | Table]:
    found = (
        ("部分事项逾期未完成。", _overdue(summary, names)),
        ("部分事项受阻。", blocked_lines(summary, names, MOST_LINES)),
        ("部分阶段目标未达成或有风险。", goal_lines(summary, MOST_LINES)),
    )
    lines: list[Line | Table] = []
    for number, (heading, said) in enumerate([one for one in found if one[1]]):
        lines += [Line(kind="h2", text=f"（{'一二三'[number]}）{heading}"), *said]
    return lines or [Line(text="本季度没有逾期未完成、受阻的事项，阶段目标正常推进。")]


def _overdue(summary: SummaryCompiled, names: Names) -> list[Line]:
    units = sorted((one for one in summary.units if one.overdue), key=lambda one: -one.overdue)
    if not units:
        return []
    named = some_of(
        [f"{names.unit(one.unit_id)}{one.overdue}项" for one in units], MOST_UNITS, counter="个单位"
    )
    worst = [one for one in summary.lagging if one.reason == "overdue"]
    said = [
        f"{quoted(names.task(one.task_id))}（{names.unit(one.unit_id)}）：{why(one)}，进度{one.progress}%。"
        for one in worst
    ]
    text = f"逾期未完成{summary.totals.overdue}项，涉及{named}。主要有："
    return [Line(text=text), *numbered(said, MOST_LINES, "项逾期事项")]


KIND = PaperKind(id="quarterly", word="季度通报", write=write)
