"""A 台账 workbook held against the ledger; it writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_ids import title_key
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import KINDS
from services.tasks.ledger.repository import DONE, Held, facts_of
from services.tasks.sheets import repository
from services.tasks.sheets.domain_cells import Sheet
from services.tasks.sheets.domain_compare import decide
from services.tasks.sheets.domain_faults import Fault, collect_faults
from services.tasks.sheets.domain_headers import LEDGER_HEADERS, LEDGER_NEEDED, Header, find_header
from services.tasks.sheets.domain_import import (
    Findings,
    Known,
    Present,
    find_present,
    find_repeats,
    looked_up,
)
from services.tasks.sheets.domain_rows import LedgerRow, merged_faults, read_rows
from services.tasks.sheets.ledger_sheets import DATA_SHEET, PRINT_SHEET
from services.tasks.sheets.records import code_of_task, is_by_hand, term_of
from services.tasks.units import repository as units
from shared.errors import Invalid


@dataclass(slots=True)
class Read:
    """The rows of a workbook; `ignored` names what was passed over: whole sheets, and columns that nobody knows."""

    rows: list[LedgerRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Study:
    """A workbook held against the ledger.

    Attributes:
        held: The tasks that its rows mean, by id.
    """

    read: Read
    findings: Findings
    held: dict[str, Held]
    collectives: frozenset[str]


def read_ledger(sheets: Sequence[Sheet]) -> Read:
    """Read the rows of a workbook; pure computing.

    Raises:
        Invalid: No sheet has a header that we know.
    """
    headed = [(sheet, find_header(sheet.name, sheet.rows, LEDGER_HEADERS, LEDGER_NEEDED)) for sheet in sheets]
    if not any(header for _, header in headed):
        names = "、".join(sheet.name for sheet in sheets)
        message = f"工作表（{names}）的前 10 行中没有找到表头：须有“事项名称”（或任务名称、督办事项）列和至少一个其他列"
        raise Invalid(message, code="sheet.no_header", field="file")
    ours = {PRINT_SHEET, DATA_SHEET} <= {sheet.name for sheet, header in headed if header}
    read = Read()
    for sheet, header in headed:
        if header is None or (
            ours and sheet.name == PRINT_SHEET
        ):  # The data sheet says the same with true dates.
            read.ignored.append(f"工作表“{sheet.name}”")
        else:
            _read_sheet(read, sheet, header)
    return read


def _read_sheet(read: Read, sheet: Sheet, header: Header) -> None:
    read.rows += read_rows(sheet, header)
    read.faults += [*header.faults, *merged_faults(sheet, header)]
    read.ignored += [f"“{sheet.name}”的列“{name}”" for name in header.ignored]


async def study_ledger(session: AsyncSession, read: Read, today: date, *, lock: bool) -> Study:
    """Compare the rows of a workbook with the ledger; `lock` keeps their tasks until the transaction ends."""
    ids = await repository.find_ids(session, looked_up(read.rows))
    held = await ledger.hold_all(session, ids, lock=lock)
    known, collectives = await _known(session, held, today)
    find_repeats(read.rows, known)
    findings = Findings()
    for row in read.rows:
        decide(row, find_present(row, known), known, findings)
    findings.faults = [*read.faults, *collect_faults(row.reader for row in read.rows)]
    return Study(read=read, findings=findings, held=held, collectives=collectives)


async def _known(session: AsyncSession, held: dict[str, Held], today: date) -> tuple[Known, frozenset[str]]:
    names = await repository.read_names(session)
    plans = {plan_id: plan_id for plan_id in names.plans}
    plans |= {title_key(title): plan_id for plan_id, title in names.plans.items()}
    present: dict[str, tuple[Present, ...]] = {}
    registered = await _registered(session, list(held))
    for task_id, one in held.items():
        task = _present(one, registered[task_id])
        for name in {task_id, task.code}:
            present[name] = (*present.get(name, ()), task)
    known = Known(
        today=today,
        units=await units.all_aliases(session),
        plans=plans,
        kinds={kind.id: kind.word for kind in KINDS.values() if not kind.registry},
        present=present,
    )
    return known, frozenset(unit.id for unit in await units.all_units(session) if unit.collective)


async def _registered(session: AsyncSession, ids: Sequence[str]) -> dict[str, date]:
    days: dict[str, date] = {}
    for chunk in ledger.batches(ids):
        days |= await repository.registered_days(session, chunk)
    return days


def _present(held: Held, registered_on: date) -> Present:
    task = held.task
    return Present(
        task_id=task.id,
        code=code_of_task(task),
        printed=not is_by_hand(task),
        facts=facts_of(held),
        term=term_of(task),
        date_set=task.deadline_set,
        done=State(task.state) in DONE,
        registered_on=registered_on,
        kind=task.kind,
        source=task.source,
        source_ref=task.source_ref or "",
        plan_id=task.plan_id,
        level=task.level,
    )
