"""Lights 亮灯 of tasks kept up to date: after every move, and for all open tasks when the business day changes."""

from datetime import datetime

from services.tasks.ledger import repository
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_lights import DEFAULT_RULE, Facts, Lit, light_of
from services.tasks.models import LightRow, TaskRow
from shared.database import Tx
from shared.events.supervision import TaskLit


def relight(tx: Tx, task: TaskRow, *, at: datetime) -> bool:
    """Compute one task's light; a change is kept and published. Tell whether it changed."""
    lit = light_of(Facts(State(task.state), task.due_at, task.submitted_at), DEFAULT_RULE, now=at)
    if lit.light == task.light:
        return False
    _keep(tx, task, lit, at)
    return True


async def relight_open(tx: Tx) -> int:
    """Compute the lights of all open tasks at the transaction's time; give how many changed."""
    seen = await repository.light_facts(tx.session)
    changed = [
        task_id
        for task_id, state, due_at, submitted_at, light in seen
        if light_of(Facts(State(state), due_at, submitted_at), DEFAULT_RULE, now=tx.now).light != light
    ]
    # Between the look and the lock somebody may have moved a task, so the locked rows decide.
    held = await repository.hold_all(tx.session, changed)
    return sum(relight(tx, one.task, at=tx.now) for one in held.values())


def _keep(tx: Tx, task: TaskRow, lit: Lit, at: datetime) -> None:
    task.light, task.lights = lit.light, task.lights + 1
    row = LightRow(task_id=task.id, number=task.lights, light=lit.light, rule=lit.rule, version=lit.version)
    row.inputs, row.lit_at = dict(lit.inputs), at
    tx.session.add(row)
    event = TaskLit(task_id=task.id, light=lit.light, rule=lit.rule, version=lit.version, inputs=lit.inputs)
    tx.publish(event, time=at, revision=task.revision)
