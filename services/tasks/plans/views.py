"""Plans and imports as the API shows them."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.proposals import Proposal
from services.tasks.ledger.views_dealings import ProposalView
from services.tasks.models import PlanRow
from services.tasks.plans import repository
from services.tasks.plans.outcome import Outcome


class View(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class PlanView(View):
    """A plan with its tasks counted by state."""

    id: str
    title: str
    issued_on: date | None
    document_id: str
    tasks: int
    states: dict[str, int] = {}
    revision: int


class GoalView(View):
    """A stage goal: a share in `unit` of the tasks in `scope` by `due_on`."""

    id: str
    operator: str
    value: float
    unit: str
    due_on: date
    scope: str
    strength: str
    lines: tuple[int, int]


class TargetView(View):
    """A numeric target."""

    id: str
    task_id: str | None
    name: str
    operator: str
    value: float
    value_max: float | None
    unit: str
    due_on: date | None
    period: str | None
    strength: str
    lines: tuple[int, int]


class CadenceView(View):
    """A duty that comes back."""

    id: str
    task_id: str | None
    frequency: str
    times: int | None
    actor: str | None
    actor_assumed: bool
    action: str
    report_to: str | None
    lines: tuple[int, int]


class DoubtView(View):
    """Something that was read but is not sure."""

    code: str
    message: str
    lines: tuple[int, int]
    task: str | None


class PlanDetail(PlanView):
    """A plan with its stage goals, targets and recurring duties, and what is not sure about it."""

    lines: tuple[int, int]
    stage_goals: list[GoalView]
    targets: list[TargetView]
    cadences: list[CadenceView]
    doubts: list[DoubtView]


class LabelView(View):
    """A task that an import adds, changes (in `fields`) or no longer names."""

    task_id: str
    plan: str
    number: str
    title: str
    fields: tuple[str, ...]


class SummaryView(View):
    """A plan of the document."""

    plan_id: str
    title: str
    tasks: int
    stage_goals: int
    targets: int
    cadences: int


class DifferenceView(BaseModel):
    """What an import changes."""

    added: list[LabelView]
    changed: list[LabelView]
    removed: list[LabelView]


class ImportView(BaseModel):
    """What an import did, or would do."""

    document_id: str
    confirmed: bool
    unchanged: bool
    plans: list[SummaryView]
    counts: dict[str, int]
    new_units: list[str]
    doubts: list[DoubtView]
    diff: DifferenceView
    link_proposals: list[ProposalView]


def show_import(outcome: Outcome, proposals: Sequence[Proposal]) -> ImportView:
    """Show what an import did, and which of its tasks could be linked."""
    labels = {
        name: [LabelView.model_validate(one) for one in getattr(outcome, name)]
        for name in ("added", "changed", "removed")
    }
    return ImportView(
        document_id=outcome.document_id,
        confirmed=outcome.confirmed,
        unchanged=outcome.unchanged,
        plans=[SummaryView.model_validate(one) for one in outcome.plans],
        counts=outcome.counts,
        new_units=outcome.new_units,
        doubts=[
            DoubtView(code=one.code, message=one.message, lines=one.lines, task=one.task_id)
            for one in outcome.doubts
        ],
        diff=DifferenceView(**labels),
        link_proposals=[ProposalView.model_validate(one) for one in proposals],
    )


async def show_plans(session: AsyncSession) -> list[PlanView]:
    """Show all plans in their order."""
    plans = await repository.all_plans(session)
    states = await repository.counts_by_state(session, [plan.id for plan in plans])
    return [_plan(plan, states) for plan in plans]


def _plan(plan: PlanRow, states: dict[str, dict[str, int]]) -> PlanView:
    return PlanView.model_validate(plan).model_copy(update={"states": states.get(plan.id, {})})


async def show_plan(session: AsyncSession, plan_id: str) -> PlanDetail:
    """Show one plan.

    Raises:
        NotFound: There is no such plan.
    """
    plan = await repository.get_plan(session, plan_id)
    seen = _plan(plan, await repository.counts_by_state(session, [plan_id]))
    return PlanDetail(
        **seen.model_dump(),
        lines=(plan.first_line, plan.last_line),
        stage_goals=[GoalView.model_validate(one) for one in await repository.goals_of(session, plan_id)],
        targets=[TargetView.model_validate(one) for one in await repository.targets_of(session, plan_id)],
        cadences=[CadenceView.model_validate(one) for one in await repository.cadences_of(session, plan_id)],
        doubts=[
            DoubtView(code=one.code, message=one.message, lines=one.lines, task=one.task_id)
            for one in await repository.doubts_of(session, plan)
        ],
    )
