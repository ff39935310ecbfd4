"""Each signing unit signs, reports and hands in its own part; the whole goes the way of the unit that answers."""

from itertools import product

import pytest

from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import HANDED_IN, RUNNING, WITH_UNITS, Move, State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_parts import (
    FOLLOWS,
    OPEN_TO_PARTS,
    PART_STEPS,
    PART_WORDS,
    PartState,
    part_after,
    part_of_whole,
)
from services.tasks.models import PartRow, PlanRuleRow, ReportRow
from shared.database import Database
from shared.errors import Conflict
from shared.events.supervision import PartMoved, TaskAccepted
from shared.testing import DRILL_START, events_of, published
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, PLAN, A, B, C, head, liaison, unit_id, worker

OWN = (Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)


async def part(db: Database, name: str, number: str = "1") -> PartRow:
    [found] = [
        row
        for row in await make.rows(db, PartRow)
        if (row.task_id, row.unit_id) == (make.task_id(number), unit_id(name))
    ]
    return found  # type: ignore[no-any-return]  # Rows of any model.


async def states(db: Database) -> dict[str, str]:
    names = {unit_id(name): name for name in (A, B, C)}
    return {names[row.unit_id]: row.state for row in await make.rows(db, PartRow)}


async def let_lead_look(db: Database) -> None:
    async with db.transaction() as tx:
        tx.session.add(PlanRuleRow(plan_id=PLAN, reviews=["lead", "supervisor"], authority=None))


async def hand_in(db: Database, name: str) -> None:
    for move in OWN:
        await make.move(db, move, head(name))


@pytest.mark.parametrize(("state", "move"), list(product(PartState, Move)))
def test_a_part_moves_by_its_table_alone(state: PartState, move: Move) -> None:
    expected = PART_STEPS.get((state, move))

    if expected is None:
        with pytest.raises(Conflict) as refused:
            part_after(state, move, task=State.ACCEPTED, lead_looks=True)
        assert refused.value.details["legal"] == [m for s, m in PART_STEPS if s == state]
    else:
        assert part_after(state, move, task=State.ACCEPTED, lead_looks=True) is expected


@pytest.mark.parametrize("task", sorted(set(State) - OPEN_TO_PARTS))
def test_parts_stand_still_while_the_units_have_not_the_word(task: State) -> None:
    with pytest.raises(Conflict, match="现在可以：无") as refused:
        part_after(PartState.ASSIGNED, Move.ACCEPT, task=task, lead_looks=False)

    assert refused.value.details["legal"] == []


def test_a_part_that_nobody_looks_at_is_done_when_it_is_handed_in() -> None:
    found = [
        part_after(PartState.IN_PROGRESS, Move.SUBMIT, task=State.ACCEPTED, lead_looks=looks)
        for looks in (False, True)
    ]

    assert found == [PartState.PASSED, PartState.SUBMITTED]


def test_every_state_of_a_part_has_a_word_for_people() -> None:
    assert set(PART_WORDS) == set(PartState)


@pytest.mark.parametrize("task", State)
def test_the_part_of_the_answering_unit_follows_from_the_state_of_the_whole(task: State) -> None:
    stays = {State.REGISTERED, State.SUSPENDED, State.CANCELLED, State.REOPENED, State.STANDING}

    assert (part_of_whole(task) is None) is (task in stays)


def test_handing_in_and_passing_look_the_same_from_both_sides() -> None:
    landed = {Move.ACCEPT: State.ACCEPTED, Move.PROGRESS: State.IN_PROGRESS, Move.SUBMIT: State.SUBMITTED}
    landed |= {Move.RETURN: State.RETURNED, Move.CLOSE: State.CLOSED}

    assert {move: part_of_whole(state) for move, state in landed.items()} == {
        move: FOLLOWS[move] for move in landed
    }
    assert {*RUNNING} >= OPEN_TO_PARTS - {State.STANDING} == {*WITH_UNITS} - {*HANDED_IN}


async def test_the_assignment_gives_every_signing_unit_its_part(db: Database) -> None:
    await make.confirm(db, make.document([make.task(responsible=(B, make.EVERYONE), cooperating=(C,))]))
    await make.move(db, Move.ASSIGN)

    assert await states(db) == {A: "assigned", B: "assigned"}


