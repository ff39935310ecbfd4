"""Deadlines before the day of issue or only a few days after it: nobody can sign for, do and prove it in time."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, reference
from services.tasks.importer.records import Task

SHORTEST = timedelta(days=14)
"""Natural days between issue and deadline; with less there is hardly time to assign, sign for and act."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each such task; a document without a date of issue has none."""
    issued = source.parsed.issued_on
    for task in source.parsed.tasks:
        if issued and task.deadline and task.deadline_source != "text" and task.deadline < issued + SHORTEST:
            yield _sighting(source, task, task.deadline, issued)


def _sighting(source: Source, task: Task, deadline: date, issued: date) -> Sighting:
    left = (deadline - issued).days
    said = f"离印发日只有{left}天" if left > 0 else "就是印发当天" if left == 0 else f"比印发日早{-left}天"
    return Sighting(
        lines=(source.place(task, task.deadline_raw or ""),),
        tasks=(reference(task),),
        message=f"{source.name(task)}的时限是{deadline}，{said}（{issued}印发）",
        ask="是否在印发前已经完成？如已完成请提供证明，如未完成请重新确定时限。",
    )
