"""Tasks that say the same in two places, and what differs between them nevertheless: lead, units, deadline."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.pairs import find_pairs
from services.tasks.checkup.source import Source, references
from services.tasks.importer.records import Task


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each pair."""
    for pair in find_pairs(source.parsed.tasks):
        first, second = source.task[pair.first], source.task[pair.second]
        alike = "内容相同" if pair.likeness == 1 else f"内容大部分相同（{pair.likeness:.0%}）"
        differences = "；".join(_differences(first, second))
        yield Sighting(
            lines=(first.lines, second.lines),
            tasks=references((first, second)),
            message=f"{source.name(first)}与{source.name(second)}{alike}"
            + (f"，但{differences}" if differences else ""),
            ask="是否同一项任务？由谁牵头、以哪个时限为准？能否合并签收和报送？",
        )


def _differences(first: Task, second: Task) -> Iterator[str]:
    if set(first.lead) != set(second.lead):
        yield f"牵头单位不同（{_listed(first.lead)}／{_listed(second.lead)}）"
    if set(first.responsible) != set(second.responsible):
        yield "责任单位不同"
    if first.deadline != second.deadline:
        yield f"时限不同（{first.deadline or '未定'}／{second.deadline or '未定'}）"


def _listed(units: tuple[str, ...]) -> str:
    return "、".join(units) or "未列"
