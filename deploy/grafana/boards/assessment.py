"""考核: scores of units and the facts that assessment schemes count; it ranks nobody."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import (
    BAD_FROM_ONE,
    COUNT,
    ON_TIME,
    RATIO,
    SATISFACTION,
    bars,
    lines,
    listing,
    matrix,
)
from deploy.grafana.queries import once, with_name, with_title

SATISFIED = "duban:satisfaction_named:ratio"
SERVED = with_name(once("duban_services_on_time_ratio", "unit"))
PLANS = with_title(once("duban_tasks_on_time_ratio", "plan"))


def by_name(expression: str) -> str:
    """Give figures by the name of the unit; one with an id and credit codes is one row."""
    return f"sum by (name) ({with_name(expression)})"


def lit(light: str) -> str:
    """Count the tasks of each unit under a light."""
    return by_name(once(f'duban_tasks_by_unit{{light="{light}"}}', "unit"))


SCORED = with_name(once("duban_assessment_score", "unit", "period"))
SCORES = [
    matrix(
        "考核得分",
        "最近两个已结账或已定案周期的得分，折合百分制；不计分的单位和没有可计分数据的单位不显示。申诉期内可能变动。",
        f"sum by (name, period) ({SCORED})",
        row=("name", "单位"),
        column="period",
    ).sized(24, 12)
]
UNITS = [
    listing(
        "单位：任务",
        "各单位牵头或责任的任务：已完成、绿灯、黄灯、红灯；配合的不计。",
        COUNT,
        {"已完成": lit("done"), "绿灯": lit("green"), "黄灯": lit("yellow"), "红灯": lit("red")},
        {"name": "单位"},
    ).sized(12, 12),
    listing(
        "单位：差评整改与 12345",
        "各单位未完成和逾期的差评整改，未答复和逾期的 12345 工单。",
        COUNT,
        {
            "整改未完成": by_name(once("duban_rectifications_open", "unit")),
            "整改逾期": by_name(once("duban_rectifications_overdue", "unit")),
            "工单未答复": by_name(once("duban_orders_open", "unit")),
            "工单逾期": by_name(once("duban_orders_overdue", "unit")),
        },
        {"name": "单位"},
    ).sized(12, 12),
]
RATES = [
    bars(
        "满意率",
        "各单位满意率；默认评价不计，不足 30 条不显示（样本不足）。",
        RATIO,
        (f"sort({SATISFIED})", "{{name}}"),
    )
    .coloured(SATISFACTION)
    .between(0.9, 1),
    bars(
        "办件按时办结率",
        "各单位本年按时办结数／应办结数；样本不足不显示。",
        RATIO,
        (f"sort({SERVED})", "{{name}}"),
    )
    .coloured(ON_TIME)
    .between(0, 1),
    bars(
        "方案按期办结率",
        "各方案按期办结数／应办结数；不足 5 项不显示。",
        RATIO,
        (f"sort({PLANS})", "{{title}}"),
    )
    .coloured(ON_TIME)
    .between(0, 1),
    bars(
        "差评整改逾期",
        "逾期差评整改最多的 10 个单位。",
        COUNT,
        (f"topk(10, {with_name(once('duban_rectifications_overdue', 'unit'))})", "{{name}}"),
    ).coloured(BAD_FROM_ONE),
    lines("满意率走势", "各单位满意率的走势。", RATIO, (SATISFIED, "{{name}}")),
    lines("按期办结率走势", "各方案按期办结率的走势。", RATIO, (PLANS, "{{title}}")),
]

BOARD = Board(
    "duban-assessment",
    "考核",
    "单位的考核得分和所依据的事实；不排名。垂管单位、企业和司法机关只作告知。",
    [Row("得分", SCORES), Row("单位", UNITS), Row("比率", RATES)],
)
