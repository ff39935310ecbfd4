"""Projects in the ledger: registered, moved between batches, their nodes confirmed, each step in the history."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import ProjectPlanRow, ProjectRow, TaskRow
from services.tasks.projects.domain import Node, Stage
from services.tasks.projects.domain_nodes import Confirmation
from services.tasks.projects.repository import Wanted, all_projects
from services.tasks.projects.service import Advance, Particulars, edit_project
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from shared.events import Envelope, Event, supervision
from shared.tables import OUTBOX
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, C, head, unit_id
from tests.tasks.projects import made
from tests.tasks.projects.made import FILED, JUNE, MARCH

BUILT = {"topped_out": "a-1", "fitted_out": "a-2"}
START = Confirmation(node=Node.START, reached_on=MARCH, evidence=FILED)


async def edit(db: Database, task_id: str, said: Particulars, actor: Actor = OFFICE) -> None:
    async with db.transaction() as tx:
        await edit_project(tx, task_id, said, make.act(actor, tx.now))


async def told(db: Database, kind: type[Event]) -> list[tuple[int, dict[str, Any]]]:
    """Give the revision and data of the events of one type, in order."""
    async with db.reading() as session:
        payloads = (await session.execute(select(OUTBOX.c.payload).order_by(OUTBOX.c.seq))).scalars()
        envelopes = [Envelope.read(one) for one in payloads]
    return [(one.revision, dict(one.data)) for one in envelopes if isinstance(one.data, kind)]


async def test_a_project_is_a_task_with_its_batch_plan_and_money(ledger: Database) -> None:
    task_id = await made.register(ledger, months=tuple(Decimal("3.65") for _ in range(12)))

    listed = await made.get(ledger, task_id)
    row, [line] = listed.row, listed.lines
    assert (listed.task.kind, listed.task.answering_unit, row.officer_unit) == (
        "project",
        unit_id(A),
        unit_id(A),
    )
    assert (row.stage, row.total, row.leader_post) == ("planned", Decimal(10), "leader-2")
    assert (line.year, line.annual, line.months[0]) == (2023, Decimal("3.65"), Decimal("3.65"))


async def test_its_registration_tells_where_it_stands_and_what_it_costs(ledger: Database) -> None:
    task_id = await made.register(ledger)

    [(revision, stage)] = await told(ledger, supervision.ProjectAdvanced)
    [(_, money)] = await told(ledger, supervision.ProjectInvested)
    assert (revision, stage["stage"], stage["node"]) == (2, "planned", "")
    assert (money["task_id"], money["total"], money["annual"], money["on"]) == (task_id, 10.0, 3.65, None)


async def test_a_repeat_of_the_sender_registers_nothing_twice(ledger: Database) -> None:
    first = await made.register(ledger, client_ref="list-1")

    second = await made.register(ledger, client_ref="list-1")

    assert (second, len(await make.rows(ledger, ProjectRow))) == (first, 1)
    assert len(await make.rows(ledger, ProjectPlanRow)) == 1


@pytest.mark.parametrize(
    ("changes", "actor", "error"),
    [
        ({}, head(A), Forbidden),
        ({"officer_unit": "u-none"}, OFFICE, NotFound),
        ({"units": ()}, OFFICE, NotFound),
        ({"stage": Stage.RESERVED, "approval_ref": None}, OFFICE, Conflict),
        ({"stage": Stage.PRODUCING}, OFFICE, Conflict),
        ({"total": Decimal(1)}, OFFICE, Invalid),
    ],
)
async def test_a_project_that_makes_no_sense_is_not_registered(
    ledger: Database, changes: dict[str, Any], actor: Actor, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await made.register(ledger, actor, **changes)

    assert await make.rows(ledger, ProjectRow) == []


async def test_a_project_moves_forward_with_what_the_batch_needs(ledger: Database) -> None:
    task_id = await made.register(ledger, approval_ref=None)
    with pytest.raises(Conflict, match="立项文号"):
        await made.advance(ledger, task_id, Advance(to=Stage.RESERVED))

    filed = Particulars(approval_ref="示例备〔2023〕2号")
    await made.advance(ledger, task_id, Advance(to=Stage.RESERVED, particulars=filed))

    move, changes = (await made.steps(ledger, task_id))[-1]
    assert (move, changes["stage"]) == ("project.stage", ["planned", "reserved"])
    assert changes["approval_ref"] == [None, "示例备〔2023〕2号"]
    assert [one["stage"] for _, one in await told(ledger, supervision.ProjectAdvanced)] == [
        "planned",
        "reserved",
    ]


async def test_what_is_being_built_is_listed_as_producing_in_the_year_of_its_completion(
    ledger: Database,
) -> None:
    task_id = await made.started(ledger)

    await made.advance(ledger, task_id, Advance(to=Stage.PRODUCING, reason="年内投产"))

    assert (await made.get(ledger, task_id)).row.stage == "producing"


async def test_only_a_supervisor_moves_a_project(ledger: Database) -> None:
    task_id = await made.register(ledger)

    with pytest.raises(Forbidden):
        await made.advance(ledger, task_id, Advance(to=Stage.RESERVED), head(A))


async def test_a_change_since_somebody_looked_is_refused(ledger: Database) -> None:
    task_id = await made.register(ledger)

    with pytest.raises(Conflict, match="请刷新后再办"):
        await made.advance(ledger, task_id, Advance(to=Stage.RESERVED, if_revision=1))


async def test_a_node_is_confirmed_with_its_evidence_and_told(ledger: Database) -> None:
    task_id = await made.started(ledger)

    await made.confirm(ledger, task_id, Confirmation(node=Node.BODY, reached_on=JUNE, evidence=BUILT))

    listed, steps = await made.get(ledger, task_id), await made.steps(ledger, task_id)
    _, last = (await told(ledger, supervision.ProjectAdvanced))[-1]
    assert listed.reached == {"start": MARCH, "body": JUNE}
    assert [move for move, _ in steps] == ["project.stage", "project.node", "project.node"]
    assert steps[1][1]["evidence"] == FILED
    assert (last["node"], last["reached_on"]) == ("body", JUNE)


async def test_production_says_its_output_of_the_month(ledger: Database) -> None:
    task_id = await made.started(ledger)
    await made.confirm(ledger, task_id, Confirmation(node=Node.BODY, reached_on=MARCH, evidence=BUILT))
    await made.advance(ledger, task_id, Advance(to=Stage.PRODUCING))

    output = Confirmation(
        node=Node.PRODUCTION, reached_on=JUNE, evidence={"output": "报表"}, output=Decimal("0.0312")
    )
    await made.confirm(ledger, task_id, output)

    assert (await made.get(ledger, task_id)).nodes[-1].output == Decimal("0.0312")


@pytest.mark.parametrize("actor", [head(A), Actor(id="s", role="supervisor", unit=unit_id(B))])
async def test_nobody_confirms_a_node_of_their_own_project(ledger: Database, actor: Actor) -> None:
    task_id = await made.register(ledger, stage=Stage.STARTED)

    with pytest.raises(Forbidden):
        await made.confirm(ledger, task_id, START, actor)


async def test_particulars_are_corrected_and_the_history_says_so(ledger: Database) -> None:
    task_id = await made.register(ledger)
    said = Particulars(leader_post="leader-3", officer_unit=unit_id(C), preliminary=True)

    await edit(ledger, task_id, said)
    await edit(ledger, task_id, said)

    changed = [
        (move, changes) for move, changes in await made.steps(ledger, task_id) if move == "project.edit"
    ]
    assert [changes["leader_post"] for _, changes in changed] == [["leader-2", "leader-3"]]
    assert (await made.get(ledger, task_id)).row.preliminary


@pytest.mark.parametrize(
    ("said", "actor", "error"),
    [
        (Particulars(starts_on=JUNE), OFFICE, Conflict),
        (Particulars(leader_post="张某"), OFFICE, Invalid),
        (Particulars(officer_unit="u-none"), OFFICE, NotFound),
        (Particulars(preliminary=True), head(A), Forbidden),
    ],
)
async def test_particulars_that_make_no_sense_are_refused(
    ledger: Database, said: Particulars, actor: Actor, error: type[DubanError]
) -> None:
    task_id = await made.register(ledger)

    with pytest.raises(error):
        await edit(ledger, task_id, said, actor)


async def test_a_project_that_is_over_is_not_updated(ledger: Database) -> None:
    task_id = await made.register(ledger)
    async with ledger.transaction() as tx:
        (await tx.session.get_one(TaskRow, task_id)).state = "closed"

    with pytest.raises(Conflict, match="处于“完成”，不能再更新"):
        await made.advance(ledger, task_id, Advance(to=Stage.RESERVED))


async def test_a_task_of_another_kind_is_no_project(ledger: Database) -> None:
    with pytest.raises(NotFound, match="没有编号为"):
        await made.advance(ledger, make.task_id("1"), Advance(to=Stage.RESERVED))


async def test_the_list_is_filtered(ledger: Database) -> None:
    task_id = await made.register(ledger, level_owner="city", preliminary=True)

    async with ledger.reading() as session:
        asked = [
            Wanted(unit=unit_id(B)),
            Wanted(stage="planned", level_owner="city"),
            Wanted(preliminary=True),
            Wanted(preliminary=False),
            Wanted(fund="bond"),
            Wanted(unit=unit_id(C), dropped=True),
        ]
        found = [[one.row.task_id for one in await all_projects(session, one)] for one in asked]

    assert found == [[task_id], [task_id], [task_id], [], [], []]
