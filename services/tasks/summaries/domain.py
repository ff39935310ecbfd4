"""Sums up tasks as they stood at an instant; pure functions over facts as sets."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.tasks.ledger.domain import HANDED_IN, State
from services.tasks.radar.domain import Counted, Goal, Outlook, Reading, look
from shared.clock import local_date
from shared.events.summaries import (
    GoalFigures,
    LaggingTask,
    LagReason,
    PlanFigures,
    SummaryCompiled,
    UnitFigures,
)

MOST_BYTES = 64 * 1024  # Of a summary as an event.
ENDED = frozenset({State.CLOSED, State.STANDING})
AT_REST = frozenset({State.SUSPENDED})  # Its time stands still, so that nothing of it is due.
IN_DANGER = (Reading.AT_RISK, Reading.OUT_OF_REACH, Reading.MISSED, Reading.FELL_SHORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A task as it stood.

    Attributes:
        light: As the rule of that time lights it.
        original_due_at: Its due instant before any extension.
        counted: What the radar looks at.
    """

    task_id: str
    plan_id: str | None
    unit_id: str
    state: State
    light: str
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    submitted_at: datetime | None = None
    closed_at: datetime | None = None
    progress: int = 0
    counted: Counted | None = None


def count(facts: Iterable[Fact], as_of: datetime) -> dict[str, int]:
    """Count tasks: the fields of `TaskCounts`."""
    counts: Counter[str] = Counter()
    for fact in facts:
        counts["tasks"] += 1
        counts["done"] += fact.state in ENDED
        if fact.light != "done":
            counts[fact.light] += 1
        if (outcome := outcome_of(fact, as_of)) is not None:
            counts["due"] += 1
            counts[outcome] += 1
    return dict(counts)


def outcome_of(fact: Fact, as_of: datetime) -> str | None:
    """Say what came of a task that was due by then: `on_time`, `late` or `overdue`; None when nothing was due."""
    if fact.due_at is None or fact.due_at >= as_of or fact.state in AT_REST:
        return None
    handed_in = fact.submitted_at or fact.closed_at
    if fact.state not in ENDED and fact.state not in HANDED_IN:
        return "overdue"
    return "late" if handed_in is not None and handed_in > fact.due_at else "on_time"


def finished_within(facts: Iterable[Fact], first: datetime, last: datetime) -> int:
    """Count the tasks that were done within a time."""
    return sum(
        fact.state in ENDED and fact.closed_at is not None and first <= fact.closed_at <= last
        for fact in facts
    )


def by_plan(facts: Sequence[Fact], titles: Mapping[str, str], as_of: datetime) -> tuple[PlanFigures, ...]:
    """Sum up each plan, in the order of `titles`."""
    return tuple(
        PlanFigures(plan_id=plan_id, title=title, **count(theirs, as_of))
        for plan_id, title in titles.items()
        if (theirs := [fact for fact in facts if fact.plan_id == plan_id])
    )


def by_unit(facts: Sequence[Fact], as_of: datetime) -> tuple[UnitFigures, ...]:
    """Sum up each unit that answers for tasks, in the order in which the ledger first names it."""
    units = dict.fromkeys(fact.unit_id for fact in facts)
    return tuple(
        UnitFigures(unit_id=unit, **count((fact for fact in facts if fact.unit_id == unit), as_of))
        for unit in units
    )


def lagging(facts: Iterable[Fact], as_of: datetime) -> tuple[LaggingTask, ...]:
    """Give the red tasks, the longest overdue first, else in the order of the ledger."""
    red = [_lag(fact, as_of) for fact in facts if fact.light == "red"]
    return tuple(sorted(red, key=lambda one: -one.days))


def _lag(fact: Fact, as_of: datetime) -> LaggingTask:
    due_on = local_date(fact.due_at) if fact.due_at else None
    days = max((local_date(as_of) - due_on).days, 0) if due_on and fact.state not in HANDED_IN else 0
    moved = (
        fact.due_at and fact.original_due_at and local_date(fact.due_at) - local_date(fact.original_due_at)
    )
    return LaggingTask(
        task_id=fact.task_id,
        unit_id=fact.unit_id,
        reason=_reason(fact, as_of),
        due_on=due_on,
        days=days,
        progress=fact.progress,
        slip=moved.days if moved else 0,
    )


def _reason(fact: Fact, as_of: datetime) -> LagReason:
    outcome = outcome_of(fact, as_of)
    if outcome == "overdue":
        return "overdue"
    if fact.submitted_at is not None:
        return "late"
    return "returned" if fact.state is State.RETURNED else "behind"


def outlooks(goals: Iterable[Goal], facts: Sequence[Fact], on: date) -> list[Outlook]:
    """Read the stage goals as the radar does, at the end of a day; those that count no task are left out."""
    theirs: dict[str | None, list[Counted]] = {}
    for fact in facts:
        if fact.counted is not None:
            theirs.setdefault(fact.plan_id, []).append(fact.counted)
    looked = (look(goal, theirs.get(goal.plan_id, ()), on) for goal in goals)
    return [one for one in looked if one.total]


def goals_in_danger(looked: Iterable[Outlook]) -> tuple[GoalFigures, ...]:
    """Give the stage goals that are missed or in danger, the next day first."""
    shown = [
        GoalFigures(
            goal_id=one.goal.id,
            plan_id=one.goal.plan_id,
            due_on=one.goal.due_on,
            value=one.goal.value,
            reading=one.reading,
            needed=one.needed,
            done=one.done,
            total=one.total,
            done_share=one.share(one.done),
            deciding=len(one.deciding),
        )
        for one in looked
        if one.reading in IN_DANGER
    ]
    return tuple(sorted(shown, key=lambda one: one.due_on))


def fit(summary: SummaryCompiled, most: int = MOST_BYTES) -> SummaryCompiled:
    """Leave out the least urgent red tasks until the summary has at most `most` bytes; the totals stay true."""
    while (size := len(summary.model_dump_json(exclude_none=True).encode())) > most and summary.lagging:
        each = max(len(one.model_dump_json(exclude_none=True)) + 1 for one in summary.lagging)
        keep = max(len(summary.lagging) - max((size - most) // each, 1), 0)
        left_out = summary.left_out + len(summary.lagging) - keep
        summary = summary.model_copy(update={"lagging": summary.lagging[:keep], "left_out": left_out})
    return summary
