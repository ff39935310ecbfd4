"""电子监察: the timelines of services 办件, with pauses, holidays, strange codes and events in disorder.

Ten working days from Monday 12 June 2023 end on Tuesday the 27th: 22 to 24 June are off, Sunday the 25th is worked.
"""

from itertools import permutations

import pytest

from shared.events import Event
from shared.events.deadlines import NoticeIssued, ServiceNoticed
from shared.testing import events_of
from tests.notify.timeline.deeds import kind_silenced
from tests.notify.timeline.life import Life
from tests.notify.timeline.services import (
    CODE,
    SERVICE,
    accepted,
    begin,
    clocks,
    completed,
    heard,
    paused,
    resumed,
    unit_with,
)
from tests.notify.timeline.steps import at, instant, nothing_between

UNIT, OFFICER, LEADER, OVERSEER, OFFICE = (
    "住建局",
    "住建局责任人",
    "住建局责任领导",
    "住建局分管领导",
    "督查室",
)
BEGAN = "2023-06-12 10:00"


async def test_ten_working_days_are_warned_of_reminded_of_and_escalated(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        nothing_between("2023-06-12 10:01", "2023-06-25 08:59"),
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT).sends(UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER).sends(UNIT, OFFICER),
        nothing_between("2023-06-27 09:01", "2023-06-28 08:59"),
        at("2023-06-28 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
        at("2023-06-30 09:00").tells("超时通报 第2次 超时3个工作日", UNIT, OFFICER, OVERSEER, OFFICE),
        at("2023-07-04 09:00").tells("超时通报 第3次 超时5个工作日", UNIT, OFFICER, LEADER, OVERSEER, OFFICE),
    )


async def test_every_notice_is_published_as_one_of_a_service(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN, item_code="i7"))

    await life.goes(at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT))

    (said,) = await events_of(life.db, ServiceNoticed)
    assert (said.service_id, said.unit_code, said.item_code, said.recipient) == (SERVICE, CODE, "i7", "zjj")
    assert (said.rung, said.late, said.planned_at) == ("warned", False, instant("2023-06-25 09:00"))
    assert not await events_of(life.db, NoticeIssued)


async def test_a_service_that_is_finished_in_time_is_told_of_no_more(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-06-26 16:00").when(heard(completed("2023-06-26 15:59"))),
        nothing_between("2023-06-26 16:01", "2023-07-31 18:00"),
    )

    assert await clocks(life) == []


async def test_a_service_that_was_finished_late_is_told_of_once(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER),
        at("2023-06-28 08:30").when(heard(completed("2023-06-28 08:30"))),
        at("2023-06-28 09:00").tells("超时通报", UNIT, OFFICER, OVERSEER),
        nothing_between("2023-06-28 09:01", "2023-07-31 18:00"),
    )

    assert await clocks(life) == []


async def test_a_service_that_was_told_of_as_overdue_is_told_of_no_more_when_it_is_finished(
    life: Life,
) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER),
        at("2023-06-28 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
        at("2023-06-29 10:00").when(heard(completed("2023-06-29 10:00"))),
        nothing_between("2023-06-29 10:01", "2023-07-31 18:00"),
    )

    assert await clocks(life) == []


async def test_nobody_is_told_while_the_limit_is_paused_and_the_days_that_were_lost_come_behind(
    life: Life,
) -> None:
    """From Tuesday the 20th to Thursday the 29th: six working days are lost, the 27th becomes 5 July."""
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-20 15:00").when(heard(paused("2023-06-20 15:00"))),
        nothing_between("2023-06-20 15:01", "2023-06-29 10:59"),
        at("2023-06-29 11:00").when(heard(resumed("2023-06-29 11:00"))),
        nothing_between("2023-06-29 11:01", "2023-07-03 08:59"),
        at("2023-07-03 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-07-05 09:00").tells("到时提醒", UNIT, OFFICER),
        at("2023-07-06 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
    )


async def test_a_warning_that_fell_into_a_pause_is_told_when_it_ends_and_is_not_late(life: Life) -> None:
    """The 25th is lost, on which two days would have been left: the 28th is the last, two days before is the 26th."""
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-25 08:00").when(heard(paused("2023-06-25 08:00"))),
        nothing_between("2023-06-25 08:01", "2023-06-26 09:59"),
        at("2023-06-26 10:00").when(heard(resumed("2023-06-26 10:00"))).tells("提前预警 还有2个工作日", UNIT),
        at("2023-06-28 09:00").tells("到时提醒", UNIT, OFFICER),
    )


