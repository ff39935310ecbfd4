"""A filled-in 进展填报表 as its unit's signing, reporting and handing in; a row of a linked task serves its whole link.

Invariant: no move is made twice on a task by one form, however many rows of its link ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.tasks.acts import Act
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_permits import is_supervisor
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.service import NotFollowed, follow, make_move
from services.tasks.sheets.domain_cells import CellFault
from services.tasks.sheets.domain_faults import Fault, collect_faults
from services.tasks.sheets.domain_form import NOTHING, FormRow, Said, Standing, moves_of
from services.tasks.sheets.domain_form_links import join_rows
from services.tasks.sheets.repository_forms import UnitTasks
from services.tasks.sheets.service_form import ReadForm, check_unit
from shared.database import Tx
from shared.errors import Permanent

# The column of the form at which a refused move is shown.
SHOWN_AT = {Move.ACCEPT: "sign", Move.PROGRESS: "note", Move.SUBMIT: "submit"}


@dataclass(slots=True)
class Filled:
    """What a form did, or would do: moves by task id, and the tasks that stay as they are.

    Attributes:
        followed: The moves that other tasks of a link made with a row, by task id.
        not_followed: Why the last move that one of them was to make was refused, by task id.
    """

    unit: str
    moves: dict[str, tuple[Move, ...]] = field(default_factory=dict)
    followed: dict[str, tuple[Move, ...]] = field(default_factory=dict)
    not_followed: dict[str, NotFollowed] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def made(self, task_id: str) -> tuple[Move, ...]:
        """Give all moves that the form made on a task so far."""
        return (*self.moves.get(task_id, ()), *self.followed.get(task_id, ()))


async def fill_in(tx: Tx, form: ReadForm, act: Act) -> Filled:
    """Make the moves that a form asks for; where it has a fault, the caller has to undo the transaction.

    Raises:
        Forbidden: The form is another unit's.
    """
    check_unit(act.actor, form.unit)
    tasks = UnitTasks(form.unit)
    await tasks.load(tx.session, list(dict.fromkeys(row.code for row in form.rows if row.code)), lock=True)
    join_rows(form.rows, tasks.links)
    deed, filled, seen = await begin(tx, act), Filled(form.unit), set[str]()
    for row in form.rows:
        if row.code and row.code in seen:
            row.reader.fault("code", CellFault("code.twice", "同一事项出现两次", "删除重复行"))
        seen.add(row.code)
        await _fill_row(deed, tasks, row, filled)
    filled.faults = [*form.faults, *collect_faults(row.reader for row in form.rows)]
    return filled


async def _fill_row(deed: Deed, tasks: UnitTasks, row: FormRow, filled: Filled) -> None:
    done = filled.made(row.code)
    moves = tuple(move for move in moves_of(row, _standing(tasks, row.code)) if move not in done)
    if moves and await _make(deed, tasks, row, moves, filled):
        filled.moves[row.code] = moves
        filled.not_followed.pop(row.code, None)
    elif not row.reader.faults:
        filled.unchanged.append(row.code)


def _standing(tasks: UnitTasks, task_id: str) -> Standing | None:
    held, last = tasks.held.get(task_id), tasks.last.get(task_id)
    if held is None:
        return None
    return Standing(
        title=held.task.title,
        state=tasks.state(task_id),
        changed_at=tasks.changed_at.get(task_id, 0),
        last=Said(last.note, last.progress, last.problem, last.next_step) if last else NOTHING,
        evidence=kind_of(held.task.kind).evidence,
    )


async def _make(deed: Deed, tasks: UnitTasks, row: FormRow, moves: Sequence[Move], filled: Filled) -> bool:
    """Make the moves of a row, on its whole link; a refusal becomes its fault. Tell whether all were made."""
    entered = tasks.unit if is_supervisor(deed.act.actor) else None
    for move in moves:
        reporting = move is Move.PROGRESS
        command = MoveCommand(
            task_id=row.code,
            move=move,
            on_behalf_of=entered,
            progress=row.said.progress if reporting else None,
            report=_report(row, tasks) if reporting else Report(),
            link=tasks.links.get(row.code),
        )
        try:
            await make_move(deed, tasks.held[row.code], command)
        except Permanent as refusal:
            row.reader.fault(
                SHOWN_AT[move], CellFault(refusal.code, refusal.message, "按提示改正，或清空本行填写内容")
            )
            return False
        await _follow(deed, tasks, command, filled)
    return True


async def _follow(deed: Deed, tasks: UnitTasks, command: MoveCommand, filled: Filled) -> None:
    """Make a move on the other tasks of its link, but on none that has made it with this form already."""
    for task_id, held in tasks.linked.get(command.link or "", {}).items():
        if task_id == command.task_id or command.move in filled.made(task_id):
            continue
        if command.move is Move.ACCEPT and tasks.has_signed(held):
            continue
        refused = await follow(deed, held, replace(command, task_id=task_id, follows=command.task_id))
        if refused:
            filled.not_followed[task_id] = refused
        else:
            filled.not_followed.pop(task_id, None)
            filled.followed[task_id] = (*filled.followed.get(task_id, ()), command.move)


def _report(row: FormRow, tasks: UnitTasks) -> Report:
    """Give what a row reports; one that only hands in says again what was said last."""
    said, last = row.said, tasks.last.get(row.code)
    if said == NOTHING and last is not None:
        return Report(note=last.note, problem=last.problem, next_step=last.next_step)
    return Report(note=said.note, problem=said.problem, next_step=said.next_step)
