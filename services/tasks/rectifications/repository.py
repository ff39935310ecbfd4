"""Rectifications in the database: a case with all that a step looks at, its lists, and the rules of places."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository as ledger
from services.tasks.ledger.domain import State
from services.tasks.ledger.repository import Held
from services.tasks.models import (
    CallBackRow,
    RectificationRow,
    RectificationRuleRow,
    RectificationStepRow,
    RectifiedRatingRow,
    TaskRow,
)
from services.tasks.rectifications.domain import Stage, Standing, StepName
from services.tasks.rectifications.domain_calls import Attempt
from services.tasks.rectifications.domain_rules import Rules, most_specific, shipped
from shared.errors import NotFound


@dataclass(slots=True)
class Case:
    """A rectification with its task, its ratings, and what happened so far, in order."""

    held: Held
    row: RectificationRow
    ratings: list[RectifiedRatingRow] = field(default_factory=list)
    steps: list[RectificationStepRow] = field(default_factory=list)
    call_backs: list[CallBackRow] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        row = self.row
        return Standing(
            stage=Stage(row.stage),
            state=State(self.held.task.state),
            refused=row.refused,
            stands=row.stands,
        )

    @property
    def units(self) -> frozenset[str]:
        """The units that have, or had, a part in it, the rated one before all."""
        ever = {self.row.rated_unit, *(step.unit_id for step in self.steps)}
        return frozenset(unit for unit in ever if unit) | {unit.unit_id for unit in self.held.units}

    @property
    def attempts(self) -> list[Attempt]:
        """The call-backs of the present round."""
        return [
            Attempt(one.at, one.reached, one.level) for one in self.call_backs if one.round == self.row.round
        ]

    @property
    def unit_appealed(self) -> bool:
        """Whether the unit appealed in the present round."""
        return any(
            step.step == StepName.APPEAL
            and step.details.get("side") == "unit"
            and step.round == self.row.round
            for step in self.steps
        )


async def hold_case(session: AsyncSession, task_id: str) -> Case:
    """Load a case for a change, and lock its task.

    Raises:
        NotFound: There is none.
    """
    await get_row(session, task_id)
    held = await ledger.hold(session, task_id)
    return await _fill(session, Case(held, await get_row(session, task_id)))


async def read_case(session: AsyncSession, task_id: str) -> Case:
    """Read a case to show it.

    Raises:
        NotFound: There is none.
    """
    row = await get_row(session, task_id)
    held = await ledger.hold_all(session, [task_id], lock=False)
    return await _fill(session, Case(held[task_id], row))


async def get_row(session: AsyncSession, task_id: str) -> RectificationRow:
    """Read where a case stands, as it is now.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(RectificationRow, task_id, populate_existing=True)
    if row is None:
        message = f"没有编号为 {task_id} 的差评整改，请核对"
        raise NotFound(message, code="rectification.not_found", field="id")
    return row


async def _fill(session: AsyncSession, case: Case) -> Case:
    task_id = case.row.task_id
    ratings = select(RectifiedRatingRow).where(RectifiedRatingRow.task_id == task_id)
    ratings = ratings.order_by(RectifiedRatingRow.joined_at, RectifiedRatingRow.rating_id)
    steps = select(RectificationStepRow).where(RectificationStepRow.task_id == task_id)
    calls = select(CallBackRow).where(CallBackRow.task_id == task_id).order_by(CallBackRow.number)
    case.ratings = [*await session.scalars(ratings)]
    case.steps = [*await session.scalars(steps.order_by(RectificationStepRow.number))]
    case.call_backs = [*await session.scalars(calls)]
    return case


async def case_of_service(
    session: AsyncSession, source_id: str, project_no: str, service_number: int
) -> str | None:
    """Find the case about a service, the last one."""
    stated = select(RectificationRow.task_id).where(
        RectificationRow.project_no == project_no,
        RectificationRow.service_number == service_number,
        RectificationRow.source_id == source_id,
    )
    return await session.scalar(stated.order_by(RectificationRow.opened_at.desc()).limit(1))


async def rules_for(session: AsyncSession, region: str) -> tuple[str, int, Rules]:
    """Read the rules that hold for a region: (whose they are, version, rules); as shipped where nobody set any."""
    stated = select(RectificationRuleRow.region).distinct()
    place = most_specific((await session.scalars(stated)).all(), region)
    if place is None:
        return "", 0, shipped()
    last = select(RectificationRuleRow).where(RectificationRuleRow.region == place)
    row = (await session.scalars(last.order_by(RectificationRuleRow.version.desc()).limit(1))).one()
    return place, row.version, Rules.model_validate(row.rules)


async def rules_of(session: AsyncSession, row: RectificationRow) -> Rules:
    """Read the rules under which a case was opened; later versions change nothing for it."""
    kept = await session.get(RectificationRuleRow, (row.rules_region, row.rules_version))
    return Rules.model_validate(kept.rules) if kept else shipped()


async def rule_rows(session: AsyncSession) -> Sequence[RectificationRuleRow]:
    """Read all versions, by region."""
    stated = select(RectificationRuleRow)
    return (
        await session.scalars(stated.order_by(RectificationRuleRow.region, RectificationRuleRow.version))
    ).all()


Listed = tuple[RectificationRow, TaskRow]
