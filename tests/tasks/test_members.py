"""Who stands behind 各相关部门 on a task is said by the unit that answers for it."""

# ruff: noqa: ANN401 - a factory takes any field.

from typing import Any

import pytest
import pytest_asyncio

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.members import Members, name_members
from services.tasks.models import PartRow, RevisionRow, TaskRow, TaskUnitRow
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid
from shared.events.supervision import TaskRegistered
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import EVERYONE, OFFICE, A, B, C, head, unit_id

OPEN, BOTH = unit_id(EVERYONE), (("responsible", unit_id(B)), ("cooperating", unit_id(C)))


@pytest_asyncio.fixture
async def shared(db: Database) -> Database:
    """Fill the ledger: task 1 is everyone's beside its lead, task 2 everyone's alone."""
    tasks = [make.task("1", responsible=(EVERYONE,)), make.task("2", lead=(), responsible=(EVERYONE,))]
    await make.confirm(db, make.document(tasks))
    return db


async def name(db: Database, actor: Actor | None = None, number: str = "1", **said: Any) -> TaskRow:
    given: dict[str, Any] = {"task_id": make.task_id(number), "collective": OPEN, "units": BOTH}
    async with db.transaction() as tx:
        act = make.act(actor or head(A), tx.now)
        return await name_members(tx, Members(**given | said), act)


async def units(db: Database, number: str = "1") -> list[tuple[str, str]]:
    rows = [row for row in await make.rows(db, TaskUnitRow) if row.task_id == make.task_id(number)]
    return [(row.role, row.unit_id) for row in sorted(rows, key=lambda row: row.ordinal)]


async def parts(db: Database) -> dict[str, str]:
    return {row.unit_id: row.state for row in await make.rows(db, PartRow)}


async def test_members_take_the_place_of_the_collective(shared: Database) -> None:
    task = await name(shared)
    last = next(row for row in await make.rows(shared, RevisionRow) if row.move == "members")

    assert await units(shared) == [("lead", unit_id(A)), *BOTH]
    assert (task.answering_unit, task.units_set) == (unit_id(A), True)
    assert (last.unit_id, last.changes["collective"]) == (unit_id(A), OPEN)


async def test_the_task_is_announced_with_its_members(shared: Database) -> None:
    await name(shared)

    told = [one for one in await events_of(shared, TaskRegistered) if one.task_id == make.task_id("1")][-1]

    assert [(one.role, one.unit_id) for one in told.units] == [("lead", unit_id(A)), *BOTH]


async def test_members_of_an_assigned_task_sign_for_their_parts(shared: Database) -> None:
    await make.walk(shared, Move.ASSIGN, Move.ACCEPT)

    await name(shared)

    assert await parts(shared) == {unit_id(A): "accepted", unit_id(B): "assigned"}
    await make.move(shared, Move.ACCEPT, head(B))


async def test_a_task_that_is_everyone_s_alone_gets_somebody_to_answer(shared: Database) -> None:
    with pytest.raises(Invalid, match="还没有可以负责的单位"):
        await name(shared, number="2")

    task = await name(shared, OFFICE, number="2")

    assert (task.answering_unit, task.answering_assumed) == (unit_id(B), True)
    assert (await make.walk(shared, Move.ASSIGN, number="2")).state == "assigned"


async def test_members_can_be_named_anew(shared: Database) -> None:
    await make.walk(shared, Move.ASSIGN)
    await name(shared)

    await name(shared, units=(("responsible", unit_id(C)),))

    assert await units(shared) == [("lead", unit_id(A)), ("responsible", unit_id(C))]
    assert await parts(shared) == {unit_id(A): "assigned", unit_id(C): "assigned"}


async def test_the_same_members_said_again_change_nothing(shared: Database) -> None:
    first = (await name(shared)).revision

    assert (await name(shared)).revision == first


async def test_a_unit_that_was_on_the_task_before_stays_when_others_are_named(db: Database) -> None:
    await make.confirm(db, make.document([make.task("1", responsible=(B, EVERYONE))]))
    await name(db, units=(("responsible", unit_id(B)), ("responsible", unit_id(C))))

    await name(db, units=(("cooperating", unit_id(C)),))

    assert await units(db) == [("lead", unit_id(A)), ("responsible", unit_id(B)), ("cooperating", unit_id(C))]


async def test_a_document_read_again_does_not_bring_the_collective_back(shared: Database) -> None:
    await name(shared)
    tasks = [
        make.task("1", responsible=(EVERYONE,), title="新标题"),
        make.task("2", lead=(), responsible=(EVERYONE,)),
    ]

    await make.confirm(shared, make.document(tasks), content="second")

    assert await units(shared) == [("lead", unit_id(A)), *BOTH]


async def test_only_the_answering_unit_or_a_supervisor_names_members(shared: Database) -> None:
    for actor in (head(B), make.liaison(A)):
        with pytest.raises(Forbidden):
            await name(shared, actor)

    assert (await name(shared, OFFICE)).revision == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"collective": unit_id(B)}, "task.no_collective"),
        ({"units": (("responsible", OPEN),)}, "unit.collective"),
        ({"units": (("responsible", "u-none"),)}, "unit.unknown"),
    ],
)
async def test_members_that_make_no_sense_are_refused(
    shared: Database, said: dict[str, Any], code: str
) -> None:
    await name(shared, OFFICE, number="2")

    with pytest.raises(Invalid) as refused:
        await name(shared, **said)

    assert refused.value.code == code


async def test_members_are_named_while_the_work_goes_on(shared: Database) -> None:
    await make.walk(shared, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)

    with pytest.raises(Conflict, match="待审核"):
        await name(shared)
    with pytest.raises(Conflict, match="刷新"):
        await name(shared, OFFICE, number="2", if_revision=7)


async def test_another_collective_has_members_of_its_own(db: Database) -> None:
    others = "各街镇"
    document = make.document(
        [make.task("1", responsible=(EVERYONE, others))],
        units=(*make.UNITS, make.unit(others, kind="collective")),
    )
    await make.confirm(db, document)

    await name(db, units=(("responsible", unit_id(B)),))
    await name(db, collective=unit_id(others), units=(("responsible", unit_id(C)),))
    await name(db, units=(("cooperating", unit_id(B)),))

    assert await units(db) == [("lead", unit_id(A)), ("responsible", unit_id(C)), ("cooperating", unit_id(B))]


async def test_open_collectives_stand_in_the_list_until_they_are_named(office: Caller) -> None:
    await office.send()
    [first, second] = await office.tasks()
    [open_one] = first["open_collectives"]
    lead = first["answering_unit"]

    said = {"collective": open_one, "units": [{"role": "responsible", "unit_id": second["answering_unit"]}]}
    named = await office.put(f"/tasks/{first['id']}/members", said | {"on_behalf_of": lead})

    assert (second["open_collectives"], named.json()["open_collectives"]) == ([], [])
    assert named.json()["revisions"][-1]["move"] == "members"
