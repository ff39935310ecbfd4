"""Projects as the API shows them: words for people, amounts in 亿元 with two to four places."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_queries
from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import kind_of
from services.tasks.models import (
    ProjectElementRow,
    ProjectNodeRow,
)
from services.tasks.projects.domain import (
    ELEMENTS,
    FUNDS,
    KIND,
    LEVEL_OWNERS,
    NODE_WORDS,
    STAGE_WORDS,
    STAGES,
    Node,
    Stage,
    missing_for,
)
from services.tasks.projects.domain_amounts import Share, shown
from services.tasks.projects.domain_nodes import NODE_TESTS
from services.tasks.projects.domain_pace import completed_on, line_on
from services.tasks.projects.repository import Listed

Yi = Annotated[Decimal, AfterValidator(shown)]


class View(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class ShareView(View):
    """A share in % with both its numbers; `percent` is none where there is nothing to share."""

    numerator: Yi
    denominator: Yi
    percent: Decimal | None


class NodeView(View):
    """A node: reached or not, with the evidence of each test."""

    node: str
    word: str
    tests: dict[str, str]
    reached_on: date | None = None
    evidence: dict[str, str] = {}
    output: Yi | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


class ElementView(View):
    """One thing that a project needs."""

    number: int
    kind: str
    kind_word: str = ""
    item: str
    unit_id: str
    unit_name: str = ""
    due_on: date | None
    for_start: bool
    done_on: date | None
    overdue: bool = False
    evidence: str


class FundView(View):
    """A fund with what was handed down and paid by its last report."""

    fund: str
    fund_word: str
    on: date
    paid: ShareView


class ProjectView(BaseModel):
    """A project in a list; investment is that of the year of the day on which it is shown."""

    id: str
    title: str
    stage: str
    stage_word: str
    level_owner: str
    level_owner_word: str
    state: str
    state_word: str
    unit_id: str | None
    unit_name: str
    leader_post: str
    officer_unit: str
    officer_unit_name: str
    preliminary: bool
    charter_ref: str | None
    starts_on: date | None
    completes_on: date | None
    node: str
    node_word: str
    total: Yi
    completed_before: Yi
    year: int
    completed: ShareView
    completed_in_all: ShareView
    reported_on: date | None
    elements: ShareView
    funds: list[FundView]
    dropped_on: date | None
    revision: int


class PlanView(BaseModel):
    """The plan of a year as it holds since a day."""

    year: int
    since: date
    annual: Yi
    months: list[Decimal]


class ReportView(View):
    """What was completed from 1 January to the end of a day."""

    on: date
    completed: Yi
    entered_by: str


class ProjectDetail(ProjectView):
    """Everything about one project; `lacks` says for each batch ahead what is missing."""

    body: str
    approval_ref: str | None
    listed_on: date
    nodes: list[NodeView]
    elements_listed: list[ElementView]
    plans: list[PlanView]
    reports: list[ReportView]
    lacks: dict[str, list[str]]


async def show_projects(session: AsyncSession, listed: Sequence[Listed], on: date) -> list[ProjectView]:
    """Show projects as they stand on a day."""
    names = await unit_names(session, listed)
    return [_show(one, names, on) for one in listed]


async def show_project(session: AsyncSession, one: Listed, on: date) -> ProjectDetail:
    """Show everything about one project."""
    names = await unit_names(session, [one])
    stage = Stage(one.row.stage)
    ahead = STAGES[STAGES.index(stage) + 1 :]
    return ProjectDetail(
        **_show(one, names, on).model_dump(),
        body=one.task.body,
        approval_ref=one.row.approval_ref,
        listed_on=one.row.listed_on,
        nodes=[_show_node(node, one.nodes) for node in Node],
        elements_listed=[_show_element(element, names, on) for element in one.elements],
        plans=[
            PlanView(year=line.year, since=line.since, annual=line.annual, months=list(line.months))
            for line in one.lines
        ],
        reports=[ReportView.model_validate(report) for report in one.investments],
        lacks={to: missing_for(to, one.facts(on.year)) for to in ahead},
    )


async def unit_names(session: AsyncSession, listed: Sequence[Listed]) -> Mapping[str, str]:
    """Read the names of all units that projects name."""
    ids = {one.task.answering_unit or "" for one in listed} | {one.row.officer_unit for one in listed}
    ids |= {element.unit_id for one in listed for element in one.elements}
    return await repository_queries.unit_names(session, ids)


def _show(one: Listed, names: Mapping[str, str], on: date) -> ProjectView:
    row, task, kind = one.row, one.task, kind_of(KIND)
    line, (reported_on, completed) = line_on(one.lines, on), completed_on(one.reports, on)
    annual = line.annual if line else Decimal(0)
    node = last_node(one, on)
    in_all = row.completed_before + _of_years(one, on)
    return ProjectView(
        id=row.task_id,
        title=task.title,
        stage=row.stage,
        stage_word=STAGE_WORDS[Stage(row.stage)],
        level_owner=row.level_owner,
        level_owner_word=LEVEL_OWNERS[row.level_owner],
        state=task.state,
        state_word=kind.state_word(State(task.state)),
        unit_id=task.answering_unit,
        unit_name=names.get(task.answering_unit or "", ""),
        leader_post=row.leader_post,
        officer_unit=row.officer_unit,
        officer_unit_name=names.get(row.officer_unit, ""),
        preliminary=row.preliminary,
        charter_ref=row.charter_ref,
        starts_on=row.starts_on,
        completes_on=row.completes_on,
        node=node,
        node_word=NODE_WORDS[Node(node)] if node else "",
        total=row.total,
        completed_before=row.completed_before,
        year=on.year,
        completed=show_share(completed, annual),
        completed_in_all=show_share(in_all, row.total),
        reported_on=reported_on,
        elements=_elements_done(one),
        funds=_show_funds(one, on),
        dropped_on=row.dropped_on,
        revision=task.revision,
    )


def _of_years(one: Listed, on: date) -> Decimal:
    """Add what was completed in each year up to a day."""
    years = {day.year for day in one.reports if day <= on}
    return sum((completed_on(one.reports, min(on, date(year, 12, 31)))[1] for year in years), Decimal(0))


def last_node(one: Listed, on: date) -> str:
    """Give the last node that was reached by the end of a day; empty for none."""
    return next((node for node in reversed(Node) if one.reached.get(node, date.max) <= on), "")


def _elements_done(one: Listed) -> ShareView:
    done = sum(element.done_on is not None for element in one.elements)
    return show_share(Decimal(done), Decimal(len(one.elements)))


def show_share(numerator: Decimal, denominator: Decimal) -> ShareView:
    """Show a share with both its numbers."""
    return ShareView.model_validate(Share(numerator, denominator))


def _show_funds(one: Listed, on: date) -> list[FundView]:
    last = {report.fund: report for report in one.funds if report.on <= on}
    return [
        FundView(
            fund=fund,
            fund_word=FUNDS[fund],
            on=report.on,
            paid=show_share(report.paid, report.allocated),
        )
        for fund, report in sorted(last.items())
    ]


def _show_node(node: Node, confirmed: Sequence[ProjectNodeRow]) -> NodeView:
    view = NodeView(node=node, word=NODE_WORDS[node], tests=dict(NODE_TESTS[node]))
    row = next((one for one in confirmed if one.node == node), None)
    if row is None:
        return view
    names = ("reached_on", "evidence", "output", "confirmed_by", "confirmed_at")
    return NodeView.model_validate(view.model_dump() | {name: getattr(row, name) for name in names})


def _show_element(row: ProjectElementRow, names: Mapping[str, str], on: date) -> ElementView:
    overdue = row.due_on is not None and (row.done_on or on) > row.due_on
    said = {"kind_word": ELEMENTS[row.kind], "unit_name": names.get(row.unit_id, ""), "overdue": overdue}
    return ElementView.model_validate(row).model_copy(update=said)
