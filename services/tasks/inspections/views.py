"""Inspections as the API shows them."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.inspections import repository
from services.tasks.inspections.domain import (
    EFFECT_WORDS,
    OUTCOME_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    Effect,
    InspectionState,
    InspectionStep,
    Outcome,
)
from services.tasks.ledger import repository_queries
from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import kind_of
from services.tasks.models import InspectionRow, InspectionStepRow, InspectionUnitRow, ObjectionRow, TaskRow
from shared.clock import end_of_day


class View(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class InspectionView(View):
    """An inspection in a list."""

    id: str
    title: str
    basis: str
    scope: str
    starts_on: date
    ends_on: date
    team: list[str]
    joint_units: list[str]
    state: InspectionState
    state_word: str = ""
    follow_up_of: str | None
    approved_by_name: str | None
    override_by_name: str | None
    override_reason: str
    conclusion: str
    told_at: datetime | None
    feedback_due_on: date | None
    effect: Effect | None
    effect_word: str = ""
    effect_note: str


class InspectedUnit(View):
    """An inspected unit with its answer; `late` is one after the limit, or missing after it."""

    unit_id: str
    name: str = ""
    feedback: str
    feedback_at: datetime | None
    late: bool = False


class ObjectionView(View):
    """An objection, and what the review decided."""

    unit_id: str
    reason: str
    made_at: datetime
    review_due_on: date
    outcome: Outcome | None
    outcome_word: str = ""
    opinion: str
    reviewed_by_name: str | None
    reviewed_at: datetime | None


class StepView(View):
    """One step: who, when, why."""

    number: int
    step: InspectionStep
    step_word: str = ""
    at: datetime
    by: str
    decided_by_name: str | None
    unit_id: str | None
    note: str


class FindingView(BaseModel):
    """A problem that was found."""

    id: str
    title: str
    state: str
    state_word: str
    owner: str | None
    light: str


class InspectionDetail(InspectionView):
    """Everything about one inspection; `follow_ups` are the ids of those that look back at it."""

    units: list[InspectedUnit]
    objections: list[ObjectionView]
    findings: list[FindingView]
    follow_ups: list[str]
    steps: list[StepView]


def show(row: InspectionRow) -> InspectionView:
    """Show one inspection without what belongs to it."""
    words = {
        "state_word": STATE_WORDS[InspectionState(row.state)],
        "effect_word": EFFECT_WORDS[Effect(row.effect)] if row.effect else "",
    }
    return InspectionView.model_validate(row).model_copy(update=words)


async def show_detail(
    session: AsyncSession, row: InspectionRow, now: datetime, *, seen_by: str | None = None
) -> InspectionDetail:
    """Show one inspection with all that belongs to it; an inspected unit sees of others only that they are."""
    units = await repository.units_of(session, row.id)
    names = await repository_queries.unit_names(session, units)
    objections = await repository.objections_of(session, row.id)
    wanted = repository.Wanted(follow_up_of=row.id)
    follow_ups = (await repository.list_inspections(session, wanted)).items
    mine = {seen_by} if seen_by else {*units}
    findings = [_finding(task) for task in await repository.findings_of(session, row.id)]
    return InspectionDetail(
        **show(row).model_dump(),
        units=[
            _unit(one, names.get(one.unit_id, ""), row, now) for one in units.values() if one.unit_id in mine
        ],
        objections=[_objection(one) for one in objections.values() if one.unit_id in mine],
        findings=[one for one in findings if seen_by is None or one.owner == seen_by],
        follow_ups=[] if seen_by else [one.id for one in follow_ups],
        steps=[] if seen_by else [_step(one) for one in await repository.steps_of(session, row.id)],
    )


def _unit(one: InspectionUnitRow, name: str, row: InspectionRow, now: datetime) -> InspectedUnit:
    due = end_of_day(row.feedback_due_on) if row.feedback_due_on else None
    late = due is not None and (one.feedback_at or now) > due
    return InspectedUnit.model_validate(one).model_copy(update={"name": name, "late": late})


def _objection(one: ObjectionRow) -> ObjectionView:
    word = OUTCOME_WORDS[Outcome(one.outcome)] if one.outcome else "待复核"
    return ObjectionView.model_validate(one).model_copy(update={"outcome_word": word})


def _step(one: InspectionStepRow) -> StepView:
    return StepView.model_validate(one).model_copy(update={"step_word": STEP_WORDS[InspectionStep(one.step)]})


def _finding(task: TaskRow) -> FindingView:
    return FindingView(
        id=task.id,
        title=task.title,
        state=task.state,
        state_word=kind_of(task.kind).state_word(State(task.state)),
        owner=task.answering_unit,
        light=task.light,
    )
