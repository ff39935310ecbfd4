"""The 进展填报表 of a unit: exported with its open tasks, and imported as its signing, reporting and handing in."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.tasks.acts import Act
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_parts import PART_WORDS, PartState
from services.tasks.ledger.domain_permits import is_supervisor
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.service import make_move
from services.tasks.sheets import repository, repository_forms
from services.tasks.sheets.domain_cells import CellFault, Sheet, shown
from services.tasks.sheets.domain_faults import Fault, collect_faults
from services.tasks.sheets.domain_form import (
    FORM_HEADERS,
    FORM_NEEDED,
    NOTHING,
    FormRow,
    Said,
    Standing,
    moves_of,
    read_form_row,
)
from services.tasks.sheets.domain_headers import find_header
from services.tasks.sheets.domain_rows import merged_faults, row_readers
from services.tasks.sheets.domain_words import ROLE_WORDS
from services.tasks.sheets.form_sheets import COLUMNS, FORM_SHEET, HEADER_ROW, MARK_SHEET, build_form
from services.tasks.sheets.records import FormRecord
from services.tasks.sheets.repository import Names
from services.tasks.sheets.repository_forms import UnitTasks
from services.tasks.sheets.service_export import chinese_moment
from services.tasks.sheets.writing import WorkbookStream
from services.tasks.units.repository import get_unit
from shared.clock import local_date
from shared.database import Database, Tx
from shared.errors import Forbidden, Invalid, Permanent

FORM = "progress"
# The column of the form at which a refused move is shown.
SHOWN_AT = {Move.ACCEPT: "sign", Move.PROGRESS: "note", Move.SUBMIT: "submit"}


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form that came back: whose it is, and its rows."""

    unit: str
    rows: list[FormRow]
    faults: list[Fault]