async def test_a_pause_of_an_hour_moves_the_reminder_to_its_end_and_no_more(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-06-27 08:30").when(heard(paused("2023-06-27 08:30"))),
        at("2023-06-27 09:30").when(heard(resumed("2023-06-27 09:30"))).tells("到时提醒", UNIT, OFFICER),
        at("2023-06-28 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
    )


async def test_a_service_of_a_strange_code_is_told_to_the_office_in_one_message_a_day(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN), accepted(BEGAN, "s1:370124", project_no="370124"), known=False)

    await life.goes(at("2023-06-25 09:00").tells("提前预警 还有2个工作日", OFFICE, OFFICE).sends(OFFICE))

    assert all(f"办理单位代码{CODE}未登记" in row.text for row in await life.recorded())


async def test_a_unit_whose_code_becomes_known_hears_what_the_office_was_told_last(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN), known=False)

    await life.goes(
        at("2023-06-25 09:00").tells("提前预警 还有2个工作日", OFFICE),
        at("2023-06-26 10:00").when(heard(unit_with())).tells("提前预警 还有1天 补发", UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER),
    )


async def test_a_unit_that_was_merged_gives_its_services_to_its_heir(life: Life) -> None:
    ended = unit_with(unit_id="cgj").model_copy(update={"successor": "zjj"})
    await begin(life, BEGAN, ended, accepted(BEGAN), known=False)

    await life.goes(at("2023-06-25 09:00").tells("提前预警 还有2个工作日", UNIT))


async def test_what_is_done_at_once_is_told_of_only_when_its_day_is_over(life: Life) -> None:
    at_once = accepted(BEGAN, kind="instant", promised=None, promised_unit=None)
    await begin(life, BEGAN, at_once)

    await life.goes(
        nothing_between("2023-06-12 10:01", "2023-06-13 08:59"),
        at("2023-06-13 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
    )


async def test_a_day_that_the_source_states_is_told_of_on_the_working_day_before_a_day_off(
    life: Life,
) -> None:
    stated = accepted(BEGAN, promised=None, promised_unit=None, due_on="2023-06-24")
    await begin(life, BEGAN, stated)

    await life.goes(
        at("2023-06-21 09:00").tells("提前预警 还有3天", UNIT).tells("到时提醒", UNIT, OFFICER),
        at("2023-06-25 09:00").tells("超时通报 第1次 超时1个工作日", UNIT, OFFICER, OVERSEER),
    )


async def test_a_service_that_is_heard_of_when_it_is_overdue_is_told_of_once_and_late(life: Life) -> None:
    await begin(life, "2023-07-01 12:00", accepted(BEGAN))

    assert await life.news() == [
        "2023-07-01 12:00 超时通报 第2次 超时3个工作日 补发 → 住建局、住建局分管领导、住建局责任人、督查室"
    ]
    await life.goes(
        at("2023-07-04 09:00").tells("超时通报 第3次 超时5个工作日", UNIT, OFFICER, LEADER, OVERSEER, OFFICE),
    )


async def test_what_was_missed_while_nothing_ran_is_told_late_and_says_so(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    life.is_down_until("2023-06-26 11:00")

    await life.goes(
        at("2023-06-26 11:00").tells("提前预警 还有1天 补发", UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER),
    )


async def test_a_service_without_a_limit_is_told_of_to_nobody(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN, promised=None, promised_unit=None))

    await life.goes(nothing_between("2023-06-12 10:01", "2023-07-31 18:00"))


async def test_a_silence_for_services_holds_their_notices_back(life: Life) -> None:
    await begin(life, BEGAN, accepted(BEGAN))

    await life.goes(
        at("2023-06-21 12:00").when(kind_silenced("service", until="2023-06-26 12:00", reason="系统升级")),
        at("2023-06-25 09:00").holds_back("静默：系统升级", UNIT),
        at("2023-06-27 09:00").tells("到时提醒", UNIT, OFFICER),
    )


WHOLE: tuple[Event, ...] = (
    accepted(BEGAN),
    paused("2023-06-20 15:00"),
    resumed("2023-06-29 11:00"),
    paused("2023-06-30 15:00", 2),
)


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
async def test_in_whatever_order_a_service_is_heard_of_it_stands_the_same(
    life: Life, order: tuple[int, ...]
) -> None:
    """The second pause ends on 3 July: of the 5th, the 30th and no other day is lost too."""
    await begin(life, "2023-06-30 16:00", *(WHOLE[one] for one in order))

    await life.goes(
        nothing_between("2023-06-30 16:01", "2023-07-03 08:00"),
        at("2023-07-03 08:30").when(heard(resumed("2023-07-03 08:30", 2))),
        at("2023-07-04 09:00").tells("提前预警 还有2个工作日", UNIT),
        at("2023-07-06 09:00").tells("到时提醒", UNIT, OFFICER),
    )


async def test_an_end_that_is_heard_of_before_the_beginning_is_the_end(life: Life) -> None:
    await begin(life, BEGAN, completed("2023-06-13 10:00"), accepted(BEGAN))

    await life.goes(nothing_between("2023-06-12 10:01", "2023-07-31 18:00"))

    assert await clocks(life) == []
