"""Missing deadlines are set in bulk: tried first, then all or none, and never over a printed date."""

# ruff: noqa: ANN401 - a factory takes any field.

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger.deadlines import DeadlineOrder, DeadlineOutcome, set_deadlines, try_deadlines
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_deadlines import Dated, check_day, check_within, faults
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.models import ClockRow, RevisionRow
from shared.clock import end_of_day
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid
from shared.events.supervision import ClockStarted, TaskRegistered
from shared.testing import DRILL_START, events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import JUNE, OFFICE, PLAN, A, head

DAY, LATER = date(2023, 11, 30), date(2023, 12, 15)
UNDATED, PRINTED = make.task_id("3"), make.task_id("1")


def order(*tasks: str, **said: Any) -> DeadlineOrder:
    given: dict[str, Any] = {"tasks": tasks or (UNDATED,), "deadline": DAY, "reason": "会议议定"}
    return DeadlineOrder(**given | said)


async def put(db: Database, wanted: DeadlineOrder, actor: Actor = OFFICE) -> DeadlineOutcome:
    async with db.transaction() as tx:
        return await set_deadlines(tx, wanted, make.act(actor, tx.now))


async def attempt(db: Database, wanted: DeadlineOrder) -> DeadlineOutcome:
    async with db.reading() as session:
        return await try_deadlines(session, wanted, make.act(at=DRILL_START))


async def clocks(db: Database) -> list[tuple[str, Any, bool]]:
    return [
        (row.task_id, row.due_at, row.printed)
        for row in await make.rows(db, ClockRow)
        if row.name == "finish"
    ]


async def test_a_trial_sets_nothing_and_names_what_it_would(ledger: Database) -> None:
    outcome = await attempt(ledger, order(UNDATED, PRINTED, "unknown"))

    said = {one.task_id: one.fault and one.fault.code for one in outcome.planned}
    assert said == {UNDATED: None, PRINTED: "deadline.printed", "unknown": "task.not_found"}
    assert (outcome.confirmed, (await make.get(ledger, "3")).deadline) == (False, None)


async def test_a_set_date_is_marked_with_who_and_why(ledger: Database) -> None:
    outcome = await put(ledger, order())
    task = await make.get(ledger, "3")
    last = [row for row in await make.rows(ledger, RevisionRow) if row.task_id == UNDATED][-1]

    assert outcome.confirmed
    assert (task.deadline, task.deadline_set, task.due_at, task.light) == (
        DAY,
        True,
        end_of_day(DAY),
        "green",
    )
    assert (last.move, last.by, last.reason) == ("deadline.set", "office", "会议议定")
    assert last.changes == {"deadline": [None, "2023-11-30"]}


async def test_the_clock_starts_where_the_task_is_assigned(ledger: Database) -> None:
    await put(ledger, order())
    assert await clocks(ledger) == []
    await make.walk(ledger, Move.ASSIGN, number="3")
    assert await clocks(ledger) == [(UNDATED, end_of_day(DAY), False)]

    await put(ledger, order(deadline=LATER))

    assert await clocks(ledger) == [(UNDATED, end_of_day(LATER), False)]


async def test_an_assigned_task_without_a_clock_gets_one(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, number="3")

    await put(ledger, order())
    started = [one for one in await events_of(ledger, ClockStarted) if one.clock == "finish"]

    assert [(one.task_id, one.due_at, one.printed) for one in started] == [(UNDATED, end_of_day(DAY), False)]
    assert [one.due_on for one in await events_of(ledger, TaskRegistered) if one.task_id == UNDATED] == [
        None,
        DAY,
    ]


async def test_a_printed_date_is_refused_by_name_and_nothing_is_set(ledger: Database) -> None:
    with pytest.raises(Conflict, match="延期") as refused:
        await put(ledger, order(UNDATED, PRINTED))

    assert refused.value.details["refused"] == [{"task_id": PRINTED, "code": "deadline.printed"}]
    assert (await make.get(ledger, "3")).deadline is None


