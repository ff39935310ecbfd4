"""12345月通报: to all units; the rates of each with numerator and denominator, not ranked.

Places are asked not to chase rankings (国办函〔2025〕66号), so units stand in the order of the registry.
"""

from services.notify.papers.domain_content import Content, Line, Table
from services.notify.papers.domain_feeds import (
    KINDS as ORDER_KINDS,
)
from services.notify.papers.domain_feeds import (
    category_word,
    change,
    number_of,
    rate_word,
    span_word,
    unit_word,
)
from services.notify.papers.domain_words import Names, some_of
from services.notify.papers.kinds.feed_tables import (
    HOTLINE_SOURCES,
    UNRANKED,
    closing,
    hotline_of,
    hotline_units_sheet,
    left_out,
    rates_table,
    unit_rates_table,
)
from services.notify.papers.kinds.kind import PaperKind
from shared.events.feed_summaries import FeedSummaryCompiled, HotlineFigures, HotlineUnit

TOP, MOST_NAMED = 5, 12
UNIT_RATES = ("orders.contacted", "orders.on_time", "orders.resolved", "orders.satisfaction")
NEXT_STEPS = (
    "（一）各承办单位对超期未结工单逐件核查，限期办结并答复诉求人。",
    "（二）规范退单，不属本单位职责的在规定时限内说明理由退回，不得以退代办。",
    "（三）对回访不满意、未解决的工单重新办理，并做好解释。",
)


def write(summary: FeedSummaryCompiled, names: Names) -> Content:
    """Write the bulletin of a month."""
    found, month = hotline_of(summary), span_word(summary)
    return Content(
        mast="热线月通报",
        title=f"关于{month}12345热线\n工单办理情况的通报",
        addressees="各有关单位：",
        body=(
            Line(text=f"现将{month}12345热线工单办理情况通报如下。"),
            Line(kind="h1", text="一、总体情况"),
            Line(text=_overview(found)),
            *_rates(found),
            Line(kind="h1", text="二、各单位情况"),
            *_units(found, names),
            Line(kind="h1", text="三、存在问题"),
            *_problems(found, names),
            Line(kind="h1", text="四、数据说明"),
            *closing(summary, found.rates, HOTLINE_SOURCES),
        ),
        next_heading="五、下一步要求",
        next_steps=NEXT_STEPS,
        annexes=(hotline_units_sheet(summary, names),),
        copied_to="党委、管委会领导。",
    )


def _overview(found: HotlineFigures) -> str:
    if not found.received:
        return "本月没有收到12345工单。"
    kinds = number_of(found.by_kind, ORDER_KINDS)
    top = [one for one in found.categories if one.level == 1][:TOP]
    said = "、".join(f"{category_word(one.category)}{one.orders}件" for one in top)
    most = f"件数较多的一级分类：{said}。" if said else ""
    return (
        f"本月收到12345工单{found.received}件（上月{found.before}件，{change(found.received, found.before)}），"
        f"其中{kinds}。{most}"
    )


def _rates(found: HotlineFigures) -> list[Line | Table]:
    if not any(one.denominator for one in found.rates):
        return [Line(text="本月没有可计算比率的工单。")]
    return [rates_table(found.rates, lambda one: (rate_word(one), one.excluded), ("比率", "不计入（件）"))]


def _units(found: HotlineFigures, names: Names) -> list[Line | Table]:
    units = [one for one in found.units if one.unit_id and any(rate.denominator for rate in one.rates)]
    if not units:
        return [Line(text="本月没有单位有可计算比率的工单。")]
    text = f"{UNRANKED}{left_out(found.left_out, 'units', '个单位')}"
    return [Line(text=text), unit_rates_table(units, UNIT_RATES, names)]


def _problems(found: HotlineFigures, names: Names) -> list[Line]:
    def named(field: str) -> str:
        units: list[HotlineUnit] = [one for one in found.units if getattr(one, field)]
        said = [f"{unit_word(names, one.unit_id)}{getattr(one, field)}件" for one in units]
        return some_of(said, MOST_NAMED, counter="个单位")

    told = (
        ("超期未结", found.overdue, "overdue"),
        ("本月派单经同意退回", found.returned, "returned"),
        ("回访差评", found.bad, "bad"),
    )
    lines = [
        Line(kind="h3", text=f"{what}{number}件：{named(field)}。") for what, number, field in told if number
    ]
    return lines or [Line(text="本月没有超期未结、退单和回访差评的工单。")]


KIND = PaperKind(id="hotline_monthly", word="12345月通报", write=write)
