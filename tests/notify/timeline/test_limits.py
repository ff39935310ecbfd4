"""One timeline for each unit of time in which the law and the plans set limits 期限."""

from services.notify.domain_limits import IN_HOURS, WORKDAYS
from services.tasks.ledger.domain_limits import Span
from tests.notify.timeline.life import Life, Run
from tests.notify.timeline.steps import at, nothing_between

LEAD, RESPONSIBLE, COOPERATING = "住建局", "城管局", "财政局"
OFFICER, LEADER, OFFICE = "住建局责任人", "住建局责任领导", "督查室"
# Dates stand in test_dates.py; each of these has a timeline below.
HERE = {"hours", "workhours", "days", "workdays", "months", "cycles"}


async def test_twenty_working_days_are_warned_of_when_four_of_them_are_left(life: Life) -> None:
    """20个工作日 from Thursday 1 June 2023: three days of 端午 are off, Sunday the 25th is worked."""
    await life.begins("2023-06-01 08:30", Run(due="2023-06-30", limit=(20, "workdays")))

    await life.goes(
        nothing_between("2023-06-01 08:31", "2023-06-26 08:59"),
        at("2023-06-26 09:00").tells("提前预警 还有4个工作日", LEAD, RESPONSIBLE),
        at("2023-06-30 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-03 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_five_working_days_to_rectify_a_bad_rating_are_warned_of_when_one_is_left(life: Life) -> None:
    """差评整改, 5个工作日 from Tuesday 20 June 2023: three days of 端午 are off, Sunday the 25th is worked."""
    run = Run(due="2023-06-28", limit=(5, "workdays"), clock="rectify")
    await life.begins("2023-06-20 10:00", run, units={"住建局": "lead"}, kind="rectification")

    await life.goes(
        nothing_between("2023-06-20 10:01", "2023-06-27 08:59"),
        at("2023-06-27 09:00").tells("提前预警 还有1个工作日", LEAD),
        at("2023-06-28 09:00").tells("到时提醒", LEAD, OFFICER),
        at("2023-06-29 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, LEADER, OFFICE),
    )
    assert all("整改" in row.text for row in await life.recorded() if row.text)


async def test_one_working_day_to_sign_leaves_time_for_the_reminder_only(life: Life) -> None:
    await life.begins("2023-06-20 10:00", Run(due="2023-06-21", limit=(1, "workdays")))

    await life.goes(
        nothing_between("2023-06-20 10:01", "2023-06-21 08:59"),
        at("2023-06-21 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-06-25 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_fourteen_days_are_warned_of_when_three_of_them_are_left(life: Life) -> None:
    """14天 from Monday 5 June 2023; a fifth of them, rounded up, are three."""
    await life.begins("2023-06-05 08:30", Run(due="2023-06-19", limit=(14, "days")))

    await life.goes(
        at("2023-06-16 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE),
        at("2023-06-19 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-06-20 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_twenty_four_hours_are_warned_of_at_half_and_at_four_fifths_by_day_and_night(
    life: Life,
) -> None:
    await life.begins("2023-06-20 15:30", Run(due="2023-06-21 15:30", limit=(24, "hours")))

    await life.goes(
        at("2023-06-21 03:30")
        .tells("提前预警 还有12小时", LEAD, RESPONSIBLE)
        .sends(LEAD, RESPONSIBLE),  # At once, at night too.
        at("2023-06-21 10:42").tells("提前预警 还有4.8小时", LEAD, RESPONSIBLE, OFFICER),
        at("2023-06-21 15:30").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        nothing_between("2023-06-21 15:31", "2023-06-25 08:59"),  # 端午; Sunday the 25th is worked.
        at("2023-06-25 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_eight_working_hours_go_on_the_next_morning(life: Life) -> None:
    """Work is from 09:00 to 18:00: three hours on the 20th, five on the 21st."""
    await life.begins("2023-06-20 15:00", Run(due="2023-06-21 14:00", limit=(8, "workhours")))

    await life.goes(
        nothing_between("2023-06-20 15:01", "2023-06-21 09:59"),
        at("2023-06-21 10:00").tells("提前预警 还有4小时", LEAD, RESPONSIBLE),
        at("2023-06-21 12:24").tells("提前预警 还有1.6小时", LEAD, RESPONSIBLE, OFFICER),
        at("2023-06-21 14:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
    )


async def test_one_month_is_warned_of_when_a_fifth_of_its_days_is_left(life: Life) -> None:
    """一个月 from 15 June 2023 ends on Saturday 15 July, and so on Monday the 17th: 32 days, a fifth are seven."""
    await life.begins("2023-06-15 08:30", Run(due="2023-07-17", limit=(1, "months")))

    await life.goes(
        at("2023-07-10 09:00").tells("提前预警 还有7天", LEAD, RESPONSIBLE),
        at("2023-07-17 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-18 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_a_cycle_of_two_weeks_that_ends_on_a_sunday_is_told_of_on_the_friday(life: Life) -> None:
    """双周 from Monday 5 to Sunday 18 June 2023: the end of a cycle does not move."""
    await life.begins("2023-06-05 08:30", Run(due="2023-06-18", limit=(1, "cycles")))

    await life.goes(
        at("2023-06-15 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE),
        at("2023-06-16 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-06-19 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


def test_every_unit_of_time_that_the_ledger_counts_in_has_its_timeline() -> None:
    assert {str(span) for span in Span} | IN_HOURS | {WORKDAYS} <= HERE
