"""A bad rating becomes one task, dispatched and assigned at once; what comes about the same service joins it."""

from datetime import date

import pytest

from services.tasks.dispatch.domain import Rule
from services.tasks.dispatch.service import add_rules
from services.tasks.handlers import build_handlers
from services.tasks.ledger.domain import Move
from services.tasks.models import (
    RectificationRow,
    RectificationStepRow,
    RectifiedRatingRow,
    RevisionRow,
    TaskRow,
)
from services.tasks.rectifications.opening import is_bad
from services.tasks.rectifications.repository_lists import Wanted, list_cases
from services.tasks.rectifications.views import show_list
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder
from services.tasks.units.succession import order_change
from shared.clock import end_of_day, local_date
from shared.events.ratings import RatingSubmitted
from shared.events.rectifications import RectificationJudged, RectificationOpened
from shared.events.supervision import TaskAssigned, TaskRegistered
from shared.paging import Asked
from shared.testing import events_of, published
from tests.tasks import factories as make
from tests.tasks.factories import A, B, C, unit_id
from tests.tasks.rectifications.made import ANNA, CODES, Desk, rating


async def test_a_bad_rating_is_one_task_however_often_it_arrives(desk: Desk) -> None:
    task = await desk.rate(times=3)

    [row], [kept] = await make.rows(desk.db, RectificationRow), await make.rows(desk.db, RectifiedRatingRow)
    [ledger] = await make.rows(desk.db, TaskRow)
    assert (row.task_id, kept.rating_id, row.rated_unit, row.dispatched_by) == (
        task,
        "r-1",
        unit_id(A),
        "code",
    )
    assert (ledger.kind, ledger.source, ledger.state, ledger.source_ref) == (
        "rectification",
        "rating",
        "assigned",
        "610000230620001",
    )
    assert len(await events_of(desk.db, RectificationOpened)) == 1
    assert len(await events_of(desk.db, TaskAssigned)) == 1


async def test_the_limit_runs_from_the_dispatch_in_working_days(desk: Desk) -> None:
    """5 工作日 from Tuesday 20 June 2023: 22 to 24 June are off, Sunday the 25th is worked."""
    task = await desk.rate()

    clock = (await desk.clocks(task))["rectify"]
    [row] = await make.rows(desk.db, TaskRow)
    assert (clock.due_at, clock.workdays, clock.stopped_at) == (end_of_day(date(2023, 6, 28)), 5, None)
    assert row.due_at == clock.due_at


async def test_what_was_opened_says_who_and_whether_a_call_back_is_owed(desk: Desk) -> None:
    await desk.rate()

    [opened] = await events_of(desk.db, RectificationOpened)
    assert (opened.unit_id, opened.level, opened.is_named, opened.call_back) == (unit_id(A), 1, True, True)


@pytest.mark.parametrize(
    ("changes", "bad"),
    [({"level": 2}, True), ({"level": 3}, False), ({"level": 1, "is_default": True}, False)],
)
def test_only_bad_ratings_that_somebody_gave_matter(changes: dict[str, object], *, bad: bool) -> None:
    assert is_bad(rating(**changes)) is bad
    assert build_handlers().when[RatingSubmitted.type](rating(**changes)) is bad