async def test_a_responsible_unit_signs_and_reports_for_itself_and_the_whole_stays(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, liaison(B))
    await make.move(ledger, Move.PROGRESS, worker(B), progress=40, report=Report(note=" 已走访 "))

    mine, task = await part(ledger, B), await make.get(ledger)
    assert (mine.state, mine.progress, mine.signed_at, mine.reported_at) == (
        "in_progress",
        40,
        DRILL_START,
        DRILL_START,
    )
    assert (task.state, task.progress, task.revision) == ("assigned", 0, 4)


async def test_a_moved_part_is_published_and_kept_with_a_revision_of_the_task(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, worker(B))

    told, last = (await published(ledger))[-1], (await make.history(ledger))[-1]
    assert told.data == PartMoved(
        task_id=make.task_id("1"), unit_id=unit_id(B), state="accepted", by=worker(B).id
    )
    assert (told.revision, last.revision, last.move, last.unit_id) == (3, 3, "part.accept", unit_id(B))
    assert (last.from_state, last.to_state, last.on_behalf_of) == ("assigned", "assigned", None)


async def test_what_a_unit_reports_is_kept_in_its_own_words(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, worker(B))
    said = Report(note=" 已走访 ", problem="缺人", next_step="下周会商", evidence=("a1",))
    await make.move(ledger, Move.PROGRESS, worker(B), progress=40, report=said)

    [kept] = await make.rows(ledger, ReportRow)
    assert (kept.unit_id, kept.revision, kept.at, kept.progress) == (unit_id(B), 4, DRILL_START, 40)
    assert (kept.note, kept.problem, kept.next_step, kept.evidence) == ("已走访", "缺人", "下周会商", ["a1"])


async def test_a_signature_without_a_word_leaves_no_report(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)

    assert await make.rows(ledger, ReportRow) == []


async def test_the_answering_unit_moves_the_whole_and_its_part_follows(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, worker(A))
    await make.move(ledger, Move.PROGRESS, worker(A), progress=30)

    mine = await part(ledger, A)
    assert (mine.state, mine.progress, mine.signed_at) == ("in_progress", 30, DRILL_START)
    assert (len(await events_of(ledger, TaskAccepted)), await events_of(ledger, PartMoved)) == (1, [])


async def test_a_supervisor_enters_the_move_of_a_part_by_naming_its_unit(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, on_behalf_of=unit_id(B))

    last = (await make.history(ledger))[-1]
    assert (last.by, last.on_behalf_of) == (OFFICE.id, unit_id(B))
    assert (await states(ledger)) == {A: "assigned", B: "accepted"}


async def test_a_part_handed_in_is_done_where_the_lead_does_not_look(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)

    mine = await part(ledger, B)
    assert (mine.state, mine.progress, mine.submitted_at) == ("passed", 100, DRILL_START)


async def test_the_lead_returns_a_part_with_a_reason_and_then_passes_it(ledger: Database) -> None:
    await let_lead_look(ledger)
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)
    await make.move(ledger, Move.RETURN, head(A), part=unit_id(B), reason="缺数据")
    returned = await part(ledger, B)
    for move in OWN[1:]:
        await make.move(ledger, move, head(B), progress=90)
    await make.move(ledger, Move.VERIFY, head(A), part=unit_id(B))

    assert (returned.state, returned.submitted_at) == ("returned", None)
    assert ((await part(ledger, B)).state, (await part(ledger, B)).progress) == ("passed", 90)


async def test_a_supervisor_s_look_is_entered_on_behalf_of_the_lead(ledger: Database) -> None:
    await let_lead_look(ledger)
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)
    await make.move(ledger, Move.VERIFY, part=unit_id(B))

    last = (await make.history(ledger))[-1]
    assert (last.move, last.unit_id, last.on_behalf_of) == ("part.verify", unit_id(B), unit_id(A))


