"""Units that stand for several without naming them (各相关部门): nobody in particular has the duty."""

import re
from collections import Counter
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, percent, reference, references, spans
from services.tasks.importer.records import Task, Unit

_EACH = re.compile(r"各(?:级|市|县|区|镇|乡|街|地|设区)")
"""What every level or place of a kind has to do (各级工会) is a clear duty."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for the document, and one for each task that has only such a name as its lead."""
    unnamed = frozenset(unit.name for unit in source.parsed.units if _is_vague(unit))
    tasks = source.parsed.tasks
    vague = [task for task in tasks if unnamed & {*task.responsible, *task.cooperating}]
    if vague:
        yield _sighting(source, vague, unnamed)
    for task in tasks:
        if task.lead and unnamed.issuperset(task.lead):
            yield Sighting(
                lines=(source.place(task, task.lead[0]),),
                tasks=(reference(task),),
                message=f"{source.name(task)}的牵头单位写作“{'、'.join(task.lead)}”，没有指明是哪个单位",
                ask="由哪个单位牵头？",
            )


def _is_vague(unit: Unit) -> bool:
    return unit.kind == "collective" and not _EACH.match(unit.name)


def _sighting(source: Source, vague: list[Task], unnamed: frozenset[str]) -> Sighting:
    total = len(source.parsed.tasks)
    counts = Counter(
        name for task in vague for name in {*task.responsible, *task.cooperating} if name in unnamed
    )
    names = "、".join(f"“{name}”{count}项" for name, count in counts.most_common(5))
    only = sum(unnamed.issuperset([*task.responsible, *task.cooperating]) for task in vague)
    return Sighting(
        lines=spans(task.lines for task in vague),
        tasks=references(vague),
        message=f"{total}项任务中{len(vague)}项（{percent(len(vague), total)}）的责任或配合单位没有点名（{names}），"
        f"其中{only}项除牵头单位外没有一个点了名的单位",
        ask="“各相关部门”等具体指哪些单位？由牵头单位确定的，请写明确定的时间。",
    )
