"""Pairs of tasks that say the same and are offered for linking; people decide."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.checkup.pairs import find_pairs
from services.tasks.ledger import repository_links
from services.tasks.ledger.repository import DONE
from services.tasks.models import PlanRow, TaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a task of a plan says; `plan` is the plan's title."""

    id: str
    plan: str
    number: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two tasks that could be linked, and how alike they are (1 is word for word)."""

    first: Saying
    second: Saying
    likeness: float


async def propose_links(session: AsyncSession, said: Mapping[str, Saying] | None = None) -> list[Proposal]:
    """Find the pairs among the tasks of plans that are not done and not in one link, most alike first.

    Args:
        session: Of the ledger.
        said: Tasks of a document by id, which need not be in the ledger yet; then only their pairs are named.
    """
    links = await repository_links.links_by_task(session)
    known = await _sayings(session) | dict(said or {})
    pairs = await asyncio.to_thread(find_pairs, known.values())
    return [
        Proposal(first=known[pair.first], second=known[pair.second], likeness=pair.likeness)
        for pair in pairs
        if (said is None or {pair.first, pair.second} & set(said))
        and not (pair.first in links and links[pair.first] == links.get(pair.second))
    ]


async def _sayings(session: AsyncSession) -> dict[str, Saying]:
    stated = (
        select(TaskRow.id, PlanRow.title, TaskRow.number, TaskRow.title, TaskRow.body)
        .join(PlanRow, PlanRow.id == TaskRow.plan_id)
        .where(TaskRow.state.not_in([*DONE]))
        .order_by(TaskRow.sort_key)
    )
    rows = await session.execute(stated)
    return {
        task_id: Saying(id=task_id, plan=plan, number=number, title=title, body=body)
        for task_id, plan, number, title, body in rows
    }
