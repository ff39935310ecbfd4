"""The plan line of a year, readings against it, and the warning of a lag."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.tasks.projects.domain_pace import (
    LagRule,
    PlanLine,
    Reading,
    check_report,
    completed_on,
    in_all,
    is_lagging,
    line_on,
    read_pace,
    read_rule,
    shipped_rule,
    weekly,
)
from shared.errors import Invalid
from tests.tasks.projects.made import JANUARY, JUNE, MARCH, MAY

LINE = PlanLine(2023, JANUARY, Decimal("3.65"))
RULE = LagRule(version=1, margin_points=Decimal(5), weeks=2)
MONTHS = tuple(Decimal(amount) for amount in (0, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4))


@pytest.mark.parametrize(
    ("on", "planned"),
    [(date(2023, 1, 1), "0.01"), (date(2023, 4, 10), "1"), (date(2023, 12, 31), "3.65")],
)
def test_without_monthly_targets_the_plan_is_a_straight_line_over_the_year(on: date, planned: str) -> None:
    assert LINE.planned(on) == Decimal(planned)


def test_a_leap_year_has_a_day_more() -> None:
    line = PlanLine(2024, JANUARY, Decimal(366))

    assert line.planned(date(2024, 12, 31)) == 366
    assert line.planned(date(2024, 3, 1)) == 61


@pytest.mark.parametrize(
    ("on", "planned"),
    [(date(2023, 1, 31), "0"), (MARCH, "1"), (date(2023, 4, 15), "1.5"), (date(2023, 12, 31), "4")],
)
def test_between_monthly_targets_the_plan_grows_evenly(on: date, planned: str) -> None:
    assert PlanLine(2023, JANUARY, Decimal(4), MONTHS).planned(on) == Decimal(planned)


def test_a_day_is_read_by_the_plan_that_held_then() -> None:
    later = PlanLine(2023, MAY, Decimal(7))

    held = [line_on([later, LINE], day) for day in (date(2023, 1, 1), MARCH, MAY, date(2024, 1, 1))]

    assert held == [LINE, LINE, later, None]


def test_what_is_completed_is_the_last_report_of_the_year() -> None:
    reports = {date(2022, 12, 31): Decimal(9), MARCH: Decimal(1), MAY: Decimal(2)}

    found = [completed_on(reports, day) for day in (JANUARY, MARCH, JUNE)]

    assert found == [(None, Decimal(0)), (MARCH, Decimal(1)), (MAY, Decimal(2))]


def test_a_reading_says_ahead_and_behind_in_amount_and_points() -> None:
    reading = read_pace([LINE], {MARCH: Decimal("0.73")}, date(2023, 4, 10))

    assert reading == Reading(date(2023, 4, 10), Decimal("3.65"), Decimal(1), Decimal("0.73"))
    assert (reading.ahead, reading.points) == (Decimal("-0.27"), Decimal("-7.40"))


def test_a_year_without_a_plan_has_no_reading_and_one_of_nothing_no_lag() -> None:
    assert read_pace([LINE], {}, date(2024, 1, 1)) is None
    assert Reading(JUNE, Decimal(0), Decimal(0), Decimal(0)).points == 0


@pytest.mark.parametrize(
    ("ahead", "lagging"),
    [(["-0.2", "-0.2"], True), (["-0.2", "-0.15"], False), (["0.2", "-0.2"], False), (["-0.2"], False)],
)
def test_a_lag_is_warned_of_when_two_weeks_running_were_behind_by_more_than_the_margin(
    ahead: list[str],
    lagging: bool,  # noqa: FBT001 - a row of the table above.
) -> None:
    readings = [Reading(JUNE, Decimal(3), Decimal(1), Decimal(1) + Decimal(one)) for one in ahead]

    assert is_lagging(readings, RULE) is lagging


def test_the_weeks_of_the_last_year_are_not_looked_at() -> None:
    days = [[one.on for one in weekly([LINE], {}, day, RULE)] for day in (JUNE, date(2023, 1, 5))]

    assert days == [[JUNE, JUNE - timedelta(days=7)], [date(2023, 1, 5)]]


def test_readings_add_up() -> None:
    one = Reading(JUNE, Decimal(4), Decimal(2), Decimal(1))

    assert in_all([one, one], JUNE) == Reading(JUNE, Decimal(8), Decimal(4), Decimal(2))
    assert in_all([], JUNE) == Reading(JUNE, Decimal(0), Decimal(0), Decimal(0))


def test_the_rule_is_data() -> None:
    assert shipped_rule().weeks == 2

    with pytest.raises(Invalid, match="规则无法读取"):
        read_rule("{}")


@pytest.mark.parametrize(
    ("on", "completed", "word"),
    [
        (JUNE + timedelta(days=1), "2", "晚于今天"),
        (JUNE, "0.9", "与 2023-03-31"),
        (JANUARY, "1.1", "累计数不能减少"),
    ],
)
def test_a_report_that_contradicts_another_day_is_refused(on: date, completed: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        check_report(on, Decimal(completed), {MARCH: Decimal(1)}, JUNE)


def test_a_report_that_fits_passes_whatever_other_years_say() -> None:
    reports = {date(2022, 12, 31): Decimal(9), MARCH: Decimal(1)}

    check_report(MAY, Decimal(1), reports, JUNE)
    check_report(JANUARY, Decimal(1), reports, JUNE)
