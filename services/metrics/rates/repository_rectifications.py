"""Reads rectifications: what each of them came to, from its steps, its task and its clock.

They are as few as bad ratings (one in ten thousand), so all of them are read for an answer, and no count is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from services.metrics.feeds.repository import just_after
from services.metrics.measuring.domain_history import History
from services.metrics.measuring.repository_steps import tasks_named
from services.metrics.models import RectificationStep
from services.metrics.rates.domain import Cell
from services.metrics.rates.functions import RectificationSort
from services.metrics.rates.questions import Question
from services.metrics.rates.repository import KEY_OF, Grouping, Judged, judged, ratings_named
from shared.clock import local_date

RECTIFY = "rectify"  # The clock that limits a rectification.


@dataclass(frozen=True, slots=True)
class Rectification:
    """What a rectification came to.

    Attributes:
        place: The row of its rating; None while the rating is not known here.
        unit_id: Of the unit that has to rectify.
        opened_on: The Shanghai day by which it is counted.
        judged_by: Who approved what was found last; empty while nothing was.
        open: Whether anything is still owed.
        due_at: When it has to be put right; None for no limit, or none that runs.
    """

    task_id: str
    rating_id: str
    place: Any
    unit_id: str
    opened_on: date
    judged_by: str
    sort: RectificationSort
    open: bool
    due_at: datetime | None

    @property
    def overdue(self) -> bool:
        """Whether it should have been put right by now."""
        return self.open and not self.sort.done and self.sort.due


def rectifications(
    connection: Connection, at: datetime, until: datetime | None = None
) -> list[Rectification]:
    """Read all rectifications as of `at`, by what was told until an instant, by id of their task."""
    steps = _steps(connection, until)
    opened = {task: _last(found, "opened") for task, found in steps.items()}
    openings = {task: row for task, row in opened.items() if row is not None}
    places = ratings_named(connection, sorted({row.rating_id for row in openings.values()}), until)
    verdicts = {one.rating_id: one for one in judged(connection, until)}
    tasks = tasks_named(connection, sorted(openings), until)
    return [
        _rectification(
            row,
            steps[task],
            places.get(row.rating_id),
            verdicts.get(row.rating_id),
            _task(tasks.get(task), at),
        )
        for task, row in sorted(openings.items())
    ]


def rectification_cells(connection: Connection, question: Question, group: Grouping) -> list[Cell]:
    """Count the rectifications of a question by group and sort."""
    return [
        Cell(*group(unit, key, one.opened_on if question.by_period else None), one.sort, 1, one.judged_by)
        for one, unit, key in _asked(connection, question)
    ]


def rectification_rows(
    connection: Connection, question: Question, sorts: Iterable[RectificationSort], page: tuple[str, int]
) -> list[Rectification]:
    """List rectifications of the given sorts behind the id of a task, up to a limit, by id."""
    wanted, (after, limit) = set(sorts), page
    found = [
        one for one, _unit, _key in _asked(connection, question) if one.sort in wanted and one.task_id > after
    ]
    return found[:limit]


def sorts_of(connection: Connection, question: Question) -> set[RectificationSort]:
    """Name the sorts that occur in a question."""
    return {one.sort for one, _unit, _key in _asked(connection, question)}


def _asked(connection: Connection, question: Question) -> list[tuple[Rectification, str, str]]:
    found = []
    for one in rectifications(connection, question.at, question.as_of):
        unit = one.place.unit_code if one.place is not None else one.unit_id
        key = KEY_OF[question.dimension](one.place) if one.place is not None else ""
        if question.takes(unit, key, one.opened_on):
            found.append((one, unit, key))
    return found


@dataclass(frozen=True, slots=True)
class _Task:
    """What the registry says of a task."""

    cancelled: bool
    open: bool
    due_at: datetime | None
    due: bool


def _task(history: History | None, now: datetime) -> _Task:
    """Give what holds of a task at `now`, by what was told of it."""
    if history is None:
        return _Task(cancelled=False, open=True, due_at=None, due=False)
    start, stop = history.last_of("clock_started", RECTIFY), history.last_of("clock_stopped", RECTIFY)
    due_at = start.due_at if start is not None else None
    stopped = start is not None and stop is not None and stop.sequence > start.sequence
    missed = stopped and due_at is not None and stop is not None and stop.at > due_at
    due = due_at is not None and due_at < now and (missed or not stopped)
    is_open = not history.is_done and not history.is_cancelled
    return _Task(history.is_cancelled, is_open, due_at, due)


def _rectification(
    opened: Any,  # noqa: ANN401 - a row.
    steps: Sequence[Any],
    place: Any,  # noqa: ANN401 - a row, or None.
    verdict: Judged | None,
    task: _Task,
) -> Rectification:
    reopened = _last(steps, "reopened")
    since = [one for one in steps if reopened is None or one.sequence > reopened.sequence]
    done = _last(since, "rectified")
    sort = RectificationSort(
        verdict=verdict.verdict if verdict else "",
        stands=verdict is None or verdict.stands,
        cancelled=task.cancelled,
        done="" if done is None else "late" if done.holds else "in_time",
        due=task.due,
        named=opened.is_named,
        owed=opened.holds,
        reached=any(one.kind == "called_back" and one.holds for one in steps),
    )
    return Rectification(
        task_id=opened.task_id,
        rating_id=opened.rating_id,
        place=place,
        unit_id=opened.unit_id,
        opened_on=local_date(min(one.told_at for one in steps if one.kind == "opened")),
        judged_by=verdict.by if verdict else "",
        sort=sort,
        open=task.open and sort.stands,
        due_at=task.due_at,
    )


def _steps(connection: Connection, until: datetime | None) -> dict[str, list[Any]]:
    query = select(RectificationStep.__table__).order_by(RectificationStep.sequence)
    if until is not None:
        query = query.where(RectificationStep.told_at < just_after(until))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.task_id, []).append(row)
    return found


def _last(steps: Sequence[Any], kind: str) -> Any:  # noqa: ANN401 - a row, or None.
    return next((one for one in reversed(steps) if one.kind == kind), None)
