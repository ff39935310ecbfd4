"""Orders as they come in: registered once, dispatched by the directory, urged, recalled, revisited, in any order."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from services.tasks.handlers import build_handlers
from services.tasks.ledger.domain import FINISH
from services.tasks.models import ClockRow, MeasureRow, OrderHopRow, OrderRow, TaskRow
from services.tasks.orders.rules import set_rules
from services.tasks.orders.service_answers import Answer, answer
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.hotline import OrderEvent, OrderRecalled, OrderRevisited, OrderUrged
from shared.events.orders import OrderDispatched, OrderOpened
from shared.events.supervision import MeasureTaken, TaskAssigned, TaskClosed, TaskReopened
from shared.testing import FakeClock, deliver_twice, events_of
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, head, hear, order, task

DAY = date(
    2023, 6, 20
)  # A Tuesday; 22 to 24 June are the Dragon Boat Festival, and the 25th is a working Sunday.


async def finish(db: Database, number: int = 1) -> ClockRow:
    [clock] = [
        one for one in await made.rows(db, ClockRow) if (one.task_id, one.name) == (task(number), FINISH)
    ]
    return clock


async def test_an_order_becomes_one_task_and_goes_to_the_unit_of_the_directory(db: Database) -> None:
    await made.set_up(db)

    await hear(db, order())

    [dispatched], [opened] = await events_of(db, OrderDispatched), await events_of(db, OrderOpened)
    assert (dispatched.unit_id, dispatched.hop, dispatched.by_directory) == (CITY, 1, True)
    assert (opened.task_id, opened.refusal) == (task(), "")
    assert [one.id for one in await made.rows(db, TaskRow)] == [task()]
    assert await made.state(db) == "assigned"
    assert len(await events_of(db, TaskAssigned)) == 1


async def test_an_order_about_an_office_itself_is_opened_as_one(db: Database) -> None:
    await made.set_up(db, office_categories=["城市管理/作风"])

    await hear(
        db,
        order(1, category=("城市管理", "作风", "推诿")),
        order(2, category=("城市管理", "作风问题")),
        order(3, category=("城市管理", "作风")),
    )

    told = {one.order_id: one.about_office for one in await events_of(db, OrderOpened)}
    assert list(told.values()) == [True, False, True]


async def test_the_clock_starts_at_the_dispatch_and_counts_working_days_by_kind(db: Database) -> None:
    await made.set_up(db)

    await hear(db, order(1), order(2, kind="consultation"))

    # 求助 5 工作日: 21, 25 (make-up), 26, 27, 28; 咨询 2: 21, 25.
    assert (await finish(db)).due_at == end_of_day(date(2023, 6, 28))
    assert (await finish(db, 2)).due_at == end_of_day(date(2023, 6, 25))
    assert (await made.read(db)).contact_due_at == end_of_day(date(2023, 6, 21))


async def test_an_urgent_order_has_24_hours_and_the_platform_s_earlier_day_ends_a_limit(
    db: Database, clock: FakeClock
) -> None:
    await made.set_up(db)

    await hear(
        db, order(1, urgent=True), order(2, due_on=date(2023, 6, 26)), order(3, due_on=date(2023, 6, 19))
    )

    assert (await finish(db)).due_at == clock.now() + timedelta(hours=24)
    assert (await finish(db, 2)).due_at == end_of_day(date(2023, 6, 26))
    assert (await finish(db, 3)).due_at == end_of_day(date(2023, 6, 28))  # That day had passed.


async def test_limits_are_data_of_a_place_and_an_order_keeps_those_it_came_in_under(db: Database) -> None:
    await made.set_up(db, answer_workdays={"help": 3})
    await hear(db, order(1))
    await made.do(db, set_rules, made.REGION, {"answer_workdays": {"help": 1}}, "提速")

    await hear(db, order(2), order(3, region_code="610500"))

    assert [(await finish(db, one)).due_at for one in (1, 2, 3)] == [
        end_of_day(date(2023, 6, day)) for day in (26, 21, 26)
    ]
    assert ((await made.read(db, 2)).rules_region, (await made.read(db, 2)).rules_version) == ("610481", 1)


async def test_an_order_that_no_row_fits_waits_for_a_person_without_a_clock(db: Database) -> None:
    await made.set_up(db)

    await hear(db, order(category=("教育",)))

    assert (await made.read(db)).blocked == "no_row"
    assert await made.state(db) == "registered"
    assert await made.rows(db, ClockRow) == []


async def test_the_platform_s_own_unit_goes_before_the_directory_unless_configured_otherwise(
    db: Database,
) -> None:
    await made.set_up(db)
    await made.code(db, "W1", made.WATER)
    await hear(db, order(1, unit_code="W1"), order(2, unit_code="unknown"))
    await made.do(db, set_rules, "", {"unit_code_first": False}, "以目录为准")

    await hear(db, order(3, unit_code="W1"))

    hops = [(hop.unit_id, hop.how) for hop in await made.rows(db, OrderHopRow)]
    assert sorted(hops) == [(CITY, "directory"), (CITY, "directory"), (made.WATER, "code")]


async def test_what_concerns_an_enterprise_has_the_business_office_as_a_cooperating_unit(
    db: Database,
) -> None:
    await made.set_up(db, enterprise_unit=made.BUSINESS)

    await hear(db, order(1, enterprise=True), order(2))

    by_task = {hop.task_id: hop.cooperating for hop in await made.rows(db, OrderHopRow)}
    assert by_task == {task(1): [made.BUSINESS], task(2): []}


async def test_urging_is_counted_once_each_and_told_to_the_unit(db: Database) -> None:
    await made.set_up(db)
    at = at_local(DAY, 12)
    first, second = (OrderUrged(order_id="city-1", number=number, urged_at=at) for number in (1, 2))

    await hear(db, first, order(), second)

    assert (await made.read(db)).urged == 2
    assert {taken.measure for taken in await events_of(db, MeasureTaken)} == {"urge"}
    assert len(await made.rows(db, MeasureRow)) == 2


async def test_a_recall_ends_an_order_even_when_it_comes_first(db: Database) -> None:
    await made.set_up(db)
    recalls = [OrderRecalled(order_id=f"city-{one}", recalled_at=at_local(DAY, 12)) for one in (1, 2)]

    await hear(db, order(1), *recalls, order(2))

    assert [await made.state(db, one) for one in (1, 2)] == ["cancelled", "cancelled"]
    assert (await made.read(db, 2)).hop == 0


def bad(number: int = 1, hour: int = 20, **said: object) -> OrderRevisited:
    given = {"reached": True, "resolved": "no", "level": 1, "revisited_at": at_local(DAY, hour)}
    return OrderRevisited.model_validate({"order_id": "city-1", "number": number} | given | said)


async def test_a_bad_revisit_opens_the_order_again_under_a_fresh_limit_and_owes_our_visit(
    db: Database, clock: FakeClock
) -> None:
    await made.set_up(db)
    await hear(db, order())
    await made.do(db, answer, task(), Answer(text="已处理", resolved="yes"), by=head(CITY))
    clock.advance(timedelta(days=10))

    await hear(db, bad())

    assert (await made.state(db), (await made.read(db)).visit) == ("reopened", "owed")
    assert len(await events_of(db, TaskReopened)) == 1
    reopened = await finish(db)
    assert (reopened.stopped_at, reopened.due_at) == (None, end_of_day(date(2023, 7, 7)))
    assert reopened.original_due_at == reopened.due_at


async def test_a_revisit_that_is_older_than_the_last_answer_opens_nothing(
    db: Database, clock: FakeClock
) -> None:
    await made.set_up(db)
    await hear(db, order())
    clock.advance(timedelta(hours=12))
    await made.do(db, answer, task(), Answer(text="已处理", resolved="yes"), by=head(CITY))

    await hear(db, bad(hour=10))

    assert (await made.state(db), (await made.read(db)).visit) == ("closed", "owed")
    assert len(await events_of(db, TaskClosed)) == 1


def events_about(number: int) -> list[OrderEvent]:
    name = f"city-{number}"
    return [
        order(number),
        OrderUrged(order_id=name, number=1, urged_at=at_local(DAY, 11)),
        bad().model_copy(update={"order_id": name}),
        OrderRecalled(order_id=name, recalled_at=at_local(DAY, 23)),
    ]


@pytest.mark.slow
async def test_events_in_any_order_come_to_the_same(db: Database) -> None:
    await made.set_up(db)
    turns = dict(enumerate(itertools.permutations(range(4))))

    for number, turn in turns.items():
        await hear(db, *(events_about(number)[one] for one in turn))

    found = [await made.read(db, number) for number in turns]
    assert {(one.urged, one.visit, one.recalled_at) for one in found} == {(1, "", at_local(DAY, 23))}
    assert {await made.state(db, number) for number in turns} == {"cancelled"}


@pytest.mark.slow
async def test_an_order_of_a_batch_costs_less_than_fifteen_statements(db: Database) -> None:
    await made.set_up(db)
    seen: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    await hear(db, order(0))
    seen.clear()

    async with db.transaction() as tx:
        for number in range(1, 101):
            await made.follow(tx, order(number))

    assert len(await made.rows(db, OrderRow)) == 101
    assert len(seen) / 100 < 14


async def test_the_group_hands_the_events_of_the_hotline_on(db: Database, clock: FakeClock) -> None:
    await made.set_up(db)
    handlers = build_handlers(clock)
    said = (order(), OrderUrged(order_id="city-1", number=1, urged_at=at_local(DAY, 11)))

    for one in said:
        await deliver_twice(db, handlers.one[one.type], one)

    assert (await made.read(db)).urged == 1
