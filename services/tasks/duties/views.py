"""Duties, their occurrences and the proposals from plans as the API shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_periods import FREQUENCY_WORDS, Frequency
from services.tasks.duties import repository
from services.tasks.duties.repository import Listed
from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import CadenceRow, DutyRow
from services.tasks.units.repository import all_aliases

LATEST = 60  # Occurrences that one duty shows.


class DutyView(BaseModel):
    """A duty."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    unit_id: str
    unit_name: str = ""
    post: str
    frequency: Frequency
    frequency_word: str = ""
    times: int
    report_to: str | None
    cadence_id: str | None
    starts_on: date
    ends_on: date | None
    adopted_by: str
    adopted_at: datetime


class OccurrenceView(BaseModel):
    """One time that a duty is owed; `id` is its task's."""

    id: str
    duty_id: str
    period_start: date
    number: int
    title: str
    unit_id: str | None
    state: str
    state_word: str
    light: str
    due_at: datetime | None
    submitted_at: datetime | None


class DutyDetail(DutyView):
    """A duty with its latest occurrences."""

    occurrences: list[OccurrenceView]


class ProposalView(BaseModel):
    """A cadence of a plan that may be adopted as a duty.

    `unit_id` is the unit that is meant, where the plan's words name one; `adopted` counts the duties made from it.
    """

    cadence_id: str
    plan_id: str
    plan_title: str
    task_id: str | None
    title: str
    frequency: Frequency
    frequency_word: str
    times: int
    actor: str | None
    actor_assumed: bool
    unit_id: str | None
    report_to: str | None
    lines: tuple[int, int]
    adopted: int


async def show_duties(session: AsyncSession, rows: Sequence[DutyRow]) -> list[DutyView]:
    """Show duties with the names of their units."""
    names = await unit_names(session, {row.unit_id for row in rows})
    return [_show(row, names[row.unit_id]) for row in rows]


def _show(row: DutyRow, name: str) -> DutyView:
    word = FREQUENCY_WORDS[cast("Frequency", row.frequency)]
    return DutyView.model_validate(row).model_copy(update={"unit_name": name, "frequency_word": word})


async def show_duty(session: AsyncSession, row: DutyRow) -> DutyDetail:
    """Show one duty with its latest occurrences."""
    [shown] = await show_duties(session, [row])
    listed = await repository.occurrences_of(session, row.id, LATEST)
    return DutyDetail(**shown.model_dump(), occurrences=[show_occurrence(one) for one in listed])


def show_occurrence(listed: Listed) -> OccurrenceView:
    """Show one occurrence as its task stands."""
    row, task = listed
    return OccurrenceView(
        id=task.id,
        duty_id=row.duty_id,
        period_start=row.period_start,
        number=row.number,
        title=task.title,
        unit_id=task.answering_unit,
        state=task.state,
        state_word=kind_of(task.kind).state_word(State(task.state)),
        light=task.light,
        due_at=task.due_at,
        submitted_at=task.submitted_at,
    )


async def show_proposals(session: AsyncSession) -> list[ProposalView]:
    """Show the cadences of all plans, in the order of the documents."""
    aliases, adopted = await all_aliases(session), await repository.adopted(session)
    return [
        _propose(row, title, aliases.get(row.actor or "") or (unit if row.actor_assumed else None), adopted)
        for row, title, unit in await repository.cadences(session)
    ]


def _propose(row: CadenceRow, plan_title: str, unit: str | None, adopted: dict[str, int]) -> ProposalView:
    frequency = cast("Frequency", row.frequency)
    return ProposalView(
        cadence_id=row.id,
        plan_id=row.plan_id,
        plan_title=plan_title,
        task_id=row.task_id,
        title=row.action,
        frequency=frequency,
        frequency_word=FREQUENCY_WORDS[frequency],
        times=row.times or 1,
        actor=row.actor,
        actor_assumed=row.actor_assumed,
        unit_id=unit,
        report_to=row.report_to,
        lines=row.lines,
        adopted=adopted.get(row.id, 0),
    )
