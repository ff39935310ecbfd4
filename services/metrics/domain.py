"""Rates and counts as pure functions over counted facts; every rate says how it was counted.

A rate is always numerator by denominator with its exclusions, rounded down to four decimals unless its rule says
otherwise, as of an instant; below a stated minimum it has no value and says 样本不足. Facts come as sets, already
counted by sort.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil

DONE = frozenset({"closed", "standing"})  # 转常态化 is done for rates and stage goals.
WAITING = frozenset({"submitted", "verified"})  # The unit has handed in; the supervisor has not closed yet.
VOID = frozenset({"cancelled"})  # Neither done nor owed: taken out of numerator and denominator.
# The part of the unit that answers for a task follows from where the task stands; other states have no parts to count.
ANSWERING = {
    "assigned": "assigned",
    "objected": "assigned",
    "accepted": "accepted",
    "in_progress": "in_progress",
    "submitted": "submitted",
    "verified": "submitted",
    "returned": "returned",
    "reopened": "passed",
}
UNSIGNED = "assigned"  # Where the part of a unit stands that has not moved yet.
DUE_SOON = timedelta(days=7)
TASK_MINIMUM = 5  # Tasks below which a rate of them is not read.
DECIMALS = 4


class Standing(StrEnum):
    """Whether a rate may be read, and why not."""

    MEASURED = "已测量"
    INSUFFICIENT = "样本不足"
    NOTHING = "没有数据"
    INCONSISTENT = "分子大于分母，请核对来源是否齐全"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with everything a reader needs to check it.

    Attributes:
        exclusions: What was left out of numerator and denominator, by reason.
        minimum: Denominator below which the rate is not read.
        as_of: Business time of the facts.
        decimals, half_up: How the value is rounded; down unless `half_up`.
    """

    numerator: int
    denominator: int
    as_of: datetime
    exclusions: Mapping[str, int] = field(default_factory=dict)
    minimum: int = 1
    decimals: int = DECIMALS
    half_up: bool = False

    @property
    def standing(self) -> Standing:
        """Say whether the rate may be read."""
        if self.denominator == 0:
            return Standing.NOTHING
        if self.denominator < self.minimum:
            return Standing.INSUFFICIENT
        return Standing.INCONSISTENT if self.numerator > self.denominator else Standing.MEASURED

    @property
    def value(self) -> Decimal | None:
        """Give the rate, 0 to 1, rounded; None when it may not be read."""
        if self.standing is not Standing.MEASURED:
            return None
        return rounded(self.numerator, self.denominator, decimals=self.decimals, half_up=self.half_up)


def rounded(numerator: int, denominator: int, *, decimals: int, half_up: bool) -> Decimal:
    """Divide, with whole numbers alone: no float ever decides a last digit."""
    scaled = numerator * 10**decimals
    whole = (2 * scaled + denominator) // (2 * denominator) if half_up else scaled // denominator
    return Decimal(whole).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class RatingCell:
    """How many ratings there are of one sort; the unit goes by its credit code."""

    unit_code: str
    channel: str
    level: int
    is_default: bool
    count: int


@dataclass(frozen=True, slots=True)
class TaskCell:
    """How many tasks there are of one sort.

    Attributes:
        due_at: Due instant in force; done tasks come as one cell, with `dated` alone.
        dated: Whether there is a due instant.
        late: Closed after it.
        in_time: Stands where it does since before the due instant.
    """

    plan: str
    state: str
    count: int
    due_at: datetime | None = None
    dated: bool = False
    late: bool = False
    in_time: bool = False

    @property
    def done(self) -> bool:
        """Whether these count as done."""
        return self.state in DONE

    @property
    def open(self) -> bool:
        """Whether something is still owed."""
        return self.state not in DONE | VOID

    def overdue(self, now: datetime) -> bool:
        """Tell whether these are open past their due instant; what was handed in before it is not."""
        if not self.open or self.due_at is None or self.due_at >= now:
            return False
        return not (self.state in WAITING and self.in_time)

    def due_soon(self, now: datetime) -> bool:
        """Tell whether these are open and come due within `DUE_SOON`."""
        return self.open and self.due_at is not None and now <= self.due_at <= now + DUE_SOON


@dataclass(frozen=True, slots=True)
class PartCell:
    """How many parts a unit has in tasks of one state.

    Attributes:
        answers: Whether it answers for these tasks.
        part: What was last told of the parts since their units had to sign; None for nothing.
    """

    unit: str
    task: str
    answers: bool
    part: str | None
    count: int


