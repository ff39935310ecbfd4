"""The list 双周动态清零: what enterprises asked for that is not settled when the cycle ends."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_periods import period_of
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository import DONE
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import TaskRow
from services.tasks.requests import repository
from shared.clock import at_local, end_of_day, local_date


class OpenRequest(BaseModel):
    """A request that is not settled; `age_days` are the calendar days from its registration to the cycle's end."""

    id: str
    title: str
    source: str
    source_word: str
    unit_id: str | None
    unit_name: str
    registered_at: datetime
    age_days: int
    state: str
    state_word: str


class CycleView(BaseModel):
    """A two-week cycle: how many requests came in, and which were open at its end, or are while it runs."""

    first: date
    last: date
    over: bool
    came_in: int
    cleared: bool
    open: list[OpenRequest]


async def show_cycle(session: AsyncSession, day: date, now: datetime) -> CycleView:
    """Show the cycle that `day` falls into, as it ended or as it stands now."""
    cycle = period_of("biweekly", day)
    instant = min(end_of_day(cycle.last), now)
    standing = await repository.standing_at(session, instant)
    since = await repository.registered_at(session, [task.id for task, _ in standing])
    left = [(task, State(state)) for task, state in standing if state not in DONE]
    names = await unit_names(session, {task.answering_unit for task, _ in left if task.answering_unit})
    return CycleView(
        first=cycle.first,
        last=cycle.last,
        over=now > end_of_day(cycle.last),
        came_in=sum(since[task.id] >= at_local(cycle.first) for task, _ in standing),
        cleared=not left,
        open=[_show(task, state, names, (since[task.id], instant)) for task, state in left],
    )


def _show(
    task: TaskRow, state: State, names: Mapping[str, str], span: tuple[datetime, datetime]
) -> OpenRequest:
    return OpenRequest(
        id=task.id,
        title=task.title,
        source=task.source,
        source_word=source_word(task.source),
        unit_id=task.answering_unit,
        unit_name=names.get(task.answering_unit or "", ""),
        registered_at=span[0],
        age_days=(local_date(span[1]) - local_date(span[0])).days,
        state=state,
        state_word=kind_of(task.kind).state_word(state),
    )
