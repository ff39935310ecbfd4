from datetime import date

import pytest

from services.tasks.importer.dates import Calendar, deadline_in_text, find_dates, is_timing, read_deadline

CALENDAR = Calendar(2023, date(2023, 4, 25))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2023年9月底前", date(2023, 9, 30)),
        ("2023 年 9 月底", date(2023, 9, 30)),
        ("6月底前", date(2023, 6, 30)),
        ("2024年2月", date(2024, 2, 29)),
        ("7月上旬", date(2023, 7, 10)),
        ("7月中旬前", date(2023, 7, 20)),
        ("7月下旬至8月中旬", date(2023, 8, 20)),
        ("二季度末", date(2023, 6, 30)),
        ("2023年第3季度", date(2023, 9, 30)),
        ("上半年", date(2023, 6, 30)),
        ("下半年", date(2023, 12, 31)),
        ("年底前", date(2023, 12, 31)),
        ("2025年底前", date(2025, 12, 31)),
        ("全年", date(2023, 12, 31)),
        ("2024年", date(2024, 12, 31)),
        ("明年7月份", date(2024, 7, 31)),
        ("11月15日前", date(2023, 11, 15)),
        ("2023-06-15", date(2023, 6, 15)),
        ("2023.12", date(2023, 12, 31)),
        ("2023年10前取得阶段性成果", date(2023, 10, 31)),
        ("2023年6月启动，12月完成", date(2023, 12, 31)),
        ("持续推进，2023年9月底前取得阶段性进展", date(2023, 9, 30)),
        ("12月底前持续推进", date(2023, 12, 31)),
    ],
)
def test_a_deadline_is_the_last_day_meant(words: str, day: date) -> None:
    assert read_deadline(words, CALENDAR).day == day


@pytest.mark.parametrize(
    "words", ["持续推进", "长期坚持", "常态化开展", "12月底前持续推进", "年底前完成并长期坚持"]
)
def test_a_deadline_says_that_the_work_goes_on(words: str) -> None:
    assert read_deadline(words, CALENDAR).ongoing


def test_what_is_kept_up_in_a_later_year_follows_the_deadline() -> None:
    deadline = read_deadline("2023年10月底前取得阶段性成效，2024年持续巩固提升", CALENDAR)

    assert (deadline.day, deadline.follow_up) == (date(2023, 10, 31), "2024年持续巩固提升")
    assert (deadline.ongoing, deadline.stage_note) == (False, "取得阶段性成效")


@pytest.mark.parametrize("words", ["2023年10前", "6月前", "7月初", "7月中"])
def test_words_that_leave_a_doubt_say_so(words: str) -> None:
    assert read_deadline(words, CALENDAR).doubt


@pytest.mark.parametrize("words", ["2月30日", "2023-02-31", "抓紧办理", ""])
def test_what_is_no_date_gives_no_day(words: str) -> None:
    assert read_deadline(words, CALENDAR).day is None


def test_without_a_year_anywhere_no_year_is_made_up() -> None:
    assert read_deadline("6月底前", Calendar(None)).day is None
    assert read_deadline("明年6月底前", Calendar(None)).day is None


def test_last_year_and_the_year_after_next_count_from_the_issue() -> None:
    assert read_deadline("后年6月底", CALENDAR).day == date(2025, 6, 30)
    assert read_deadline("去年6月底", CALENDAR).day == date(2022, 6, 30)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月底前建成平台，12月底前全部上线。", date(2023, 12, 31)),
        ("研究制定方案，7月上旬按程序报审。", date(2023, 7, 10)),
        ("三季度完成主体工程。", date(2023, 9, 30)),
        ("项目明年7月份开工。", date(2024, 7, 31)),
        ("新大楼年内投入运营。", date(2023, 12, 31)),
        ("工程明年内完成。", date(2024, 12, 31)),
    ],
)
def test_a_firm_date_of_running_text_is_a_deadline(text: str, day: date) -> None:
    deadline = deadline_in_text(text, CALENDAR)

    assert deadline is not None
    assert deadline.day == day


@pytest.mark.parametrize(
    "text",
    [
        "每年9月底前启动编制，12月底前完成审批。",
        "原则上6月底前下达完毕。",
        "2023年新增企业80家。",
        "到2025年合格率达到98%。",
        "依据《2023年6月底前工作清单》办理。",
        "截至2023年5月底前已完成八成。",
        "2022年底前启动。",
        "9月开展宣传月活动。",
        "3年内完成培训5万人次。",
        "力争年内用户有所增加。",
        "",
    ],
)
def test_recurring_hedged_quoted_and_past_dates_are_no_deadline(text: str) -> None:
    assert deadline_in_text(text, CALENDAR) is None


def test_dates_do_not_overlap() -> None:
    hits = find_dates("2023年6月底前", CALENDAR, whole_years=True)

    assert [(hit.start, hit.end) for hit in hits] == [(0, 9)]


@pytest.mark.parametrize("words", ["7月中旬前", "2023年1月底前完成", "持续推进", "长期坚持。"])
def test_words_of_time_alone_are_known(words: str) -> None:
    assert is_timing(words)


@pytest.mark.parametrize("words", ["甲局", "2023年6月底前建成两座水厂", "持续推进改革"])
def test_words_that_say_more_than_when_are_no_timing(words: str) -> None:
    assert not is_timing(words)
