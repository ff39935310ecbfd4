"""Summaries of feeds as metrics would publish them, with what the tests don't care about filled in."""

# ruff: noqa: ANN401 - a factory takes any field of its event.

from datetime import date
from decimal import Decimal
from typing import Any

from services.notify.papers.domain_words import Names
from shared.clock import at_local
from shared.events.feed_summaries import (
    CategoryFigures,
    FeedSummaryCompiled,
    FrequentMatter,
    HotlineFigures,
    HotlineUnit,
    RateFigure,
    RatingFigures,
    RatingSource,
    RatingUnit,
    RectifiedFigures,
    RegionFigures,
)

PERIODS = {
    "hotline_daily": ("2023-06-19", date(2023, 6, 19), date(2023, 6, 19), at_local(date(2023, 6, 20), 8, 30)),
    "hotline_weekly": ("2023-W24", date(2023, 6, 12), date(2023, 6, 18), at_local(date(2023, 6, 19), 9)),
    "hotline_monthly": ("2023-05", date(2023, 5, 1), date(2023, 5, 31), at_local(date(2023, 6, 5), 9)),
    "ratings_monthly": ("2023-05", date(2023, 5, 1), date(2023, 5, 31), at_local(date(2023, 6, 5), 9)),
}
UNITS = (
    "行政执法局",
    "住房和城乡建设局",
    "市场监督管理局",
    "泾干街道办事处",
    "教育体育局",
    "人力资源和社会保障局",
)
NAMES = Names({f"u{n}": name for n, name in enumerate(UNITS, 1)})
ORDER_RATES = (
    "accepted",
    "contacted",
    "finished",
    "on_time",
    "resolved",
    "satisfaction",
    "returned",
    "repeated",
)
UNIT_RATES = ("contacted", "on_time", "resolved", "satisfaction", "returned")
RATING_RATES = ("ratings.satisfaction", "ratings.dissatisfaction", "ratings.activity")
RECTIFIED = ("rectifications.done", "rectifications.on_time", "rectifications.called_back")


