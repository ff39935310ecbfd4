"""The default rule for a printed date: every rung, to whom, for how long; and days off."""

import json

import pytest

from services.notify.rules import shipped_rules
from services.notify.wording import KINDS
from tests.notify.timeline.life import Life, Run
from tests.notify.timeline.steps import at, nothing_between

LEAD, RESPONSIBLE, COOPERATING = "住建局", "城管局", "财政局"
OFFICER, LEADER, OVERSEER = "住建局责任人", "住建局责任领导", "住建局分管领导"
OFFICE = "督查室"


@pytest.mark.slow
async def test_a_task_due_on_30_june_is_told_of_at_these_instants_to_these_units(life: Life) -> None:
    await life.begins("2023-04-25 09:00", Run(due="2023-06-30"))

    await life.goes(
        nothing_between("2023-04-25 09:01", "2023-05-31 08:59"),
        at("2023-05-31 09:00").tells("提前预警 还有30天", LEAD, RESPONSIBLE, COOPERATING),
        at("2023-06-21 09:00").tells("提前预警 还有9天", LEAD, RESPONSIBLE),  # The 23rd is the festival 端午.
        at("2023-06-27 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER),
        at("2023-06-30 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-03 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
        at("2023-07-07 09:00").tells("超时通报 第2次 超时5个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
        at("2023-07-14 09:00").tells(
            "超时通报 第3次 超时10个工作日", LEAD, RESPONSIBLE, LEADER, OVERSEER, OFFICE
        ),
        at("2023-07-28 09:00").tells(
            "超时通报 第4次 超时20个工作日", LEAD, RESPONSIBLE, LEADER, OVERSEER, OFFICE
        ),
        nothing_between("2023-07-28 09:01", "2023-08-11 08:59"),
        at("2023-08-11 09:00").tells(
            "超时通报 第5次 超时30个工作日", LEAD, RESPONSIBLE, LEADER, OVERSEER, OFFICE
        ),
    )


async def test_the_message_of_a_rung_leaves_with_it_at_nine(life: Life) -> None:
    await life.begins("2023-04-25 09:00", Run(due="2023-06-30"))

    await life.goes(
        at("2023-05-31 09:00")
        .tells("提前预警 还有30天", LEAD, RESPONSIBLE, COOPERATING)
        .sends(LEAD, RESPONSIBLE, COOPERATING),
        nothing_between("2023-05-31 09:01", "2023-06-21 08:59"),
    )


@pytest.mark.slow
async def test_a_date_on_a_day_off_is_told_of_on_the_working_day_before_and_never_moves(life: Life) -> None:
    """30 September 2023 is a Saturday of the autumn holiday, 29 September to 6 October; the 7th and 8th are worked."""
    await life.begins("2023-09-01 09:00", Run(due="2023-09-30"))

    await life.goes(
        at("2023-09-22 09:00").tells("提前预警 还有8天", LEAD, RESPONSIBLE),  # The 23rd is a Saturday.
        at("2023-09-27 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER),
        at("2023-09-28 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        nothing_between("2023-09-28 09:01", "2023-10-07 08:59"),
        at("2023-10-07 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
        at("2023-10-11 09:00").tells("超时通报 第2次 超时5个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )
    assert {row.due_at for row in await life.recorded()} == {Run(due="2023-09-30").due_at}
    assert all("办理时限为2023年9月30日" in row.text for row in await life.recorded() if row.text)


async def test_posts_that_nobody_holds_give_way_to_their_unit_and_the_overseer_to_the_office(
    life: Life,
) -> None:
    await life.begins("2023-06-26 09:00", Run(due="2023-06-30"), units={"供电公司": "lead"})

    await life.goes(
        at("2023-06-27 09:00").tells("提前预警 还有3天", "供电公司"),
        at("2023-06-30 09:00").tells("到时提醒", "供电公司"),
        at("2023-07-03 09:00").tells("超时通报 第1次 超时1个工作日", "供电公司", OFFICE),
        at("2023-07-07 09:00").tells("超时通报 第2次 超时5个工作日", "供电公司", OFFICE),
        at("2023-07-14 09:00").tells("超时通报 第3次 超时10个工作日", "供电公司", OFFICE),
    )


async def test_rungs_that_were_past_when_the_task_was_entered_are_recorded_and_not_told(life: Life) -> None:
    await life.begins("2023-06-26 15:00", Run(due="2023-06-30"))

    await life.goes(at("2023-06-27 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER))

    skipped = [row.offset_days for row in await life.recorded() if row.recipient == "zjj" and not row.text]
    assert skipped == [-30, -7]


async def test_what_came_due_while_the_service_was_down_is_told_late_and_says_so(life: Life) -> None:
    await life.begins("2023-04-25 09:00", Run(due="2023-06-30"))

    life.is_down_until("2023-06-01 14:00")

    await life.goes(
        at("2023-06-01 14:00").tells("提前预警 还有29天 补发", LEAD, RESPONSIBLE, COOPERATING),
        at("2023-06-21 09:00").tells("提前预警 还有9天", LEAD, RESPONSIBLE),
    )


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"service"}))
async def test_every_kind_of_task_is_told_of_by_the_default_rule(life: Life, kind: str) -> None:
    await life.begins("2023-06-25 09:00", Run(due="2023-06-30"), kind=kind)

    await life.goes(
        at("2023-06-27 09:00").tells("提前预警 还有3天", LEAD, RESPONSIBLE, OFFICER),
        at("2023-06-30 09:00").tells("到时提醒", LEAD, RESPONSIBLE, COOPERATING, OFFICER),
        at("2023-07-03 09:00").tells("超时通报 第1次 超时1个工作日", LEAD, RESPONSIBLE, LEADER, OFFICE),
    )


def test_these_timelines_are_those_of_all_default_rules() -> None:
    rules = json.loads(shipped_rules())["rules"]

    known = [(one["kind"], one.get("plan"), one.get("level")) for one in rules]
    assert known == [("*", None, None), ("service", None, None)]  # Services stand in test_services.py.