@dataclass(slots=True)
class Filled:
    """What a form did, or would do: moves by task id, and the tasks that stay as they are."""

    unit: str
    moves: dict[str, tuple[Move, ...]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check_unit(actor: Actor, unit: str) -> None:
    """Pass for a unit's own people, and for a supervisor who fills in for it.

    Raises:
        Forbidden: Somebody else asks.
    """
    if not is_supervisor(actor) and actor.unit != unit:
        message = f"填报表属于单位 {unit}，只有该单位或督查人员可以导出、导入"
        raise Forbidden(message, code="form.not_yours", field="unit", units=[unit])


async def export_form(db: Database, unit: str, at: datetime) -> tuple[str, list[bytes]]:
    """Give the form of a unit with the unit's name.

    Raises:
        NotFound: There is no such unit.
    """
    async with db.reading() as session:
        await repository.hold_snapshot(session)
        name = (await get_unit(session, unit)).name
        names, tasks = await repository.read_names(session), UnitTasks(unit)
        await tasks.load(session, await repository_forms.open_tasks(session, unit), lock=False)
    records = [_record(tasks, task_id, names) for task_id in tasks.held]
    return name, await asyncio.to_thread(_write, name, unit, records, at)


def _write(name: str, unit: str, records: Sequence[FormRecord], at: datetime) -> list[bytes]:
    note = (
        f"填报单位：{name}　数据截至：{chinese_moment(at)}（北京时间）　共 {len(records)} 项（本单位未办结事项）\n"
        "只填黄色各列，其余各列请勿改动；不填的行视为无变化。填好后导入即完成签收、填报和报审。"
    )
    mark = {"form": FORM, "unit": unit, "exported_at": at.isoformat()}
    book = build_form(f"{name}督办事项进展填报表", note, mark, len(records))
    stream = WorkbookStream(book.frame)
    return [
        stream.begin(streamed=1),
        stream.begin_sheet(1, rows=HEADER_ROW + len(records), columns=len(COLUMNS), first_row=HEADER_ROW + 1),
        stream.add_rows(book.rows(records)),
        stream.end_sheet(),
        stream.end(),
    ]


def _record(tasks: UnitTasks, task_id: str, names: Names) -> FormRecord:
    held, last = tasks.held[task_id], tasks.last.get(task_id)
    task, answers = held.task, held.task.answering_unit == tasks.unit
    state = tasks.state(task_id)
    role = next(one.role for one in held.units if one.unit_id == tasks.unit and one.role != "cooperating")
    return FormRecord(
        task_id=task.id,
        title=task.title,
        source=names.plans.get(task.plan_id or "", "") or source_word(task.source),
        role=ROLE_WORDS[role],
        due_on=local_date(task.due_at) if task.due_at else task.deadline,
        light=task.light,
        state_word=kind_of(task.kind).state_word(State(state)) if answers else PART_WORDS[PartState(state)],
        progress=task.progress if answers else held.parts[tasks.unit].progress,
        last_note=last.note if last else "",
        revision=task.revision,
    )


def read_form(sheets: Sequence[Sheet]) -> ReadForm:
    """Read a form that came back; pure computing.

    Raises:
        Invalid: It is none that we exported, or its header was changed.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    mark = dict(_pairs(by_name[MARK_SHEET])) if MARK_SHEET in by_name else {}
    sheet = by_name.get(FORM_SHEET)
    if sheet is None or mark.get("form") != FORM or not mark.get("unit"):
        message = "不是本系统导出的进展填报表，请重新导出后填写"
        raise Invalid(message, code="form.unknown", field="file")
    header = find_header(sheet.name, sheet.rows, FORM_HEADERS, FORM_NEEDED[:-1])
    if header is None or set(header.headings) != set(FORM_NEEDED):
        message = "填报表的表头被改动，请重新导出后填写"
        raise Invalid(message, code="form.header_changed", field="file")
    rows = [read_form_row(reader) for reader in row_readers(sheet, header)]
    return ReadForm(mark["unit"], rows, [*header.faults, *merged_faults(sheet, header)])


def _pairs(sheet: Sheet) -> Iterator[tuple[str, str]]:
    return ((shown(cells[0]), shown(cells[1])) for cells in sheet.rows if len(cells) >= 2)


async def fill_in(tx: Tx, form: ReadForm, act: Act) -> Filled:
    """Make the moves that a form asks for; where it has a fault, the caller has to undo the transaction.

    Raises:
        Forbidden: The form is another unit's.
    """
    check_unit(act.actor, form.unit)
    tasks = UnitTasks(form.unit)
    await tasks.load(tx.session, list(dict.fromkeys(row.code for row in form.rows if row.code)), lock=True)
    deed, filled, seen = await begin(tx, act), Filled(form.unit), set[str]()
    for row in form.rows:
        if row.code and row.code in seen:
            row.reader.fault("code", CellFault("code.twice", "同一事项出现两次", "删除重复行"))
        seen.add(row.code)
        moves = moves_of(row, _standing(tasks, row.code))
        if moves and await _make(deed, tasks, row, moves):
            filled.moves[row.code] = moves
        elif not row.reader.faults:
            filled.unchanged.append(row.code)
    filled.faults = [*form.faults, *collect_faults(row.reader for row in form.rows)]
    return filled


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


async def _make(deed: Deed, tasks: UnitTasks, row: FormRow, moves: Sequence[Move]) -> bool:
    """Make the moves of a row; a refusal becomes its fault. Tell whether all were made."""
    entered = tasks.unit if is_supervisor(deed.act.actor) else None
    for move in moves:
        reporting = move is Move.PROGRESS
        command = MoveCommand(
            task_id=row.code,
            move=move,
            on_behalf_of=entered,
            progress=row.said.progress if reporting else None,
            report=_report(row, tasks) if reporting else Report(),
        )
        try:
            await make_move(deed, tasks.held[row.code], command)
        except Permanent as refusal:
            row.reader.fault(
                SHOWN_AT[move], CellFault(refusal.code, refusal.message, "按提示改正，或清空本行填写内容")
            )
            return False
    return True


def _report(row: FormRow, tasks: UnitTasks) -> Report:
    """Give what a row reports; one that only hands in says again what was said last."""
    said, last = row.said, tasks.last.get(row.code)
    if said == NOTHING and last is not None:
        return Report(note=last.note, problem=last.problem, next_step=last.next_step)
    return Report(note=said.note, problem=said.problem, next_step=said.next_step)
