"""联系, 答复, 办结, extensions, and our own visits after bad ratings; 并单, 不受理 and 剔除."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from services.tasks.ledger.domain import FINISH
from services.tasks.ledger.domain_extensions import Answer as ExtensionAnswer
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension
from services.tasks.models import ClockRow, OrderVisitRow, TaskRow
from services.tasks.orders.repository_lists import Wanted, list_orders
from services.tasks.orders.service_answers import Answer, Contact, Visit, answer, close, contact, visit
from services.tasks.orders.service_returns import Return, Ruling, decide_return, return_order
from services.tasks.orders.service_side import Exclusion, exclude, merge, refuse
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.hotline import OrderRecalled, OrderRevisited, OrderUrged
from shared.events.orders import (
    OrderAnswered,
    OrderContacted,
    OrderExcluded,
    OrderMerged,
    OrderOpened,
    OrderVisited,
)
from shared.events.supervision import MeasureTaken, TaskClosed
from shared.testing import FakeClock, events_of
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, LEADER, WATER, head, hear, order, task

DONE = Answer(text="经核实，已清理", resolved="yes")


@pytest.fixture
async def ready(db: Database) -> Database:
    await made.set_up(db)
    await hear(db, order())
    return db


def bad(number: int = 1, visits: int = 1, day: int = 25) -> OrderRevisited:
    at = at_local(date(2023, 7, day), 9)
    return OrderRevisited(
        order_id=f"city-{number}", number=visits, reached=True, resolved="no", level=1, revisited_at=at
    )


async def test_the_first_contact_counts_and_is_late_beyond_its_limit(
    ready: Database, clock: FakeClock
) -> None:
    clock.instant = end_of_day(date(2023, 6, 21)) + timedelta(seconds=1)
    said = Contact(note="已联系")

    for _ in range(2):
        await made.do(ready, contact, task(), said, by=Actor(id="clerk", role="liaison", unit=CITY))

    [told] = await events_of(ready, OrderContacted)
    assert (told.unit_id, told.late, (await made.read(ready)).contact_late) == (CITY, True, True)
    assert [one.name for one in await made.rows(ready, ClockRow)] == [FINISH]


async def test_an_answer_stops_the_clock_and_the_closing_says_whether_the_matter_is_resolved(
    ready: Database, clock: FakeClock
) -> None:
    await made.do(ready, answer, task(), Answer(text="已清理"), by=head(CITY))
    clock.advance(timedelta(days=30))

    await made.do(ready, close, task(), "partly", by=head(CITY))

    [answered], [closed] = await events_of(ready, OrderAnswered), await events_of(ready, TaskClosed)
    found = await made.read(ready)
    assert (answered.late, closed.late, found.resolved) == (False, False, "partly")
    assert (await made.state(ready), found.closed_at) == ("closed", clock.now())


async def test_a_late_answer_is_late_in_every_place(ready: Database, clock: FakeClock) -> None:
    clock.instant = end_of_day(date(2023, 6, 28)) + timedelta(seconds=1)

    await made.do(ready, answer, task(), DONE, by=head(CITY))

    [answered], [closed] = await events_of(ready, OrderAnswered), await events_of(ready, TaskClosed)
    assert (answered.late, closed.late, closed.late_by_original) == (True, True, True)
    assert [told.late for told in await events_of(ready, OrderContacted)] == [True]


async def test_what_makes_no_sense_is_refused(ready: Database) -> None:
    asked: list[tuple[Callable[..., Awaitable[object]], object, Actor, str]] = [
        (answer, Answer(text=" "), head(CITY), "order.text_missing"),
        (answer, Answer(text="好", resolved="maybe"), head(CITY), "order.reason_unknown"),
        (answer, DONE, head(WATER), "task.not_yours"),
        (close, "yes", head(CITY), "task.move_illegal"),
        (close, "maybe", head(CITY), "order.reason_unknown"),
        (contact, Contact(), head(WATER), "task.not_yours"),
        (visit, Visit(reached=False), made.OFFICE, "order.no_visit"),
    ]

    codes = [await made.refusal(ready, deed, task(), said, by=by) for deed, said, by, _ in asked]

    assert codes == [code for *_, code in asked]


async def test_an_order_is_extended_once_and_by_so_many_working_days_at_most(ready: Database) -> None:
    clerk = head(CITY)
    too_long = Request(task_id=task(), wanted_on=date(2023, 7, 13), reason="情况复杂")
    assert await made.refusal(ready, ask_extension, too_long, by=clerk) == "extension.too_long"
    await made.do(
        ready, ask_extension, Request(task_id=task(), wanted_on=date(2023, 7, 5), reason="复杂"), by=clerk
    )
    longer = ExtensionAnswer(grant=True, granted_on=date(2023, 7, 13))
    assert await made.refusal(ready, decide_extension, task(), 1, longer) == "extension.too_long"

    await made.do(
        ready, decide_extension, task(), 1, ExtensionAnswer(grant=True, granted_on=date(2023, 7, 12))
    )

    again = Request(task_id=task(), wanted_on=date(2023, 7, 12), reason="还要")
    assert (await made.rows(ready, TaskRow))[0].due_at == end_of_day(date(2023, 7, 12))
    assert await made.refusal(ready, ask_extension, again, by=clerk) == "extension.not_later"
    later = Request(task_id=task(), wanted_on=date(2023, 7, 14), reason="还要")
    assert await made.refusal(ready, ask_extension, later, by=clerk) == "extension.too_often"


async def test_the_first_contact_is_not_to_be_extended(ready: Database) -> None:
    wanted = Request(task_id=task(), wanted_on=date(2023, 6, 30), reason="忙", clock="contact")

    assert await made.refusal(ready, ask_extension, wanted, by=head(CITY)) == "extension.too_often"


async def test_our_visit_is_owed_until_the_caller_is_content_and_made_by_another_unit(
    ready: Database, clock: FakeClock
) -> None:
    await made.do(ready, answer, task(), DONE, by=head(CITY))
    clock.instant = at_local(date(2023, 7, 25), 10)
    await hear(ready, bad())
    insider = Actor(id="insider", role="supervisor", unit=CITY)
    assert (
        await made.refusal(ready, visit, task(), Visit(reached=True, level=5), by=insider) == "task.own_unit"
    )

    await made.do(ready, visit, task(), Visit(reached=False))
    await made.do(ready, answer, task(), DONE, by=head(CITY))
    await made.do(ready, visit, task(), Visit(reached=True, resolved="no", level=2))
    reopened = await made.state(ready)
    await made.do(ready, answer, task(), DONE, by=head(CITY))
    await made.do(ready, visit, task(), Visit(reached=True, resolved="yes", level=4))

    told = [
        (one.attempt, one.reached, one.resolved, one.level) for one in await events_of(ready, OrderVisited)
    ]
    assert told == [(1, False, None, None), (2, True, "no", 2), (3, True, "yes", 4)]
    assert (reopened, (await made.read(ready)).visit, (await made.read(ready)).reopened) == (
        "reopened",
        "done",
        2,
    )


async def test_a_visit_that_reaches_nobody_is_given_up_after_so_many_attempts(ready: Database) -> None:
    await hear(ready, bad())

    for _ in range(3):
        await made.do(ready, visit, task(), Visit(reached=False))

    assert (await made.read(ready)).visit == "unreached"
    assert len(await made.rows(ready, OrderVisitRow)) == 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Visit(reached=True), "order.visit_empty"),
        (Visit(reached=False, level=3), "order.visit_senseless"),
        (Visit(reached=True, level=6), "order.level"),
        (Visit(reached=True, resolved="maybe"), "order.reason_unknown"),
    ],
)
async def test_a_visit_that_says_too_little_is_refused(ready: Database, said: Visit, code: str) -> None:
    await hear(ready, bad())

    assert await made.refusal(ready, visit, task(), said) == code


async def test_an_answer_serves_the_orders_that_were_merged_in_each_by_its_own_limit(
    ready: Database, clock: FakeClock
) -> None:
    await hear(ready, order(2, caller="caller 1", kind="consultation", category=("水务",)))
    await made.do(ready, merge, task(2), task(1), "同一诉求人")
    clock.instant = at_local(date(2023, 6, 27), 9)

    await made.do(ready, answer, task(1), DONE, by=head(CITY))

    told = {(one.task_id, one.late) for one in await events_of(ready, OrderAnswered)}
    assert told == {(task(1), False), (task(2), True)}
    assert [one.into for one in await events_of(ready, OrderMerged)] == [task(1)]
    assert (await made.read(ready, 2)).resolved == "yes"
    assert await made.state(ready, 2) == "cancelled"


async def test_a_bad_revisit_of_a_merged_order_opens_the_one_that_serves_it(
    ready: Database, clock: FakeClock
) -> None:
    await hear(ready, order(2))
    await made.do(ready, merge, task(2), task(1), "同一事项")
    await made.do(ready, answer, task(1), DONE, by=head(CITY))
    clock.instant = at_local(date(2023, 7, 25), 10)

    await hear(ready, bad(2))

    assert (await made.state(ready, 1), await made.state(ready, 2)) == ("reopened", "cancelled")
    assert [(await made.read(ready, one)).visit for one in (1, 2)] == ["", "owed"]
    assert (await made.read(ready, 2)).answered_at is None


async def test_a_recall_of_an_order_that_serves_others_lets_it_go_on_for_them(ready: Database) -> None:
    await hear(ready, order(2))
    await made.do(ready, merge, task(2), task(1), "同一事项")

    await hear(ready, OrderRecalled(order_id="city-1", recalled_at=at_local(date(2023, 6, 20), 10)))

    assert await made.state(ready, 1) == "assigned"


async def test_what_is_not_the_same_is_not_merged(ready: Database) -> None:
    await hear(ready, order(2), order(3, category=("水务",)), order(4), order(5))
    await made.do(ready, merge, task(2), task(1), "同一事项")
    await made.do(ready, answer, task(5), DONE, by=head(CITY))
    pairs = [(1, 1), (3, 1), (4, 2), (4, 5), (2, 4), (4, 9)]

    codes = [await made.refusal(ready, merge, task(one), task(into), "同一事项") for one, into in pairs]

    assert codes == [
        "order.merge_self",
        "order.merge_different",
        "order.merge_merged",
        "order.merge_done",
        "task.move_illegal",
        "order.not_found",
    ]


async def test_an_order_is_not_taken_up_for_a_reason_of_the_list(ready: Database) -> None:
    await made.do(ready, refuse, task(), "petition", "")

    assert [told.refusal for told in await events_of(ready, OrderOpened)] == ["", "petition"]
    assert (await made.state(ready), (await made.read(ready)).refusal) == ("cancelled", "petition")
    assert await made.refusal(ready, refuse, task(), "whim", "") == "order.reason_unknown"
    assert await made.refusal(ready, refuse, task(), "other", "") == "order.text_missing"
    assert await made.refusal(ready, refuse, task(), "secret", "", by=head(CITY)) == "task.supervisor_only"


async def test_an_order_is_taken_out_of_the_rates_by_a_named_leader_and_back_in(ready: Database) -> None:
    out = Exclusion(reason="unreasonable", decided_by_name="分管副主任")
    await made.do(ready, exclude, task(), out)
    twice = await made.refusal(ready, exclude, task(), out)

    await made.do(ready, exclude, task(), Exclusion(excluded=False, note="复核后计入"), by=LEADER)

    told = [(one.reason, one.approved_by, one.excluded) for one in await events_of(ready, OrderExcluded)]
    assert told == [("unreasonable", "分管副主任", True), ("unreasonable", "leader", False)]
    assert (twice, (await made.read(ready)).excluded) == ("order.excluded_already", "")


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        (Exclusion(reason="unreasonable"), made.OFFICE, "decision.leader_missing"),
        (Exclusion(reason="whim"), LEADER, "order.reason_unknown"),
        (Exclusion(reason="other"), LEADER, "order.text_missing"),
        (Exclusion(reason="unreasonable", decided_by_name="主任"), head(CITY), "task.supervisor_only"),
        (
            Exclusion(reason="unreasonable", decided_by_name="主任"),
            Actor(id="insider", role="supervisor", unit=CITY),
            "task.own_unit",
        ),
        (Exclusion(excluded=False), LEADER, "order.excluded_already"),
    ],
)
async def test_an_exclusion_without_reason_or_approver_is_refused(
    ready: Database, said: Exclusion, by: Actor, code: str
) -> None:
    assert await made.refusal(ready, exclude, task(), said, by=by) == code


async def test_what_was_not_answered_by_its_due_instant_is_late(ready: Database) -> None:
    await hear(ready, order(2))
    await made.do(ready, answer, task(2), Answer(text="已清理"), by=head(CITY))
    due = end_of_day(date(2023, 6, 28))

    async with ready.reading() as session:
        found = [
            await list_orders(session, Wanted(late=True), now=due + timedelta(seconds=more))
            for more in (0, 1)
        ]

    assert [[one.task_id for one, _ in listed] for listed in found] == [[], [task(1)]]


async def test_what_is_said_of_a_merged_order_concerns_the_unit_that_serves_it(ready: Database) -> None:
    await hear(ready, order(2, category=("水务",), caller="caller 1"))
    await made.do(ready, merge, task(2), task(1), "同一诉求人")

    await hear(
        ready, OrderUrged(order_id="city-2", number=1, urged_at=at_local(date(2023, 6, 20), 11)), bad(2)
    )

    taken = [one.task_id for one in await events_of(ready, MeasureTaken)]
    insider = Actor(id="insider", role="supervisor", unit=CITY)
    code = await made.refusal(ready, visit, task(2), Visit(reached=True, level=5), by=insider)
    assert (taken, (await made.read(ready, 2)).urged, code) == ([task(1)], 1, "task.own_unit")


async def test_a_unit_that_rightly_gave_an_order_back_may_ask_its_caller(ready: Database) -> None:
    await made.do(ready, return_order, task(), Return(reason="duty"), by=head(CITY))
    await made.do(ready, decide_return, task(), Ruling(grant=True, opinion="属实", unit_id=WATER))
    await hear(ready, bad())
    city, water = (Actor(id="somebody", role="supervisor", unit=unit) for unit in (CITY, WATER))

    refused = await made.refusal(ready, visit, task(), Visit(reached=True, level=5), by=water)
    made_visit = await made.do(ready, visit, task(), Visit(reached=True, level=5), by=city)

    assert (refused, made_visit.attempt) == ("task.own_unit", 1)
