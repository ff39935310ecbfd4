"""What happens beside the deadlines is told once to each unit concerned: measures, returns, orders, more time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.notify.domain_steps import Happening, Step
from services.notify.models import InboxRow
from services.notify.quiet import service as quiet
from services.notify.quiet.domain import Answer
from services.notify.quiet.domain_links import Link
from services.notify.quiet.service_links import see
from services.notify.wording import RUNG_WORDS, step_text
from shared.errors import Conflict
from shared.events import Event
from shared.events.deadlines import NoticeIssued, StepTold
from shared.events.supervision import (
    ExtensionDecided,
    MeasureTaken,
    PartMoved,
    TaskInstructed,
    TaskReassigned,
    TaskReturned,
)
from shared.testing import events_of
from tests.notify.timeline import deeds
from tests.notify.timeline.life import TASK, Life, Run
from tests.notify.timeline.steps import at, nothing_between

LEAD, RESPONSIBLE = "住建局", "城管局"
LATER = Run(due="2023-12-29")  # Far enough that no rung of the clock comes in between.


def measure(kind: str, **changes: object) -> MeasureTaken:
    return MeasureTaken.model_validate({"task_id": TASK, "measure_id": "m1", "measure": kind, **changes})


RETURNED = TaskReturned(task_id=TASK, state="returned")
INSTRUCTED = TaskInstructed(task_id=TASK, state="assigned")
REASSIGNED = TaskReassigned(task_id=TASK, state="assigned")


@pytest.mark.parametrize(
    ("happened", "word"),
    [
        (measure("urge"), "催办"),
        (measure("talk"), "约谈"),
        (measure("circular"), "书面通报"),
        (measure("plate", due_on=date(2023, 7, 20)), "挂牌督办"),
        (RETURNED, "退回重办"),
        (INSTRUCTED, "再次交办"),
        (REASSIGNED, "改派"),
    ],
)
async def test_the_lead_and_the_responsible_unit_are_told_at_once_and_once(
    life: Life, happened: Event, word: str
) -> None:
    await life.begins("2023-06-20 09:00", LATER)

    await life.goes(
        at("2023-06-20 15:20")
        .when(deeds.told(happened))
        .tells(word, LEAD, RESPONSIBLE)
        .sends(LEAD, RESPONSIBLE),
        nothing_between("2023-06-20 15:21", "2023-06-30 18:00"),
    )


async def test_what_happens_on_the_eve_of_a_holiday_is_in_the_inbox_and_leaves_on_the_next_working_day(
    life: Life,
) -> None:
    await life.begins("2023-06-20 09:00", LATER)

    await life.goes(
        at("2023-06-21 20:00").when(deeds.told(measure("urge"))).tells("催办", LEAD, RESPONSIBLE).sends(),
        nothing_between("2023-06-21 20:01", "2023-06-25 08:59"),
        at("2023-06-25 09:00").sends(LEAD, RESPONSIBLE),
    )


async def test_what_happens_to_an_urgent_task_leaves_at_night(life: Life) -> None:
    await life.begins("2023-06-20 09:00", LATER, level="urgent")

    await life.goes(
        at("2023-06-21 22:00")
        .when(deeds.told(measure("urge")))
        .tells("催办", LEAD, RESPONSIBLE)
        .sends(LEAD, RESPONSIBLE)
    )


async def test_it_travels_in_the_message_of_the_day_before_the_warnings(life: Life) -> None:
    await life.begins("2023-06-20 09:00", Run(due="2023-06-30"))

    await life.goes(
        at("2023-06-20 20:00").when(deeds.told(RETURNED)).tells("退回重办", LEAD, RESPONSIBLE).sends(),
        at("2023-06-21 09:00").tells("提前预警 还有9天", LEAD, RESPONSIBLE).sends(LEAD, RESPONSIBLE),
    )

    parcel = life.drill.channel.parcels[-1]
    assert parcel.text.startswith("督办提醒共2条：退回重办1条、提前预警1条。")


async def test_a_part_that_is_returned_concerns_its_own_unit_alone(life: Life) -> None:
    await life.begins("2023-06-20 09:00", LATER)
    part = PartMoved(task_id=TASK, unit_id="cgj", state="returned")

    await life.goes(
        at("2023-06-20 15:20").when(deeds.told(part)).tells("退回重办", RESPONSIBLE),
        at("2023-06-20 15:30").when(deeds.told(part.model_copy(update={"state": "submitted"}))),
    )


@pytest.mark.parametrize(
    ("outcome", "until", "told"),
    [("granted", date(2024, 1, 31), (LEAD, RESPONSIBLE)), ("refused", None, (LEAD,))],
)
async def test_who_asked_for_more_time_is_told_the_answer_and_all_are_when_it_was_given(
    life: Life, outcome: str, until: date | None, told: tuple[str, ...]
) -> None:
    await life.begins("2023-06-20 09:00", LATER)
    decided = ExtensionDecided(task_id=TASK, number=1, clock="finish", granted_on=until, outcome=outcome)

    await life.goes(at("2023-06-20 15:20").when(deeds.told(decided)).tells("延期批复", *told))


@pytest.mark.parametrize("outcome", ["withdrawn", "void"])
async def test_a_request_that_nobody_decided_is_told_to_nobody(life: Life, outcome: str) -> None:
    await life.begins("2023-06-20 09:00", LATER)
    fallen = ExtensionDecided(task_id=TASK, number=1, clock="finish", outcome=outcome)

    await life.goes(
        at("2023-06-20 15:20").when(deeds.told(fallen, measure("unheard-of"))),
        nothing_between("2023-06-20 15:21", "2023-06-30 18:00"),
    )


async def test_two_returns_are_two_notices_each_with_its_event_and_its_place_in_the_inbox(life: Life) -> None:
    await life.begins("2023-06-20 09:00", LATER)

    await life.goes(
        at("2023-06-20 15:20").when(deeds.told(RETURNED)).tells("退回重办", LEAD, RESPONSIBLE),
        at("2023-06-20 16:20").when(deeds.told(RETURNED)).tells("退回重办", LEAD, RESPONSIBLE),
    )

    events = await events_of(life.db, StepTold)
    async with life.db.reading() as session:
        inbox = (await session.scalars(select(InboxRow.notice_id))).all()
    assert sorted(one.notice_id for one in events) == sorted(set(inbox))
    assert [one.step for one in events] == ["returned"] * 4
    assert await events_of(life.db, NoticeIssued) == []


async def test_what_is_learned_of_long_after_is_recorded_and_not_told(life: Life) -> None:
    await life.begins("2023-06-20 09:00", LATER)
    happened = life.clock.instant

    life.is_down_until("2023-07-03 09:00")
    await life.tell(RETURNED, at=happened - timedelta(days=20))
    await life.tell(measure("urge"), at=life.clock.instant - timedelta(days=2))

    steps = {(row.rung, row.verdict) for row in await life.recorded() if row.clock == "step"}
    assert steps == {("returned", "skipped_before_recorded"), ("urge", "send")}


async def test_what_is_said_once_can_be_acknowledged_but_not_put_off(life: Life) -> None:
    await life.begins("2023-06-20 09:00", LATER)
    await life.goes(at("2023-06-20 15:20").when(deeds.told(RETURNED)).tells("退回重办", LEAD, RESPONSIBLE))
    notice = await life.last_told(LEAD)

    async with life.db.transaction() as tx:
        await quiet.acknowledge(tx, notice, reason="", by="key-1")
        with pytest.raises(Conflict, match="只发送一次"):
            await quiet.snooze(tx, notice, tx.now + timedelta(days=1), reason="外出", by="key-1")
        link = Link(notice_id=notice.id, mailbox=notice.recipient, answer=Answer.SNOOZED)
        with pytest.raises(Conflict, match="只发送一次"):
            await see(tx.session, link)


def test_every_step_is_said_in_a_sentence_that_begins_with_its_word() -> None:
    said = {step: step_text(Happening(step), kind="action", title="修路") for step in Step}

    assert [text.startswith(f"【{RUNG_WORDS[step]}】") for step, text in said.items()] == [True] * len(Step)
    assert all("《修路》" in text for text in said.values())


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            Happening(Step.PLATE, until=date(2023, 7, 20)),
            "【挂牌督办】重点任务《修路》已列为挂牌督办事项，请于2023年7月20日前办结摘牌。",
        ),
        (
            Happening(Step.EXTENSION, until=date(2023, 7, 20), clock="finish"),
            "【延期批复】重点任务《修路》办结时限的延期申请已获批准，时限延至2023年7月20日，请按期办理。",
        ),
        (
            Happening(Step.EXTENSION, clock="finish"),
            "【延期批复】重点任务《修路》办结时限的延期申请未获批准，时限不变，请按期办理。",
        ),
        (
            Happening(Step.RETURNED, unit="u1"),
            "【退回重办】贵单位承办的重点任务《修路》部分未通过牵头单位审核，已退回重办，请补充办理后重新报送。",
        ),
    ],
)
def test_a_step_is_told_with_what_it_sets(said: Happening, text: str) -> None:
    assert step_text(said, kind="action", title="修路") == text
