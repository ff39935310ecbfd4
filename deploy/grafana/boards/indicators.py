"""指标 18+5: the frame and the targets of the plans, what they ask for and stand at, and their states."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import (
    BAD_FROM_ONE,
    COUNT,
    PLAIN,
    RATIO,
    WARN_FROM_ONE,
    Panel,
    bars,
    lines,
    listing,
    matrix,
    number,
    shares,
    stacked,
)
from deploy.grafana.queries import once, with_title
from deploy.grafana.words import INDICATORS

NAMED = "frame, name, plan, unit"
BY_STATE = "duban:indicators:count"
LABELS = {
    "frame": "18+5",
    "name": "指标",
    "plan": "方案",
    "operator": "要求",
    "unit": "单位",
    "state": "状态",
}


def named(metric: str, kind: str, *more: str) -> str:
    """Give a figure of the indicators of a kind with their names; `more` are labels that it has itself."""
    info = f'max by (indicator, {NAMED}) (duban_indicator_info{{kind="{kind}"}})'
    joined = f"{once(metric, 'indicator', *more)} * on (indicator) group_left ({NAMED}) {info}"
    return f"sum by ({', '.join(['indicator', NAMED, *more])}) ({joined})"


def in_state(states: str) -> str:
    """Count the indicators in any of these states."""
    return f'sum({BY_STATE}{{state=~"{states}"}}) or vector(0)'


def standing(title: str, about: str, kind: str) -> Panel:
    """List the indicators of a kind with what they ask for, their value and state."""
    columns = {
        "目标值": named("duban_indicator_target", kind, "operator"),
        "现值": named("duban_indicator_value", kind),
        "有状态": named("duban_indicator_state", kind, "state"),
    }
    hidden = {"indicator": "", "Value #C": ""}  # The state is a label; its value is 1.
    return listing(title, about, PLAIN, columns, LABELS | hidden).calling(INDICATORS).sized(24, 12)


HEAD = [
    number("指标", "18+5 框架和方案的量化指标。", COUNT, (f"sum({BY_STATE})", "指标")),
    number(
        "有现值",
        "已测量或已报送的指标。",
        COUNT,
        ("sum(duban:indicators_measured:count) or vector(0)", "指标"),
    ),
    number("已达到或预计可达到", "现值或预计值达到要求的指标。", COUNT, (in_state("met|on_course"), "指标")),
    number("有风险", "期限未到，预计达不到要求的指标。", COUNT, (in_state("at_risk"), "指标")).coloured(
        WARN_FROM_ONE
    ),
    number("未达到", "期限已过，现值达不到要求的指标。", COUNT, (in_state("missed"), "指标")).coloured(
        BAD_FROM_ONE
    ),
    number("未按时报送", "应报送而到期未报送的指标。", COUNT, (in_state("unreported"), "指标")).coloured(
        BAD_FROM_ONE
    ),
    shares("状态", "各状态的指标数。", COUNT, (BY_STATE, "{{state}}")).said(INDICATORS),
    stacked("状态走势", "各状态指标数的走势。", COUNT, (BY_STATE, "{{state}}")).said(INDICATORS).sized(16, 8),
]
FRAME = [
    standing("18+5 指标", "国家 18 项、省 5 项指标的目标值、现值和状态；没有方案的不设目标值。", "frame"),
    matrix(
        "18+5 各项下的方案指标",
        "18+5 各项下方案量化指标的状态；不属于其中任何一项的在空白行。",
        f"sum by (frame, state) ({named('duban_indicator_state', 'target', 'state')})",
        row=("frame", "18+5"),
        column="state",
    )
    .said(INDICATORS)
    .sized(24, 12),
]
TARGETS = [
    standing("方案量化指标", "方案量化指标的目标值、现值和状态；没有现值的尚未接入测量或报送。", "target"),
    lines(
        "现值走势",
        "方案量化指标的现值，以各自的单位计。",
        PLAIN,
        ("duban:target_named:value", "{{name}} {{unit}}"),
    ),
    bars(
        "阶段目标完成比例",
        "各方案阶段目标范围内任务的完成比例。",
        RATIO,
        (f"sort({with_title(once('duban_stage_goal_ratio', 'plan', 'goal'))})", "{{title}} {{goal}}"),
    )
    .between(0, 1)
    .sized(12, 8),
]

BOARD = Board(
    "duban-indicators",
    "指标 18+5",
    "18+5 指标和方案的量化指标：目标值、现值、状态。",
    [Row("总览", HEAD), Row("18+5", FRAME), Row("方案", TARGETS)],
)
