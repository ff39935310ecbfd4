"""What each alert is held to: the series under which it is quiet, fires, and clears again, in promtool's notation."""

from dataclasses import dataclass

STREAMS = ("supervision", "deadlines", "ratings", "hotline", "exchange")


@dataclass(frozen=True, slots=True)
class Case:
    """One life of an alert.

    Attributes:
        series: Values of each series, one a step (`2x3` is 2 and three more of it, `_` is none).
        fires: Step at which it fires, once; before it, at `quiet`, and after it, at `clears`, it does not.
        step: Minutes.
    """

    alert: str
    series: dict[str, str]
    quiet: int
    fires: int
    clears: int
    step: int = 1


def switched(alert: str, series: str, values: str, *, waits: int = 0, **beside: str) -> Case:
    """Make a case of one series whose third value is the bad one, for long enough, before the good one comes back.

    Args:
        alert: Its name.
        series: What goes bad.
        values: Good and bad value.
        waits: Minutes that the alert waits.
        beside: Other series by a name of no meaning, constant at 1.
    """
    good, bad = values.split()
    run = f"{good}x4 {bad}x{waits + 8} {good}x40"
    others = dict.fromkeys(beside.values(), "1x100")
    return Case(alert, {series: run} | others, 3, waits + 9, waits + 20)


READER = '{stream="ratings",group="metrics"}'
CREDIT = '{subscription="credit"}'
GOAL = '{plan="p01",goal="m1"}'
PLAN = 'duban_plan_info{plan="p01",title="开办企业"}'
GOAL_WANTED = {f"duban_stage_goal_target_ratio{GOAL}": "0.6x120", PLAN: "1x120"}
GOAL_DUE = {f"duban_stage_goal_due_timestamp_seconds{GOAL}": "3000x120"}
BUCKET = "duban_notice_lateness_seconds_bucket"

INDICATOR = (
    'duban_indicator_info{indicator="t1",name="满意率",kind="target",plan="p01",frame="gj16",unit="%"}'
)

CASES = [
    switched("DubanServiceDown", 'up{job="duban",instance="tasks"}', "1 0", waits=1),
    switched("DubanFactsUnreadable", "duban_facts_readable", "1 0", waits=2),
    Case("DubanFiguresMissing", {"duban_facts_readable": "1x4 _x20 1x30"}, 3, 20, 30),
    Case("DubanBusLagGrowing", {f"duban_bus_lag_events{READER}": "0x4 1500+100x30 0x40"}, 3, 30, 60),
    switched("DubanBusStalled", f"duban_bus_oldest_unread_seconds{READER}", "0 400", waits=5),
    switched("DubanDeadEvents", f"duban_bus_dead_events{READER}", "0 1"),
    switched("DubanParkedEvents", f"duban_bus_parked_events{READER}", "0 2", waits=15),
    switched("DubanOutboxOld", 'duban_outbox_oldest_seconds{stream="ratings"}', "0 90", waits=2),
    switched("DubanRelayDown", 'duban_relay_up{stream="ratings"}', "1 0", waits=1),
    Case(
        "DubanRelayMissing",
        {'duban_relay_up{stream="assessment"}': "1x4 _x20 1x30"}
        | {f'duban_relay_up{{stream="{stream}"}}': "1x60" for stream in STREAMS},
        3,
        20,
        30,
    ),
    switched("DubanFeedSilent", 'duban_feed_silent{source="hz"}', "0 1", waits=5),
    switched("DubanFeedPullFailing", 'duban_feed_pull_errors{source="hz"}', "2 3", waits=5),
    switched("DubanReturnsWaiting", 'duban_returns_oldest_waiting_seconds{source="hz"}', "0 15000", waits=15),
    switched("DubanReturnsRefused", 'duban_returns_refused{source="hz"}', "0 2", waits=15),
    switched("DubanSubscriptionDisabled", f"duban_subscription_disabled{CREDIT}", "0 1", waits=5),
    switched(
        "DubanSubscriptionBehind",
        f"duban_subscription_lag_positions{CREDIT}",
        "3 5000",
        waits=15,
        served=f"duban_subscription_active{CREDIT}",
    ),
    switched("DubanSubscriptionDead", f"duban_subscription_deliveries_dead{CREDIT}", "0 2", waits=5),
    switched("DubanSeriesDropped", "duban_series_dropped", "0 5", waits=15),
    switched("DubanCalendarMissing", "duban_calendar_official_ahead_seconds", "5400000 86400", waits=10),
    Case("DubanNoticesMissed", {'duban_notices_total{rung="warned",late="true"}': "0x5 3x60"}, 4, 10, 40),
    Case(
        "DubanNoticesLate",
        {
            f'{BUCKET}{{le="60"}}': "0x80",
            f'{BUCKET}{{le="300"}}': "0x5 0+10x30 300x50",
            f'{BUCKET}{{le="+Inf"}}': "0x5 0+10x30 300x50",
        },
        4,
        25,
        60,
    ),
    *(
        switched(
            "DubanTargetAtRisk",
            f'duban_indicator_state{{indicator="t1",state="{state}"}}',
            "_ 1",
            waits=60,
            info=INDICATOR,
        )
        for state in ("at_risk", "missed", "unreported")
    ),
    Case(  # What was done in time comes to be known late.
        "DubanStageGoalMissed",
        GOAL_WANTED
        | GOAL_DUE
        | {
            f"duban_stage_goal_ratio{GOAL}": "0.5x60 0.6x60",
            "duban_business_time_timestamp_seconds": "2000+60x120",
        },
        10,
        40,
        70,
    ),
    Case(  # Thirty days later it is history.
        "DubanStageGoalMissed",
        GOAL_WANTED
        | GOAL_DUE
        | {
            f"duban_stage_goal_ratio{GOAL}": "0.5x120",
            "duban_business_time_timestamp_seconds": "2000+60x60 2595001x60",
        },
        10,
        40,
        70,
    ),
    switched(
        "DubanBadRatingUnanswered",
        'duban_rectifications_overdue{unit="u1"}',
        "0 2",
        waits=30,
        info='duban_unit_info{unit="u1",name="政务中心"}',
    ),
    switched("DubanBadRatingUnanswered", 'duban_rectifications_overdue{unit="unknown"}', "0 2", waits=30),
    switched("DubanTasksOverdue", 'duban_tasks_overdue{plan="p01"}', "0 2", waits=10, info=PLAN),
    Case(
        "DubanTasksOverdueGrowing",
        {'duban_tasks_overdue{plan="p01"}': "2x100 20x200"},
        100,
        112,
        210,
        step=15,
    ),
]
