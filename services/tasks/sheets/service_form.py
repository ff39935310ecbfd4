"""The 进展填报表 of a unit: exported with its open tasks, and read when it comes back filled in."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_parts import PART_WORDS, PartState
from services.tasks.ledger.domain_permits import is_supervisor
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kinds import kind_of
from services.tasks.sheets import repository, repository_forms
from services.tasks.sheets.domain_cells import Sheet, shown
from services.tasks.sheets.domain_faults import Fault
from services.tasks.sheets.domain_form import (
    FORM_HEADERS,
    FORM_NEEDED,
    FormRow,
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
from shared.database import Database
from shared.errors import Forbidden, Invalid

FORM = "progress"


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form that came back: whose it is, and its rows."""

    unit: str
    rows: list[FormRow]
    faults: list[Fault]


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


def _linked(tasks: UnitTasks, task_id: str) -> tuple[int, ...]:
    """Give the 序号 of the other rows of the same link."""
    link = tasks.links.get(task_id)
    if link is None:
        return ()
    numbered = enumerate(tasks.held, 1)
    return tuple(at for at, other in numbered if other != task_id and tasks.links.get(other) == link)


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
        linked=_linked(tasks, task_id),
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
