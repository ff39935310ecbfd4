from datetime import date, datetime
from itertools import islice

import pytest

from services.notify.domain import PlannedRung, rungs
from services.notify.domain_limits import Counted
from services.notify.wording import notice_text
from shared.clock import at_local, end_of_day
from shared.workdays import WorkCalendar
from tests.notify.made import JUNE_30, rule


def june_rungs() -> list[PlannedRung]:
    return list(islice(rungs(end_of_day(JUNE_30), rule(), WorkCalendar()), 5))


def test_a_warning_says_how_many_days_are_left() -> None:
    warning = june_rungs()[2]

    text = notice_text(warning, kind="action", title="修路", due_at=end_of_day(JUNE_30))

    assert text == "【提前预警】重点任务《修路》办理时限为2023年6月30日，还有3天到期，请抓紧办理。"


def test_a_warning_that_goes_out_before_a_day_off_counts_from_the_day_on_which_it_is_read() -> None:
    of_the_festival = june_rungs()[1]  # 23 June 2023: it goes out on the 21st.

    text = notice_text(of_the_festival, kind="action", title="修路", due_at=end_of_day(JUNE_30))

    assert "还有9天到期" in text


def test_a_reminder_names_the_due_day() -> None:
    reminder = june_rungs()[3]

    text = notice_text(reminder, kind="action", title="修路", due_at=end_of_day(date(2023, 9, 30)))

    assert text == "【到时提醒】重点任务《修路》办理时限为2023年9月30日，请按时办结。"


def test_an_overdue_notice_counts_the_working_days_and_the_notices() -> None:
    overdue = june_rungs()[4]

    text = notice_text(overdue, kind="unheard-of", title="修路", due_at=end_of_day(JUNE_30))

    assert "督办事项《修路》" in text
    assert "已超时1个工作日（第1次通报）" in text


def test_a_late_notice_says_when_it_should_have_come() -> None:
    warning = june_rungs()[2]

    late_at = at_local(date(2023, 6, 28), 10)
    text = notice_text(warning, kind="action", title="修路", due_at=end_of_day(JUNE_30), late_at=late_at)

    assert text.endswith("（补发：应于2023年6月27日09:00发出）")


@pytest.mark.parametrize(
    ("late_at", "said"),
    [
        (at_local(date(2023, 6, 28), 10), "还有2天到期"),
        (at_local(JUNE_30, 10), "今日到期"),
        (at_local(date(2023, 7, 1), 10), "现已过时限"),
    ],
)
def test_a_late_warning_counts_what_is_left_when_it_is_read(late_at: datetime, said: str) -> None:
    warning = june_rungs()[2]

    text = notice_text(warning, kind="action", title="修路", due_at=end_of_day(JUNE_30), late_at=late_at)

    assert f"2023年6月30日，{said}，请抓紧办理。" in text


def test_a_late_warning_of_a_limit_in_hours_counts_hours() -> None:
    began, due_at = at_local(date(2023, 6, 26), 9, 30), at_local(date(2023, 6, 27), 9, 30)
    warning = next(rungs(due_at, rule(), WorkCalendar(), counted=Counted("hours", began, 24)))

    late_at = at_local(date(2023, 6, 27), 2)
    text = notice_text(warning, kind="request", title="修路", due_at=due_at, late_at=late_at)

    assert "还有7.5小时到期" in text


def warning_of(span: str, amount: int, started: datetime, due_at: datetime) -> str:
    counted = Counted(span, started, amount)
    warning = next(rungs(due_at, rule(), WorkCalendar(), counted=counted))
    return notice_text(warning, kind="request", title="修路", due_at=due_at)


def test_a_warning_counts_in_the_unit_of_its_limit() -> None:
    morning = at_local(date(2023, 6, 26), 9, 30)

    by_hours = warning_of("hours", 24, morning, at_local(date(2023, 6, 27), 9, 30))
    by_workdays = warning_of("workdays", 10, morning, end_of_day(date(2023, 7, 10)))
    by_days = warning_of("days", 14, morning, end_of_day(date(2023, 7, 10)))

    assert "办理时限为2023年6月27日09:30，还有12小时到期" in by_hours
    assert "办理时限为2023年7月10日，还有2个工作日到期" in by_workdays
    assert "还有3天到期" in by_days
