"""A look at the past: which instant is meant, and which tasks a query finds among those that stood in the ledger then.

Invariant: every filter of the list of today has its row in `FILTERS`, so that none is silently left out of the past.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime

from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.kinds import PRIVATE
from shared.clock import SHANGHAI, end_of_day, local_date
from shared.errors import Invalid


def read_instant(said: str, now: datetime) -> datetime:
    """Read an instant of the past: an ISO day, which means its end in Shanghai, or an ISO instant.

    Today means now, and an instant without a time zone is one of Shanghai.

    Raises:
        Invalid: It can't be read, or is not over yet.
    """
    instant = _day_end(said, now) or _instant(said)
    if instant > now:
        message = f"as_of 的取值 {said} 还没有到，只能查看过去的台账"
        raise Invalid(message, code="as_of.future", field="as_of")
    return instant


def _day_end(said: str, now: datetime) -> datetime | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return now if day == local_date(now) else end_of_day(day)


def _instant(said: str) -> datetime:
    try:
        instant = datetime.fromisoformat(said)
    except ValueError as error:
        message = (
            f"as_of 的取值 {said} 无效，请写成 2023-06-30 或 2023-06-30T12:00%2B08:00（+ 号在地址中写成 %2B）"
        )
        raise Invalid(message, code="as_of.invalid", field="as_of") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the filters look at in a task as it was; `units` are (role, unit id)."""

    plan: str | None
    kind: str
    state: str
    light: str
    number: str
    title: str
    body: str
    deadline: date | None
    units: tuple[tuple[str, str], ...]


def matches(task: Past, query: TaskQuery) -> bool:
    """Tell whether all filters of `query` hold for a task as it was."""
    asked = (
        one for one in fields(TaskQuery) if one.name not in PAGING and getattr(query, one.name) != one.default
    )
    return all(FILTERS[one.name](task, query) for one in asked)


def _on_it(task: Past, query: TaskQuery) -> bool:
    return any(query.unit in {"", unit} and query.role in {"", role} for role, unit in task.units)


def _is_shown(task: Past, query: TaskQuery) -> bool:
    return task.kind not in PRIVATE or any(unit == query.seen_by for _, unit in task.units)


def _says(task: Past, query: TaskQuery) -> bool:
    return query.q == task.number or query.q in task.title or query.q in task.body


def _due_from(task: Past, query: TaskQuery) -> bool:
    return task.deadline is not None and query.due_from is not None and task.deadline >= query.due_from


def _due_to(task: Past, query: TaskQuery) -> bool:
    return task.deadline is not None and query.due_to is not None and task.deadline <= query.due_to


PAGING = frozenset(
    {"sort", "limit", "after"}
)  # What chooses no task; a past list has one order, and says so.
FILTERS: dict[str, Callable[[Past, TaskQuery], bool]] = {
    "plan": lambda task, query: task.plan == query.plan,
    "kind": lambda task, query: task.kind == query.kind,
    "state": lambda task, query: task.state == query.state,
    "light": lambda task, query: task.light == query.light,
    "unit": _on_it,
    "role": _on_it,
    "due_from": _due_from,
    "due_to": _due_to,
    "q": _says,
    "seen_by": _is_shown,
}
