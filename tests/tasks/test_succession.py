"""Units are renamed, merged and hand tasks over by date; history keeps who acted."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger.domain import Move, UnitOnTask
from services.tasks.models import (
    AliasRow,
    PartRow,
    ProjectRow,
    RevisionRow,
    TaskUnitRow,
    UnitChangeRow,
    UnitRow,
)
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder, ChangeState, check_order, succeed
from services.tasks.units.repository import names_at
from services.tasks.units.succession import apply_due, order_change, withdraw_change
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.events.supervision import TaskRegistered, UnitRegistered
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, C, unit_id, worker
from tests.tasks.projects.made import register

TODAY = date(2023, 6, 20)


def order(kind: ChangeKind = ChangeKind.MERGE, **said: Any) -> ChangeOrder:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"unit_id": unit_id(A), "effective_on": TODAY, "reason": "机构改革"} | said
    if kind is not ChangeKind.RENAME:
        given.setdefault("to", unit_id(C))
    return ChangeOrder(kind=kind, **given)


async def enter(db: Database, wanted: ChangeOrder) -> UnitChangeRow:
    async with db.transaction() as tx:
        return await order_change(tx, wanted, make.act(at=tx.now))


async def units_on(db: Database, number: str = "1") -> list[tuple[str, str]]:
    rows = await make.rows(db, TaskUnitRow)
    return [(row.role, row.unit_id) for row in rows if row.task_id == make.task_id(number)]


async def test_a_merged_unit_hands_all_open_duties_to_its_successor(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)

    await enter(ledger, order())

    assert await units_on(ledger) == [("lead", unit_id(C)), ("responsible", unit_id(B))]
    assert (await make.get(ledger)).answering_unit == unit_id(C)


async def test_the_successor_takes_the_part_over_as_it_stands(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)

    await enter(ledger, order())
    parts = {part.unit_id: part.state for part in await make.rows(ledger, PartRow)}

    assert parts == {unit_id(C): "accepted", unit_id(B): "assigned"}
    assert (await make.move(ledger, Move.PROGRESS, worker(C), progress=30)).progress == 30


async def test_a_closed_task_keeps_the_unit_that_did_it(ledger: Database) -> None:
    done = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)
    await make.walk(ledger, *done)

    await enter(ledger, order())

    assert await units_on(ledger) == [("lead", unit_id(A)), ("responsible", unit_id(B))]
    assert await units_on(ledger, "2") == [("lead", unit_id(C)), ("responsible", unit_id(B))]


async def test_names_of_a_merged_unit_mean_its_successor_from_then_on(ledger: Database) -> None:
    await enter(ledger, order())

    meaning = {row.alias: row.unit_id for row in await make.rows(ledger, AliasRow)}
    merged = next(unit for unit in await make.rows(ledger, UnitRow) if unit.id == unit_id(A))

    assert meaning[A] == unit_id(C)
    assert (merged.ended_on, merged.successor) == (TODAY, unit_id(C))
    assert (await events_of(ledger, UnitRegistered))[-1].successor == unit_id(C)


async def test_history_and_feed_say_what_changed_and_why(ledger: Database) -> None:
    await enter(ledger, order(ChangeKind.HAND_OVER, tasks=(make.task_id("1"),)))

    [entry] = [row for row in await make.rows(ledger, RevisionRow) if row.move == "hand_over"]
    told = (await events_of(ledger, TaskRegistered))[-1]

    assert (entry.task_id, entry.reason, entry.unit_id) == (make.task_id("1"), "机构改革", unit_id(C))
    assert entry.snapshot is not None
    assert entry.snapshot["units"][0] == ["lead", unit_id(C)]
    assert (told.task_id, told.answering_unit) == (make.task_id("1"), unit_id(C))


async def test_a_document_confirmed_again_does_not_take_a_hand_over_back(ledger: Database) -> None:
    await enter(ledger, order(ChangeKind.HAND_OVER, tasks=(make.task_id("1"),)))

    await make.confirm(ledger, make.document(), content="printed anew")

    assert await units_on(ledger) == [("lead", unit_id(C)), ("responsible", unit_id(B))]


async def test_a_successor_that_stands_on_the_task_already_is_not_doubled(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    await enter(ledger, order(to=unit_id(B)))

    assert await units_on(ledger) == [("lead", unit_id(B)), ("responsible", unit_id(B))]
    assert [part.unit_id for part in await make.rows(ledger, PartRow)] == [unit_id(B)]


async def test_an_order_for_a_later_day_waits_for_it(ledger: Database, clock: FakeClock) -> None:
    row = await enter(ledger, order(effective_on=TODAY + timedelta(days=1)))
    before = await units_on(ledger)
    clock.advance(timedelta(days=1))

    async with ledger.transaction() as tx:
        applied = await apply_due(tx, entered_at=clock.real_now())
    async with ledger.transaction() as tx:
        again = await apply_due(tx, entered_at=clock.real_now())

    assert (row.state, before[0], applied, again) == (ChangeState.PENDING, ("lead", unit_id(A)), 1, 0)
    assert (await units_on(ledger))[0] == ("lead", unit_id(C))


async def test_an_order_is_withdrawn_only_before_its_day(ledger: Database) -> None:
    waiting = await enter(ledger, order(effective_on=TODAY + timedelta(days=1)))

    async with ledger.transaction() as tx:
        await withdraw_change(tx, waiting.id)
    with pytest.raises(Conflict, match="已生效或已撤回"):
        async with ledger.transaction() as tx:
            await withdraw_change(tx, waiting.id)


async def test_the_past_is_shown_with_the_names_of_its_time(ledger: Database, clock: FakeClock) -> None:
    await enter(ledger, order(ChangeKind.RENAME, name="甲局"))

    async with ledger.reading() as session:
        before = await names_at(session, [unit_id(A)], at_local(date(2023, 5, 1)))
        now = await names_at(session, [unit_id(A)], clock.now())

    assert (before, now) == ({unit_id(A): A}, {unit_id(A): "甲局"})


async def test_a_renamed_unit_still_answers_to_its_old_name(ledger: Database) -> None:
    await enter(ledger, order(ChangeKind.RENAME, name="甲局"))

    meaning = {row.alias: row.unit_id for row in await make.rows(ledger, AliasRow)}

    assert (meaning[A], meaning["甲局"]) == (unit_id(A), unit_id(A))


async def test_a_name_that_another_unit_has_is_refused(ledger: Database) -> None:
    with pytest.raises(Conflict, match="已有名为"):
        await enter(ledger, order(ChangeKind.RENAME, name=B))


async def test_a_unit_that_ended_takes_no_further_orders(ledger: Database) -> None:
    await enter(ledger, order())

    with pytest.raises(Conflict, match="并入"):
        await enter(ledger, order())


@pytest.mark.parametrize("tasks", [(), ("p-unknown",)])
async def test_only_open_duties_can_be_handed_over(ledger: Database, tasks: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        await enter(ledger, order(ChangeKind.HAND_OVER, unit_id=unit_id(C), to=unit_id(B), tasks=tasks))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (order(ChangeKind.RENAME), "name"),
        (order(name="新名"), "name"),
        (order(to=None), "to"),
        (order(to=unit_id(A)), "to"),
        (order(ChangeKind.RENAME, name="新名", to=unit_id(B)), "to"),
        (order(tasks=("t",)), "tasks"),
        (order(effective_on=TODAY - timedelta(days=1)), "effective_on"),
        (order(reason=" "), "reason"),
    ],
)
def test_an_incomplete_order_is_refused_by_field(wanted: ChangeOrder, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_order(wanted, TODAY)

    assert refused.value.field == field


def test_a_unit_in_two_roles_is_succeeded_in_both() -> None:
    units = [UnitOnTask("a", "lead"), UnitOnTask("b", "responsible"), UnitOnTask("a", "responsible")]

    after = succeed(units, "a", "b", collective=False)

    assert [(unit.role, unit.unit_id) for unit in after] == [("lead", "b"), ("responsible", "b")]


async def test_orders_are_entered_listed_and_withdrawn_over_http(filled: Caller) -> None:
    said = {"kind": "merge", "to": unit_id(C), "reason": "机构改革", "effective_on": "2999-01-01"}

    entered = (await filled.post(f"/units/{unit_id(A)}/changes", json=said)).json()
    listed = (await filled.get("/unit-changes", state="pending")).json()
    withdrawn = (await filled.post(f"/unit-changes/{entered['id']}/withdrawal")).json()

    assert [one["id"] for one in listed] == [entered["id"]]
    assert withdrawn["state"] == "withdrawn"


async def test_projects_of_a_merged_unit_are_its_successors(ledger: Database) -> None:
    await register(ledger)
    [before] = await make.rows(ledger, ProjectRow)

    await enter(ledger, order(unit_id=before.officer_unit))

    assert [row.officer_unit for row in await make.rows(ledger, ProjectRow)] == [unit_id(C)]