async def test_the_directory_goes_before_the_code(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        rule = Rule(item="1161", unit_code=CODES[A], unit_id=unit_id(B), starts_on=date(2023, 1, 1))
        [row] = await add_rules(tx, [rule], make.act(at=tx.now))

    await desk.rate()

    [case] = await make.rows(desk.db, RectificationRow)
    assert (case.rated_unit, case.dispatched_by) == (unit_id(B), row.id)


async def test_what_nobody_answers_for_waits_for_a_supervisor(desk: Desk) -> None:
    task = await desk.rate(unit_code="unknown")

    [row] = await make.rows(desk.db, TaskRow)
    async with desk.db.reading() as session:
        [(case, _)] = (
            await list_cases(session, Wanted(without_unit=True), desk.clock.instant, Asked())
        ).items
    assert (row.state, row.answering_unit, case.task_id) == ("registered", None, task)
    assert await desk.refusal("found", task) == "rectification.step_illegal"

    desk.later(1)
    await desk.move(Move.REASSIGN, task, units=(("lead", unit_id(B)),))

    clock = (await desk.clocks(task))["rectify"]
    assert (clock.started_at, clock.stopped_at) == (desk.clock.instant, None)
    assert (await desk.case(task)).held.task.state == "assigned"


async def test_the_list_tells_those_past_their_limit(desk: Desk) -> None:
    task = await desk.rate()
    await desk.rate(rating_id="r-2", service_number=2, unit_code="unknown")
    desk.later(10)

    async with desk.db.reading() as session:
        listed = (await list_cases(session, Wanted(overdue=True), desk.clock.instant, Asked())).items
        shown = await show_list(session, listed, desk.clock.instant)
    assert [(one.id, one.overdue, one.doubt) for one in shown] == [(task, True, "")]


async def test_the_successor_of_a_merged_unit_gets_what_comes_for_its_code(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        order = ChangeOrder(
            kind=ChangeKind.MERGE,
            unit_id=unit_id(A),
            to=unit_id(C),
            effective_on=local_date(tx.now),
            reason="机构改革",
        )
        await order_change(tx, order, make.act(ANNA, tx.now))

    await desk.rate()

    [case] = await make.rows(desk.db, RectificationRow)
    assert case.rated_unit == unit_id(C)


async def test_an_added_rating_joins_the_open_task_of_its_service(desk: Desk) -> None:
    task = await desk.rate(is_named=False)
    await desk.do("found", task)

    again = await desk.rate(rating_id="r-2", assessment_number=2, level=2, times=2)

    [row] = await make.rows(desk.db, RectificationRow)
    opened, judged = (
        await events_of(desk.db, RectificationOpened),
        await events_of(desk.db, RectificationJudged),
    )
    assert (again, row.stage, row.level, row.call_back, row.round) == (task, "rectify", 2, True, 1)
    assert [one.rating_id for one in opened] == ["r-1", "r-2"]
    assert [(one.rating_id, one.stands) for one in judged] == [("r-1", True), ("r-2", True)]


async def test_an_added_rating_reopens_what_was_closed_and_raises_it(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply", "satisfied", "close")
    desk.later(3)

    await desk.rate(rating_id="r-2", assessment_number=2, times=2)

    case = await desk.case(task)
    assert (case.row.stage, case.row.round, case.row.closed_at) == ("rectify", 2, None)
    assert (case.held.task.state, case.held.task.level) == ("reopened", "important")
    assert case.held.clocks["rectify"].started_at == desk.clock.instant
    assert [step.step for step in case.steps][-1] == "join"


async def test_an_earlier_rating_that_arrives_late_reopens_nothing(desk: Desk) -> None:
    task = await desk.rate(rating_id="r-2", assessment_number=2)
    await desk.walk(task, "found", "rectify", "reply", "satisfied", "close")

    await desk.rate(rating_id="r-1", assessment_number=1, level=2)

    case = await desk.case(task)
    assert (case.row.stage, case.row.level, len(case.ratings)) == ("closed", 1, 2)


async def test_an_added_rating_after_a_verdict_that_it_is_none_is_verified_anew(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm")

    await desk.rate(rating_id="r-2", assessment_number=2)

    case = await desk.case(task)
    assert (case.row.stage, case.held.task.state, case.row.stands) == ("verify", "in_progress", False)


async def test_another_service_has_a_case_of_its_own(desk: Desk) -> None:
    first, second = await desk.rate(), await desk.rate(rating_id="r-2", service_number=2)

    assert first != second
    assert len(await make.rows(desk.db, RectificationRow)) == 2


async def test_every_step_is_written_down_and_no_text_leaves_in_an_event(desk: Desk) -> None:
    task = await desk.rate()
    secret = "张某来电13800000000"
    await desk.do("found", task, reason=secret)
    await desk.do("ledger", task, measures=secret, owner=secret)
    await desk.do("rectify", task, mode="ledger", done=secret)
    await desk.do("reply", task, reply=secret)
    await desk.do("satisfied", task, note=secret)
    await desk.do("close", task, reason=secret)

    steps, history = await make.rows(desk.db, RectificationStepRow), await make.rows(desk.db, RevisionRow)
    assert [one.step for one in steps] == [
        "open",
        "propose",
        "ledger",
        "rectify",
        "reply",
        "call_back",
        "close",
    ]
    assert [one.to_state for one in history][-1] == "closed"
    assert not [one for one in await published(desk.db) if secret[:2] in str(one.data)]
    assert {one.title for one in await events_of(desk.db, TaskRegistered)} == {
        "办件 610000230620001 差评整改"
    }