@pytest.mark.parametrize(
    ("actor", "move", "said", "code"),
    [
        (head(A), Move.RETURN, {}, "task.reason_missing"),
        (head(C), Move.VERIFY, {}, "part.not_yours"),
        (liaison(A), Move.VERIFY, {}, "part.not_yours"),
        (head(B), Move.VERIFY, {}, "task.own_unit"),
        (OFFICE, Move.VERIFY, {"part": unit_id(A)}, "part.unknown"),
        (OFFICE, Move.VERIFY, {"part": unit_id(C)}, "part.unknown"),
        (OFFICE, Move.PROGRESS, {}, "part.unknown"),
        (head(A), Move.VERIFY, {"on_behalf_of": unit_id(B)}, "task.on_behalf_refused"),
    ],
)
async def test_a_look_that_cannot_be_is_refused(
    ledger: Database, actor: Actor, move: Move, said: dict[str, str], code: str
) -> None:
    await let_lead_look(ledger)
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)

    assert (await make.refusal(ledger, move, actor, **({"part": unit_id(B)} | said))).code == code


async def test_a_supervisor_of_the_unit_does_not_pass_its_part(ledger: Database) -> None:
    await let_lead_look(ledger)
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)
    insider = Actor(id="insider", role="supervisor", unit=unit_id(B))

    assert (await make.refusal(ledger, Move.VERIFY, insider, part=unit_id(B))).code == "task.own_unit"


@pytest.mark.parametrize(
    ("actor", "said", "code"),
    [
        (liaison(B), {}, "part.not_yours"),
        (head(B), {"on_behalf_of": unit_id(A)}, "task.on_behalf_refused"),
    ],
)
async def test_a_part_that_is_handed_in_by_the_wrong_people_is_refused(
    ledger: Database, actor: Actor, said: dict[str, str], code: str
) -> None:
    await make.walk(ledger, Move.ASSIGN)
    for move in OWN[:2]:
        await make.move(ledger, move, worker(B))

    assert (await make.refusal(ledger, Move.SUBMIT, actor, **said)).code == code


async def test_after_a_return_of_the_whole_its_lead_sends_back_what_was_passed(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)
    await make.walk(ledger, *OWN, Move.RETURN)
    stuck = await make.refusal(ledger, Move.PROGRESS, worker(B))
    await make.move(ledger, Move.RETURN, head(A), part=unit_id(B), reason="补充台账")

    assert stuck.code == "part.move_illegal"
    assert await states(ledger) == {A: "returned", B: "returned"}
    assert (await make.move(ledger, Move.PROGRESS, worker(B))).state == "returned"


async def test_a_new_assignment_of_the_task_has_every_part_signed_anew(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await hand_in(ledger, B)
    await make.walk(ledger, Move.ACCEPT)
    await make.move(ledger, Move.INSTRUCT, reason="领导批示")

    mine = await part(ledger, B)
    assert (await states(ledger)) == {A: "assigned", B: "assigned"}
    assert (mine.signed_at, mine.submitted_at, mine.progress) == (None, None, 100)


async def test_other_units_on_a_task_get_its_parts(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    units = (("lead", unit_id(C)), ("responsible", unit_id(A)), ("cooperating", unit_id(B)))
    moved = await make.move(ledger, Move.REASSIGN, reason="职能调整", units=units)

    assert (moved.answering_unit, moved.units_set) == (unit_id(C), True)
    assert await states(ledger) == {C: "assigned", A: "assigned"}


async def test_a_revised_document_moves_the_parts_of_the_units_that_it_changed_alone(
    ledger: Database,
) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS)
    revised = [make.task("1", lead=(C,), responsible=(A,)), *make.document().tasks[1:]]
    await make.confirm(ledger, make.document(revised), content="b")

    assert await states(ledger) == {C: "in_progress", A: "in_progress"}
    assert (await make.get(ledger)).answering_unit == unit_id(C)


async def test_a_revised_document_gives_no_parts_before_the_assignment(ledger: Database) -> None:
    revised = [make.task("1", lead=(C,)), *make.document().tasks[1:]]
    await make.confirm(ledger, make.document(revised), content="b")

    assert await make.rows(ledger, PartRow) == []


async def test_a_task_that_a_document_leaves_without_units_keeps_its_state(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    revised = [make.task("1", lead=(), responsible=(make.EVERYONE,)), *make.document().tasks[1:]]
    await make.confirm(ledger, make.document(revised), content="b")

    task = await make.get(ledger)
    assert (task.state, task.answering_unit, await states(ledger)) == ("assigned", None, {})
