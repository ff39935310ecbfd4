"""12345日预警: every morning, to 督查室 and the managers of the hotline; what is overdue, surges or comes again."""

from collections.abc import Iterator

from services.notify.papers.domain_content import Column, Content, Line, Table
from services.notify.papers.domain_feeds import (
    KINDS as ORDER_KINDS,
)
from services.notify.papers.domain_feeds import (
    number_of,
    rate_word,
    span_word,
    unit_word,
)
from services.notify.papers.domain_words import NUMERALS, Names, some_of
from services.notify.papers.kinds.feed_tables import (
    HOTLINE_SOURCES,
    category_table,
    closing,
    frequent_table,
    hotline_of,
    hotline_units_sheet,
    left_out,
    rates_table,
)
from services.notify.papers.kinds.kind import PaperKind
from shared.events.feed_summaries import FeedSummaryCompiled, HotlineFigures

MOST_UNITS = 12
NEXT_STEPS = (
    "（一）超期工单由承办单位当日说明原因并办结，不能办结的报督查室。",
    "（二）临近超期工单由承办单位在时限内答复，需延期的在到期前申请。",
    "（三）高频和集中反映的诉求由热线管理部门会同主管部门研判，属共性问题的提请督办。",
)


def write(summary: FeedSummaryCompiled, names: Names) -> Content:
    """Write the warning of a day."""
    found, day = hotline_of(summary), span_word(summary)
    sections = list(_sections(found, names))
    body: list[Line | Table] = [Line(text=_overview(found, day))]
    for number, (heading, parts) in enumerate(sections):
        body += [Line(kind="h1", text=f"{NUMERALS[number]}、{heading}"), *parts]
    body.append(Line(kind="h1", text=f"{NUMERALS[len(sections)]}、数据说明"))
    body += closing(summary, found.rates, HOTLINE_SOURCES)
    return Content(
        mast="热线日预警",
        title=f"{day}12345热线工单日预警",
        addressees="督查室、12345热线管理部门：",
        body=tuple(body),
        next_heading=f"{NUMERALS[len(sections) + 1]}、办理要求",
        next_steps=NEXT_STEPS,
        annexes=(hotline_units_sheet(summary, names),),
    )


def _overview(found: HotlineFigures, day: str) -> str:
    if not found.received and not found.overdue and not found.near_due:
        return f"{day}没有收到12345工单，也没有超期或临近超期的工单。"
    mean = found.before / found.days_before if found.days_before else 0
    kinds = number_of(found.by_kind, ORDER_KINDS)
    return (
        f"{day}收到12345工单{found.received}件{f'（{kinds}）' if kinds else ''}，"
        f"此前{found.days_before}天日均{mean:.1f}件。目前超期未结{found.overdue}件，"
        f"{found.near_hours}小时内到期{found.near_due}件；当日派单中退单{found.returned}件，回访差评{found.bad}件。"
    )


def _sections(found: HotlineFigures, names: Names) -> Iterator[tuple[str, list[Line | Table]]]:
    yield "超期和临近超期工单", _overdue(found, names)
    yield "退单、差评和当日比率", _bad(found, names)
    yield "诉求激增", _surging(found)
    yield "高频诉求", _frequent(found, names)


def _overdue(found: HotlineFigures, names: Names) -> list[Line | Table]:
    units = [one for one in found.units if one.overdue or one.near_due]
    if not units:
        return [Line(text="目前没有超期或临近超期的工单。")]
    units.sort(key=lambda one: (-one.overdue, -one.near_due, one.unit_id))
    shown = units[:MOST_UNITS]
    columns = (
        Column(header="序号", width=14),
        Column(header="承办单位", width=74, align="left"),
        Column(header="超期未结", width=34),
        Column(header=f"{found.near_hours}小时内到期", width=34),
    )
    rows = tuple(
        (n, unit_word(names, one.unit_id), one.overdue, one.near_due) for n, one in enumerate(shown, 1)
    )
    rest = f"，下表列出超期最多的{len(shown)}个，其余见附件" if len(units) > len(shown) else ""
    text = f"涉及{len(units)}个单位{rest}。时限自派单之时起算，签收早晚不影响。"
    return [Line(text=text), Table(columns=columns, rows=rows)]


def _bad(found: HotlineFigures, names: Names) -> list[Line | Table]:
    units = [one for one in found.units if one.returned or one.bad]
    told = [f"{unit_word(names, one.unit_id)}退单{one.returned}件、差评{one.bad}件" for one in units]
    who = f"涉及{some_of(told, MOST_UNITS, counter='个单位')}。" if told else "当日没有退单和回访差评。"
    if not any(one.denominator for one in found.rates):
        return [Line(text=f"{who}当日没有可计算比率的工单。")]
    table = rates_table(found.rates, lambda one: (rate_word(one), one.excluded), ("比率", "不计入（件）"))
    return [Line(text=who), table]


def _surging(found: HotlineFigures) -> list[Line | Table]:
    if not found.surging:
        return [Line(text=f"各类诉求与此前{found.days_before}天相比没有激增。")]
    text = (
        f"以下{len(found.surging)}类诉求明显多于此前{found.days_before}天的日均件数。"
        f"{left_out(found.left_out, 'surging', '类')}"
    )
    return [Line(text=text), _category_table(found)]


def _category_table(found: HotlineFigures) -> Table:
    table = category_table(found.surging, f"前{found.days_before}天日均", levels=False)
    days = found.days_before or 1
    rows = tuple(
        (row[0], row[1], one.orders, f"{one.before / days:.1f}", _times(one.orders, one.before / days))
        for row, one in zip(table.rows, found.surging, strict=True)
    )
    columns = (*table.columns[:4], Column(header="为日均的", width=24))
    return Table(columns=columns, rows=rows)


def _times(now: int, mean: float) -> str:
    return f"{now / mean:.1f}倍" if mean else "新出现"


def _frequent(found: HotlineFigures, names: Names) -> list[Line | Table]:
    rule = f"同一诉求人{found.frequent_days}天内就同一分类反映{found.frequent_minimum}次及以上"
    if not found.frequent:
        return [Line(text=f"当日没有高频诉求（{rule}）。")]
    text = f"当日又有反映的高频诉求{len(found.frequent)}项（{rule}）。{left_out(found.left_out, 'frequent', '项')}"
    return [Line(text=text), frequent_table(found, names)]


KIND = PaperKind(id="hotline_daily", word="12345日预警", write=write)
