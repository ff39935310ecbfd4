"""Findings 疑点 as people see them, with the cases behind each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import RectificationRow
from services.tasks.rectifications import repository, repository_lists
from services.tasks.rectifications.domain_calls import Attempt
from services.tasks.rectifications.domain_findings import FINDING_WORDS, Finding, Seen, find_all


class FindingView(BaseModel):
    """A finding: what, of which unit, how many, of how many, and the cases behind it."""

    finding: str
    word: str
    unit_id: str | None
    unit_name: str
    numerator: int
    denominator: int | None
    facts: dict[str, str]
    tasks: list[str]


async def show_findings(session: AsyncSession, since: datetime, unit: str) -> list[FindingView]:
    """Show what looks wrong with the cases that were opened since an instant, of one unit or of all."""
    _, _, rules = await repository.rules_for(session, "")
    rows = await repository_lists.cases_since(session, since)
    found = find_all(await _seen(session, rows), rules)
    wanted = [one for one in found if not unit or one.unit == unit]
    names = await unit_names(session, {one.unit for one in wanted if one.unit})
    return [_show(one, names) for one in wanted]


async def _seen(session: AsyncSession, rows: Sequence[RectificationRow]) -> list[Seen]:
    ids = [row.task_id for row in rows]
    calls = await repository_lists.calls_of(session, ids)
    ratings = await repository_lists.ratings_of(session, ids)
    closed = await repository_lists.closings_of(session, ids)
    return [
        Seen(
            task_id=row.task_id,
            project_no=row.project_no,
            unit=row.rated_unit,
            item=row.item_code,
            window=row.window,
            verdict=row.verdict,
            calls=[Attempt(one.at, one.reached, one.level) for one in calls.get(row.task_id, ())],
            rated=[one.rated_at for one in ratings.get(row.task_id, ())],
            closed=closed.get(row.task_id, []),
        )
        for row in rows
    ]


def _show(finding: Finding, names: Mapping[str, str]) -> FindingView:
    return FindingView(
        finding=finding.name,
        word=FINDING_WORDS[finding.name],
        unit_id=finding.unit,
        unit_name=names.get(finding.unit or "", ""),
        numerator=finding.numerator,
        denominator=finding.denominator,
        facts=dict(finding.facts),
        tasks=[*finding.tasks],
    )
