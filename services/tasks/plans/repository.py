"""Plans and their parts in the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository as ledger
from services.tasks.ledger.repository import Held
from services.tasks.models import (
    CadenceRow,
    DocumentRow,
    DoubtRow,
    PlanRow,
    PlanRuleSettingRow,
    SectionRow,
    StageGoalRow,
    TargetRow,
    TaskRow,
)
from shared.errors import NotFound

PartT = TypeVar("PartT", SectionRow, StageGoalRow, TargetRow, CadenceRow)


@dataclass(slots=True)
class Replaced(Generic[PartT]):
    """Parts of plans that are new or changed, and those that the document no longer names."""

    changed: list[PartT] = field(default_factory=list)
    gone: list[PartT] = field(default_factory=list)


async def find_document(session: AsyncSession, document_id: str) -> DocumentRow | None:
    """Read a confirmed document, or None."""
    return await session.get(DocumentRow, document_id)


async def all_plans(session: AsyncSession) -> Sequence[PlanRow]:
    """Read all plans in their order."""
    return (await session.scalars(select(PlanRow).order_by(PlanRow.ordinal))).all()


async def get_plan(session: AsyncSession, plan_id: str) -> PlanRow:
    """Read one plan.

    Raises:
        NotFound: There is no such plan.
    """
    plan = await session.get(PlanRow, plan_id)
    if plan is None:
        raise NotFound(f"没有编号为 {plan_id} 的方案，请核对", code="plan.not_found", field="id")
    return plan


async def plans_by_id(session: AsyncSession, ids: Iterable[str], *, lock: bool) -> dict[str, PlanRow]:
    """Read those of the plans that are there; `lock` makes a second import of them wait for this one."""
    stated = select(PlanRow).where(PlanRow.id.in_(list(ids))).order_by(PlanRow.id)
    found = await session.scalars(stated.with_for_update() if lock else stated)
    return {plan.id: plan for plan in found}


async def last_ordinal(session: AsyncSession) -> int:
    """Give the ordinal of the last plan, 0 when there is none."""
    return await session.scalar(select(func.max(PlanRow.ordinal))) or 0


async def tasks_of(session: AsyncSession, plan_ids: Iterable[str], *, lock: bool) -> dict[str, Held]:
    """Load the tasks of plans, in the ledger's order, those included that a newer document no longer names."""
    ids = await session.scalars(
        select(TaskRow.id).where(TaskRow.plan_id.in_(list(plan_ids))).order_by(TaskRow.sort_key)
    )
    return await ledger.hold_all(session, ids.all(), lock=lock)


async def replace_parts(
    session: AsyncSession, model: type[PartT], plan_ids: Sequence[str], wanted: Iterable[PartT]
) -> Replaced[PartT]:
    """Bring the parts of plans to what is wanted; what is gone is named, not deleted."""
    rows = await session.scalars(select(model).where(model.plan_id.in_(plan_ids)).order_by(model.id))
    existing = {row.id: row for row in rows}
    replaced: Replaced[PartT] = Replaced()
    for row in wanted:
        old = existing.pop(row.id, None)
        if old is None:
            session.add(row)
            replaced.changed.append(row)
        elif _overwrite(old, row):
            replaced.changed.append(old)
    replaced.gone = list(existing.values())
    return replaced


def _overwrite(old: PartT, new: PartT) -> bool:
    """Take over the columns of `new`; tell whether one but the lines and the revision differed."""
    differs = False
    for column in old.__table__.columns.keys():  # noqa: SIM118 - a column collection iterates over columns.
        value = getattr(new, column)
        if column == "revision" or getattr(old, column) == value:
            continue
        setattr(old, column, value)
        differs = differs or not column.endswith("_line")
    return differs


async def goals_of(session: AsyncSession, plan_id: str) -> Sequence[StageGoalRow]:
    """Read a plan's stage goals by date."""
    stated = select(StageGoalRow).where(StageGoalRow.plan_id == plan_id, ~StageGoalRow.withdrawn)
    return (await session.scalars(stated.order_by(StageGoalRow.due_on, StageGoalRow.id))).all()


async def targets_of(session: AsyncSession, plan_id: str) -> Sequence[TargetRow]:
    """Read a plan's targets in the order of the document."""
    stated = select(TargetRow).where(TargetRow.plan_id == plan_id, ~TargetRow.withdrawn)
    return (await session.scalars(stated.order_by(TargetRow.id))).all()


async def cadences_of(session: AsyncSession, plan_id: str) -> Sequence[CadenceRow]:
    """Read a plan's recurring duties in the order of the document."""
    stated = select(CadenceRow).where(CadenceRow.plan_id == plan_id)
    return (await session.scalars(stated.order_by(CadenceRow.id))).all()


async def doubts_of(session: AsyncSession, plan: PlanRow) -> Sequence[DoubtRow]:
    """Read what was not sure within the lines of a plan."""
    stated = select(DoubtRow).where(
        DoubtRow.document_id == plan.document_id,
        DoubtRow.first_line.between(plan.first_line, plan.last_line),
    )
    return (await session.scalars(stated.order_by(DoubtRow.ordinal))).all()


async def counts_by_state(session: AsyncSession, plan_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count the tasks of plans by state."""
    rows = await session.execute(
        select(TaskRow.plan_id, TaskRow.state, func.count())
        .where(TaskRow.plan_id.in_(plan_ids))
        .group_by(TaskRow.plan_id, TaskRow.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for plan_id, state, number in rows:
        counts.setdefault(str(plan_id), {})[state] = number
    return counts


async def settings_of(session: AsyncSession, plan_id: str) -> Sequence[PlanRuleSettingRow]:
    """Read what people set for a plan, the latest first."""
    stated = select(PlanRuleSettingRow).where(PlanRuleSettingRow.plan_id == plan_id)
    return (await session.scalars(stated.order_by(PlanRuleSettingRow.number.desc()))).all()


async def last_setting(session: AsyncSession, plan_id: str) -> int:
    """Give the number of the last setting of a plan, 0 before the first."""
    stated = select(func.max(PlanRuleSettingRow.number)).where(PlanRuleSettingRow.plan_id == plan_id)
    return await session.scalar(stated) or 0
