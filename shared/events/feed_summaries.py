"""考核: summaries of the feeds as of an instant, which papers are made of. They stand in the feed `assessment`.

Ids, codes and numbers only; a category is a code or name of the published classification. Owner: services/metrics.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

FeedSummaryKind = Literal["hotline_daily", "hotline_weekly", "hotline_monthly", "ratings_monthly"]
Why = Literal["measured", "insufficient", "nothing", "inconsistent"]


class RateFigure(Event):
    """A rate by a version of its rule; a part of other events, as are the next ones.

    Attributes:
        excluded: Facts that count in neither numerator nor denominator.
        minimum: Denominator below which there is no value.
        value: A share of 1 (of 平均评价等级, a level), by the rule's rounding; null where it may not be read.
        why: `insufficient` 样本不足, `nothing` where there is no fact, `inconsistent` for more parts than the whole.
    """

    rate: str
    version: int
    numerator: int
    denominator: int
    excluded: int = 0
    minimum: int = 1
    value: Decimal | None = None
    why: Why


class HotlineUnit(Event):
    """The orders of a unit; an empty id stands for those that no unit has.

    Attributes:
        orders: Received in the period.
        overdue: Open past their limit as of the summary; `near_due` reach it soon.
        returned: Dispatches of the period that it gave back, which was granted; `bad` were visited with a bad rating.
    """

    unit_id: str
    orders: int = 0
    overdue: int = 0
    near_due: int = 0
    returned: int = 0
    bad: int = 0
    rates: tuple[RateFigure, ...] = ()


class CategoryFigures(Event):
    """Orders of a category by its first `level` levels, in the period and in the days `before`."""

    level: int
    category: tuple[str, ...]
    orders: int
    before: int = 0


class RegionFigures(Event):
    """Orders of a region, in the period and in the days `before`."""

    region_code: str
    orders: int
    before: int = 0


class FrequentMatter(Event):
    """A matter that one caller brought up `orders` times; `order_id` is the latest of them."""

    category: tuple[str, ...]
    unit_id: str
    orders: int
    order_id: str


class HotlineFigures(Event):
    """The orders 工单 of a period.

    Attributes:
        received: All that came in, whatever became of them; `before` in the `days_before` days before the period.
        near_hours: Orders whose limit ends within so many hours are `near_due`.
        rates_before: Of the period before, as of the same instant; empty where it was not counted.
        categories: The most frequent of each level, and `surging` those that came far more often than before.
        frequent: Matters with at least `frequent_minimum` orders within `frequent_days` days, one of them new.
        left_out: How many rows of a list had no room, by its name.
    """

    received: int
    before: int = 0
    days_before: int = 0
    by_kind: dict[str, int] = Field(default_factory=dict)
    overdue: int = 0
    near_due: int = 0
    near_hours: int = 0
    returned: int = 0
    bad: int = 0
    rates: tuple[RateFigure, ...] = ()
    rates_before: tuple[RateFigure, ...] = ()
    units: tuple[HotlineUnit, ...] = ()
    categories: tuple[CategoryFigures, ...] = ()
    surging: tuple[CategoryFigures, ...] = ()
    regions: tuple[RegionFigures, ...] = ()
    frequent: tuple[FrequentMatter, ...] = ()
    frequent_minimum: int = 0
    frequent_days: int = 0
    left_out: dict[str, int] = Field(default_factory=dict)


class RectifiedFigures(Event):
    """What became of the bad ratings that were opened in a period: of those `standing`, how far each got."""

    opened: int = 0
    standing: int = 0
    done: int = 0
    in_time: int = 0
    named: int = 0
    called_back: int = 0


class RatingSource(Event):
    """What a source uploaded of a month.

    Attributes:
        days: Days of the month of which it has any rating.
        complete: Ratings with a unit that the registry knows, an item and a channel.
        late: Ratings that arrived more than the summary's `late_hours` after they were given.
        delay_median: Seconds from the rating to its arrival, by nearest rank; so `delay_p95`.
    """

    source_id: str
    ratings: int = 0
    default: int = 0
    days: int = 0
    complete: int = 0
    late: int = 0
    delay_median: int | None = None
    delay_p95: int | None = None


class RatingUnit(Event):
    """The ratings of a unit; its code stands for a unit that the registry does not know."""

    unit_id: str
    ratings: int = 0
    default: int = 0
    bad: int = 0
    rectified: RectifiedFigures = RectifiedFigures()
    rates: tuple[RateFigure, ...] = ()


class RatingFigures(Event):
    """The ratings of a month, by source and unit.

    Attributes:
        days: Days of the month that are over as of the summary.
        before: Ratings of the month before.
        bad: 差评 that count, as in 差评率.
    """

    ratings: int
    before: int = 0
    default: int = 0
    bad: int = 0
    days: int = 0
    late_hours: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)
    by_channel: dict[str, int] = Field(default_factory=dict)
    complete: int = 0
    late: int = 0
    delay_median: int | None = None
    delay_p95: int | None = None
    rectified: RectifiedFigures = RectifiedFigures()
    rates: tuple[RateFigure, ...] = ()
    sources: tuple[RatingSource, ...] = ()
    units: tuple[RatingUnit, ...] = ()
    left_out: dict[str, int] = Field(default_factory=dict)


class FeedSummaryCompiled(Event):
    """A feed was summed up for a period, as of `as_of`; a later `version` takes the place of an earlier one.

    Attributes:
        period: `2023-06-20`, `2023-W25` or `2023-06`.
        due_at: When it was to be compiled; `late` when it was long after that.
        behind: Not everything that had been published by then was read when it was compiled.
        hotline, ratings: One of them, by the kind.
    """

    type: ClassVar[str] = "cn.duban.assessment.summary.compiled.v1"
    subject_field: ClassVar[str] = "summary_id"
    summary_id: str
    kind: FeedSummaryKind
    period: str
    version: int
    first_on: date
    last_on: date
    as_of: datetime
    due_at: datetime
    compiled_at: datetime
    late: bool = False
    behind: bool = False
    hotline: HotlineFigures | None = None
    ratings: RatingFigures | None = None
