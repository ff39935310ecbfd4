"""The weekly pace table 序时进度 of projects: one line each, by unit and in all, and how far their funds are.

What a past day shows is what is known now of that day: later corrections of its reports count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.projects import repository
from services.tasks.projects.domain import FUNDS, STAGE_WORDS, Node, Stage
from services.tasks.projects.domain_pace import (
    LagRule,
    Reading,
    completed_on,
    in_all,
    is_lagging,
    weekly,
)
from services.tasks.projects.repository import Listed, Wanted, on_list
from services.tasks.projects.views import ShareView, Yi, last_node, show_share, unit_names


class PaceView(BaseModel):
    """A reading: completed and planned, each of the plan of the year; ahead in 亿元 and in points of %."""

    annual: Yi
    planned: ShareView
    completed: ShareView
    ahead: Yi
    points: Decimal


class WeekView(BaseModel):
    """A weekly reading that the warning looked at."""

    on: date
    ahead: Yi
    points: Decimal


class ProjectPace(PaceView):
    """The line of a project; `lagging` when each of `weeks` was behind by more than the margin."""

    id: str
    title: str
    unit_id: str | None
    unit_name: str
    stage: str
    stage_word: str
    node: str
    reported_on: date | None
    weeks: list[WeekView]
    lagging: bool


class SumOfPace(PaceView):
    """Several projects together; each share counts projects but for those of `PaceView`.

    `begun` are those that were formally started of those whose planned start had come or that had started.
    """

    projects: int
    unit_id: str = ""
    unit_name: str = ""
    reported: ShareView
    begun: ShareView
    lagging: ShareView


class PaceTable(BaseModel):
    """All lines of a day, with the rule of the warning."""

    on: date
    rule: LagRule
    lines: list[ProjectPace]
    by_unit: list[SumOfPace]
    in_all: SumOfPace


@dataclass(frozen=True, slots=True)
class Read:
    """A project with its readings, the latest first."""

    one: Listed
    readings: Sequence[Reading]
    lagging: bool


async def show_pace(session: AsyncSession, wanted: Wanted, on: date, rule: LagRule) -> PaceTable:
    """Show how the investment of all projects that were on the list stands at the end of a day."""
    listed = [one for one in await repository.all_projects(session, wanted) if on_list(one, on)]
    names = await unit_names(session, listed)
    read = [found for one in listed if (found := _read(one, on, rule))]
    units = sorted(
        {found.one.task.answering_unit or "" for found in read}, key=lambda one: names.get(one, "")
    )
    return PaceTable(
        on=on,
        rule=rule,
        lines=[_line(found, names, on) for found in read],
        by_unit=[
            _sum([found for found in read if (found.one.task.answering_unit or "") == unit], on).model_copy(
                update={"unit_id": unit, "unit_name": names.get(unit, "")}
            )
            for unit in units
        ],
        in_all=_sum(read, on),
    )


def _read(one: Listed, on: date, rule: LagRule) -> Read | None:
    readings = weekly(one.lines, one.reports, on, rule)
    return Read(one, readings, is_lagging(readings, rule)) if readings else None


def _pace(reading: Reading) -> PaceView:
    return PaceView(
        annual=reading.annual,
        planned=show_share(reading.planned, reading.annual),
        completed=show_share(reading.completed, reading.annual),
        ahead=reading.ahead,
        points=reading.points,
    )


def _line(found: Read, names: Mapping[str, str], on: date) -> ProjectPace:
    row, task = found.one.row, found.one.task
    weeks = [WeekView(on=one.on, ahead=one.ahead, points=one.points) for one in found.readings]
    return ProjectPace(
        **_pace(found.readings[0]).model_dump(),
        id=row.task_id,
        title=task.title,
        unit_id=task.answering_unit,
        unit_name=names.get(task.answering_unit or "", ""),
        stage=row.stage,
        stage_word=STAGE_WORDS[Stage(row.stage)],
        node=last_node(found.one, on),
        reported_on=completed_on(found.one.reports, on)[0],
        weeks=weeks,
        lagging=found.lagging,
    )


def _sum(read: Sequence[Read], on: date) -> SumOfPace:
    reported = [found for found in read if completed_on(found.one.reports, on)[0]]
    begun = [found.one for found in read if last_node(found.one, on)]
    due = [found.one for found in read if (found.one.row.starts_on or date.max) <= on]
    expected = {one.row.task_id for one in (*begun, *due)}
    return SumOfPace(
        **_pace(in_all((found.readings[0] for found in read), on)).model_dump(),
        projects=len(read),
        reported=_counted(len(reported), len(read)),
        begun=_counted(len(begun), len(expected)),
        lagging=_counted(sum(found.lagging for found in read), len(read)),
    )


def _counted(numerator: int, denominator: int) -> ShareView:
    return show_share(Decimal(numerator), Decimal(denominator))


class FundSum(BaseModel):
    """How far a fund is: projects started 开工率 of those that have it, and paid 支付率 of what was handed down."""

    fund: str
    fund_word: str
    unit_id: str = ""
    unit_name: str = ""
    started: ShareView
    paid: ShareView


async def show_funds(session: AsyncSession, on: date) -> list[FundSum]:
    """Show how far each fund is at the end of a day: in all first, then by unit."""
    listed = [one for one in await repository.all_projects(session, Wanted(dropped=True)) if on_list(one, on)]
    names = await unit_names(session, listed)
    shown = [_fund(fund, listed, on) for fund in FUNDS]
    for unit in sorted({one.task.answering_unit or "" for one in listed}):
        theirs = [one for one in listed if (one.task.answering_unit or "") == unit]
        said = {"unit_id": unit, "unit_name": names.get(unit, "")}
        sums = (_fund(fund, theirs, on) for fund in FUNDS)
        shown += [one.model_copy(update=said) for one in sums if one.started.denominator]
    return shown


def _fund(fund: str, listed: Iterable[Listed], on: date) -> FundSum:
    held = [(one, _last(one, fund, on)) for one in listed]
    having = [(one, amounts) for one, amounts in held if amounts is not None]
    started = sum(one.reached.get(Node.START, date.max) <= on for one, _ in having)
    amounts = [both for _, both in having]
    paid, allocated = (sum((both[place] for both in amounts), Decimal(0)) for place in (0, 1))
    return FundSum(
        fund=fund,
        fund_word=FUNDS[fund],
        started=_counted(started, len(having)),
        paid=show_share(paid, allocated),
    )


def _last(one: Listed, fund: str, on: date) -> tuple[Decimal, Decimal] | None:
    """Give paid and handed down of a fund by its last report until a day."""
    reports = [report for report in one.funds if report.fund == fund and report.on <= on]
    return (reports[-1].paid, reports[-1].allocated) if reports else None
