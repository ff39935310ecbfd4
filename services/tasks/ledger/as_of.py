"""The ledger, one task and its light as they were at a past instant, read from the snapshots of the history.

Invariant: nothing of the present shows but the order of the list and the titles of plans; the light is computed for
the instant by the rule in force, and what recipients were told then stands with the notices.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_as_of, repository_queries, views, views_dealings
from services.tasks.ledger.domain_as_of import Past, matches
from services.tasks.ledger.domain_lights import Lit, light_of
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.lights import light_facts_of
from services.tasks.ledger.repository_as_of import Seen
from services.tasks.ledger.terms import Terms, read_terms
from services.tasks.ledger.views_dealings import PartView, ReportView
from services.tasks.units.repository import names_at
from shared.errors import Invalid, NotFound


class TaskThen(views.TaskView):
    """A task as it was at `as_of`; `lit` is computed for that instant."""

    as_of: datetime
    body: str
    document_id: str | None
    lines: tuple[int | None, int | None]
    parts: list[PartView]
    reports: list[ReportView]
    clocks: list[views.ClockView]
    lit: views.LightView
    revisions: list[views.RevisionView]


async def list_as_of(session: AsyncSession, instant: datetime, query: TaskQuery) -> views.TaskPage:
    """Show a page of the ledger as it was, in its present order.

    Raises:
        Invalid: As `find_as_of`.
        Conflict: As `find_as_of`.
    """
    terms, found = await read_terms(session, instant), []
    async for seen, _lit in find_as_of(session, instant, query, terms):
        found.append(seen)
        if len(found) > query.limit:
            break
    page = found[: query.limit]
    items = await _show(session, page, terms, instant)
    following = page[-1].held.task.id if len(found) > query.limit else None
    return views.TaskPage(items=items, next=following, as_of=instant)


async def show_as_of(session: AsyncSession, instant: datetime, task_id: str) -> TaskThen:
    """Show one task as it was, with its parts, clocks, reports, and its history until then.

    Raises:
        NotFound: There is no such task, or there was none then.
        Conflict: Its history holds no snapshot of that time.
    """
    await repository_queries.read_task(session, task_id)
    seen = (await repository_as_of.seen_at(session, [task_id], instant)).get(task_id)
    if seen is None:
        message = f"事项 {task_id} 在该时点尚未立项"
        raise NotFound(message, code="as_of.not_yet", field="as_of")
    terms, held = await read_terms(session, instant), seen.held
    [view] = await _show(session, [seen], terms, instant)
    reports = await repository_as_of.reports_to(session, held, views_dealings.LATEST)
    named = {*held.parts, *(report.unit_id for report in reports)}
    names = await names_at(session, named, instant)
    lit = _light(seen, terms, instant)
    return TaskThen(
        **view.model_dump(),
        as_of=instant,
        body=seen.body,
        document_id=held.task.document_id,
        lines=(held.task.first_line, held.task.last_line),
        parts=[views_dealings.show_part(part, names) for part in held.parts.values()],
        reports=[views_dealings.show_report(report, names) for report in reports],
        clocks=views.show_clocks(held.task, held.clocks.values(), terms.calendar),
        lit=views.LightView(
            light=lit.light, rule=lit.rule, version=lit.version, inputs=lit.inputs, lit_at=instant
        ),
        revisions=[
            views.RevisionView.model_validate(row) for row in await repository_as_of.history_to(session, held)
        ],
    )


async def find_as_of(
    session: AsyncSession, instant: datetime, query: TaskQuery, terms: Terms
) -> AsyncIterator[tuple[Seen, Lit]]:
    """Give every task that `query` found then, with its light, in the present order from the place it names.

    Raises:
        Invalid: There is no task to go on after, or another order was asked for.
        Conflict: The history holds no snapshots of that time.
    """
    if query.sort:
        raise Invalid("历史时点的台账只按台账顺序列出，请去掉 sort", code="query.sort_as_of", field="sort")
    async for seen in _walk(session, instant, await repository_queries.place_after(session, query.after)):
        lit = _light(seen, terms, instant)
        if matches(_past(seen, lit), query):
            yield seen, lit


async def _walk(session: AsyncSession, instant: datetime, sort_key: str) -> AsyncIterator[Seen]:
    """Give every task that stood in the ledger then, in its present order, read in chunks."""
    while chunk := await repository_as_of.chunk_after(session, sort_key):
        ids = [task_id for task_id, _ in chunk]
        seen = await repository_as_of.seen_at(session, ids, instant)
        for task_id in ids:
            if task_id in seen:
                yield seen[task_id]
        sort_key = chunk[-1][1]


def _light(seen: Seen, terms: Terms, instant: datetime) -> Lit:
    return light_of(light_facts_of(seen.held), terms.light_rule, now=instant)


def _past(seen: Seen, lit: Lit) -> Past:
    task = seen.held.task
    return Past(
        plan=task.plan_id,
        kind=task.kind,
        state=task.state,
        light=lit.light,
        number=task.number,
        title=task.title,
        body=seen.body,
        deadline=task.deadline,
        units=tuple((unit.role, unit.unit_id) for unit in seen.held.units),
    )


async def _show(
    session: AsyncSession, page: Sequence[Seen], terms: Terms, instant: datetime
) -> list[views.TaskView]:
    names = await _names(session, page, instant)
    titles = await repository_queries.plan_titles(
        session, {seen.held.task.plan_id for seen in page if seen.held.task.plan_id}
    )
    shown = []
    for seen in page:
        view = views.view_of(seen.held.task, seen.held.units, names, titles)
        shown.append(view.model_copy(update={"light": _light(seen, terms, instant).light}))
    return shown


async def _names(session: AsyncSession, page: Sequence[Seen], instant: datetime) -> Mapping[str, str]:
    ids = {unit.unit_id for seen in page for unit in seen.held.units}
    ids |= {seen.held.task.answering_unit for seen in page if seen.held.task.answering_unit}
    return await names_at(session, ids, instant)
