"""Linked tasks are signed for and reported on together; what can't follow is said."""

# ruff: noqa: ANN401 - a factory takes any field.

from typing import Any

import pytest
from sqlalchemy import select

from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.links import change_link, dissolve_link, make_link
from services.tasks.ledger.proposals import propose_links
from services.tasks.ledger.repository_links import links_by_task
from services.tasks.ledger.service import Moved, move_linked
from services.tasks.models import LinkRow, PartRow, ReportRow, RevisionRow
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.supervision import PartMoved, TaskAccepted
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import OFFICE, A, B, C, head, unit_id, worker

ONE, TWO, THREE = (make.task_id(number) for number in "123")
SAME = "把材料减到三份以内，推行网上申报，申报人只跑一次，全程不见面，并按月通报办理情况。"


async def link(db: Database, *tasks: str, actor: Actor = OFFICE, reason: str = "内容相同") -> LinkRow:
    async with db.transaction() as tx:
        return await make_link(tx, tasks or (ONE, TWO), reason, make.act(actor, tx.now))


async def change(db: Database, link_id: str, *tasks: str, actor: Actor = OFFICE) -> LinkRow:
    async with db.transaction() as tx:
        return await change_link(tx, link_id, tasks, "重新划分", make.act(actor, tx.now))


async def dissolve(db: Database, link_id: str, actor: Actor = OFFICE) -> None:
    async with db.transaction() as tx:
        await dissolve_link(tx, link_id, make.act(actor, tx.now))


async def linked(db: Database) -> dict[str, str]:
    async with db.reading() as session:
        return dict(await links_by_task(session))


async def move(db: Database, one: Move, actor: Actor, *, task: str = ONE, **said: Any) -> Moved:
    async with db.transaction() as tx:
        command = MoveCommand(task_id=task, move=one, **said)
        return await move_linked(tx, command, make.act(actor, tx.now))


async def last_of(db: Database, task: str) -> RevisionRow:
    stated = select(RevisionRow).where(RevisionRow.task_id == task).order_by(RevisionRow.revision.desc())
    async with db.reading() as session:
        return (await session.scalars(stated.limit(1))).one()


async def both_assigned(db: Database) -> LinkRow:
    for number in "12":
        await make.walk(db, Move.ASSIGN, number=number)
    return await link(db)


async def test_one_sign_for_serves_all(ledger: Database) -> None:
    made = await both_assigned(ledger)

    moved = await move(ledger, Move.ACCEPT, worker(A))
    accepted = [one.task_id for one in await events_of(ledger, TaskAccepted)]

    assert (moved.followed, moved.not_followed, accepted) == ([TWO], [], [ONE, TWO])
    assert (await last_of(ledger, ONE)).changes == {"link": made.id}
    assert (await last_of(ledger, TWO)).changes == {"link": made.id, "follows": ONE}


async def test_one_report_serves_all(ledger: Database) -> None:
    await both_assigned(ledger)
    await move(ledger, Move.ACCEPT, worker(A))
    report = Report(note="已完成三分之一", evidence=("a1",))

    await move(ledger, Move.PROGRESS, worker(A), progress=33, report=report)
    await move(ledger, Move.SUBMIT, head(A), task=TWO, report=report)
    reports = [(row.task_id, row.note, row.evidence) for row in await make.rows(ledger, ReportRow)]

    assert [(await make.get(ledger, number)).state for number in "12"] == ["submitted", "submitted"]
    assert reports == 2 * [(ONE, "已完成三分之一", ["a1"])] + 2 * [(TWO, "已完成三分之一", ["a1"])]


async def test_a_part_is_signed_for_on_all_tasks_too(ledger: Database) -> None:
    made = await both_assigned(ledger)

    await move(ledger, Move.ACCEPT, worker(B))

    told = [(one.task_id, one.unit_id) for one in await events_of(ledger, PartMoved)]
    assert told == [(ONE, unit_id(B)), (TWO, unit_id(B))]
    assert (await last_of(ledger, TWO)).changes == {"link": made.id, "follows": ONE}


async def test_a_supervisor_signs_for_the_same_unit_on_all(ledger: Database) -> None:
    await both_assigned(ledger)

    await move(ledger, Move.ACCEPT, OFFICE, on_behalf_of=unit_id(B))
    await move(ledger, Move.ACCEPT, OFFICE)
    parts = {(row.task_id, row.state) for row in await make.rows(ledger, PartRow)}

    assert parts == {(ONE, "accepted"), (TWO, "accepted")}
    assert (await last_of(ledger, TWO)).on_behalf_of == unit_id(A)


