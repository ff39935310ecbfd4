"""A 台账 sheet held against the ledger: what is new, what changed, what stays, and every fault.

Invariant: a task of a plan document may be named but never rewritten; the same sheet twice changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from services.tasks.domain_ids import short_hash, title_key
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.sheets.domain_cells import CellFault, Term
from services.tasks.sheets.domain_faults import Fault
from services.tasks.sheets.domain_rows import LedgerRow

Units: TypeAlias = tuple[tuple[str, str], ...]  # (role, unit id) in order.


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A task as the ledger has it.

    Attributes:
        code: Its 督办编号 as an export shows it.
        printed: A document, or another system, says what it is: it may be named but not rewritten.
        term: Its date, whoever set it.
        date_set: The date was set by hand 人工设定.
        done: Nothing is owed any more.
    """

    task_id: str
    code: str
    printed: bool
    facts: TaskFacts
    term: Term
    date_set: bool
    done: bool
    registered_on: date
    kind: str
    source: str
    source_ref: str
    plan_id: str | None
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger knows.

    Attributes:
        units: Unit id by every known name.
        plans: Plan id by id and by title key.
        kinds: Word by kind id.
        present: The tasks that a 督办编号 or a derived id means; more than one is ambiguous.
    """

    today: date
    units: Mapping[str, str]
    plans: Mapping[str, str]
    kinds: Mapping[str, str]
    present: Mapping[str, tuple[Present, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A row that has no fault: the task as it is to be."""

    row: LedgerRow
    task_id: str
    kind: str
    source: str
    source_ref: str
    plan_id: str | None
    level: str
    registered_on: date
    facts: TaskFacts


@dataclass(frozen=True, slots=True)
class Change:
    """A hand-registered task that a row changes, in the columns `fields`."""

    wanted: Wanted
    fields: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """What a sheet would do; with a fault it does nothing. `unchanged` are task ids."""

    added: list[Wanted] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def derived_id(row: LedgerRow) -> str:
    """Give the id of the task that a row registers: from its 督办编号, else from source, paper, plan and title."""
    if code := row.text("code"):
        return f"h{short_hash(code, 12)}"
    named = [row.text(key) for key in ("source", "source_ref", "plan", "title")]
    return f"h{short_hash('|'.join(map(title_key, named)), 12)}"


def looked_up(rows: Iterable[LedgerRow]) -> set[str]:
    """Name the codes and ids by which the tasks of rows may be found."""
    return {name for row in rows for name in (row.text("code"), derived_id(row)) if name}


def find_present(row: LedgerRow, known: Known) -> Present | None:
    """Find the task that a row means, None for a new one; keep a fault when its code means more than one."""
    code = row.text("code")
    found = known.present.get(code) or known.present.get(derived_id(row)) or ()
    if len(found) > 1:
        ids = "、".join(one.task_id for one in found)
        row.reader.fault(
            "code",
            CellFault("code.ambiguous", f"督办编号 {code} 对应多个事项（{ids}）", "改填系统导出的督办编号"),
        )
    return found[0] if found else None


def find_repeats(rows: Iterable[LedgerRow], known: Known) -> None:
    """Keep a fault for every row that means the same task as an earlier one."""
    first: dict[str, LedgerRow] = {}
    for row in rows:
        if not row.text("code") and not row.text("title"):
            continue
        present = find_present(row, known) if row.text("code") in known.present else None
        identity = present.task_id if present else derived_id(row)
        earlier = first.setdefault(identity, row)
        if earlier is not row:
            _keep_repeat(row, earlier)


def _keep_repeat(row: LedgerRow, earlier: LedgerRow) -> None:
    place = f"“{earlier.reader.sheet}”第 {earlier.reader.number} 行"
    if row.text("code"):
        fault = CellFault("code.twice", f"督办编号与{place}重复", "每个督办编号只留一行，或改用另一编号")
        row.reader.fault("code", fault)
    else:
        fault = CellFault(
            "title.twice", f"来源、文号、方案和名称都与{place}相同", "删除重复行，或用督办编号区分"
        )
        row.reader.fault("title", fault)