PartCount = tuple[str, str, int]  # unit, state of its parts, parts


@dataclass(frozen=True, slots=True)
class GoalCell:
    """A stage goal with the tasks of its scope: all, and those done by its date (or by now, when that is earlier).

    Attributes:
        value: What it asks for, in % of the tasks.
        due_at: The last second of its day.
    """

    goal: str
    plan: str
    operator: str
    value: float
    done: int
    total: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderCell:
    """How many hotline orders a unit has in one state; `past` tells that their limit is over."""

    unit: str
    state: str
    past: bool
    count: int


def open_orders(cells: Iterable[OrderCell], *, past: bool = False) -> dict[str, int]:
    """Count by unit the orders that are neither answered nor over; with `past`, those beyond their limit alone."""
    counts = Counter[str]()
    for cell in cells:
        if cell.state not in DONE | VOID | WAITING and (cell.past or not past):
            counts[cell.unit] += cell.count
    return dict(counts)


def on_time(cells: Iterable[TaskCell], *, as_of: datetime, minimum: int = TASK_MINIMUM) -> Rate:
    """Rate 按期办结率: done by the due instant, by all that were due by now or are done already.

    Excluded: tasks without a deadline, open ones not due yet, those handed in in time and not closed yet, and
    cancelled ones.
    """
    sorts = Counter[str]()
    for cell in cells:
        sorts[on_time_sort(cell, as_of)] += cell.count
    numerator, late, overdue = sorts.pop("on_time", 0), sorts.pop("late", 0), sorts.pop("overdue", 0)
    return Rate(numerator, numerator + late + overdue, as_of, dict(sorts), minimum)


def on_time_sort(cell: TaskCell, now: datetime) -> str:
    """Say where a task stands in 按期办结率: `on_time`, `late`, `overdue`, or why it is left out."""
    if cell.state in VOID:
        return "cancelled"
    if not cell.dated:
        return "undated"
    if cell.done:
        return "late" if cell.late else "on_time"
    if cell.overdue(now):
        return "overdue"
    return "handed_in" if cell.state in WAITING else "not_due"


def due_soon(cells: Iterable[TaskCell], *, now: datetime) -> int:
    """Count the open tasks that come due within `DUE_SOON`."""
    return sum(cell.count for cell in cells if cell.due_soon(now))


def overdue(cells: Iterable[TaskCell], *, now: datetime) -> int:
    """Count the open tasks past their due instant; what was handed in before it waits for the supervisor."""
    return sum(cell.count for cell in cells if cell.overdue(now))


def count_parts(cells: Iterable[PartCell]) -> tuple[PartCount, ...]:
    """Count the parts of open tasks by unit and where they stand."""
    counts = Counter[tuple[str, str]]()
    for cell in cells:
        if cell.task in ANSWERING:
            state = ANSWERING[cell.task] if cell.answers else cell.part or UNSIGNED
            counts[cell.unit, state] += cell.count
    return tuple((unit, state, count) for (unit, state), count in sorted(counts.items()))


def by_plan(cells: Iterable[TaskCell]) -> dict[str, list[TaskCell]]:
    """Sort the cells by plan; tasks of no plan stand under an empty id."""
    found: dict[str, list[TaskCell]] = {}
    for cell in cells:
        found.setdefault(cell.plan, []).append(cell)
    return found


def goal_progress(goal: GoalCell, *, as_of: datetime) -> Rate:
    """Rate of a stage goal: tasks in scope done by its date (by now, when that is earlier), by all in scope."""
    return Rate(goal.done, goal.total, as_of)


def missing(goal: GoalCell) -> int:
    """Count the tasks that must still be done before the goal's value (%) is reached."""
    return max(ceil(Decimal(str(goal.value)) * goal.total / 100) - goal.done, 0)


def meets(operator: str, present: Decimal, value: float, value_max: float | None = None) -> bool | None:
    """Tell whether `present` keeps a target; `==` with `value_max` is a span; None for an operator we do not know."""
    wanted = Decimal(str(value))
    if operator == "==" and value_max is not None:
        return wanted <= present <= Decimal(str(value_max))
    verdicts = {">=": present >= wanted, "<=": present <= wanted, "==": present == wanted}
    return verdicts.get(operator)
