"""指标 18+5: targets of the plans, what they stand at, and whether they are kept."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import BAD_FROM_ONE, COUNT, PLAIN, RATIO, bars, lines, listing, number
from deploy.grafana.queries import once, with_title

NAMES = "max by (target, plan, name, unit) (duban_target_info)"
MET = once("duban_target_met", "target")


def named(metric: str) -> str:
    """Give a figure of targets with their names."""
    joined = f"{once(metric, 'target')} * on (target) group_left (plan, name, unit) {NAMES}"
    return f"sum by (target, plan, name, unit) ({joined})"


WANTED = (
    "sum by (target, plan, name, operator, unit) (max by (target, operator, unit) (duban_target_value)"
    " * on (target) group_left (plan, name) max by (target, plan, name) (duban_target_info))"
)
HEAD = [
    number("量化指标", "方案中的量化指标。", COUNT, ("duban:targets:count", "指标")),
    number("已接入测量", "由台账和来数测得现值的指标。", COUNT, (f"count({MET}) or vector(0)", "指标")),
    number("已达标", "现值达到方案要求的指标。", COUNT, (f"count({MET} == 1) or vector(0)", "指标")),
    number(
        "未达标", "现值未达到方案要求的指标。", COUNT, (f"count({MET} == 0) or vector(0)", "指标")
    ).coloured(BAD_FROM_ONE),
]
TARGETS = [
    listing(
        "量化指标：要求与现值",
        "目标值、测得的现值和是否达标（1 为达标）；没有现值的指标尚未接入测量。",
        PLAIN,
        {"目标值": WANTED, "现值": named("duban_target_present_value"), "达标": named("duban_target_met")},
        {"name": "指标", "plan": "方案", "operator": "要求", "unit": "单位", "target": ""},
    ).sized(24, 12),
    lines(
        "现值走势",
        "已接入测量的指标的现值，以各自的单位计。",
        PLAIN,
        ("duban:target_named:value", "{{name}} {{unit}}"),
    ),
    lines(
        "达标走势",
        "现值达到和未达到方案要求的指标数。",
        COUNT,
        (f"count({MET} == 1) or vector(0)", "已达标"),
        (f"count({MET} == 0) or vector(0)", "未达标"),
    ).said({"已达标": ("已达标", "green"), "未达标": ("未达标", "red")}),
    bars(
        "阶段目标完成比例",
        "各方案阶段目标范围内任务的完成比例。",
        RATIO,
        (f"sort({with_title(once('duban_stage_goal_ratio', 'plan', 'goal'))})", "{{title}} {{goal}}"),
    )
    .between(0, 1)
    .sized(24, 10),
]

BOARD = Board(
    "duban-indicators",
    "指标 18+5",
    "方案的量化指标：要求、现值、是否达标。",
    [Row("总览", HEAD), Row("指标", TARGETS)],
)
