"""平台运行: services, the bus, outboxes, reminders, channels, feeds and returns, for those who run it."""

from deploy.grafana.layout import Board, Row
from deploy.grafana.panels import (
    BAD_FROM_ONE,
    COUNT,
    GOOD_FROM_ONE,
    PLAIN,
    SECONDS,
    bars,
    lines,
    number,
    stacked,
)
from deploy.grafana.queries import once

PAIR = "{{stream}} → {{group}}"
NOW = "scalar(max(duban_business_time_timestamp_seconds))"
LAST_RECORD = once("duban_feed_last_record_timestamp_seconds", "source")
DEAD = once("duban_bus_dead_events", "stream", "group")
PARKED = once("duban_bus_parked_events", "stream", "group")
HEAD = [
    number("服务", "各服务是否可达。", PLAIN, ('up{job="duban"}', "{{instance}}"))
    .coloured(GOOD_FROM_ONE)
    .reading(_0="不可达", _1="正常")
    .sized(8, 4),
    number("发布", "各流的发布是否正常。", PLAIN, (once("duban_relay_up", "stream"), "{{stream}}"))
    .coloured(GOOD_FROM_ONE)
    .reading(_0="停止", _1="正常")
    .sized(8, 4),
    number(
        "死信与搁置",
        "多次失败后搁置的事件，和等待重试的事件。",
        COUNT,
        (f"sum({DEAD})", "死信"),
        (f"sum({PARKED})", "等待重试"),
    )
    .coloured(BAD_FROM_ONE)
    .sized(8, 4),
]
BUS = [
    lines(
        "总线积压",
        "各读取组尚未处理的事件数。",
        COUNT,
        (once("duban_bus_lag_events", "stream", "group"), PAIR),
    ),
    lines(
        "最早未读事件",
        "各读取组最早一条未读事件已等待的时长。",
        SECONDS,
        (once("duban_bus_oldest_unread_seconds", "stream", "group"), PAIR),
    ),
    lines(
        "发件箱",
        "已提交、未进入流的事件数。",
        COUNT,
        (once("duban_outbox_depth_events", "stream"), "{{stream}}"),
    ).sized(8, 7),
    lines(
        "发件箱最早一条",
        "发件箱最早一条已等待的时长。",
        SECONDS,
        (once("duban_outbox_oldest_seconds", "stream"), "{{stream}}"),
    ).sized(8, 7),
    lines(
        "死信与搁置走势",
        "各读取组的死信和等待重试的事件。",
        COUNT,
        (DEAD, f"死信 {PAIR}"),
        (PARKED, f"重试 {PAIR}"),
    ).sized(8, 7),
    bars(
        "放弃的事件",
        "因无处可寻、由人确认放弃的事件。",
        COUNT,
        (once("duban_bus_lost_events", "stream", "group"), PAIR),
    )
    .coloured(BAD_FROM_ONE)
    .sized(12, 7),
    number(
        "工作日历",
        "距第一个没有官方日历的年份的时间（业务时间）。",
        SECONDS,
        ("max(duban_calendar_official_ahead_seconds)", "还剩"),
    ).sized(6, 7),
    number("版本", "各服务的版本。", PLAIN, ("count by (version) (duban_build_info)", "{{version}}")).sized(
        6, 7
    ),
]
NOTICES = [
    lines(
        "提醒迟到时长",
        "应发时间到决定时间的真实时长：中位数和 99% 分位。",
        SECONDS,
        ("duban:notice_lateness_seconds:p50_15m", "中位数"),
        ("duban:notice_lateness_seconds:p99_15m", "99% 分位"),
    ),
    lines(
        "待决定与待发送",
        "到时而尚未决定的提醒，各通道尚未有结果的发送。",
        COUNT,
        ("max(duban_notices_pending)", "待决定"),
        (once("duban_deliveries_pending", "channel"), "待发 {{channel}}"),
    ),
    stacked(
        "消息发送结果",
        "每小时各通道的发送结果。",
        COUNT,
        ("duban:parcels:increase1h", "{{channel}} {{outcome}}"),
    ),
    bars(
        "引擎等待",
        "引擎是否在等待读完事件（1 为等待）。",
        PLAIN,
        ("max(duban_notice_engine_waiting)", "等待"),
    ).sized(12, 8),
]
FEEDS = [
    stacked(
        "来数",
        "每小时各来源的记录数。",
        COUNT,
        ("sum by (source) (duban:feed_records:increase1h)", "{{source}}"),
    ),
    lines(
        "距最近一次来数",
        "业务时间距各来源最近一条记录的时长；从未来数的不显示。",
        SECONDS,
        (f"{NOW} - ({LAST_RECORD} > 0)", "{{source}}"),
    ),
    lines(
        "回传等待",
        "各来源最早一条未送达的回传已等待的时长。",
        SECONDS,
        (once("duban_returns_oldest_waiting_seconds", "source"), "{{source}}"),
    ),
    lines(
        "连续取数失败",
        "各来源连续取数失败的次数。",
        COUNT,
        (once("duban_feed_pull_errors", "source"), "{{source}}"),
    ),
]
SCRAPING = [
    lines(
        "采集时长",
        "Prometheus 读取各服务指标的时长。",
        SECONDS,
        ('scrape_duration_seconds{job="duban"}', "{{instance}}"),
    ),
    lines(
        "指标序列",
        "各服务输出的序列数，上限 3000。",
        COUNT,
        ('scrape_samples_scraped{job="duban"}', "{{instance}}"),
    ),
]

BOARD = Board(
    "duban-platform",
    "平台运行",
    "服务、总线、发件箱、提醒、通道、数据来源和采集。",
    [
        Row("状态", HEAD),
        Row("总线", BUS),
        Row("提醒", NOTICES),
        Row("来数与回传", FEEDS),
        Row("采集", SCRAPING),
    ],
    since="now-24h",
)
