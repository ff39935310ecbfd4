"""The 进展填报表 that a unit filled in: what each row asks for, and which moves that takes.

Invariant: a row that says what was last reported, and asks for nothing more, is no move; so the same form twice changes
nothing. A row of a task that moved on since the export is refused, unless all it asks for is done.
"""

from dataclasses import dataclass
from functools import partial

from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_parts import PartState
from services.tasks.sheets.domain_cells import (
    LONGEST_CODE,
    LONGEST_TITLE,
    Cell,
    CellFault,
    cell_text,
    read_percent,
    read_text,
    read_yes,
)
from services.tasks.sheets.domain_faults import RowReader
from services.tasks.sheets.domain_headers import Synonyms

FORM_HEADERS: Synonyms = {
    "code": ("督办编号",),
    "title": ("事项名称",),
    "sign": ("签收",),
    "note": ("进展情况",),
    "progress": ("完成比例",),
    "problem": ("存在问题",),
    "next_step": ("下一步",),
    "submit": ("报审",),
    "revision": ("版本",),
}
FORM_NEEDED = tuple(FORM_HEADERS)
LONGEST_NOTE, LONGEST_WORDS = 10_000, 2000
HANDED_IN = frozenset(
    {State.SUBMITTED, State.VERIFIED, State.CLOSED, State.STANDING, PartState.SUBMITTED, PartState.PASSED}
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit reports: how far in words and in %, what is in the way, what comes next."""

    note: str = ""
    progress: int | None = None
    problem: str = ""
    next_step: str = ""


NOTHING = Said()


@dataclass(slots=True)
class FormRow:
    """One row as it was filled in."""

    reader: RowReader
    code: str
    title: str
    revision: int
    sign: bool
    submit: bool
    said: Said

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return not self.sign and not self.submit and self.said == NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a task stands for the unit.

    Attributes:
        state: The state of the whole for the unit that answers for it, else that of its part.
        changed_at: The last revision that matters to the unit.
        last: What it reported last.
        evidence: Whether handing in takes evidence, which no sheet can carry.
    """

    title: str
    state: str
    changed_at: int
    last: Said
    evidence: bool

    @property
    def signed(self) -> bool:
        """Whether the unit has signed for it."""
        return self.state != State.ASSIGNED

    @property
    def handed_in(self) -> bool:
        """Whether the unit has handed it in."""
        return self.state in HANDED_IN


def read_form_row(reader: RowReader) -> FormRow:
    """Read a row; its faults stay with the reader."""
    words = partial(read_text, longest=LONGEST_WORDS)
    said = Said(
        note=reader.read("note", partial(read_text, longest=LONGEST_NOTE), ""),
        progress=reader.read("progress", read_percent, None),
        problem=reader.read("problem", words, ""),
        next_step=reader.read("next_step", words, ""),
    )
    return FormRow(
        reader=reader,
        code=reader.read("code", partial(read_text, longest=LONGEST_CODE), ""),
        title=reader.read("title", partial(read_text, longest=LONGEST_TITLE), ""),
        revision=reader.read("revision", _read_revision, 0),
        sign=reader.read("sign", read_yes, default=False),
        submit=reader.read("submit", read_yes, default=False),
        said=said,
    )


def _read_revision(cell: Cell) -> int:
    text = read_text(cell)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise CellFault("form.revision_wrong", "版本列被改动", "重新导出填报表，把填写内容复制过去")
    return int(text)


def moves_of(row: FormRow, standing: Standing | None) -> tuple[Move, ...]:
    """Give the moves that a row takes, none for one that changes nothing; faults stay with its reader."""
    if row.reader.faults or row.blank:
        return ()
    if standing is None:
        fault = CellFault("code.unknown", "不是本单位承办的事项", "恢复导出时的督办编号，或删去这一行")
        row.reader.fault("code", fault)
        return ()
    if cell_text(standing.title) != row.title:
        fault = CellFault(
            "title.mismatch", "事项名称与督办编号不符", f"恢复为“{standing.title[:40]}”，不要改动锁定列"
        )
        row.reader.fault("title", fault)
        return ()
    return () if _done_already(row, standing) else _new_moves(row, standing)


def _done_already(row: FormRow, standing: Standing) -> bool:
    signed = standing.signed or not row.sign
    reported = row.said in {NOTHING, standing.last}
    return signed and reported and (standing.handed_in or not row.submit)


def _new_moves(row: FormRow, standing: Standing) -> tuple[Move, ...]:
    if standing.changed_at > row.revision:
        reason = f"导出（第 {row.revision} 版）以后该事项已有变化（现第 {standing.changed_at} 版）"
        row.reader.fault("revision", CellFault("task.changed", reason, "重新导出填报表，按最新情况填写"))
        return ()
    _check_filled(row, standing)
    if row.reader.faults:
        return ()
    signs = row.sign and not standing.signed
    waits = standing.state != State.IN_PROGRESS
    reports = row.said not in {NOTHING, standing.last} or (row.submit and waits)
    asked = ((Move.ACCEPT, signs), (Move.PROGRESS, reports), (Move.SUBMIT, row.submit))
    return tuple(move for move, wanted in asked if wanted)


def _check_filled(row: FormRow, standing: Standing) -> None:
    reader = row.reader
    if not standing.signed and not row.sign:
        reader.fault("sign", CellFault("form.not_signed", "尚未签收，不能填报进展", "签收列选“是”"))
    if row.submit and row.said.progress not in {None, 100}:
        reader.fault(
            "progress", CellFault("form.not_complete", "报审的事项完成比例须为 100", "改为 100，或报审选“否”")
        )
    if row.submit and row.said.note == "" and standing.last.note == "":
        reader.fault("note", CellFault("form.note_missing", "报审须说明完成情况", "填写进展情况"))
    if row.submit and standing.evidence:
        fault = CellFault(
            "task.evidence_missing",
            "该类事项报审须附佐证材料，表格不能携带",
            "报审选“否”，在系统中上传佐证后报审",
        )
        reader.fault("submit", fault)
