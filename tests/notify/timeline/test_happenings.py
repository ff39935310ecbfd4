"""What happens between rungs: the end, more time, a pause, other units, a block, a silence, an answer, a day off."""

from datetime import date

from shared.events.supervision import CalendarRevised, Role
from tests.notify.timeline import deeds
from tests.notify.timeline.life import Life, Run
from tests.notify.timeline.steps import at, nothing_between

LEAD, RESPONSIBLE, COOPERATING, NEW = "住建局", "城管局", "财政局", "自然资源局"
OFFICER, LEADER, OVERSEER, OFFICE = "住建局责任人", "住建局责任领导", "住建局分管领导", "督查室"
BLOCKER = "供电公司"
JUNE_30 = Run(due="2023-06-30")
SEVEN_BEFORE = at("2023-06-21 09:00").tells("提前预警 还有9天", LEAD, RESPONSIBLE)
THREE_BEFORE = at("2023-06-27 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER)
ON_THE_DAY = at("2023-06-30 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER)
FIRST_OVERDUE = at("2023-07-03 09:00").tells(
    "超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE
)


async def test_nothing_is_told_of_a_task_after_it_was_closed(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        SEVEN_BEFORE,
        at("2023-06-25 10:00").when(deeds.closed()),
        nothing_between("2023-06-25 10:01", "2023-09-30 18:00"),
    )


async def test_a_task_that_is_closed_in_the_very_minute_of_a_rung_is_not_told_of(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        SEVEN_BEFORE,
        at("2023-06-27 09:00").when(deeds.closed()),
        nothing_between("2023-06-27 09:01", "2023-07-31 18:00"),
    )


async def test_an_extension_begins_the_rungs_of_the_new_day_and_ends_those_of_the_old(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        SEVEN_BEFORE,
        at("2023-06-26 10:00").when(deeds.extended(to="2023-07-31")),
        nothing_between("2023-06-26 10:01", "2023-06-30 08:59"),  # Not three days before the old day.
        at("2023-06-30 09:00").tells(
            "提前预警 还有31天", LEAD, RESPONSIBLE, COOPERATING
        ),  # 1 July: Saturday.
        at("2023-07-24 09:00").tells("提前预警 还有7天", LEAD, RESPONSIBLE),
        at("2023-07-28 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER),
        at("2023-07-31 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
    )


async def test_an_extension_of_what_is_overdue_ends_the_bulletins_until_the_new_day_has_passed(
    life: Life,
) -> None:
    await life.begins("2023-06-26 09:01", JUNE_30)

    await life.goes(
        THREE_BEFORE,
        ON_THE_DAY,
        FIRST_OVERDUE,
        at("2023-07-06 10:00").when(deeds.extended(to="2023-07-10")),
        at("2023-07-07 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER),
        at("2023-07-10 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-11 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_a_suspended_task_is_not_told_of_and_a_date_that_goes_on_is_still_the_date(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        SEVEN_BEFORE,
        at("2023-06-26 10:00").when(deeds.suspended()),
        nothing_between("2023-06-26 10:01", "2023-06-29 09:59"),
        at("2023-06-29 10:00").when(deeds.resumed(JUNE_30)),
        ON_THE_DAY,
        FIRST_OVERDUE,
    )


async def test_a_limit_is_longer_by_the_time_of_a_suspension_and_warned_of_anew(life: Life) -> None:
    await life.begins("2023-06-01 08:30", Run(due="2023-06-30", limit=(20, "workdays")))

    await life.goes(
        at("2023-06-26 09:00").tells("提前预警 还有4个工作日", LEAD, RESPONSIBLE),
        at("2023-06-27 10:00").when(deeds.suspended()),
        nothing_between("2023-06-27 10:01", "2023-07-10 09:59"),
        at("2023-07-10 10:00").when(deeds.resumed(Run(due="2023-07-17", limit=(20, "workdays")))),
        at("2023-07-11 09:00").tells("提前预警 还有4个工作日", LEAD, RESPONSIBLE),
        at("2023-07-17 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
    )


async def test_after_a_reassignment_the_new_units_are_told_and_the_old_ones_no_more(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        SEVEN_BEFORE,
        at("2023-06-25 10:00")
        .when(deeds.handed_over({NEW: "lead", RESPONSIBLE: "responsible"}))
        .tells("改派", NEW, RESPONSIBLE),
        at("2023-06-27 09:00").tells("提前预警 还有3天", NEW, RESPONSIBLE),
        at("2023-06-30 09:00").tells("到时提醒", NEW, RESPONSIBLE),
        at("2023-07-03 09:00").tells("超时通报 第1次 超时1个工作日", NEW, RESPONSIBLE, OFFICE),
    )


async def test_after_a_merger_the_successor_is_told_also_what_its_predecessor_had_acknowledged(
    life: Life,
) -> None:
    await life.begins("2023-06-26 09:01", JUNE_30)
    units: dict[str, Role] = {LEAD: "lead", NEW: "responsible", COOPERATING: "cooperating"}

    await life.goes(
        THREE_BEFORE,
        ON_THE_DAY,
        FIRST_OVERDUE,
        at("2023-07-03 10:00").when(deeds.acknowledged(RESPONSIBLE, "正在办")),
        at("2023-07-05 10:00").when(deeds.merged(RESPONSIBLE, NEW, units)),
        at("2023-07-07 09:00").tells("超时通报 第2次 超时5个工作日", LEAD, NEW, LEADER, OFFICE),
    )


async def test_while_a_problem_of_another_unit_blocks_a_task_that_one_is_warned_and_its_own_are_muted(
    life: Life,
) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)

    await life.goes(
        at("2023-06-20 10:00").when(deeds.blocked(by_problem_of=BLOCKER)),
        at("2023-06-21 09:00")
        .tells("提前预警 还有9天 先解决《杆线未迁》", BLOCKER)
        .holds_back("受阻", LEAD, RESPONSIBLE),
        at("2023-06-26 10:00")
        .when(deeds.unblocked())
        .tells("提前预警 还有4天 补发", LEAD, RESPONSIBLE),  # What was held back last.
        THREE_BEFORE,
        ON_THE_DAY,
    )


async def test_a_block_that_lasts_beyond_the_day_mutes_the_units_but_never_the_office(life: Life) -> None:
    await life.begins("2023-06-28 09:00", JUNE_30)

    await life.goes(
        at("2023-06-28 10:00").when(deeds.blocked(by_problem_of=BLOCKER)),
        at("2023-06-30 09:00")
        .tells("到时提醒 先解决《杆线未迁》", BLOCKER)
        .holds_back("受阻", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-03 09:00")
        .tells("超时通报 第1次 超时1个工作日 先解决《杆线未迁》", BLOCKER, OFFICE)
        .holds_back("受阻", LEAD, RESPONSIBLE, LEADER),
    )


async def test_a_silence_holds_until_its_end_and_its_reason_is_recorded(life: Life) -> None:
    await life.begins("2023-06-20 09:00", JUNE_30)
    silence = deeds.silenced(RESPONSIBLE, until="2023-06-28 09:00", reason="机构调整")

    await life.goes(
        at("2023-06-20 10:00").when(silence),
        at("2023-06-21 09:00").tells("提前预警 还有9天", LEAD).holds_back("静默：机构调整", RESPONSIBLE),
        at("2023-06-27 09:00")
        .tells("提前预警 还有3天", LEAD, OFFICER)
        .holds_back("静默：机构调整", RESPONSIBLE),
        nothing_between("2023-06-28 08:00", "2023-06-30 08:59"),  # What a silence held back stays untold.
        ON_THE_DAY,
    )


async def test_a_silence_of_everybody_does_not_reach_the_office(life: Life) -> None:
    await life.begins("2023-07-02 09:00", JUNE_30)

    await life.goes(
        at("2023-07-02 10:00").when(deeds.all_silenced(until="2023-07-04 00:00", reason="演练")),
        at("2023-07-03 09:00")
        .tells("超时通报 第1次 超时1个工作日", OFFICE)
        .holds_back("静默：演练", LEAD, RESPONSIBLE, LEADER),
        at("2023-07-07 09:00").tells("超时通报 第2次 超时5个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


async def test_who_acknowledges_a_bulletin_is_spared_its_repeats_for_five_working_days(life: Life) -> None:
    await life.begins("2023-07-02 09:00", JUNE_30)

    await life.goes(
        FIRST_OVERDUE,
        at("2023-07-03 15:00").when(deeds.acknowledged(RESPONSIBLE, "正在办")),
        at("2023-07-07 09:00")
        .tells("超时通报 第2次 超时5个工作日", LEAD, LEADER, OFFICE)
        .holds_back("知悉：正在办", RESPONSIBLE),
        at("2023-07-14 09:00").tells(
            "超时通报 第3次 超时10个工作日", LEAD, RESPONSIBLE, LEADER, OVERSEER, OFFICE
        ),
    )


async def test_who_acknowledges_a_warning_is_still_told_on_the_day_and_when_it_is_over(life: Life) -> None:
    await life.begins("2023-06-26 09:01", JUNE_30)

    await life.goes(
        THREE_BEFORE,
        at("2023-06-27 15:00").when(deeds.acknowledged(LEAD, "已安排")),
        ON_THE_DAY,
        FIRST_OVERDUE,
    )


async def test_who_snoozes_is_told_the_latest_rung_when_the_snooze_ends(life: Life) -> None:
    await life.begins("2023-07-02 09:00", JUNE_30)
    snooze = deeds.snoozed(RESPONSIBLE, until="2023-07-10 09:00", reason="外出调研")

    await life.goes(
        FIRST_OVERDUE,
        at("2023-07-03 15:00").when(snooze),
        at("2023-07-07 09:00")
        .tells("超时通报 第2次 超时5个工作日", LEAD, LEADER, OFFICE)
        .holds_back("稍后提醒：外出调研", RESPONSIBLE),
        at("2023-07-10 09:00").tells("超时通报 第2次 超时5个工作日 补发", RESPONSIBLE),
        nothing_between("2023-07-10 09:01", "2023-07-14 08:59"),
    )


async def test_a_snooze_of_a_task_that_is_closed_meanwhile_ends_in_silence(life: Life) -> None:
    await life.begins("2023-07-02 09:00", JUNE_30)
    snooze = deeds.snoozed(RESPONSIBLE, until="2023-07-10 09:00", reason="外出调研")

    await life.goes(
        FIRST_OVERDUE,
        at("2023-07-03 15:00").when(snooze),
        at("2023-07-07 09:00")
        .tells("超时通报 第2次 超时5个工作日", LEAD, LEADER, OFFICE)
        .holds_back("稍后提醒：外出调研", RESPONSIBLE),
        at("2023-07-08 10:00").when(deeds.closed()),
        nothing_between("2023-07-08 10:01", "2023-07-31 18:00"),
    )


async def test_a_day_that_is_declared_off_later_moves_the_reminder_and_not_the_date(life: Life) -> None:
    await life.begins("2023-06-26 09:01", JUNE_30)

    await life.goes(
        at("2023-06-26 10:00").when(deeds.told(CalendarRevised(year=2023, days_off=(date(2023, 6, 30),)))),
        THREE_BEFORE,
        at("2023-06-29 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        nothing_between("2023-06-29 09:01", "2023-07-03 08:59"),
        FIRST_OVERDUE,
    )
    assert {row.due_at for row in await life.recorded()} == {JUNE_30.due_at}
