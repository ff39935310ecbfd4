"""好差评月度统计: what the sources uploaded and how late, how units were rated, and what became of bad ratings."""

from services.notify.papers.domain_content import Column, Content, Line, Sheet, Table
from services.notify.papers.domain_feeds import (
    CHANNELS,
    LEVELS,
    change,
    delay_word,
    find,
    number_of,
    rate_word,
    span_word,
    timing,
    word_of,
)
from services.notify.papers.domain_words import Names, share
from services.notify.papers.kinds.feed_tables import (
    RATING_SOURCES,
    UNRANKED,
    cells,
    closing,
    left_out,
    rates_table,
)
from services.notify.papers.kinds.kind import PaperKind
from shared.events.feed_summaries import FeedSummaryCompiled, RatingFigures, RectifiedFigures

NO_SOURCE = "（未注明来源）"
UNIT_RATES = ("ratings.satisfaction", "rectifications.done", "rectifications.on_time")
NEXT_STEPS = (
    "（一）各单位对差评逐件回访核实，限期整改并反馈，实名差评回访率达到100%。",
    "（二）数据上传不完整、不及时的，由来源系统主管单位排查接口，补传数据。",
)


def write(summary: FeedSummaryCompiled, names: Names) -> Content:
    """Write the statistics of a month."""
    found, month = summary.ratings or RatingFigures(ratings=0), span_word(summary)
    return Content(
        mast="好差评月报",
        title=f"{month}政务服务“好差评”统计月报",
        addressees="各有关单位：",
        body=(
            Line(kind="h1", text="一、总体情况"),
            *_overview(found),
            Line(kind="h1", text="二、数据上传情况"),
            *_uploads(found),
            Line(kind="h1", text="三、差评整改情况"),
            *_rectified(found),
            Line(kind="h1", text="四、各单位情况"),
            *_units(found, names),
            Line(kind="h1", text="五、数据说明"),
            *closing(summary, found.rates, RATING_SOURCES),
        ),
        next_heading="六、工作要求",
        next_steps=NEXT_STEPS,
        annexes=(_units_sheet(summary, found, names),),
        copied_to="党委、管委会领导。",
    )


def _overview(found: RatingFigures) -> list[Line | Table]:
    if not found.ratings:
        return [Line(text="本月没有收到评价。")]
    text = (
        f"本月评价{found.ratings}条（上月{found.before}条，{change(found.ratings, found.before)}），"
        f"其中系统默认评价{found.default}条。按等级：{number_of(found.by_level, LEVELS)}。"
        f"按渠道：{number_of(found.by_channel, CHANNELS)}。"
    )
    table = rates_table(found.rates, lambda one: (rate_word(one), one.excluded), ("比率", "不计入（条）"))
    return [Line(text=text), table]


def _uploads(found: RatingFigures) -> list[Line | Table]:
    if not found.sources:
        return [Line(text="本月没有来源上传评价。")]
    text = (
        f"本月{len(found.sources)}个来源上传评价。要素完整（有登记单位、事项和渠道）的{found.complete}条，"
        f"完整率{share(found.complete, found.ratings)}；上传时延（评价至平台收到）"
        f"中位数{delay_word(found.delay_median)}、95%不超过{delay_word(found.delay_p95)}，超过{found.late_hours}小时的{found.late}条。"
    )
    columns = (
        Column(header="来源", width=28, align="left"),
        Column(header="评价", width=18),
        Column(header="有数据天数", width=24),
        Column(header="完整率", width=18),
        Column(header="时延中位数", width=24),
        Column(header="95%时延", width=22),
        Column(header=f"超{found.late_hours}小时", width=22),
    )
    rows = tuple(
        (
            one.source_id or NO_SOURCE,
            one.ratings,
            f"{one.days}/{found.days}",
            share(one.complete, one.ratings),
            delay_word(one.delay_median),
            delay_word(one.delay_p95),
            one.late,
        )
        for one in found.sources
    )
    return [Line(text=text), Table(columns=columns, rows=rows)]


def _rectified(found: RatingFigures) -> list[Line]:
    made = found.rectified
    if not made.opened:
        return [Line(text=f"本月计入差评率的差评{found.bad}条，没有转办的差评。")]
    rates = [one for one in found.rates if one.rate.startswith("rectifications.") and one.denominator]
    said = "，".join(f"{word_of(one.rate)}{rate_word(one)}" for one in rates)
    return [
        Line(
            text=(
                f"本月计入差评率的差评{found.bad}条。本月转办差评{made.opened}件，经核实成立或待核实{made.standing}件，"
                f"已整改{made.done}件，其中按期{made.in_time}件；实名差评{made.named}件，已回访到本人{made.called_back}件。"
                f"{said}{'。' if said else ''}"
            )
        )
    ]


def _units(found: RatingFigures, names: Names) -> list[Line | Table]:
    if not found.units:
        return [Line(text="本月没有单位有评价或转办的差评。")]
    columns = (
        Column(header="序号", width=11),
        Column(header="单位", width=40, align="left"),
        Column(header="评价", width=16),
        Column(header="差评", width=14),
        *(Column(header=word_of(rate), width=25) for rate in UNIT_RATES),
    )
    rows = [
        cells(
            n,
            names.unit(one.unit_id),
            [one.ratings, one.bad],
            [find(one.rates, rate) for rate in UNIT_RATES],
        )
        for n, one in enumerate(found.units, 1)
    ]
    return [
        Line(text=UNRANKED + left_out(found.left_out, "units", "个单位")),
        Table(columns=columns, rows=tuple(rows)),
    ]


def _units_sheet(summary: FeedSummaryCompiled, found: RatingFigures, names: Names) -> Sheet:
    rates = [one.rate for one in found.units[0].rates] if found.units else []
    counts = ("转办差评", "成立", "已整改", "按期整改", "实名", "已回访")
    columns = (
        Column(header="序号", width=10),
        Column(header="单位", width=50, align="left"),
        Column(header="评价", width=18),
        Column(header="系统默认", width=18),
        Column(header="差评", width=16),
        *(Column(header=head, width=16) for head in counts),
        *(Column(header=word_of(rate), width=28) for rate in rates),
    )
    rows = [
        cells(
            n,
            names.unit(one.unit_id),
            [one.ratings, one.default, one.bad, *_made(one.rectified)],
            [find(one.rates, rate) for rate in rates],
        )
        for n, one in enumerate(found.units, 1)
    ]
    note = f"{timing(summary)}按单位编号排列，不作排名。整改按转办日计。"
    return Sheet(name="各单位好差评统计表", note=note, table=Table(columns=columns, rows=tuple(rows)))


def _made(found: RectifiedFigures) -> list[int]:
    return [found.opened, found.standing, found.done, found.in_time, found.named, found.called_back]


KIND = PaperKind(id="ratings_monthly", word="好差评月度统计", write=write)
