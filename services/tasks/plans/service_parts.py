"""Stage goals, targets and recurring duties of a document; what a revised document drops is withdrawn."""

from collections.abc import Iterable
from typing import TypeVar

from services.tasks.acts import Act
from services.tasks.models import CadenceRow, StageGoalRow, TargetRow
from services.tasks.plans import repository, rows
from services.tasks.plans.study import Study
from shared.database import Tx
from shared.events.supervision import StageGoalSet, TargetSet

PromiseT = TypeVar("PromiseT", StageGoalRow, TargetRow)


async def write_parts(tx: Tx, study: Study, act: Act) -> None:
    """Bring the parts of the plans to what the document says."""
    await _write_goals(tx, study, act)
    await _write_targets(tx, study, act)
    cadences = rows.cadence_rows(study.parsed, study.made.ids)
    replaced = await repository.replace_parts(tx.session, CadenceRow, list(study.plans), cadences)
    for cadence in replaced.gone:
        await tx.session.delete(cadence)


def withdraw(parts: Iterable[PromiseT]) -> list[PromiseT]:
    """Mark what the document dropped, keeping its row and revision; give those that were not marked before."""
    fresh = [part for part in parts if not part.withdrawn]
    for part in fresh:
        part.withdrawn = True
    return fresh


async def _write_goals(tx: Tx, study: Study, act: Act) -> None:
    goals = rows.goal_rows(study.parsed, study.made.ids)
    replaced = await repository.replace_parts(tx.session, StageGoalRow, list(study.plans), goals)
    for goal in (*replaced.changed, *withdraw(replaced.gone)):
        _publish_goal(tx, goal, act)


async def _write_targets(tx: Tx, study: Study, act: Act) -> None:
    targets = rows.target_rows(study.parsed, study.made.ids)
    replaced = await repository.replace_parts(tx.session, TargetRow, list(study.plans), targets)
    for target in (*replaced.changed, *withdraw(replaced.gone)):
        _publish_target(tx, target, act)


def _publish_goal(tx: Tx, goal: StageGoalRow, act: Act) -> None:
    goal.revision += 1
    event = StageGoalSet(
        goal_id=goal.id,
        plan_id=goal.plan_id,
        operator=goal.operator,
        value=goal.value,
        due_on=goal.due_on,
        scope=goal.scope,
        strength="strive" if goal.strength == "strive" else "must",
        withdrawn=goal.withdrawn,
    )
    tx.publish(event, time=act.at, revision=goal.revision)


def _publish_target(tx: Tx, target: TargetRow, act: Act) -> None:
    target.revision += 1
    event = TargetSet(
        target_id=target.id,
        plan_id=target.plan_id,
        task_id=target.task_id,
        name=target.name,
        operator=target.operator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
        due_on=target.due_on,
        period=target.period,
        strength="strive" if target.strength == "strive" else "must",
        withdrawn=target.withdrawn,
    )
    tx.publish(event, time=act.at, revision=target.revision)