def rate(name: str, numerator: int = 97, denominator: int = 99, **changes: Any) -> RateFigure:
    """Make a rate; below 30 it says 样本不足."""
    value, why = Decimal(numerator * 10_000 // max(denominator, 1)).scaleb(-4), "measured"
    if denominator < 30:
        value, why = None, "insufficient" if denominator else "nothing"  # type: ignore[assignment]
    said = {"rate": name, "version": 1, "numerator": numerator, "denominator": denominator, "minimum": 30}
    return RateFigure(**{**said, "excluded": 3, "value": value, "why": why, **changes})


def unit(number: int) -> HotlineUnit:
    """Make a unit; the second has too few orders for rates, the last has none at all."""
    size = {2: 12, 6: 0}.get(number, 90 + number)
    return HotlineUnit(
        unit_id=f"u{number}",
        orders=size,
        overdue=number % 4,
        near_due=(number * 2) % 5,
        returned=number % 3,
        bad=number % 2,
        rates=tuple(rate(f"orders.{name}", max(size - number, 0), size) for name in UNIT_RATES),
    )


def hotline(**changes: Any) -> HotlineFigures:
    """Make figures of orders with everything in them."""
    said: dict[str, Any] = {
        "received": 468,
        "before": 2310,
        "days_before": 7,
        "by_kind": {"complaint": 61, "consultation": 220, "help": 180, "suggestion": 7},
        "overdue": 8,
        "near_due": 12,
        "near_hours": 24,
        "returned": 6,
        "bad": 3,
        "rates": tuple(rate(f"orders.{name}", 430 + n, 468) for n, name in enumerate(ORDER_RATES)),
        "rates_before": tuple(rate(f"orders.{name}", 420, 460) for name in ORDER_RATES),
        "units": (*(unit(number) for number in range(1, 7)), HotlineUnit(unit_id="", orders=5)),
        "categories": (
            CategoryFigures(level=1, category=("城市管理",), orders=120, before=98),
            CategoryFigures(level=1, category=("住房城乡建设",), orders=96, before=110),
            CategoryFigures(level=2, category=("城市管理", "市容环境"), orders=77, before=50),
            CategoryFigures(level=3, category=("城市管理", "市容环境", "占道经营"), orders=41, before=0),
        ),
        "surging": (
            CategoryFigures(level=3, category=("生态环境", "噪声", "施工噪声"), orders=24, before=35),
        ),
        "regions": (RegionFigures(region_code="610423001", orders=88, before=70),),
        "frequent": (
            FrequentMatter(
                category=("生态环境", "噪声", "施工噪声"), unit_id="u1", orders=5, order_id="h-20230619-0042"
            ),
            FrequentMatter(
                category=("住房城乡建设", "物业管理", "电梯故障"),
                unit_id="u2",
                orders=3,
                order_id="h-20230619-0311",
            ),
        ),
        "frequent_minimum": 3,
        "frequent_days": 30,
    }
    return HotlineFigures(**said | changes)


def ratings(**changes: Any) -> RatingFigures:
    """Make figures of ratings with everything in them."""
    made = RectifiedFigures(opened=6, standing=5, done=4, in_time=3, named=4, called_back=4)
    source = RatingSource(source_id="hall", ratings=9000, default=120, days=31, complete=8990, late=12)
    said: dict[str, Any] = {
        "ratings": 12_345,
        "before": 11_870,
        "default": 321,
        "bad": 6,
        "days": 31,
        "late_hours": 24,
        "by_level": {"5": 12_000, "4": 300, "3": 39, "2": 4, "1": 2},
        "by_channel": {"pc": 5000, "mobile": 4000, "hall_tablet": 3345},
        "complete": 12_300,
        "late": 40,
        "delay_median": 95,
        "delay_p95": 5400,
        "rectified": made,
        "rates": (
            *(rate(name, 12_000, 12_024) for name in RATING_RATES),
            *(rate(name, 4, 5, minimum=1, value=Decimal("0.8"), why="measured") for name in RECTIFIED),
        ),
        "sources": (
            source.model_copy(update={"delay_median": 60, "delay_p95": 3600}),
            RatingSource(
                source_id="shaanxi-push",
                ratings=3345,
                days=29,
                complete=3310,
                late=28,
                delay_median=95,
                delay_p95=90_000,
            ),
        ),
        "units": tuple(
            RatingUnit(
                unit_id=f"u{n}",
                ratings=2000 + n,
                default=50,
                bad=n % 3,
                rectified=made,
                rates=(
                    rate("ratings.satisfaction", 1990, 2000 + n),
                    *(rate(name, 1, 1) for name in RECTIFIED),
                ),
            )
            for n in range(1, 7)
        ),
    }
    return RatingFigures(**said | changes)


def summary(kind: str, version: int = 1, **changes: Any) -> FeedSummaryCompiled:
    """Make a summary of a kind."""
    period, first, last, due_at = PERIODS[kind]
    part: dict[str, Any] = {"ratings": ratings()} if kind == "ratings_monthly" else {"hotline": hotline()}
    said: dict[str, Any] = {
        "summary_id": f"{kind}-{period}-{version}",
        "kind": kind,
        "period": period,
        "version": version,
        "first_on": first,
        "last_on": last,
        "as_of": due_at,
        "due_at": due_at,
        "compiled_at": due_at,
    }
    return FeedSummaryCompiled(**said | part | changes)


def nothing(kind: str) -> FeedSummaryCompiled:
    """Make a summary of a period of which nothing is known."""
    rates = tuple(rate(f"orders.{name}", 0, 0) for name in ORDER_RATES)
    empty: dict[str, Any] = {"hotline": HotlineFigures(received=0, days_before=7, near_hours=24, rates=rates)}
    return summary(kind, **({"ratings": RatingFigures(ratings=0)} if kind == "ratings_monthly" else empty))
