"""总览: one page for leaders, what is red and why."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import (
    BAD_FROM_ONE,
    COUNT,
    INSTANT,
    RATIO,
    SATISFACTION,
    WARN_FROM_ONE,
    bars,
    lines,
    number,
    stacked,
)
from deploy.grafana.queries import once, total, with_name, with_title
from deploy.grafana.words import LEVELS, STATES

RED = once('duban_tasks_by_unit{light="red"}', "unit")
LATE_RECTIFICATIONS = f"{total('duban_rectifications_overdue', 'unit')} or vector(0)"
LATE_ORDERS = f"{total('duban_orders_overdue', 'unit')} or vector(0)"
LAGGING = 'sum(duban:indicators:count{state=~"at_risk|missed|unreported"}) or vector(0)'
DONE = once("duban_stage_goal_ratio", "plan", "goal")
WANTED = once("duban_stage_goal_target_ratio", "plan", "goal")
MISSED = f"count({DONE} < {WANTED} and on (plan, goal) duban:stage_goal_past_due:seconds > 0) or vector(0)"
HEAD = [
    number(
        "业务时间",
        "系统所处的业务时间；演练时不是真实时间。",
        INSTANT,
        ("max(duban_business_time_timestamp_seconds) * 1000", "业务时间"),
    ),
    number(
        "任务总数",
        "台账中的全部督办事项，不含已撤销。",
        COUNT,
        ('sum(duban:tasks:count{state!="cancelled"})', "任务"),
    ),
    number(
        "完成率",
        "已销号或转常态化的任务占全部未撤销任务的比例。",
        RATIO,
        ("duban:tasks_done:ratio", "完成率"),
    ),
    number("7 日内到期", "7 日内到期且未办结的任务。", COUNT, ("duban:tasks_due:count", "到期")).coloured(
        WARN_FROM_ONE
    ),
    number(
        "超期未办结",
        "超过时限且未办结的任务；按时报送、待审核的不算。",
        COUNT,
        ("duban:tasks_overdue:count", "超期"),
    ).coloured(BAD_FROM_ONE),
    number(
        "好评占比",
        "基本满意及以上的评价占全部评价的比例，含默认评价；各单位满意率见“好差评与12345”。",
        RATIO,
        ("duban:ratings_good:ratio", "好评占比"),
    ).coloured(SATISFACTION),
    number("差评逾期未整改", "超过整改时限的差评。", COUNT, (LATE_RECTIFICATIONS, "差评")).coloured(
        BAD_FROM_ONE
    ),
    number("12345 逾期未答复", "超过办理时限未答复的工单。", COUNT, (LATE_ORDERS, "工单")).coloured(
        BAD_FROM_ONE
    ),
    number(
        "落后指标",
        "有风险、未达到和未按时报送的指标。",
        COUNT,
        (LAGGING, "指标"),
    ).coloured(BAD_FROM_ONE),
    number(
        "未实现的阶段目标",
        "目标日已过、完成比例低于方案要求的阶段目标。",
        COUNT,
        (
            MISSED,
            "阶段目标",
        ),
    ).coloured(BAD_FROM_ONE),
    number(
        "业务告警",
        "正在告警的业务事项（面向督查室）。",
        COUNT,
        ('count(ALERTS{alertstate="firing",audience="business"}) or vector(0)', "告警"),
    ).coloured(BAD_FROM_ONE),
    number(
        "平台告警",
        "正在告警的平台事项（面向运维）。",
        COUNT,
        ('count(ALERTS{alertstate="firing",audience="platform"}) or vector(0)', "告警"),
    ).coloured(BAD_FROM_ONE),
]

BOARD = Board(
    "duban-overview",
    "总览",
    "领导一页：哪些是红的、归谁、差多少。",
    [
        Row("总览", HEAD),
        Row(
            "走势",
            [
                stacked("任务状态", "全部任务按状态堆叠。", COUNT, ("duban:tasks:count", "{{state}}")).said(
                    STATES
                ),
                stacked(
                    "评价等级",
                    "每小时收到的评价按等级堆叠。",
                    COUNT,
                    ("duban:ratings:increase1h", "{{level}}"),
                ).said(LEVELS),
                lines(
                    "到期与超期",
                    "7 日内到期和超期未办结的任务数。",
                    COUNT,
                    ("duban:tasks_due:count", "7 日内到期"),
                    ("duban:tasks_overdue:count", "超期未办结"),
                ).said({"7 日内到期": ("7 日内到期", "yellow"), "超期未办结": ("超期未办结", "red")}),
                lines(
                    "完成率走势", "已完成任务的比例。", RATIO, ("duban:tasks_done:ratio", "完成率")
                ).between(0, 1),
            ],
        ),
        Row(
            "最需要关注",
            [
                bars(
                    "超期最多的方案",
                    "超期未办结任务最多的 10 个方案。",
                    COUNT,
                    (f"topk(10, {with_title(once('duban_tasks_overdue', 'plan'))})", "{{title}}"),
                ).coloured(BAD_FROM_ONE),
                bars(
                    "红灯最多的单位",
                    "牵头或责任任务中红灯最多的 10 个单位。",
                    COUNT,
                    (f"topk(10, {with_name(RED)})", "{{name}}"),
                ).coloured(BAD_FROM_ONE),
            ],
        ),
    ],
)
