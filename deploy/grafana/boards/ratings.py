"""好差评与12345: ratings, the services behind them, rectifications, hotline orders, and where they come from."""

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
    number,
    shares,
    stacked,
)
from deploy.grafana.queries import once, total, with_name
from deploy.grafana.words import CHANNELS, LEVELS, OUTCOMES

SATISFIED = "duban:satisfaction_named:ratio"
SERVED = with_name(once("duban_services_on_time_ratio", "unit"))
BAD = "sum(duban:ratings_bad:increase1d)"
DEFAULTS = total("duban_ratings_default_total", "unit")


def of_units(metric: str) -> str:
    """Give a count by the name of the unit."""
    return f"sum by (name) ({with_name(once(metric, 'unit'))})"


RATINGS = [
    number(
        "评价总数",
        "收到的评价，每条只计一次，含默认评价。",
        COUNT,
        ("sum(duban:ratings:count)", "评价"),
    ),
    number("默认评价", "无人评价、系统默认的评价；不计入满意率。", COUNT, (DEFAULTS, "默认评价")),
    number(
        "近一日差评", "24 小时内收到的不满意和非常不满意。", COUNT, (f"{BAD} or vector(0)", "差评")
    ).coloured(BAD_FROM_ONE),
    number(
        "好评占比",
        "基本满意及以上占全部评价的比例，含默认评价。",
        RATIO,
        ("duban:ratings_good:ratio", "好评占比"),
    ).coloured(SATISFACTION),
    shares(
        "评价渠道",
        "全部评价按评价渠道。",
        COUNT,
        ("sum by (channel) (duban_ratings_by_channel_total)", "{{channel}}"),
    )
    .said(CHANNELS)
    .sized(8, 4),
    stacked(
        "评价：满意度等级", "每小时收到的评价按等级堆叠。", COUNT, ("duban:ratings:increase1h", "{{level}}")
    ).said(LEVELS),
    lines(
        "满意率",
        "各单位满意率走势；默认评价不计，不足 30 条的单位不显示（样本不足）。",
        RATIO,
        (SATISFIED, "{{name}}"),
    ),
    bars(
        "满意率最低的单位",
        "满意率最低的 10 个单位；默认评价不计，不足 30 条的单位不显示。",
        RATIO,
        (f"bottomk(10, {SATISFIED})", "{{name}}"),
    )
    .coloured(SATISFACTION)
    .between(0.9, 1),
    bars(
        "近一日差评最多的单位",
        "24 小时内差评最多的 10 个单位。",
        COUNT,
        (f"topk(10, {with_name('duban:ratings_bad:increase1d')})", "{{name}}"),
    ),
]
SERVICES = [
    bars(
        "办件按时办结率",
        "本年按时办结数／应办结数；样本不足的单位不显示。",
        RATIO,
        (f"sort({SERVED})", "{{name}}"),
    )
    .coloured(ON_TIME)
    .between(0, 1),
    listing(
        "办件、整改与工单：单位",
        "各单位超时未办结的办件，未完成和逾期的差评整改，未答复和逾期的 12345 工单。",
        COUNT,
        {
            "办件超时": of_units("duban_services_overdue"),
            "整改未完成": of_units("duban_rectifications_open"),
            "整改逾期": of_units("duban_rectifications_overdue"),
            "工单未答复": of_units("duban_orders_open"),
            "工单逾期": of_units("duban_orders_overdue"),
        },
        {"name": "单位"},
    ).sized(12, 10),
    lines(
        "逾期走势",
        "全部单位超时的办件、逾期的差评整改和逾期的 12345 工单。",
        COUNT,
        (total("duban_services_overdue", "unit"), "办件"),
        (total("duban_rectifications_overdue", "unit"), "整改"),
        (total("duban_orders_overdue", "unit"), "12345 工单"),
    ),
    lines(
        "在办走势",
        "未完成的差评整改和未答复的 12345 工单。",
        COUNT,
        (total("duban_rectifications_open", "unit"), "整改"),
        (total("duban_orders_open", "unit"), "12345 工单"),
    ),
]
SOURCES = [
    stacked(
        "来数",
        "每小时收到的记录按处理结果。",
        COUNT,
        ("sum by (outcome) (duban:feed_records:increase1h)", "{{outcome}}"),
    ).said(OUTCOMES),
    listing(
        "数据来源与回传",
        "各来源待处理的拒收记录、是否静默（1 为静默）、连续取数失败次数、待回传和被拒收的回传。",
        COUNT,
        {
            "待处理拒收": once("duban_feed_rejects_waiting", "source"),
            "静默": once("duban_feed_silent", "source"),
            "取数失败": once("duban_feed_pull_errors", "source"),
            "待回传": once("duban_returns_waiting", "source"),
            "回传被拒": once("duban_returns_refused", "source"),
        },
        {"source": "来源"},
    ).sized(12, 8),
]

BOARD = Board(
    "duban-ratings",
    "好差评与12345",
    "评价、办件、差评整改、12345 工单，以及数据来源和回传。",
    [Row("好差评", RATINGS), Row("办件、整改与 12345", SERVICES), Row("数据来源", SOURCES)],
)
