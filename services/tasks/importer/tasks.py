"""From items to task records: number, title, body, roles, deadline, and what is doubtful about each."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from services.tasks.importer.dates import Calendar, Deadline, deadline_in_text, heading_timing, read_deadline
from services.tasks.importer.doubts import doubts_about, left_out, numbering_broken
from services.tasks.importer.items import Item, chapter_of, main_rank, section_of
from services.tasks.importer.numbering import CHAPTER, ITEM
from services.tasks.importer.phrases import Units
from services.tasks.importer.records import DeadlineSource, Doubt, Lines, Plan, Section, Task, TitleKind

_LONG_FOR_A_HEADING = 30
"""Characters; a part of a task whose first sentence is longer has no heading of its own."""

_DOUBLED = re.compile(r"[，；。]+(?=。)")
"""Marks that come to stand in a row where a field was taken out between them."""


@dataclass(frozen=True, slots=True)
class PlanTasks:
    """The tasks and sections of one plan, with the doubts about them."""

    sections: list[Section]
    tasks: list[Task]
    doubts: list[Doubt]
    by_item: dict[int, Task]


@dataclass(frozen=True, slots=True)
class Reading:
    """What holds for a whole plan: its calendar, and whether a printed note says that the first unit leads."""

    plan: Plan
    calendar: Calendar
    first_leads: bool = False


def write_tasks(tops: list[Item], reading: Reading) -> PlanTasks:
    """Write the records of one plan from its items."""
    items = [item for top in tops for item in top.walk()]
    headings = _headings(items, reading.plan)
    rank = main_rank(tops)
    tasks: list[Task] = []
    doubts: list[Doubt] = []
    for item in items:
        if item.is_task:
            task, deadline = _task(item, headings, reading, rank)
            tasks.append(task)
            doubts += doubts_about(task, item, deadline)
        else:
            doubts += left_out(item)
        doubts += numbering_broken(item)
    renamed = with_ids(tasks, reading.plan, {section.id: n for n, section in enumerate(headings.values(), 1)})
    ids = {task.id: new.id for task, new in zip(tasks, renamed, strict=True)}
    by_item = {int(task.id): new for task, new in zip(tasks, renamed, strict=True)}
    return PlanTasks(list(headings.values()), renamed, [_pointed(doubt, ids) for doubt in doubts], by_item)


def with_ids(tasks: list[Task], plan: Plan, order: dict[str, int]) -> list[Task]:
    """Give each task the id that `records` promises; `order` is the place of each section in the plan."""
    often = Counter(task.number for task in tasks)
    seen: Counter[str] = Counter()
    named = []
    for task in tasks:
        number = _bare(task.number)
        between = f"s{order.get(task.section_id or '', 0):02d}-" if often[task.number] > 1 else ""
        wanted = f"{plan.id}-{between}{number}"
        seen[wanted] += 1
        named.append(replace(task, id=wanted if seen[wanted] == 1 else f"{wanted}~{seen[wanted]}"))
    return named


def _pointed(doubt: Doubt, ids: dict[str, str]) -> Doubt:
    return replace(doubt, task_id=ids.get(doubt.task_id)) if doubt.task_id else doubt


def _bare(number: str) -> str:
    inner = number.removeprefix("（").removesuffix("）")
    return inner if "（" not in inner else number


def _headings(items: list[Item], plan: Plan) -> dict[int, Section]:
    """Write a section for every item that has items below it, or that heads goals or requirements."""
    headings: dict[int, Section] = {}
    for item in items:
        if item.children or (item.rank <= CHAPTER and not item.is_task):
            chapter = chapter_of(item)
            headings[id(item)] = Section(
                id=f"{plan.id}-s{len(headings) + 1:02d}",
                plan_id=plan.id,
                heading=heading_text(item),
                number=item.node.prefix.strip(),
                title=item.title.text,
                role=item.role,
                chapter=heading_text(chapter) if chapter else None,
                lines=item.flow.span(0, max(1, item.title.end)),
            )
    return headings


def heading_text(item: Item) -> str:
    """Give a heading as printed: its number and title."""
    title = item.title.text or item.flow.text.split("\n", 1)[0]
    return f"{item.node.prefix}{title}".strip()


def _task(
    item: Item, headings: dict[int, Section], reading: Reading, rank: int
) -> tuple[Task, Deadline | None]:
    section = section_of(item)
    chapter = chapter_of(item)
    title, kind = _title(item, rank)
    deadline, source = _deadline(item, reading.calendar)
    units = _roles(item, first_leads=reading.first_leads)
    number = item_number(item)
    task = Task(
        id=f"{id(item)}",
        plan_id=reading.plan.id,
        plan=reading.plan.title,
        section_id=headings[id(section)].id if section else headings[id(chapter)].id if chapter else None,
        section=heading_text(section) if section else None,
        chapter=heading_text(chapter) if chapter else None,
        number=number,
        title=title,
        title_kind=kind,
        body=_body(item, kind),
        lead=units.get("lead", ()),
        responsible=units.get("responsible", ()),
        cooperating=units.get("cooperating", ()),
        leaders=_leaders(item),
        deadline_raw=deadline.raw if deadline else None,
        deadline=deadline.day if deadline else None,
        deadline_source=source,
        ongoing=deadline.ongoing if deadline else False,
        follow_up=deadline.follow_up if deadline else None,
        stage_note=deadline.stage_note if deadline else None,
        lines=item_lines(item),
    )
    return task, deadline


def item_number(item: Item) -> str:
    """Give the printed number; a part of a numbered item has the item's number before it: 1(2)."""
    marker = item.marker
    if marker.rank > ITEM and item.parent is not None and item.parent.rank >= ITEM:
        return f"{item_number(item.parent)}({marker.value})"
    return marker.printed


