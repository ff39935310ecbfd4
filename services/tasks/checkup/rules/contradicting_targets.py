"""Targets that set different numbers for the same measure, in one plan or in two."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.measures import Measure, groups_of, measures_of
from services.tasks.checkup.source import Source, plan_name, references, spans

_LONGEST = 60
"""Characters of a clause that are quoted."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each measure."""
    for group in groups_of(measures_of(source)):
        tasks = [source.task[task_id] for one in group if (task_id := one.target.task_id)]
        yield Sighting(
            lines=spans(one.target.lines for one in group),
            tasks=references(dict.fromkeys(tasks)),
            message="同一指标的数不一致：" + "；".join(dict.fromkeys(_said(source, one) for one in group)),
            ask="以哪一个数为准？如果口径不同（对象、环节、时间），请分别写明。",
        )


def _said(source: Source, measure: Measure) -> str:
    target = measure.target
    task = source.task.get(target.task_id or "")
    where = source.name(task) if task else f"{plan_name(source.plans[target.plan_id])}（目标或要求）"
    raw = target.raw if len(target.raw) <= _LONGEST else f"{target.raw[:_LONGEST]}…"
    return f"{where}“{raw}”"