async def test_a_filter_picks_the_tasks_without_a_date(ledger: Database) -> None:
    outcome = await put(ledger, order(chosen=TaskQuery(plan=PLAN, light="undated")))

    assert [one.task_id for one in outcome.planned] == [UNDATED]
    with pytest.raises(Invalid, match="没有符合条件"):
        await put(ledger, order(chosen=TaskQuery(plan=PLAN, light="undated")))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"deadline": date(2023, 6, 19)}, "task.deadline_past"),
        ({"reason": " "}, "deadline.reason_missing"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    ledger: Database, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await put(ledger, order(**said))

    assert refused.value.code == code


async def test_only_supervisors_set_dates(ledger: Database) -> None:
    with pytest.raises(Forbidden, match="只有督查人员"):
        await put(ledger, order(), head(A))


def dated(**changes: Any) -> Dated:
    said: dict[str, Any] = {
        "state": State.ASSIGNED,
        "deadline": None,
        "deadline_set": False,
        "parent_due_at": None,
    }
    return Dated(**said | changes)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"deadline": JUNE, "deadline_set": True}, []),
        ({"parent_due_at": end_of_day(DAY)}, []),
        ({"deadline": JUNE}, ["deadline.printed"]),
        ({"state": State.CLOSED}, ["deadline.ended"]),
        ({"parent_due_at": end_of_day(JUNE)}, ["deadline.after_parent"]),
    ],
)
def test_what_is_in_the_way_of_a_date_is_said(changes: dict[str, Any], codes: list[str]) -> None:
    assert [fault.code for fault in faults(dated(**changes), DAY)] == codes


def test_a_day_counts_until_it_is_over() -> None:
    check_day(DAY, DAY)
    with pytest.raises(Invalid, match="早于今天"):
        check_day(DAY, DAY + timedelta(days=1))


def test_a_subtask_is_due_with_its_parent_at_the_latest() -> None:
    check_within(DAY, None)
    check_within(DAY, end_of_day(DAY))
    with pytest.raises(Invalid, match="上级任务时限"):
        check_within(LATER, end_of_day(DAY))


def said_over_http(filled: Caller, **changes: Any) -> dict[str, Any]:
    day = (filled.clock.instant + timedelta(days=30)).date().isoformat()
    return {"filter": {"plan": PLAN, "light": "undated"}, "deadline": day, "reason": "会议议定"} | changes


async def test_the_dry_run_is_the_default_over_http(filled: Caller) -> None:
    tried = (await filled.post("/tasks/deadlines", json=said_over_http(filled))).json()
    done = (await filled.post("/tasks/deadlines", json=said_over_http(filled, confirm=True))).json()

    assert (tried["confirmed"], tried["count"], tried["refused"]) == (False, 1, 0)
    assert (done["confirmed"], [one["task_id"] for one in done["tasks"]]) == (True, [UNDATED])
    assert (await filled.get(f"/tasks/{UNDATED}")).json()["deadline_set"]


async def test_a_trial_over_http_says_why_a_task_is_refused(filled: Caller) -> None:
    said = said_over_http(filled, tasks=[PRINTED])
    del said["filter"]

    tried = (await filled.post("/tasks/deadlines", json=said)).json()

    assert tried["tasks"][0]["refused"]["code"] == "deadline.printed"


@pytest.mark.parametrize(
    "said",
    [{"tasks": [UNDATED]}, {"filter": None}, {"filter": {"colour": "red"}}, {"filter": {"limit": "5"}}],
)
async def test_tasks_are_meant_by_ids_or_by_a_filter_of_the_list(
    filled: Caller, said: dict[str, Any]
) -> None:
    answer = await filled.post("/tasks/deadlines", json=said_over_http(filled, **said))

    assert answer.status_code == 422
    assert answer.json()["code"] in {"deadline.no_tasks", "query.filter_unknown"}
