"""Targets counted over a whole year in a task that is due before the year ends."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, reference, spans
from services.tasks.importer.records import Target, Task

_YEAR = re.compile(r"(20\d\d)年|全年|年度")
"""Periods that end with the year; 年内 may end sooner and is a date of the text."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each such task."""
    found: dict[str, list[Target]] = defaultdict(list)
    for target in source.parsed.targets:
        task = source.task.get(target.task_id or "")
        if task is not None and _outlasts(target, task):
            found[task.id].append(target)
    for task_id, targets in found.items():
        yield _sighting(source, source.task[task_id], targets)


def _outlasts(target: Target, task: Task) -> bool:
    period = _YEAR.fullmatch(target.period or "")
    if period is None or task.deadline is None or task.deadline_source == "text":
        return False
    year = int(period[1]) if period[1] else task.deadline.year
    return task.deadline < date(year, 12, 31)


def _sighting(source: Source, task: Task, targets: list[Target]) -> Sighting:
    periods = "、".join(dict.fromkeys(target.period or "" for target in targets))
    return Sighting(
        lines=spans([*(target.lines for target in targets), source.place(task, task.deadline_raw or "")]),
        tasks=(reference(task),),
        message=f"{source.name(task)}有{len(targets)}个按“{periods}”计算的指标，完成时限却是{task.deadline}，早于年底",
        ask="到完成时限时应达到多少？全年的数到年底再考核，还是要求提前完成？",
    )
