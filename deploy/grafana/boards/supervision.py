"""督办: the ledger by plan, unit and stage goal; measures, extensions, parts, projects, reminders."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import (
    BAD_FROM_ONE,
    COUNT,
    ON_TIME,
    RATIO,
    YUAN,
    bars,
    lines,
    listing,
    matrix,
    number,
    shares,
    stacked,
)
from deploy.grafana.queries import once, total, with_name, with_title
from deploy.grafana.words import EXTENSIONS, INVESTMENT, LIGHTS, MEASURES, RUNGS, STATES

PLAN = ("title", "方案")
UNIT = ("name", "单位")
TASKS = with_title(once("duban_tasks", "plan", "state"))
LIT = with_name(once("duban_tasks_by_unit", "unit", "light"))
PARTS = with_name(once("duban_parts", "unit", "state"))
OVERDUE = with_title(once("duban_tasks_overdue", "plan"))
ON_TIME_OF_PLANS = with_title(once("duban_tasks_on_time_ratio", "plan"))
REACHED = with_title(once("duban_stage_goal_ratio", "plan", "goal"))
WANTED = with_title(once("duban_stage_goal_target_ratio", "plan", "goal"))
PROJECTS = once("duban_projects", "stage", "node")

TASK_PANELS = [
    matrix(
        "任务：方案与状态",
        "各方案任务在办理各环节的数量。",
        f"sum by (title, state) ({TASKS})",
        row=PLAN,
        column="state",
    ).said(STATES),
    stacked("任务状态走势", "全部任务按状态堆叠。", COUNT, ("duban:tasks:count", "{{state}}"))
    .said(STATES)
    .sized(10, 12),
    bars(
        "超期最多的方案",
        "超期未办结任务最多的 10 个方案。",
        COUNT,
        (f"topk(10, {OVERDUE})", "{{title}}"),
    ).coloured(BAD_FROM_ONE),
    bars(
        "按期办结率",
        "按期办结数／应办结数；不足 5 项的方案显示为无数据（样本不足）。",
        RATIO,
        (f"sort({ON_TIME_OF_PLANS})", "{{title}}"),
    )
    .coloured(ON_TIME)
    .between(0, 1),
    lines(
        "到期与超期",
        "7 日内到期和超期未办结的任务数。",
        COUNT,
        ("duban:tasks_due:count", "7 日内到期"),
        ("duban:tasks_overdue:count", "超期未办结"),
    ),
    listing(
        "阶段目标：完成与要求",
        "范围内任务截至目标日（未到则截至现在）的完成比例，与方案要求的比例。",
        RATIO,
        {"已完成": f"sum by (title, goal) ({REACHED})", "要求": f"sum by (title, goal) ({WANTED})"},
        {"title": "方案", "goal": "阶段目标"},
    ).sized(12, 8),
]
UNIT_PANELS = [
    matrix(
        "亮灯：单位",
        "各单位牵头或责任的任务按灯色计数；配合的不计。",
        f"sum by (name, light) ({LIT})",
        row=UNIT,
        column="light",
    ).said(LIGHTS),
    matrix(
        "各单位承办部分",
        "未办结任务中各单位承办部分的办理状态。",
        f"sum by (name, state) ({PARTS})",
        row=UNIT,
        column="state",
    )
    .said(STATES)
    .sized(10, 12),
]
MEANS = [
    bars(
        "督办措施",
        "催办、约谈、书面通报、挂牌督办的件数（含已解除）。",
        COUNT,
        (f"sum by (measure) ({once('duban_measures', 'measure', 'state')})", "{{measure}}"),
    )
    .said(MEASURES)
    .sized(8, 8),
    shares(
        "延期申请",
        "延期申请按审批结果。",
        COUNT,
        (f"sum by (decision) ({once('duban_task_extensions', 'plan', 'decision')})", "{{decision}}"),
    ).said(EXTENSIONS),
    number(
        "重点项目",
        "清单上的重点项目，不含已取消。",
        COUNT,
        (total("duban_projects", "stage", "node"), "项目"),
    ),
    bars(
        "重点项目投资",
        "有年度计划的重点项目的投资额。",
        YUAN,
        (once("duban_project_investment_yuan", "kind"), "{{kind}}"),
    )
    .said(INVESTMENT)
    .sized(8, 8),
    bars("重点项目：批次与节点", "各批次重点项目所到的节点。", COUNT, (PROJECTS, "{{stage}} {{node}}")).sized(
        12, 8
    ),
    stacked(
        "提醒数",
        "每小时决定的提醒；迟发指停机期间错过、恢复后补发的。",
        COUNT,
        ('sum by (rung) (duban:notices:increase1h{late="false"})', "{{rung}}"),
        ('sum(duban:notices:increase1h{late="true"}) or vector(0)', "迟发"),
    )
    .said(RUNGS | {"迟发": ("迟发", "red")})
    .sized(12, 8),
]

BOARD = Board(
    "duban-supervision",
    "督办",
    "台账：方案、单位、阶段目标、督办措施、重点项目和提醒。",
    [Row("任务与阶段目标", TASK_PANELS), Row("单位", UNIT_PANELS), Row("措施、项目与提醒", MEANS)],
)
