"""12345周分析: every Monday, to the first leader of the Party committee; how the week went, and what is behind it."""

from services.notify.papers.domain_content import Content, Line, Table
from services.notify.papers.domain_feeds import (
    KINDS as ORDER_KINDS,
)
from services.notify.papers.domain_feeds import (
    category_word,
    change,
    find,
    moved_points,
    number_of,
    rate_word,
    span_word,
    unit_word,
    word_of,
)
from services.notify.papers.domain_words import Names
from services.notify.papers.kinds.feed_tables import (
    HOTLINE_SOURCES,
    Cells,
    category_table,
    closing,
    frequent_table,
    hotline_of,
    hotline_units_sheet,
    left_out,
    rates_table,
    unit_rates_table,
)
from services.notify.papers.kinds.kind import PaperKind
from shared.events.feed_summaries import FeedSummaryCompiled, HotlineFigures, RateFigure

TOP, MOST_UNITS = 5, 12  # Categories of each level, and units, that the text has; the annex has all.
UNIT_RATES = ("orders.contacted", "orders.resolved", "orders.satisfaction", "orders.on_time")
NEXT_STEPS = (
    "（一）对集中反映的诉求，请责成主管部门专题研究，未诉先办。",
    "（二）对超期未结和重复反映的工单，请责成承办单位主要负责人包案办理。",
)


def write(summary: FeedSummaryCompiled, names: Names) -> Content:
    """Write the analysis of a week."""
    found = hotline_of(summary)
    return Content(
        mast="热线周分析",
        title=f"12345热线一周分析\n（{span_word(summary)}）",
        addressees="党委主要领导：",
        body=(
            Line(kind="h1", text="一、总体情况"),
            Line(text=_overview(found)),
            *_rates(found),
            Line(kind="h1", text="二、诉求分类"),
            *_categories(found),
            Line(kind="h1", text="三、热点和重复诉求"),
            *_hot(found, names),
            Line(kind="h1", text="四、各单位办理情况"),
            *_units(found, names),
            Line(kind="h1", text="五、数据说明"),
            *closing(summary, found.rates, HOTLINE_SOURCES),
            Line(text="反映单位自身办理问题的“处投诉”由督办台账另列清单，本分析未计。"),
        ),
        next_heading="六、建议",
        next_steps=NEXT_STEPS,
        annexes=(hotline_units_sheet(summary, names),),
        upward=True,
    )


def _overview(found: HotlineFigures) -> str:
    if not found.received:
        return "本周没有收到12345工单。" + _standing(found)
    kinds = number_of(found.by_kind, ORDER_KINDS)
    return (
        f"本周收到12345工单{found.received}件（上周{found.before}件，{change(found.received, found.before)}），"
        f"其中{kinds}。{_standing(found)}"
    )


def _standing(found: HotlineFigures) -> str:
    return (
        f"目前超期未结{found.overdue}件，{found.near_hours}小时内到期{found.near_due}件；"
        f"本周派单中退单{found.returned}件，回访差评{found.bad}件。"
    )


def _rates(found: HotlineFigures) -> list[Line | Table]:
    if not any(one.denominator for one in found.rates):
        return [Line(text="本周没有可计算比率的工单。")]

    def told(one: RateFigure) -> Cells:
        before = find(found.rates_before, one.rate)
        return (rate_word(one), rate_word(before), moved_points(one, before))

    return [rates_table(found.rates, told, ("本周", "上周", "升降百分点"))]


def _categories(found: HotlineFigures) -> list[Line | Table]:
    rows = [
        one for level in (1, 2, 3) for one in [row for row in found.categories if row.level == level][:TOP]
    ]
    if not rows:
        return [Line(text="本周没有已分类的工单。")]
    text = f"各级分类中件数最多的{TOP}类如下；没有下级分类的工单只计入其已有的层级。"
    return [Line(text=text), category_table(rows, "上周", levels=True)]


def _hot(found: HotlineFigures, names: Names) -> list[Line | Table]:
    parts: list[Line | Table] = []
    if found.surging:
        said = "、".join(
            f"{category_word(one.category)}{one.orders}件（上周{one.before}件）" for one in found.surging
        )
        parts.append(Line(text=f"明显增多的诉求：{said}。{left_out(found.left_out, 'surging', '类')}"))
    else:
        parts.append(Line(text="与上周相比，没有明显增多的诉求。"))
    if found.regions:
        said = "、".join(
            f"{one.region_code}（{one.orders}件，上周{one.before}件）" for one in found.regions[:TOP]
        )
        parts.append(Line(text=f"件数最多的区域（区划代码）：{said}。"))
    repeated = find(found.rates, "orders.repeated")
    if repeated and repeated.denominator:
        parts.append(
            Line(text=f"重复诉求{repeated.numerator}件，{word_of(repeated.rate)}{rate_word(repeated)}。")
        )
    if found.frequent:
        text = (
            f"同一诉求人{found.frequent_days}天内就同一分类反映{found.frequent_minimum}次及以上、本周又有反映的"
            f"{len(found.frequent)}项。{left_out(found.left_out, 'frequent', '项')}"
        )
        parts += [Line(text=text), frequent_table(found, names)]
    return parts


def _units(found: HotlineFigures, names: Names) -> list[Line | Table]:
    units = [one for one in found.units if any(rate.denominator for rate in one.rates)]
    if not units:
        return [Line(text="本周没有单位有可计算比率的工单。")]
    shown = sorted(sorted(units, key=lambda one: -one.orders)[:MOST_UNITS], key=units.index)
    rest = f"，列出工单最多的{len(shown)}个，其余见附件" if len(units) > len(shown) else ""
    late = [one for one in found.units if one.overdue]
    late.sort(key=lambda one: -one.overdue)
    said = "、".join(f"{unit_word(names, one.unit_id)}{one.overdue}件" for one in late[:TOP])
    text = f"承办工单的{len(units)}个单位{rest}（按单位编号排列，格内为分子/分母和比率）。"
    overdue = [Line(text=f"超期未结较多的单位：{said}。")] if said else []
    return [Line(text=text), unit_rates_table(shown, UNIT_RATES, names), *overdue]


KIND = PaperKind(id="hotline_weekly", word="12345周分析", write=write)