def _title(item: Item, rank: int) -> tuple[str, TitleKind]:
    """Name a part of a task for the task, where the plan's tasks are of that rank and the heading is all there is."""
    parent = item.parent
    is_part = parent is not None and parent.rank == rank < item.rank and not parent.is_task
    if parent is not None and is_part and not _has_own_title(item, parent):
        return parent.title.text, "parent_heading"
    return item.title.text, item.title.kind


def _has_own_title(item: Item, parent: Item) -> bool:
    """Say whether a part begins with a heading; a longer sentence is one where all parts begin with such."""
    if item.title.end == 0:
        return False
    short = len(item.title.text) <= _LONG_FOR_A_HEADING
    return short or not parent.has_prose_parts


def _roles(item: Item, *, first_leads: bool) -> Units:
    units = item.fields.units
    several = units.get("responsible", ())
    if first_leads and not units.get("lead") and len(several) > 1:
        return {**units, "lead": several[:1], "responsible": several[1:]}
    return units


def _leaders(item: Item) -> tuple[str, ...]:
    """Give the persons named with the item, else those of the nearest heading that names some."""
    above: Item | None = item
    while above is not None:
        if above.fields.leaders and (above is item or not above.is_task):
            return above.fields.leaders
        above = above.parent
    return ()


def _deadline(item: Item, calendar: Calendar) -> tuple[Deadline | None, DeadlineSource | None]:
    if item.fields.deadline_raw is not None:
        return read_deadline(item.fields.deadline_raw, calendar), "field"
    if found := deadline_in_text(_without_fields(item), calendar):
        return found, "text"
    inherited = _inherited(item)
    return (read_deadline(inherited, calendar), "heading") if inherited is not None else (None, None)


def _inherited(item: Item) -> str | None:
    """Give the deadline of the nearest heading that has one, in a field of its own or as its words."""
    above = item.parent
    while above is not None:
        raw = above.fields.deadline_raw or heading_timing(above.title.text)
        if raw is not None and not above.is_task:
            return raw
        above = above.parent
    return None


def _without_fields(item: Item, start: int = 0) -> str:
    kept, at = [], start
    for cut_start, cut_end in sorted(item.fields.cut):
        kept.append(item.flow.text[at : max(at, cut_start)])
        at = max(at, cut_end)
    return "".join([*kept, item.flow.text[at:]])


def _body(item: Item, kind: TitleKind) -> str:
    """Give the text below the title, with the steps that are no tasks of their own."""
    start = 0 if kind == "parent_heading" else item.title.end
    own = _DOUBLED.sub("", _without_fields(item, start).replace("\n", "")).lstrip("。：:；; ").strip()
    steps = [f"{child.node.prefix}{_full(child)}" for child in item.children if not child.is_task]
    return "".join([own, *steps])


def _full(item: Item) -> str:
    own = item.flow.text.replace("\n", "")
    return own + "".join(f"{child.node.prefix}{_full(child)}" for child in item.children)


def item_lines(item: Item) -> Lines:
    """Give the lines of an item with the steps below it that are no tasks."""
    last = max([item.node.last, *(item_lines(child)[1] for child in item.children if not child.is_task)])
    return item.node.lines[0].number, last
