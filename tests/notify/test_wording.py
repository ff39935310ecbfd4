from datetime import date
from itertools import islice

from services.notify.domain import PlannedRung, Verdict, rungs
from services.notify.wording import notice_text
from shared.clock import end_of_day
from shared.workdays import WorkCalendar
from tests.notify.made import JUNE_30, rule


def june_rungs() -> list[PlannedRung]:
    return list(islice(rungs(end_of_day(JUNE_30), rule(), WorkCalendar()), 5))


def test_a_warning_says_how_many_days_are_left() -> None:
    warning = june_rungs()[1]

    text = notice_text(warning, kind="action", title="修路", due_at=end_of_day(JUNE_30))

    assert text == "【提前预警】重点任务《修路》办理时限为2023年6月30日，还有7天到期，请抓紧办理。"


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

    text = notice_text(
        warning, kind="action", title="修路", due_at=end_of_day(JUNE_30), verdict=Verdict.SEND_LATE
    )

    assert text.endswith("（补发：应于2023年6月27日09:00发出）")
