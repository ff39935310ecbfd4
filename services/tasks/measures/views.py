"""Measures as the API shows them."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import kind_of
from services.tasks.measures.domain import (
    KIND_WORDS,
    MEASURE_WORDS,
    VERIFIED_END,
    MeasureKind,
    MeasureState,
)
from services.tasks.measures.repository import Listed
from services.tasks.models import MeasureRow


class MeasureView(BaseModel):
    """A measure with the words for people; `inputs` are what its rule saw."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    task_id: str
    kind: MeasureKind
    kind_word: str = ""
    state: MeasureState
    state_word: str = ""
    rule: str | None
    rule_version: int | None
    inputs: dict[str, str]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime | None
    paper_number: str | None
    record: str
    published: bool
    due_on: date | None
    lifted_by: str | None
    lifted_by_name: str | None
    lifted_at: datetime | None
    lift_reason: str


class ListedMeasure(MeasureView):
    """A measure in a list, with its task."""

    task_title: str
    task_state: str
    task_state_word: str
    answering_unit: str | None


class Plate(ListedMeasure):
    """A plate 挂牌; `days_left` counts calendar days, and it may come off by rule once `may_lift`."""

    days_left: int
    may_lift: bool


def show_measure(row: MeasureRow) -> MeasureView:
    """Show one measure."""
    words = {
        "kind_word": KIND_WORDS[MeasureKind(row.kind)],
        "state_word": MEASURE_WORDS[MeasureState(row.state)],
    }
    return MeasureView.model_validate(row).model_copy(update=words)


def show_listed(listed: Listed) -> ListedMeasure:
    """Show a measure with its task."""
    row, task = listed
    return ListedMeasure(
        **show_measure(row).model_dump(),
        task_title=task.title,
        task_state=task.state,
        task_state_word=kind_of(task.kind).state_word(State(task.state)),
        answering_unit=task.answering_unit,
    )


def show_plate(listed: Listed, today: date) -> Plate:
    """Show a plate as of `today`."""
    row, task = listed
    return Plate(
        **show_listed(listed).model_dump(),
        days_left=((row.due_on or today) - today).days,
        may_lift=row.state == MeasureState.TAKEN and State(task.state) in VERIFIED_END,
    )
