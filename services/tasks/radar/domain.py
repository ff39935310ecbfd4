"""How a stage goal 阶段目标 stands: counted from facts as sets, so any date can be asked and asked again.

A goal reads "value % of the tasks in its scope done by its day". 确保 is a duty, 力争 a wish: a missed wish is no red.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil

YEAR_END_SCOPE = "年底前"  # "须在年底前完成的任务": what is owed within the plan's year, and nothing later.
SOON = timedelta(days=7)


class Reading(StrEnum):
    """How a goal stands; before its day the first four, from its day on the others."""

    REACHED = "reached"  # 已达成: enough is done.
    ON_COURSE = "on_course"  # 可达成: enough is done or due by the day and not overdue.
    AT_RISK = "at_risk"  # 有风险: it takes tasks that are overdue already.
    OUT_OF_REACH = "out_of_reach"  # 自身时限达不到: its tasks' own deadlines come too late.
    MISSED = "missed"  # 未达成 (确保)
    FELL_SHORT = "fell_short"  # 力争未达, which is no red.


READING_WORDS = {
    Reading.REACHED: "已达成",
    Reading.ON_COURSE: "可达成",
    Reading.AT_RISK: "有风险",
    Reading.OUT_OF_REACH: "按现有时限无法达成",
    Reading.MISSED: "未达成",
    Reading.FELL_SHORT: "力争目标未达（不亮红灯）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A stage goal; `value` in %."""

    id: str
    plan_id: str
    operator: str
    value: float
    due_on: date
    scope: str = ""
    strength: str = "must"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the radar looks at of a task.

    Attributes:
        done_on: The Shanghai day on which it was closed, or became standing.
        due_on: The day it is due now, extensions counted.
        handed_in: Its units are done and the reviewers have the word.
        progress: In %.
    """

    id: str
    done_on: date | None = None
    due_on: date | None = None
    handed_in: bool = False
    progress: int = 0
    in_year: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A goal on a day.

    Attributes:
        total: Tasks in scope.
        needed: How many of them the goal takes.
        done: Done by then, and by the goal's day.
        handed_in: Waiting for review.
        due_soon: Open and due within a week, and by the goal's day.
        reachable: Done, or due by the goal's day.
        progress: Mean progress of the scope in %, done counting 100.
        deciding: The open tasks that would fill the gap, the nearest first.
        spare: Further tasks due by the day, beyond those.
    """

    goal: Goal
    on: date
    total: int
    needed: int
    done: int
    handed_in: int
    due_soon: int
    reachable: int
    progress: float
    reading: Reading
    deciding: tuple[str, ...]
    spare: int

    def share(self, count: int) -> float:
        """Give `count` as % of the scope, to one decimal; 0 for an empty scope."""
        return round(100 * count / self.total, 1) if self.total else 0.0


def in_scope(goal: Goal, tasks: Iterable[Counted]) -> list[Counted]:
    """Give the tasks that a goal counts."""
    return [task for task in tasks if task.in_year or YEAR_END_SCOPE not in goal.scope]


def needed_of(goal: Goal, total: int) -> int:
    """Give how many tasks a goal takes: the least whole number that satisfies it, in exact arithmetic."""
    share = Fraction(str(goal.value)) * total / 100
    return int(share) + 1 if goal.operator == ">" else ceil(share)


def look(goal: Goal, tasks: Iterable[Counted], on: date) -> Outlook:
    """Say how a goal stands at the end of the day `on`."""
    scope = in_scope(goal, tasks)
    horizon = min(on, goal.due_on)
    done = [task for task in scope if task.done_on is not None and task.done_on <= horizon]
    left = [task for task in scope if task.done_on is None or task.done_on > on]
    in_time = sorted((task for task in left if _in_time(task, goal)), key=_nearness)
    needed = needed_of(goal, len(scope))
    gap = max(needed - len(done), 0) if on < goal.due_on else 0
    return Outlook(
        goal=goal,
        on=on,
        total=len(scope),
        needed=needed,
        done=len(done),
        handed_in=sum(task.handed_in for task in left),
        due_soon=sum(on <= task.due_on <= on + SOON for task in in_time if task.due_on is not None),
        reachable=len(done) + len(in_time),
        progress=_mean_progress(scope, on),
        reading=_read(goal, on, needed, len(done), in_time),
        deciding=tuple(task.id for task in in_time[:gap]),
        spare=max(len(in_time) - gap, 0),
    )


def _in_time(task: Counted, goal: Goal) -> bool:
    """Whether an open task is to be done by the goal's day: handed in already, or due by then."""
    return task.handed_in or (task.due_on is not None and task.due_on <= goal.due_on)


def _nearness(task: Counted) -> tuple[bool, date, int, str]:
    """Order tasks by what is missing: those handed in first, then the earliest due, then the furthest on."""
    return not task.handed_in, task.due_on or date.max, -task.progress, task.id


def _mean_progress(scope: Sequence[Counted], on: date) -> float:
    if not scope:
        return 0.0
    reached = (100 if task.done_on is not None and task.done_on <= on else task.progress for task in scope)
    return round(sum(reached) / len(scope), 1)


def _read(goal: Goal, on: date, needed: int, done: int, in_time: Sequence[Counted]) -> Reading:
    if done >= needed:
        return Reading.REACHED
    if on >= goal.due_on:
        return Reading.FELL_SHORT if goal.strength == "strive" else Reading.MISSED
    overdue = sum(not task.handed_in and task.due_on is not None and task.due_on < on for task in in_time)
    if done + len(in_time) < needed:
        return Reading.OUT_OF_REACH
    return Reading.ON_COURSE if done + len(in_time) - overdue >= needed else Reading.AT_RISK


def sentence(outlook: Outlook) -> str:
    """Say in one sentence how a goal stands, with the numbers that it follows from."""
    goal = outlook.goal
    day = f"{goal.due_on.month}月{goal.due_on.day}日"
    wanted = "力争" if goal.strength == "strive" else "须"
    said = f"{day}{wanted}完成 {goal.value:g}%（{outlook.needed}/{outlook.total} 项）；"
    said += f"已完成 {outlook.share(outlook.done)}%（{outlook.done} 项）"
    if outlook.on < goal.due_on and outlook.done < outlook.needed:
        soon = outlook.done + outlook.due_soon
        said += f"，一周内到期的都完成则 {outlook.share(soon)}%（{soon} 项）"
        said += f"，{day}前到期的都完成则 {outlook.share(outlook.reachable)}%（{outlook.reachable} 项）"
        if outlook.deciding:
            said += f"；由 {len(outlook.deciding)} 项任务决定，另有 {outlook.spare} 项可作补充"
    return f"{said}。{READING_WORDS[outlook.reading]}。"
