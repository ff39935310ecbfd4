"""Stage goals 阶段目标 that the plan's own deadlines can't reach: too few of its tasks are due by the goal's date."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, percent, plan_name, references, spans
from services.tasks.importer.records import Milestone, Plan, Task


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each plan that has such goals."""
    for plan in source.parsed.plans:
        goals = [goal for goal in source.parsed.milestones if goal.plan_id == plan.id and goal.unit == "%"]
        missed = [goal for goal in goals if _short(goal, _in_scope(source, goal)) > 0]
        if missed:
            yield _sighting(source, plan, missed)


def _in_scope(source: Source, goal: Milestone) -> list[Task]:
    """Give the dated tasks that a goal counts: with 年底 in its scope, those due within its year."""
    last = date(goal.deadline.year, 12, 31) if "年底" in goal.scope else date.max
    tasks = source.tasks_of.get(goal.plan_id, ())
    return [task for task in tasks if task.deadline is not None and task.deadline <= last]


def _short(goal: Milestone, tasks: Sequence[Task]) -> int:
    """Give how many tasks more would have to be due by the goal's date."""
    return math.ceil(round(goal.value * len(tasks) / 100, 6)) - len(_due(goal, tasks))


def _due(goal: Milestone, tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.deadline is not None and task.deadline <= goal.deadline]


def _sighting(source: Source, plan: Plan, missed: Sequence[Milestone]) -> Sighting:
    first = min(missed, key=lambda goal: goal.deadline)
    tasks = _in_scope(source, first)
    late = [task for task in tasks if task not in _due(first, tasks)]
    said = "；".join(_said(goal, _in_scope(source, goal)) for goal in missed)
    return Sighting(
        lines=spans(goal.lines for goal in missed),
        tasks=references(late),
        message=f"{plan_name(plan)}：{said}",
        ask="阶段目标按任务项数还是按平均进度算？要达到目标，哪些任务应当提前，或目标应调整为多少？",
    )


def _said(goal: Milestone, tasks: Sequence[Task]) -> str:
    due = len(_due(goal, tasks))
    return (
        f"{len(tasks)}项有时限的任务，到{goal.deadline}到期的只有{due}项（{percent(due, len(tasks))}），"
        f"目标却是到这一天完成{goal.value:g}%以上，差{_short(goal, tasks)}项"
    )
