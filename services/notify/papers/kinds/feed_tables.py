"""Tables and passages that the papers about the feeds share."""

from collections.abc import Callable, Sequence

from services.notify.papers.domain_content import Column, Line, Sheet, Table
from services.notify.papers.domain_feeds import (
    category_word,
    change,
    find,
    origin,
    rate_parts,
    timing,
    unit_word,
    word_of,
)
from services.notify.papers.domain_words import Names
from shared.events.feed_summaries import (
    CategoryFigures,
    FeedSummaryCompiled,
    HotlineFigures,
    HotlineUnit,
    RateFigure,
)

HOTLINE_SOURCES = "12345工单和督办台账的事件记录"
RATING_SOURCES = "好差评评价和督办台账的事件记录"
UNRANKED = "按单位编号排列，不作排名；格内为分子/分母、比率。"  # 国办函〔2025〕66号: rankings are not chased.
LEVEL_WORDS = {1: "一级", 2: "二级", 3: "三级"}
Cells = tuple[str | int, ...]


def hotline_of(summary: FeedSummaryCompiled) -> HotlineFigures:
    """Give the figures of orders; a summary without any has counted none."""
    return summary.hotline or HotlineFigures(received=0)


def closing(summary: FeedSummaryCompiled, rates: Sequence[RateFigure], feeds: str) -> list[Line]:
    """Say as of when the numbers are and where they come from."""
    return [Line(text=timing(summary)), Line(text=origin(rates, feeds))]


def category_table(rows: Sequence[CategoryFigures], before: str, *, levels: bool) -> Table:
    """Give categories with their orders, now and before."""
    first = (Column(header="层级", width=16),) if levels else (Column(header="序号", width=12),)
    columns = (
        *first,
        Column(header="诉求分类", width=76, align="left"),
        Column(header="本期", width=16),
        Column(header=before, width=24),
        Column(header="变化", width=24),
    )
    said: list[Cells] = []
    for number, one in enumerate(rows, 1):
        place: str | int = LEVEL_WORDS.get(one.level, one.level) if levels else number
        said.append(
            (place, category_word(one.category), one.orders, one.before, change(one.orders, one.before))
        )
    return Table(columns=columns, rows=tuple(said))


def frequent_table(found: HotlineFigures, names: Names) -> Table:
    """Give the matters that one caller brings up again and again; nobody is named."""
    columns = (
        Column(header="序号", width=12),
        Column(header="诉求分类", width=56, align="left"),
        Column(header="承办单位", width=38, align="left"),
        Column(header="次数", width=14),
        Column(header="最近工单", width=36),
    )
    rows = tuple(
        (number, category_word(one.category), unit_word(names, one.unit_id), one.orders, one.order_id)
        for number, one in enumerate(found.frequent, 1)
    )
    return Table(columns=columns, rows=rows)


def rates_table(
    rates: Sequence[RateFigure], value: Callable[[RateFigure], Cells], heads: Sequence[str]
) -> Table:
    """Give rates, a line each: name, numerator, denominator, and what `value` says."""
    wide = 156 - 34 - 2 * 22
    columns = (
        Column(header="指标", width=34),
        Column(header="分子", width=22),
        Column(header="分母", width=22),
        *(Column(header=head, width=wide // len(heads)) for head in heads),
    )
    rows = tuple((word_of(one.rate), one.numerator, one.denominator, *value(one)) for one in rates)
    return Table(columns=columns, rows=rows)


def unit_rates_table(units: Sequence[HotlineUnit], rates: Sequence[str], names: Names) -> Table:
    """Give the rates of each unit with numerator and denominator, in the order of the registry, unranked."""
    columns = (
        Column(header="序号", width=10),
        Column(header="单位", width=32, align="left"),
        Column(header="工单", width=14),
        *(Column(header=word_of(rate), width=(156 - 56) // len(rates)) for rate in rates),
    )
    rows = [
        cells(n, unit_word(names, one.unit_id), [one.orders], [find(one.rates, rate) for rate in rates])
        for n, one in enumerate(units, 1)
    ]
    return Table(columns=columns, rows=tuple(rows))


def hotline_units_sheet(summary: FeedSummaryCompiled, names: Names) -> Sheet:
    """Give the annex of all units: counts, and each rate as numerator, denominator and value."""
    found = hotline_of(summary)
    rates = [one.rate for one in found.units[0].rates] if found.units else []
    columns = (
        Column(header="序号", width=10),
        Column(header="单位", width=50, align="left"),
        *(Column(header=head, width=16) for head in ("收到工单", "超期未结", "临近超期", "退单", "差评")),
        *(Column(header=word_of(rate), width=30) for rate in rates),
    )
    rows = [
        cells(
            n,
            unit_word(names, one.unit_id),
            [one.orders, one.overdue, one.near_due, one.returned, one.bad],
            [find(one.rates, rate) for rate in rates],
        )
        for n, one in enumerate(found.units, 1)
    ]
    return Sheet(
        name="各单位12345工单情况表",
        note=f"{timing(summary)}按单位编号排列，不作排名。{left_out(found.left_out, 'units', '个单位')}",
        table=Table(columns=columns, rows=tuple(rows)),
    )


def cells(number: int, name: str, counts: Sequence[int], rates: Sequence[RateFigure | None]) -> Cells:
    """Give the row of a unit: its number, its name, its counts, and its rates with their parts."""
    return (number, name, *counts, *map(rate_parts, rates))


def left_out(counts: dict[str, int], name: str, what: str) -> str:
    """Say how many rows of a list had no room; nothing when all had."""
    return f"另有{counts[name]}{what}未列出。" if counts.get(name) else ""
