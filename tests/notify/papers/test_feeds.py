"""What stands in the papers about the feeds: the numbers of their summaries, where they come from, and no rank."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.notify.models import PaperRow
from services.notify.papers import domain_feeds as words
from services.notify.papers.domain_content import Content, Line, Table
from services.notify.papers.files import files_of
from services.notify.papers.kinds import KINDS
from shared.clock import at_local
from shared.database import Database
from shared.events.feed_summaries import FeedSummaryCompiled, HotlineUnit, RateFigure
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.papers.feeds import NAMES, PERIODS, hotline, nothing, rate, ratings, summary, unit
from tests.notify.papers.summaries import told

HOTLINE = [kind for kind in PERIODS if kind.startswith("hotline")]


def written(said: FeedSummaryCompiled) -> Content:
    return KINDS[said.kind].write(said, NAMES)


def tables(content: Content) -> Iterator[Table]:
    yield from (part for part in content.body if isinstance(part, Table))
    yield from (sheet.table for sheet in content.annexes)


def text_of(content: Content) -> str:
    lines = [part.text for part in content.body if isinstance(part, Line)]
    cells = [str(cell) for table in tables(content) for row in table.rows for cell in row]
    return "\n".join(
        [content.title, content.addressees, *lines, *cells, *(one.note for one in content.annexes)]
    )


def annex(content: Content) -> dict[str, dict[str, Any]]:
    """Give the annex by the name of the unit and the heads of its columns."""
    table = content.annexes[0].table
    heads = [column.header for column in table.columns]
    return {str(row[1]): dict(zip(heads, row, strict=True)) for row in table.rows}


@pytest.mark.parametrize("kind", HOTLINE)
def test_every_count_of_a_unit_stands_in_the_annex_as_in_the_summary(kind: str) -> None:
    said = summary(kind)
    shown = annex(written(said))

    for one in hotline().units:
        row = shown[words.unit_word(NAMES, one.unit_id)]
        counts = [row[head] for head in ("收到工单", "超期未结", "临近超期", "退单", "差评")]
        assert counts == [one.orders, one.overdue, one.near_due, one.returned, one.bad]
        for figure in one.rates:
            assert row[words.word_of(figure.rate)].startswith(
                f"{figure.numerator}/{figure.denominator}" if figure.denominator else "—"
            )


@pytest.mark.parametrize("kind", HOTLINE)
def test_every_rate_stands_in_the_text_with_numerator_and_denominator(kind: str) -> None:
    [table] = [one for one in tables(written(summary(kind))) if one.columns[0].header == "指标"]

    shown = [row[:4] for row in table.rows]
    assert shown == [
        (words.word_of(one.rate), one.numerator, one.denominator, words.percent(one.value or Decimal()))
        for one in hotline().rates
    ]


@pytest.mark.parametrize("kind", PERIODS)
def test_each_paper_says_as_of_when_and_by_which_rules(kind: str) -> None:
    text = text_of(written(summary(kind)))

    assert f"数据截至{words.minute(PERIODS[kind][3])}" in text
    assert "用第1版口径" in text
    assert "补汇" not in text


@pytest.mark.parametrize("kind", PERIODS)
def test_a_late_or_corrected_summary_says_so(kind: str) -> None:
    due_at = PERIODS[kind][3]
    late = summary(kind, 2, late=True, behind=True, compiled_at=due_at + timedelta(days=1))

    text = text_of(written(late))

    assert (
        f"本期应于{words.minute(due_at)}汇总，因系统停运延至{words.minute(due_at + timedelta(days=1))}补汇"
        in text
    )
    assert "尚有已发出的数据没有读入" in text
    assert "本稿为第2版" in text


@pytest.mark.parametrize("kind", PERIODS)
def test_a_period_without_anything_has_a_paper_that_says_so(kind: str) -> None:
    content = written(nothing(kind))

    assert "没有收到" in text_of(content)
    assert all(one.table.rows == () for one in content.annexes)


def test_the_warning_of_a_day_names_who_is_late_what_surges_and_what_comes_again() -> None:
    text = text_of(written(summary("hotline_daily")))

    assert "2023年6月19日收到12345工单468件（咨询220、求助180、投诉61、建议7），此前7天日均330.0件" in text
    assert "超期未结8件，24小时内到期12件；当日派单中退单6件，回访差评3件" in text
    assert "生态环境→噪声→施工噪声\n24\n5.0\n4.8倍" in text
    assert "h-20230619-0042" in text
    assert "督查室、12345热线管理部门：" in text


def test_a_day_on_which_all_is_well_says_so() -> None:
    quiet = hotline(
        units=(HotlineUnit(unit_id="u1", orders=3),), surging=(), frequent=(), overdue=0, near_due=0
    )

    text = text_of(written(summary("hotline_daily", hotline=quiet)))

    for said in ("没有超期或临近超期的工单", "没有激增", "没有高频诉求", "没有退单和回访差评"):
        assert said in text


def test_what_is_new_surges_without_a_mean_and_lists_that_are_cut_say_so() -> None:
    fresh = tuple(one.model_copy(update={"before": 0}) for one in hotline().surging)
    crowd = tuple(
        HotlineUnit(unit_id=f"u{n}", orders=40, overdue=n, rates=(rate("orders.contacted"),))
        for n in range(1, 20)
    )
    found = hotline(surging=fresh, units=crowd, left_out={"surging": 4, "frequent": 2, "units": 9})

    text = text_of(written(summary("hotline_daily", hotline=found)))

    assert "新出现" in text
    for said in ("另有4类未列出", "另有2项未列出", "另有9个单位未列出", "列出超期最多的12个"):
        assert said in text
    assert "列出工单最多的12个" in text_of(written(summary("hotline_weekly", hotline=found)))


def test_the_analysis_of_a_week_goes_to_the_first_leader_with_trends_and_the_three_levels() -> None:
    content = written(summary("hotline_weekly"))
    text = text_of(content)

    assert (content.addressees, content.upward) == ("党委主要领导：", True)
    assert "本周收到12345工单468件（上周2310件，减少79.7%）" in text
    assert "受理率\n430\n468\n91.88%\n91.30%\n+0.58" in text
    assert [said in text for said in ("一级\n城市管理", "二级\n城市管理→市容环境", "三级\n")] == [True] * 3
    assert "610423001（88件，上周70件）" in text
    assert "“处投诉”由督办台账另列清单，本分析未计" in text


def test_a_week_without_surges_regions_or_frequent_matters_says_so() -> None:
    quiet = hotline(surging=(), regions=(), frequent=(), rates=(), categories=(), units=())

    text = text_of(written(summary("hotline_weekly", hotline=quiet)))

    for said in ("没有明显增多的诉求", "没有已分类的工单", "没有可计算比率的工单", "没有单位有可计算比率"):
        assert said in text


def test_the_bulletin_of_a_month_lists_units_in_their_order_and_ranks_nobody() -> None:
    content = written(summary("hotline_monthly"))
    [table] = [part for part in content.body if isinstance(part, Table) and part.columns[1].header == "单位"]

    units = [NAMES.unit(f"u{number}") for number in range(1, 6)]
    assert [row[1] for row in table.rows] == units
    assert not [column for one in tables(content) for column in one.columns if "名次" in column.header]
    assert "不作排名" in text_of(content)
    assert "10/12\n样本不足" in [row[3] for row in table.rows]
    assert content.addressees == "各有关单位："


def test_a_month_names_its_problems_or_has_none() -> None:
    assert "本月派单经同意退回6件：" in text_of(written(summary("hotline_monthly")))
    quiet = hotline(overdue=0, returned=0, bad=0)
    assert "没有超期未结、退单和回访差评" in text_of(written(summary("hotline_monthly", hotline=quiet)))


def test_the_month_of_ratings_says_who_uploaded_how_late_and_what_was_put_right() -> None:
    text = text_of(written(summary("ratings_monthly")))

    assert "本月评价12345条（上月11870条，增加4.0%），其中系统默认评价321条" in text
    assert "完整率99.6%；上传时延（评价至平台收到）中位数1.6分钟、95%不超过1.5小时，超过24小时的40条" in text
    assert "shaanxi-push\n3345\n29/31\n99.0%" in text
    assert "转办差评6件，经核实成立或待核实5件，已整改4件，其中按期3件；实名差评4件，已回访到本人4件" in text
    assert "整改率80.00%，按期整改率80.00%，回访率80.00%" in text


def test_ratings_of_which_none_was_opened_say_so() -> None:
    found = ratings(rectified=ratings().rectified.model_copy(update={"opened": 0}))

    assert "没有转办的差评" in text_of(written(summary("ratings_monthly", ratings=found)))


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (None, "—"),
        (rate("r", 0, 0), "—"),
        (rate("r", 3, 4), "样本不足"),
        (rate("r", 40, 30, value=None, why="inconsistent"), "数据待核"),
        (rate("r", 97, 99), "97.97%"),
        (rate("r", 97, 99, value=Decimal("0.979797")), "97.9797%"),
    ],
)
def test_a_rate_is_a_percentage_or_says_why_not(figure: RateFigure | None, said: str) -> None:
    assert words.rate_word(figure) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "—"), (0, "0秒"), (60, "1分钟"), (5400, "1.5小时"), (172_800, "2天")]
)
def test_a_delay_is_told_in_the_unit_that_suits_it(seconds: int | None, said: str) -> None:
    assert words.delay_word(seconds) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(0, 0, "与上期持平"), (5, 0, "上期为0"), (10, 10, "与上期持平"), (9, 10, "减少10.0%")],
)
def test_a_change_is_told_in_percent(now: int, before: int, said: str) -> None:
    assert words.change(now, before) == said


def test_a_rate_moves_by_points_where_both_have_a_value() -> None:
    now = rate("r", 97, 100)

    assert words.moved_points(now, rate("r", 95, 100)) == "+2.00"
    assert words.moved_points(now, now) == "持平"
    assert [words.moved_points(now, other) for other in (None, rate("r", 1, 2))] == ["—", "—"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2023, 6, 26), date(2023, 7, 2), "2023年6月26日至7月2日"),
        (date(2022, 12, 26), date(2023, 1, 1), "2022年12月26日至2023年1月1日"),
    ],
)
def test_a_week_over_two_months_or_years_names_both(first: date, last: date, said: str) -> None:
    assert words.span_word(summary("hotline_weekly", first_on=first, last_on=last)) == said


def test_what_is_not_known_stands_for_itself() -> None:
    assert words.word_of("orders.new") == "orders.new"
    assert words.number_of({"help": 2, "new": 1, "old": 0}, words.KINDS) == "求助2、new1"
    assert words.category_word(()) == "（未分类）"
    assert unit(1).unit_id == "u1"


@pytest.mark.slow
@pytest.mark.parametrize("kind", PERIODS)
@ON_BOTH
async def test_a_summary_of_a_feed_is_drafted_once_and_a_later_one_takes_its_place(
    open_database: OpenDatabase, kind: str
) -> None:
    db: Database = open_database(FakeClock(at_local(date(2023, 6, 20), 9)))

    await told(db, summary(kind), summary(kind, 2))

    async with db.reading() as session:
        first, second = [await session.get_one(PaperRow, f"{kind}-{PERIODS[kind][0]}-{n}") for n in (1, 2)]
    assert (first.state, second.state, second.kind) == ("superseded", "draft", kind)
    assert (await files_of(second)).docx[:2] == b"PK"
