"""Quarterly adjustments in the ledger: proposed whole, decided twice, applied at once or not at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import AdjustmentRow, ProjectRow
from services.tasks.projects.adjustments import (
    Decision,
    apply_adjustment,
    enter_decision,
    propose_adjustment,
)
from services.tasks.projects.domain import Stage
from services.tasks.projects.domain_adjustment import Body, Item, ItemKind
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, head
from tests.tasks.projects import made
from tests.tasks.projects.made import JUNE


async def propose(db: Database, *items: Item, actor: Actor = OFFICE, quarter: int = 2) -> str:
    async with db.transaction() as tx:
        row, _ = await propose_adjustment(tx, 2023, quarter, items, make.act(actor, tx.now))
        return row.id


async def decide(db: Database, adjustment: str, body: Body, *, approved: bool = True) -> AdjustmentRow:
    said = Decision(body=body, approved=approved, paper="示例纪要〔2023〕6号", decided_on=JUNE)
    async with db.transaction() as tx:
        return await enter_decision(tx, adjustment, said, make.act(at=tx.now))


async def carry_out(db: Database, adjustment: str) -> AdjustmentRow:
    async with db.transaction() as tx:
        return await apply_adjustment(tx, adjustment, make.act(at=tx.now))


async def pass_through(db: Database, *items: Item) -> str:
    """Propose, decide and apply an adjustment."""
    adjustment = await propose(db, *items)
    await decide(db, adjustment, Body.LEADER)
    await decide(db, adjustment, Body.MEETING)
    await carry_out(db, adjustment)
    return adjustment


def item(kind: ItemKind, **said: Any) -> Item:  # noqa: ANN401 - any field.
    return Item(kind=kind, **{"reason": "市场变化"} | said)


def adding(**changes: Any) -> Item:  # noqa: ANN401 - any field.
    return item(ItemKind.ADD, project=made.project(**{"title": "示例新项目", "listed_on": None} | changes))


async def test_a_project_goes_when_one_as_large_comes(ledger: Database) -> None:
    old = await made.register(ledger)

    await pass_through(ledger, item(ItemKind.DROP, task_id=old), adding(total=Decimal(11)))

    rows = {row.task_id: row for row in await make.rows(ledger, ProjectRow)}
    gone, [new] = await made.get(ledger, old), [row for task_id, row in rows.items() if task_id != old]
    assert (gone.task.state, gone.row.dropped_on) == ("cancelled", JUNE)
    assert (new.total, new.listed_on) == (11, JUNE)


async def test_an_adjustment_that_shrinks_the_list_is_refused_with_what_and_how_much(
    ledger: Database,
) -> None:
    old = await made.register(ledger)

    with pytest.raises(Conflict, match="违反“三个只增不减”") as no:
        await propose(ledger, item(ItemKind.DROP, task_id=old), adding(total=Decimal("9.5")))

    assert no.value.details["breaches"] == [{"what": "total", "short": "0.50", "unit": "亿元"}]


async def test_money_and_batch_change_with_the_adjustment_as_their_origin(ledger: Database) -> None:
    task_id = await made.register(ledger, stage=Stage.STARTED)
    changed = item(
        ItemKind.CHANGE,
        task_id=task_id,
        annual=Decimal(4),
        total=Decimal(12),
        stage=Stage.RESERVED,
        starts_on=date(2023, 9, 1),
    )

    adjustment = await pass_through(ledger, changed)

    listed, steps = await made.get(ledger, task_id), (await made.steps(ledger, task_id))[1:]
    assert (listed.row.stage, listed.row.total, listed.row.starts_on) == (
        "reserved",
        Decimal(12),
        date(2023, 9, 1),
    )
    assert [(line.since, line.annual) for line in listed.lines] == [
        (made.JANUARY, Decimal("3.65")),
        (JUNE, 4),
    ]
    assert [move for move, _ in steps] == ["project.invest", "project.edit", "project.stage"]
    assert {changes["adjustment"] for _, changes in steps} == {adjustment}


async def test_a_new_total_keeps_the_plan_of_the_year(ledger: Database) -> None:
    months = tuple(Decimal("3.65") for _ in range(12))
    task_id = await made.register(ledger, months=months)

    await pass_through(ledger, item(ItemKind.CHANGE, task_id=task_id, total=Decimal(12)))

    line = (await made.get(ledger, task_id)).lines[-1]
    assert (line.annual, line.months) == (Decimal("3.65"), months)


async def test_the_plan_of_a_year_that_had_none_is_what_the_adjustment_says(ledger: Database) -> None:
    task_id = await made.register(ledger, year=2022, listed_on=None)

    await pass_through(ledger, item(ItemKind.CHANGE, task_id=task_id, total=Decimal(12)))

    assert [(line.year, line.annual) for line in (await made.get(ledger, task_id)).lines][-1] == (
        2023,
        Decimal(0),
    )


async def test_a_batch_that_it_is_in_already_changes_nothing(ledger: Database) -> None:
    task_id = await made.register(ledger)

    await pass_through(ledger, item(ItemKind.CHANGE, task_id=task_id, stage=Stage.PLANNED))

    assert len(await made.steps(ledger, task_id)) == 1


async def test_an_adjustment_moves_nothing_forward_that_is_not_ready(ledger: Database) -> None:
    ready, not_ready = await made.register(ledger), await made.register(ledger, starts_on=None)
    await propose(ledger, item(ItemKind.CHANGE, task_id=ready, stage=Stage.STARTED))

    with pytest.raises(Conflict, match="计划开工日期"):
        await propose(ledger, item(ItemKind.CHANGE, task_id=not_ready, stage=Stage.STARTED))


async def test_what_was_started_is_not_put_back(ledger: Database) -> None:
    task_id = await made.started(ledger)

    with pytest.raises(Conflict, match="已正式开工"):
        await propose(ledger, item(ItemKind.CHANGE, task_id=task_id, stage=Stage.RESERVED))


async def test_projects_of_the_province_are_not_ours_to_adjust(ledger: Database) -> None:
    task_id = await made.register(ledger, level_owner="province")

    with pytest.raises(Conflict, match="不能自行调整") as no:
        await propose(ledger, item(ItemKind.CHANGE, task_id=task_id, annual=Decimal(5)))

    assert no.value.details["level_owner"] == "province"


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ((), Invalid),
        ((item(ItemKind.DROP, task_id="t-none"),), NotFound),
        ((adding(leader_post="张某"),), Invalid),
        ((adding(stage=Stage.RESERVED, approval_ref=None),), Conflict),
    ],
)
async def test_a_proposal_that_makes_no_sense_is_refused(
    ledger: Database, items: tuple[Item, ...], error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await propose(ledger, *items)

    assert await make.rows(ledger, AdjustmentRow) == []


async def test_a_project_stands_in_an_adjustment_once(ledger: Database) -> None:
    task_id = await made.register(ledger)

    with pytest.raises(Invalid, match="出现多次"):
        await propose(ledger, *[item(ItemKind.CHANGE, task_id=task_id, total=Decimal(11))] * 2)


async def test_units_do_not_propose_and_quarters_to_come_are_not_adjusted(ledger: Database) -> None:
    with pytest.raises(Forbidden):
        await propose(ledger, adding(), actor=head(A))
    with pytest.raises(Invalid, match="季度"):
        await propose(ledger, adding(), quarter=3)


async def test_an_adjustment_is_applied_after_both_decisions_and_once(ledger: Database) -> None:
    adjustment = await propose(ledger, adding())
    with pytest.raises(Conflict, match="尚未经"):
        await carry_out(ledger, adjustment)
    await decide(ledger, adjustment, Body.LEADER)
    await decide(ledger, adjustment, Body.MEETING)

    applied = await carry_out(ledger, adjustment)

    assert (applied.state, applied.applied_by) == ("applied", "office")
    with pytest.raises(Conflict, match="或已执行"):
        await carry_out(ledger, adjustment)


async def test_what_a_body_refuses_goes_no_further(ledger: Database) -> None:
    adjustment = await propose(ledger, adding())

    refused = await decide(ledger, adjustment, Body.LEADER, approved=False)

    assert refused.state == "refused"
    with pytest.raises(Conflict, match="现在不由主任办公会决定"):
        await decide(ledger, adjustment, Body.MEETING)


async def test_a_list_that_changed_since_is_weighed_again_before_anything_is_done(ledger: Database) -> None:
    old = await made.register(ledger)
    first = await propose(ledger, item(ItemKind.DROP, task_id=old), adding())
    for body in Body:
        await decide(ledger, first, body)
    await pass_through(ledger, item(ItemKind.CHANGE, task_id=old, total=Decimal(20)))

    with pytest.raises(Conflict, match=r"总投资由 20\.00 亿元减至 10\.00 亿元"):
        await carry_out(ledger, first)

    assert (await made.get(ledger, old)).task.state == "registered"


async def test_there_is_no_adjustment_of_another_number(ledger: Database) -> None:
    with pytest.raises(NotFound, match="没有编号为 pa-none 的调整方案"):
        await carry_out(ledger, "pa-none")