async def test_a_task_that_can_t_follow_is_named_with_the_reason(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await link(ledger)

    moved = await move(ledger, Move.ACCEPT, worker(A))

    assert [(one.task_id, one.code) for one in moved.not_followed] == [(TWO, "task.move_illegal")]
    assert (moved.followed, (await make.get(ledger, "2")).revision) == ([], 2)


@pytest.mark.parametrize(
    ("actor", "task", "code"),
    [(worker(A), ONE, "task.not_yours"), (OFFICE, TWO, "task.on_behalf_unknown")],
)
async def test_a_unit_does_not_move_tasks_of_others_by_a_link(
    db: Database, actor: Actor, task: str, code: str
) -> None:
    tasks = [make.task("1"), make.task("2", lead=(C,), responsible=())]
    await make.confirm(db, make.document(tasks))
    await both_assigned(db)

    moved = await move(db, Move.ACCEPT, actor, task=task)

    assert [one.code for one in moved.not_followed] == [code]


async def test_other_moves_stay_with_their_task(ledger: Database) -> None:
    await both_assigned(ledger)

    moved = await move(ledger, Move.SUSPEND, OFFICE, reason="政策调整")

    assert (moved.followed, (await make.get(ledger, "2")).state) == ([], "assigned")
    assert (await last_of(ledger, ONE)).changes == {}


async def test_a_refused_move_moves_no_task(ledger: Database) -> None:
    await both_assigned(ledger)

    with pytest.raises(Conflict, match="刷新"):
        await move(ledger, Move.ACCEPT, worker(A), if_revision=1)

    assert [(await make.get(ledger, number)).state for number in "12"] == ["assigned", "assigned"]


async def test_who_joins_or_leaves_has_it_in_its_history(ledger: Database) -> None:
    made = await link(ledger)
    await change(ledger, made.id, ONE, THREE)

    steps = {task: (await last_of(ledger, task)).move for task in (ONE, TWO, THREE)}
    assert steps == {ONE: "link.join", TWO: "link.leave", THREE: "link.join"}
    assert await linked(ledger) == {ONE: made.id, THREE: made.id}
    assert (await last_of(ledger, TWO)).snapshot is not None


async def test_a_dissolved_link_is_gone(ledger: Database) -> None:
    made = await link(ledger)

    await dissolve(ledger, made.id)

    assert (await linked(ledger), await make.rows(ledger, LinkRow)) == ({}, [])
    assert (await last_of(ledger, ONE)).move == "link.leave"
    with pytest.raises(NotFound, match="联动"):
        await dissolve(ledger, made.id)


async def test_a_task_is_in_one_link_at_most(ledger: Database) -> None:
    await link(ledger)

    with pytest.raises(Conflict, match="已在联动"):
        await link(ledger, TWO, THREE)


@pytest.mark.parametrize(
    ("tasks", "reason", "error"),
    [
        ((ONE, ONE), "内容相同", Invalid),
        ((ONE, TWO), " ", Invalid),
        ((ONE, "t-none"), "内容相同", NotFound),
    ],
)
async def test_a_link_that_makes_no_sense_is_refused(
    ledger: Database, tasks: tuple[str, ...], reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await link(ledger, *tasks, reason=reason)


async def test_only_supervisors_link(ledger: Database) -> None:
    made = await link(ledger)

    for attempt in (
        link(ledger, TWO, THREE, actor=head(A)),
        change(ledger, made.id, ONE, TWO, actor=head(A)),
        dissolve(ledger, made.id, head(A)),
    ):
        with pytest.raises(Forbidden, match="只有督查人员"):
            await attempt


async def test_tasks_that_say_the_same_are_proposed_until_they_are_linked(db: Database) -> None:
    tasks = [make.task("1", body=SAME), make.task("2", body=SAME), make.task("3", body="另一件不同的事情。")]
    await make.confirm(db, make.document(tasks))

    async with db.reading() as session:
        before = [(one.first.id, one.second.id, one.likeness) for one in await propose_links(session)]
    await link(db)
    async with db.reading() as session:
        after = await propose_links(session)

    assert (before, after) == ([(ONE, TWO, 1.0)], [])


PLAN_TEXT = f"""示例发〔2023〕1号
示例新城营商环境提升行动方案
2023年4月25日
一、总体目标
全面提升服务水平。
二、重点任务
（一）提升服务
1.精简申报。{SAME}
牵头单位：政务中心
完成时限：2023年6月底前
2.优化申报。{SAME}
牵头单位：财政金融部
完成时限：2023年9月底前
"""


async def test_an_import_names_the_pairs_of_its_tasks(office: Caller) -> None:
    tried = await office.send(PLAN_TEXT, confirm=False)
    done = await office.send(PLAN_TEXT)
    known = (await office.get("/links/proposals")).json()

    assert [one["first"]["title"] for one in tried["link_proposals"]] == ["精简申报"]
    assert done["link_proposals"] == tried["link_proposals"] == known


async def test_a_link_is_made_shown_changed_and_dissolved_over_http(filled: Caller) -> None:
    said = {"tasks": [ONE, TWO], "reason": "内容相同"}

    made = (await filled.post("/links", json=said)).json()
    changed = await filled.put(f"/links/{made['id']}", said | {"tasks": [ONE, TWO, THREE]})
    shown = (await filled.get(f"/tasks/{ONE}")).json()["link"]
    listed = (await filled.get("/links")).json()
    gone = await filled.delete(f"/links/{made['id']}")

    assert [task["id"] for task in made["tasks"]] == [ONE, TWO]
    assert changed.json() == shown == listed[0]
    assert (gone.json(), (await filled.get("/links")).json()) == ({"dissolved": made["id"]}, [])
    assert (await filled.get(f"/tasks/{ONE}")).json()["link"] is None


async def test_a_move_over_http_says_what_followed(filled: Caller) -> None:
    await filled.post("/links", json={"tasks": [ONE, TWO, THREE], "reason": "内容相同"})
    for task in (ONE, TWO):
        await filled.post(f"/tasks/{task}/moves", json={"move": "assign"})

    moved = (await filled.post(f"/tasks/{ONE}/moves", json={"move": "accept"})).json()

    assert (moved["state"], moved["followed"]) == ("accepted", [TWO])
    assert [(one["task_id"], one["code"]) for one in moved["not_followed"]] == [(THREE, "task.move_illegal")]
