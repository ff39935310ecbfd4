"""One row of a 台账 held against the task that it means: checked, and compared column by column."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import cast

from services.tasks.domain_ids import title_key
from services.tasks.ledger.domain import RoleName
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_sources import LEVELS, PLAN
from services.tasks.sheets.domain_cells import CellFault, Term, cell_text, chinese_date
from services.tasks.sheets.domain_import import Change, Findings, Known, Present, Units, Wanted, derived_id
from services.tasks.sheets.domain_rows import LedgerRow
from services.tasks.sheets.domain_words import ALL_SOURCES, code_of

ROLES: tuple[RoleName, ...] = ("lead", "responsible", "cooperating")
MANUAL = "manual"  # 人工登记: what a row without a source comes from.
INSTRUCTION = "instruction"  # 批示交办事项: the kind of a row that names none.
COMPARED = (
    "title",
    "body",
    "units",
    "deadline",
    "level",
    "source_ref",
    "kind",
    "source",
    "plan",
    "registered",
)
FIXED = frozenset({"kind", "source", "plan", "registered"})


def decide(row: LedgerRow, present: Present | None, known: Known, findings: Findings) -> None:
    """Put a row where it belongs: new, changed or unchanged; faults stay with its reader."""
    wanted = _wanted(row, present, known)
    if present is None:
        _check_new(row, wanted)
        _check_dates(row, wanted, known)
        if not row.reader.faults:
            findings.added.append(wanted)
        return
    differing = tuple(_differing(wanted, present))
    if present.printed:
        _refuse(row, differing, present, known, "task.printed", "方案文件中的事项不能用导入改写")
    else:
        fixed = tuple(key for key in differing if key in FIXED)
        _refuse(row, fixed, present, known, "task.fixed", "已登记事项的这一列不能用导入修改")
        _check_change(row, wanted, present, differing)
        _check_dates(row, wanted, known)
    if row.reader.faults:
        return
    if differing:
        findings.changed.append(Change(wanted, tuple(_header(row, key) for key in differing)))
    else:
        findings.unchanged.append(present.task_id)


def _wanted(row: LedgerRow, present: Present | None, known: Known) -> Wanted:
    """Give the task as the row wants it; what the sheet does not say stays as it is."""
    plan = _plan(row, known) if row.text("plan") else (present.plan_id if present else None)
    source = _word(row, "source", ALL_SOURCES) or (present.source if present else MANUAL)
    kind = _word(row, "kind", known.kinds) or (present.kind if present else INSTRUCTION)
    registered = row.registered or (present.registered_on if present else known.today)
    return Wanted(
        row=row,
        task_id=present.task_id if present else derived_id(row),
        kind=kind,
        source=source,
        source_ref=_said(row, "source_ref", present.source_ref if present else "", printed=_printed(present)),
        plan_id=plan,
        level=_word(row, "level", LEVELS) or (present.level if present else "normal"),
        registered_on=registered,
        facts=_facts(row, present, known, registered),
    )


def _printed(present: Present | None) -> bool:
    return present is not None and present.printed


def _said(row: LedgerRow, key: str, old: str, *, printed: bool) -> str:
    """Give what a text column says; an empty cell clears it, but says nothing of a task of a plan document."""
    if not row.reader.has(key) or (printed and not row.text(key)):
        return old
    return row.text(key)


def _facts(row: LedgerRow, present: Present | None, known: Known, registered: date) -> TaskFacts:
    old = present.facts if present else _new_facts(row)
    printed = _printed(present)
    term = _term(row, present)
    facts = replace(
        old,
        title=_text(old.title, _said(row, "title", old.title, printed=printed)),
        body=_text(old.body, _said(row, "body", old.body, printed=printed)),
        units=cast("tuple[tuple[RoleName, str], ...]", _units(row, old.units, known, printed=printed)),
    )
    if present is not None and term == present.term:
        return facts
    scope = term.day.year <= registered.year if term.day else not term.ongoing
    return replace(facts, deadline=term.day, ongoing=term.ongoing, in_year_scope=scope)


def _text(old: str, new: str) -> str:
    """Keep the old text where a cell could not show it in any other way."""
    return old if cell_text(old) == new else new


def _term(row: LedgerRow, present: Present | None) -> Term:
    silent = not row.reader.has("deadline") or (_printed(present) and row.deadline == Term())
    return present.term if present and silent else row.deadline


def _new_facts(row: LedgerRow) -> TaskFacts:
    return TaskFacts(
        number=row.text("code"),
        title=row.text("title"),
        section=None,
        body="",
        lines=(0, 0),
        units=(),
        deadline=None,
        deadline_raw=None,
        ongoing=False,
        follow_up=None,
        stage_note=None,
        in_year_scope=True,
    )


def _units(row: LedgerRow, old: Units, known: Known, *, printed: bool) -> Units:
    """Give roles and units; a role whose column the sheet lacks keeps its units."""
    found: list[tuple[str, str]] = []
    for role in ROLES:
        if not row.reader.has(role) or (printed and not row.text(role)):
            found += [one for one in old if one[0] == role]
            continue
        for name in row.units(role):
            unit = known.units.get(name)
            if unit is None:
                row.reader.fault(role, _unknown_unit(name, known))
            elif not printed and unit in {other for _, other in found}:
                row.reader.fault(role, _unit_twice(name))
            else:
                found.append((role, unit))
    return tuple(found)


def _unknown_unit(name: str, known: Known) -> CellFault:
    close = get_close_matches(name, list(known.units), n=1)
    hint = f"是否为“{close[0]}”？" if close else ""
    remedy = f"{hint}改为单位目录中的名称，或先给该单位登记这个别名"
    return CellFault("unit.unknown", f"单位目录中没有“{name[:40]}”", remedy)


def _unit_twice(name: str) -> CellFault:
    return CellFault(
        "unit.two_roles", f"“{name[:40]}”在牵头、责任、配合中出现两次", "一个单位在一个事项中只担任一种角色"
    )


def _plan(row: LedgerRow, known: Known) -> str | None:
    said = row.text("plan")
    found = known.plans.get(said) or known.plans.get(title_key(said))
    if found is None:
        fault = CellFault(
            "plan.unknown", f"没有方案“{said[:40]}”", "改为已导入方案的标题，或先导入该方案，或留空"
        )
        row.reader.fault("plan", fault)
    return found


def _word(row: LedgerRow, key: str, words: Mapping[str, str]) -> str | None:
    said = row.text(key)
    found = code_of(words, said) if said else None
    if said and found is None:
        known = "、".join(words.values())
        row.reader.fault(key, CellFault(f"{key}.unknown", f"没有“{said[:40]}”这个取值", f"从中选取：{known}"))
    return found


def _check_new(row: LedgerRow, wanted: Wanted) -> None:
    if wanted.source == PLAN:
        reason = "台账中没有这个方案事项，方案事项只能由方案文件导入"
        remedy = "先导入方案文件；不是方案事项的请改填其他来源"
        row.reader.fault("source", CellFault("source.plan", reason, remedy))


def _check_dates(row: LedgerRow, wanted: Wanted, known: Known) -> None:
    if row.reader.told("registered"):
        return  # Without a day of registration nothing can be said of the deadline.
    if wanted.registered_on > known.today:
        reason = f"立项时间晚于今天（{chinese_date(known.today)}）"
        row.reader.fault("registered", CellFault("registered.future", reason, "改为今天或以前的日期"))
        return
    day = row.deadline.day
    if day is not None and day < wanted.registered_on:
        reason = f"办理时限早于立项时间（{chinese_date(wanted.registered_on)}）"
        remedy = "核对两个日期，改正其中一个；没有立项时间列的按今天立项"
        row.reader.fault("deadline", CellFault("deadline.before_registration", reason, remedy))


def _differing(wanted: Wanted, present: Present) -> Iterator[str]:
    """Name the columns in which a row differs from its task."""
    new, old = wanted.facts, present.facts
    same = {
        "title": new.title == old.title,
        "body": new.body == old.body,
        "units": new.units == old.units,
        "deadline": _term(wanted.row, present) == present.term,
        "level": wanted.level == present.level,
        "source_ref": wanted.source_ref == present.source_ref,
        "kind": wanted.kind == present.kind,
        "source": wanted.source == present.source,
        "plan": wanted.plan_id == present.plan_id,
        "registered": wanted.registered_on == present.registered_on,
    }
    return (key for key in COMPARED if not same[key])


def _check_change(row: LedgerRow, wanted: Wanted, present: Present, differing: tuple[str, ...]) -> None:
    if differing and present.done:
        fault = CellFault(
            "task.done", f"事项 {present.code} 已终结，不能修改", "改回原内容；确需继续办理请先重开"
        )
        row.reader.fault("code" if row.text("code") else "title", fault)
    if "deadline" in differing and present.date_set and wanted.facts.deadline is None:
        day = chinese_date(present.term.day)
        fault = CellFault(
            "deadline.set_by_hand", f"人工设定的时限（{day}）不能用导入清空", f"填 {day} 或新的日期"
        )
        row.reader.fault("deadline", fault)


def _refuse(  # noqa: PLR0913, PLR0917 - what is refused, why, and what would be right.
    row: LedgerRow, keys: tuple[str, ...], present: Present, known: Known, code: str, reason: str
) -> None:
    for key in keys:
        column = _column(row, key)
        if not row.reader.told(column):
            remedy = f"改回“{_old(key, present, known)}”，或删去这一行"
            row.reader.fault(column, CellFault(code, f"{reason}（{present.code}）", remedy))


def _column(row: LedgerRow, key: str) -> str:
    """Give the column of the sheet that a difference is shown at."""
    if key != "units":
        return key
    return next((role for role in ROLES if row.reader.has(role) and row.text(role)), "lead")


def _header(row: LedgerRow, key: str) -> str:
    heading = row.reader.headings.get(_column(row, key))
    return heading.header if heading else key


def _old(key: str, present: Present, known: Known) -> str:
    """Give what stands in the ledger, for the remedy."""
    if key == "units":
        return "、".join(_unit_name(unit, known) for _, unit in present.facts.units)
    told = {
        "title": present.facts.title,
        "body": present.facts.body[:60],
        "deadline": "长期" if present.term.ongoing else chinese_date(present.term.day),
        "level": LEVELS.get(present.level, present.level),
        "source_ref": present.source_ref,
        "kind": known.kinds.get(present.kind, present.kind),
        "source": ALL_SOURCES.get(present.source, present.source),
        "plan": present.plan_id or "",
        "registered": chinese_date(present.registered_on),
    }
    return told[key]


def _unit_name(unit_id: str, known: Known) -> str:
    return next((name for name, owner in known.units.items() if owner == unit_id), unit_id)
