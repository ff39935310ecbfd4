"""When so much of a limit in hours has passed: pure."""

from datetime import date, datetime

import pytest

from services.notify.domain_limits import Counted, passed_at
from services.notify.rules import Hours
from shared.workdays import WorkCalendar
from tests.notify.made import at

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2023, 7, day) for day in (7, 8, 9, 10))
WORK = Hours()  # 09:00 to 18:00.


def passed(span: str, start: datetime, due_at: datetime, percent: int) -> datetime:
    return passed_at(due_at, Counted(span, start), percent, WORK, WorkCalendar())


def test_hours_pass_by_day_and_night_and_over_days_off() -> None:
    assert passed("hours", at(FRIDAY, 15), at(SATURDAY, 15), 50) == at(SATURDAY, 3)


@pytest.mark.parametrize(
    ("percent", "when"), [(25, at(FRIDAY, 17)), (50, at(MONDAY, 10)), (80, at(MONDAY, 12, 24))]
)
def test_working_hours_stand_still_over_night_and_a_weekend(percent: int, when: datetime) -> None:
    assert passed("workhours", at(FRIDAY, 15), at(MONDAY, 14), percent) == when


def test_a_limit_without_a_working_hour_in_it_has_passed_when_it_ends() -> None:
    assert passed("workhours", at(SATURDAY, 10), at(SUNDAY, 10), 50) == at(SUNDAY, 10)
