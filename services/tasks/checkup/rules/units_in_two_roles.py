"""Units that a task names in two roles, as lead and as responsible or cooperating."""

import re
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, reference
from services.tasks.importer.records import Task

_TOLD = re.compile(r"(?:负责|牵头|配合)）|牵头，")
"""Units told by brackets for parts of a task (甲局牵头，乙局配合): one may well have another role in each part."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each such task."""
    for task in source.parsed.tasks:
        twice = _twice(task)
        if twice and not _TOLD.search(source.printed(task).text):
            yield Sighting(
                lines=(task.lines,),
                tasks=(reference(task),),
                message=f"{source.name(task)}把{'、'.join(twice)}同时列为两种角色",
                ask="该单位是牵头还是责任（配合）单位？责任单位一栏是否本应写别的单位？",
            )


def _twice(task: Task) -> list[str]:
    roles = [set(task.lead), set(task.responsible), set(task.cooperating)]
    names = dict.fromkeys([*task.lead, *task.responsible, *task.cooperating])
    return [name for name in names if sum(name in role for role in roles) > 1]
