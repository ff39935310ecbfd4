"""Use cases of problems: registered with owner, measure, date and what they block; their measure written down."""

from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.blocks import Blocks, set_blocks
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_permits import unit_acting
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.service import move_task
from services.tasks.models import ProblemRow, TaskRow
from services.tasks.problems import repository
from services.tasks.problems.domain import KIND, check_category, owners
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem as somebody enters it.

    Attributes:
        units: Its owners; the first answers for it.
        measure: What is to be done 整改措施; its owner may write it down later.
        deadline: Its day; without one the limit of the kind runs from its assignment.
        blocks: Tasks that can't go on because of it.
        found_in: The inspection that found it.
        assign: Hand it out 交办 at once.
        client_ref: A word of the sender by which a repeat is known.
    """

    title: str
    body: str = ""
    units: tuple[str, ...]
    category: str = "other"
    measure: str = ""
    level: str = "normal"
    deadline: date | None = None
    blocks: tuple[str, ...] = ()
    found_in: str | None = None
    assign: bool = False
    client_ref: str | None = None


async def register_problem(tx: Tx, said: Problem, act: Act) -> TaskRow:
    """Register a problem, as a supervisor; a repeat under the same `client_ref` changes nothing.

    Raises:
        NotFound: An inspection, a unit or a task is unknown.
        Conflict: It would block what it waits for, or what is done.
        Forbidden: Somebody else asks.
        Invalid: A word is unknown, or the date makes no sense.
    """
    check_category(said.category)
    if said.found_in is not None:
        await repository.check_inspection(tx.session, said.found_in)
    task = await register_by_hand(tx, _entry(said), act)
    await tx.session.flush()
    if await tx.session.get(ProblemRow, task.id) is not None:
        return task
    row = ProblemRow(task_id=task.id, category=said.category, measure=said.measure.strip())
    row.found_in, row.found_on = said.found_in, local_date(act.at)
    tx.session.add(row)
    if said.blocks:
        await set_blocks(tx, Blocks(blocker=task.id, blocked=said.blocks), act)
    if said.assign:
        await move_task(tx, MoveCommand(task_id=task.id, move=Move.ASSIGN), act)
    return task


def _entry(said: Problem) -> Entry:
    return Entry(
        kind=KIND,
        title=said.title,
        body=said.body,
        units=owners(said.units),
        source="inspection" if said.found_in else "manual",
        source_ref=said.found_in,
        level=said.level,
        deadline=said.deadline,
        client_ref=said.client_ref,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is said of a problem later: its measure 整改措施 or another category; None keeps what it is."""

    measure: str | None = None
    category: str | None = None
    on_behalf_of: str | None = None


async def edit_problem(tx: Tx, task_id: str, said: Remedy, act: Act) -> ProblemRow:
    """Write down the measure or category of a problem, as the head of its owner or a supervisor.

    Raises:
        NotFound: There is no such problem.
        Forbidden: Somebody else asks.
        Invalid: The category is unknown, or the measure empty.
    """
    held = await ledger.hold(tx.session, task_id)
    row = await repository.get_problem(tx.session, task_id)
    unit = unit_acting(act.actor, held.task.answering_unit, said.on_behalf_of, word="填写整改措施")
    changes = _changes(row, said)
    if not changes:
        return row
    deed = await begin(tx, act)
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    note(deed, held, Note(step="problem.edit", unit=unit, changes=dict(changes)))
    settle(deed, held)
    return row


def _changes(row: ProblemRow, said: Remedy) -> dict[str, list[str]]:
    if said.category is not None:
        check_category(said.category)
    if said.measure is not None and not said.measure.strip():
        raise Invalid("整改措施不能为空", code="problem.measure_missing", field="measure")
    new = {"category": said.category, "measure": said.measure.strip() if said.measure else None}
    return {
        name: [getattr(row, name), value]
        for name, value in new.items()
        if value not in {None, getattr(row, name)}
    }
