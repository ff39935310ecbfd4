"""What stands around a task: parts and reports of its units, extensions, reviews, subtasks, its parent and its link."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_extensions, repository_links, repository_queries
from services.tasks.ledger.domain import OWED, State, UnitOnTask, signing_units
from services.tasks.ledger.domain_chain import REVIEWER_WORDS, Chain, Reviewer, read_chain, reviews_of
from services.tasks.ledger.domain_extensions import EXTENSION_WORDS, ExtensionState, slip_days
from services.tasks.ledger.domain_parts import PART_WORDS, PartState
from services.tasks.ledger.kinds import kind_of
from services.tasks.models import (
    ClockRow,
    ExtensionRow,
    LinkRow,
    PartRow,
    PlanRuleRow,
    ReportRow,
    TaskLinkRow,
    TaskRow,
)

LATEST = 20  # Reports that a task shows.


class Row(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class PartView(Row):
    """The part of a signing unit."""

    unit_id: str
    name: str = ""
    state: str
    state_word: str = ""
    progress: int
    signed_at: datetime | None
    reported_at: datetime | None
    submitted_at: datetime | None


class ReportView(Row):
    """What a unit reported; `evidence` are ids of attachments."""

    revision: int
    unit_id: str
    name: str = ""
    at: datetime
    progress: int | None
    note: str
    problem: str
    next_step: str
    evidence: list[str]


class ExtensionView(Row):
    """A request for more time and its answer."""

    task_id: str
    number: int
    clock: str
    state: ExtensionState
    state_word: str = ""
    unit_id: str
    asked_by: str
    asked_at: datetime
    reason: str
    old_due_at: datetime
    wanted_on: date
    decided_by: str | None
    decided_at: datetime | None
    opinion: str
    granted_on: date | None


class ExtensionsView(BaseModel):
    """All requests; `granted` counts them, `slip_days` is how far the due day lies behind the original one."""

    granted: int
    slip_days: int
    items: list[ExtensionView]


class ReviewView(BaseModel):
    """A step of the chain of reviews; `unit` is who looks where that is a unit."""

    review: Reviewer
    word: str
    unit: str | None
    passed: bool


class BriefView(Row):
    """Another task, in one line."""

    id: str
    title: str
    state: str
    state_word: str = ""
    progress: int
    light: str
    due_at: datetime | None


class LinkView(Row):
    """A link with its tasks, the shown one included."""

    id: str
    reason: str
    made_by: str
    made_at: datetime
    tasks: list[BriefView] = []


class PairedView(Row):
    """A task of a pair, as people find it."""

    id: str
    plan: str
    number: str
    title: str


class ProposalView(Row):
    """Two tasks that say the same; `likeness` is 1 where they do so word for word."""

    first: PairedView
    second: PairedView
    likeness: float


class Dealings(BaseModel):
    """All of it; `review_turn` is the review that is waited for."""

    parts: list[PartView]
    reports: list[ReportView]
    extensions: ExtensionsView
    reviews: list[ReviewView]
    review_turn: ReviewView | None
    parent: BriefView | None
    children: list[BriefView]
    link: LinkView | None


async def show_dealings(
    session: AsyncSession, task: TaskRow, units: Sequence[UnitOnTask], clocks: Sequence[ClockRow]
) -> Dealings:
    """Show what stands around a task."""
    parts = await repository_queries.parts_of(session, task.id)
    reports = await repository_queries.reports_of(session, task.id, LATEST)
    named = {part.unit_id for part in parts} | {report.unit_id for report in reports}
    names = await repository_queries.unit_names(session, named)
    reviews = _reviews(task, await _chain_of(session, task), units, parts)
    around = await _around(session, task)
    return Dealings(
        parts=[show_part(part, names) for part in parts],
        reports=[show_report(report, names) for report in reports],
        extensions=_extensions(await repository_extensions.extensions_of(session, task.id), clocks),
        reviews=reviews,
        review_turn=_turn(task, reviews, parts),
        parent=next((_brief(one) for one in around if one.id == task.parent_id), None),
        children=[_brief(one) for one in around if one.parent_id == task.id],
        link=await show_link_of(session, task.id),
    )


def show_part(part: PartRow, names: Mapping[str, str]) -> PartView:
    """Show the part of a unit."""
    said = {"name": names[part.unit_id], "state_word": PART_WORDS[PartState(part.state)]}
    return PartView.model_validate(part).model_copy(update=said)


def show_report(report: ReportRow, names: Mapping[str, str]) -> ReportView:
    """Show what a unit reported."""
    return ReportView.model_validate(report).model_copy(update={"name": names[report.unit_id]})


def show_extension(row: ExtensionRow) -> ExtensionView:
    """Show one request."""
    word = EXTENSION_WORDS[ExtensionState(row.state)]
    return ExtensionView.model_validate(row).model_copy(update={"state_word": word})


def _extensions(rows: Sequence[ExtensionRow], clocks: Iterable[ClockRow]) -> ExtensionsView:
    slips = [slip_days(clock.original_due_at, clock.due_at) for clock in clocks if clock.name in OWED]
    return ExtensionsView(
        granted=sum(row.state == ExtensionState.GRANTED for row in rows),
        slip_days=sum(slips),
        items=[show_extension(row) for row in rows],
    )


async def _chain_of(session: AsyncSession, task: TaskRow) -> Chain:
    rule = await session.get(PlanRuleRow, task.plan_id) if task.plan_id else None
    return read_chain(rule.reviews, rule.authority) if rule else Chain(kind_of(task.kind).reviews)


def _reviews(
    task: TaskRow, chain: Chain, units: Sequence[UnitOnTask], parts: Sequence[PartRow]
) -> list[ReviewView]:
    reviews, others = [], [part for part in parts if part.unit_id != task.answering_unit]
    if chain.lead_looks_first and others:
        passed = all(part.state == PartState.PASSED for part in others)
        reviews.append(_review(Reviewer.LEAD, task.answering_unit, passed=passed))
    for place, review in enumerate(reviews_of(chain, signing_units(units))):
        unit = chain.authority if review is Reviewer.AUTHORITY else None
        reviews.append(_review(review, unit, passed=place < task.reviews_passed))
    return reviews


def _review(review: Reviewer, unit: str | None, *, passed: bool) -> ReviewView:
    return ReviewView(review=review, word=REVIEWER_WORDS[review], unit=unit, passed=passed)


def _turn(task: TaskRow, reviews: Sequence[ReviewView], parts: Sequence[PartRow]) -> ReviewView | None:
    """Find whose review is waited for: the lead unit's while a part is handed in, then the others' in order."""
    waiting = [one for one in reviews if not one.passed]
    if task.state == State.SUBMITTED:
        return next((one for one in waiting if one.review is not Reviewer.LEAD), None)
    others = [part for part in parts if part.unit_id != task.answering_unit]
    handed_in = any(part.state == PartState.SUBMITTED for part in others)
    return next((one for one in waiting if one.review is Reviewer.LEAD and handed_in), None)


async def _around(session: AsyncSession, task: TaskRow) -> Sequence[TaskRow]:
    stated = select(TaskRow).where((TaskRow.parent_id == task.id) | (TaskRow.id == (task.parent_id or "")))
    # Put in order here: in the database, that would be a walk of the ledger.
    found = await session.scalars(stated)
    return sorted(found, key=lambda one: one.sort_key)


def _brief(task: TaskRow) -> BriefView:
    word = kind_of(task.kind).state_word(State(task.state))
    return BriefView.model_validate(task).model_copy(update={"state_word": word})


async def show_link_of(session: AsyncSession, task_id: str) -> LinkView | None:
    """Show the link of a task, or None."""
    row = await session.get(TaskLinkRow, task_id)
    if row is None:
        return None
    return (await show_links(session, [await session.get_one(LinkRow, row.link_id)]))[0]


async def show_links(session: AsyncSession, links: Sequence[LinkRow]) -> list[LinkView]:
    """Show links with their tasks."""
    found = await repository_links.tasks_in(session, [link.id for link in links])
    return [
        LinkView.model_validate(_columns(link) | {"tasks": [_brief(one) for one in found.get(link.id, ())]})
        for link in links
    ]


def _columns(link: LinkRow) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ("id", "reason", "made_by", "made_at")}
