"""Tasks without a lead unit 牵头单位, by plan; those that name no unit at all are counted apart."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, plan_name, references, spans
from services.tasks.importer.records import Plan, Task


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each plan that has such tasks."""
    for plan in source.parsed.plans:
        tasks = source.tasks_of.get(plan.id, ())
        without = [task for task in tasks if not task.lead]
        if without:
            yield _sighting(plan, len(tasks), without)


def _sighting(plan: Plan, total: int, without: list[Task]) -> Sighting:
    nobody = [task for task in without if not (task.responsible or task.cooperating)]
    alone = [task for task in without if len(task.responsible) == 1 and not task.cooperating]
    several = len(without) - len(nobody) - len(alone)
    kinds = (
        (len(nobody), "项没有列任何单位"),
        (several, "项列有多个单位而没有说由谁牵头"),
        (len(alone), "项只列一个责任单位"),
    )
    said = "，".join(f"{count}{what}" for count, what in kinds if count)
    return Sighting(
        lines=spans(task.lines for task in without),
        tasks=references(without),
        message=f"{plan_name(plan)}共{total}项任务，{len(without)}项没有牵头单位：{said}",
        ask="这些任务由哪个单位牵头、对整体负责？只列一个责任单位的，是否就由它牵头？",
    )
