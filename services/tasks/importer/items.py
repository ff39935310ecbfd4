"""Which numbered items are tasks: the evidence of one plan's tree, weighed item by item."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.tasks.importer.flow import Flow
from services.tasks.importer.numbering import CHAPTER, ITEM, SECTION, Marker
from services.tasks.importer.outline import Node, Outline
from services.tasks.importer.records import SectionRole
from services.tasks.importer.roles import Fields, read_fields
from services.tasks.importer.soft_lines import Line
from services.tasks.importer.text import alternatives
from services.tasks.importer.titles_of_items import ItemTitle, read_title
from services.tasks.importer.vocabulary import SECTION_WORDS

_SHORT_HEADING = 24


@dataclass(slots=True)
class Item:
    """A node with what its own text says; `covers` is the text with the steps below it where they are its parts."""

    node: Node
    marker: Marker
    flow: Flow
    fields: Fields
    title: ItemTitle
    role: SectionRole
    children: list["Item"] = field(default_factory=list)
    parent: "Item | None" = None
    is_task: bool = False
    in_requirements: bool = False
    """Whether the chapter is one of requirements by its whole heading: what it asks of units is no task."""
    has_prose_parts: bool = False
    """Whether an item directly below begins with a sentence that is too long for a heading."""

    @property
    def rank(self) -> int:
        """Give the rank of the item's number."""
        return self.marker.rank

    @property
    def body_end(self) -> int:
        """Give the place where the first field begins."""
        return _body_end(self.flow, self.fields)

    def walk(self) -> Iterator["Item"]:
        """Give this item and those below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_items(outline: Outline, wrap_width: int) -> list[Item]:
    """Read every numbered item of a plan and mark the tasks; give the items of the first level."""
    tops = [_item(node, marker, None, wrap_width) for node, marker in _numbered(outline.root)]
    for top in tops:
        _give_to_parent(top)
        _mark(top)
    if not any(item.is_task for top in tops for item in top.walk()):
        _mark_without_units(tops)
    return tops


def heading_role(title: str) -> SectionRole:
    """Tell by the words of a heading what stands below it."""
    if len(title) > _SHORT_HEADING:
        return "other"
    return next((role for role, words in SECTION_WORDS if any(word in title for word in words)), "other")


def _numbered(node: Node) -> list[tuple[Node, Marker]]:
    """Give the numbered items directly below a node; annexes are looked through."""
    return [
        found
        for child in node.children
        for found in ([(child, child.marker)] if child.marker else _numbered(child))
    ]


def _item(node: Node, marker: Marker, parent: Item | None, wrap_width: int) -> Item:
    flow = node.flow
    fields = read_fields(flow)
    title = read_title(flow, _body_end(flow, fields), wrap_width)
    role: SectionRole = "other" if node.back else parent.role if parent else heading_role(title.text)
    if fields.in_prose and role not in {"tasks", "other"}:
        fields = Fields()
        title = read_title(flow, len(flow.shadow), wrap_width)
    item = Item(node, marker, flow, fields, title, role, parent=parent)
    item.in_requirements = parent.in_requirements if parent else bool(_REQUIREMENTS.fullmatch(title.text))
    item.children = [_item(child, number, item, wrap_width) for child, number in _numbered(node)]
    item.has_prose_parts = any(child.title.end == 0 for child in item.children)
    return item


def _body_end(flow: Flow, fields: Fields) -> int:
    return min((start for start, _ in fields.cut), default=len(flow.shadow))


def _give_to_parent(item: Item) -> None:
    """Give units that stand behind the last of several steps to the item whose steps they are."""
    for child in item.children:
        _give_to_parent(child)
    steps = item.children
    if len(steps) < 2 or item.fields.found or any(step.children for step in steps):
        return
    if not steps[-1].fields.found or any(step.fields.found for step in steps[:-1]):
        return
    if steps[-1].rank > ITEM or all(step.flow.shadow.rstrip().endswith("；") for step in steps[:-1]):
        _move_fields(steps[-1], item)


def _move_fields(step: Item, item: Item) -> None:
    start = step.body_end
    kept = step.flow.text[:start]
    moved = [Line(text, shape, step.flow.line_at(start)) for text, shape in _tail(step.flow, start)]
    item.fields, step.fields = step.fields, Fields()
    offset = len(item.flow.text) + 1
    item.fields.cut = [(offset + a - start, offset + b - start) for a, b in item.fields.cut]
    item.flow = Flow([*item.flow.lines, *moved])
    step.flow = Flow([Line(kept, step.flow.shadow[:start], step.flow.line_at(0))])


def _tail(flow: Flow, start: int) -> list[tuple[str, str]]:
    return list(zip(flow.text[start:].split("\n"), flow.shadow[start:].split("\n"), strict=True))


def _mark(item: Item) -> None:
    for child in item.children:
        _mark(child)
    if item.in_requirements:
        return
    has_units = bool(item.fields.named)
    if has_units:
        item.is_task = True
    elif item.fields.deadline_raw is not None:
        is_over_tasks = any(below.is_task for below in item.walk() if below is not item)
        item.is_task = item.role in {"tasks", "other"} and not is_over_tasks and not item.node.back


def _mark_without_units(tops: list[Item]) -> None:
    """Take the lowest items below headings of tasks in a plan that names no unit at all (a plan of conduct)."""
    for top in tops:
        if top.role == "tasks" and not top.node.back:
            for item in top.walk():
                item.is_task = item is not top and not item.children


def main_rank(tops: list[Item]) -> int:
    """Give the rank of number that most tasks of the plan have."""
    ranks = Counter(item.rank for top in tops for item in top.walk() if item.is_task)
    return ranks.most_common(1)[0][0] if ranks else ITEM


def chapter_of(item: Item) -> Item | None:
    """Give the heading 一、 above an item."""
    return next((above for above in _above(item) if above.rank <= CHAPTER), None)


def section_of(item: Item) -> Item | None:
    """Give the heading between the chapter and the item: the nearest （一）, else the nearest item above it.

    Where there is none the chapter is the section, unless its heading says no more than that tasks follow.
    """
    between = [above for above in _above(item) if above.rank > CHAPTER]
    if between:
        return next((above for above in between if above.rank == SECTION), between[-1])
    chapter = chapter_of(item)
    return None if chapter is None or _ONLY_TASKS.fullmatch(chapter.title.text) else chapter


def _above(item: Item) -> Iterator[Item]:
    parent = item.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _words_of(wanted: SectionRole) -> str:
    return alternatives(word for role, table in SECTION_WORDS if role == wanted for word in table)


_ONLY_TASKS = re.compile(rf"(?:{_words_of('tasks')}|[和及与、])+")
_REQUIREMENTS = re.compile(
    rf"(?:(?:进一步|切实|全面)?(?:强化|加强|严格|落实|健全|完善|做好|抓好|狠抓|明确|严肃))?(?:{_words_of('requirements')}|[和及与、])+"
)
