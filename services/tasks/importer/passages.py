"""The text of a plan as passages: every item's own words, with the task to which they belong."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks.importer.items import Item
from services.tasks.importer.labels import label_at_start
from services.tasks.importer.records import SectionRole, Task
from services.tasks.importer.soft_lines import Line


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a plan: its lines, the task that it belongs to, and what its chapter is about."""

    lines: list[Line]
    task: Task | None
    role: SectionRole


def passages_of(tops: list[Item], loose: list[Line], tasks: dict[int, Task]) -> list[Passage]:
    """Give the passages of one plan, without preface and annexes; `tasks` goes by the identity of the item."""
    found = [passage for top in tops for passage in _below(top, None, tasks)]
    first = tops[0].node.lines[0].number if tops else 0
    after = [line for line in loose if line.number > first]
    return [*found, *([Passage(after, None, "other")] if after else [])]


def _below(item: Item, task: Task | None, tasks: dict[int, Task]) -> Iterator[Passage]:
    if item.node.back:
        return
    own = tasks.get(id(item), task)
    lines = [line for line in item.flow.lines if label_at_start(line.shadow) is None]
    if any(line.text for line in lines):
        yield Passage(lines, own, item.role)
    for child in item.children:
        yield from _below(child, own, tasks)
