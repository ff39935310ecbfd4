"""What the imports of sheets answer."""

from pydantic import BaseModel, ConfigDict

from services.tasks.ledger.views import NotFollowedView
from services.tasks.sheets.domain_import import Change, Wanted
from services.tasks.sheets.service_fill import Filled
from services.tasks.sheets.study import Study


class View(BaseModel):
    """What is shown is read from records by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class FaultView(View):
    """A fault with its place; `column` is a letter, empty for a whole row."""

    sheet: str
    row: int
    column: str
    header: str
    value: str
    code: str
    reason: str
    remedy: str


class RowView(View):
    """A row that adds or changes a task, and in which columns."""

    sheet: str
    row: int
    task_id: str
    title: str
    fields: tuple[str, ...] = ()


class DifferenceView(BaseModel):
    """What an import changes; `unchanged` counts the rows that say what the ledger has."""

    added: list[RowView]
    changed: list[RowView]
    unchanged: int
    faults: list[FaultView]


class LedgerImportView(BaseModel):
    """What an import of a 台账 did, or would do; `ignored` names sheets and columns that were passed over."""

    confirmed: bool
    rows: int
    ignored: list[str]
    diff: DifferenceView


def show_import(study: Study, *, confirmed: bool) -> LedgerImportView:
    """Show what an import did."""
    found = study.findings
    return LedgerImportView(
        confirmed=confirmed,
        rows=len(study.read.rows),
        ignored=study.read.ignored,
        diff=DifferenceView(
            added=[_row(one) for one in found.added],
            changed=[_changed(one) for one in found.changed],
            unchanged=len(found.unchanged),
            faults=[FaultView.model_validate(one) for one in found.faults],
        ),
    )


def _row(wanted: Wanted) -> RowView:
    reader = wanted.row.reader
    return RowView(sheet=reader.sheet, row=reader.number, task_id=wanted.task_id, title=wanted.facts.title)


def _changed(change: Change) -> RowView:
    return _row(change.wanted).model_copy(update={"fields": change.fields})


class MovesView(BaseModel):
    """The moves that a form makes on a task."""

    task_id: str
    moves: tuple[str, ...]


class FormDifferenceView(BaseModel):
    """What a form changes; `unchanged` counts the rows that are blank, say what was last reported or follow another.

    `followed` are the tasks that moved with a row of their link; `not_followed` those that could not, and why.
    """

    changed: list[MovesView]
    followed: list[MovesView]
    not_followed: list[NotFollowedView]
    unchanged: int
    faults: list[FaultView]


class FormImportView(BaseModel):
    """What a form did, or would do."""

    confirmed: bool
    unit: str
    diff: FormDifferenceView


def show_form(filled: Filled, *, confirmed: bool) -> FormImportView:
    """Show what a form did."""
    return FormImportView(
        confirmed=confirmed,
        unit=filled.unit,
        diff=FormDifferenceView(
            changed=[MovesView(task_id=task_id, moves=moves) for task_id, moves in filled.moves.items()],
            followed=[MovesView(task_id=task_id, moves=moves) for task_id, moves in filled.followed.items()],
            not_followed=[NotFollowedView.model_validate(one) for one in filled.not_followed.values()],
            unchanged=len(filled.unchanged),
            faults=[FaultView.model_validate(one) for one in filled.faults],
        ),
    )
