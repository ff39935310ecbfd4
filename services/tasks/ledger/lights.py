"""Lights 亮灯 of tasks kept up to date: after every move, and for all open tasks in `relighting`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_lights import Facts, Lit, light_of
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import Terms, read_terms
from services.tasks.models import LightRow, TaskRow
from shared.database import Tx
from shared.events.supervision import TaskLit


def relight(tx: Tx, held: Held, terms: Terms, *, at: datetime) -> bool:
    """Compute one task's light; a change is kept and published. Tell whether it changed."""
    task = held.task
    lit = light_of(light_facts_of(held), terms.light_rule, now=at)
    if lit.light == task.light:
        return False
    _keep(tx, task, lit, at)
    return True


def light_facts_of(held: Held) -> Facts:
    """Give what the light of a task is computed from."""
    task, clock = held.task, held.owed_by
    started_at = clock.started_at if clock else None
    return Facts(State(task.state), task.due_at, task.submitted_at, started_at, task.progress)


async def stale_lights(session: AsyncSession, now: datetime) -> list[str]:
    """Name the open tasks whose light is another one at `now` (business time) than it was when it was last kept."""
    seen, terms = await repository.light_facts(session), await read_terms(session)
    return [
        one.id
        for one in seen
        if light_of(
            Facts(State(one.state), one.due_at, one.submitted_at, one.started_at, one.progress),
            terms.light_rule,
            now=now,
        ).light
        != one.light
    ]


async def relight_those(tx: Tx, ids: Sequence[str]) -> int:
    """Compute the lights of some tasks at the transaction's time; give how many changed."""
    # Between the look and the lock somebody may have moved a task, so the locked rows decide.
    held, terms = await repository.hold_all(tx.session, ids), await read_terms(tx.session)
    return sum(relight(tx, one, terms, at=tx.now) for one in held.values())


def _keep(tx: Tx, task: TaskRow, lit: Lit, at: datetime) -> None:
    task.light, task.lights = lit.light, task.lights + 1
    row = LightRow(task_id=task.id, number=task.lights, light=lit.light, rule=lit.rule, version=lit.version)
    row.inputs, row.lit_at = dict(lit.inputs), at
    tx.session.add(row)
    event = TaskLit(task_id=task.id, light=lit.light, rule=lit.rule, version=lit.version, inputs=lit.inputs)
    tx.publish(event, time=at, revision=task.revision)
