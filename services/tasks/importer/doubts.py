"""What is not sure about a task, said in Chinese with a stable code, for the person who confirms the import."""

from services.tasks.importer.dates import Deadline
from services.tasks.importer.items import Item
from services.tasks.importer.records import Doubt, Lines, Task
from services.tasks.importer.units import is_collective, looks_like_unit


def doubts_about(task: Task, item: Item, deadline: Deadline | None) -> list[Doubt]:
    """List what a person should look at before a task is taken over."""
    found = [*_unit_doubts(task), *_deadline_doubts(task, deadline)]
    if task.title_kind == "first_clause":
        found.append(("title_cut", f"无标题，取首句前半作标题：{task.title}"))
    if task.title_kind == "parent_heading":
        found.append(("title_inherited", f"分项无标题，沿用上级标题：{task.title}"))
    if item.role in {"requirements", "goals", "steps"}:
        found.append(("outside_tasks", f"位于“{task.chapter or task.section}”，列有单位，已作为任务"))
    if item.fields.empty:
        found.append(("empty_field", "有字段未填内容"))
    return [Doubt(code=code, message=message, lines=task.lines, task_id=task.id) for code, message in found]


def _unit_doubts(task: Task) -> list[tuple[str, str]]:
    found = []
    names = (*task.lead, *task.responsible, *task.cooperating)
    if not names:
        found.append(("no_unit", "未列单位，指定单位后方可交办"))
    elif not task.lead:
        assumed = task.responsible[0] if task.responsible else task.cooperating[0]
        found.append(("lead_assumed", f"未列牵头单位，暂由“{assumed}”牵头"))
    collective = [name for name in names if is_collective(name)]
    if collective:
        found.append(
            ("collective_unit", f"未点名的单位：{'、'.join(dict.fromkeys(collective))}，由牵头单位明确")
        )
    unknown = [name for name in names if not looks_like_unit(name) and not is_collective(name)]
    if unknown:
        found.append(("unknown_unit", f"不像单位名称：{'、'.join(dict.fromkeys(unknown))}"))
    twice = [name for name in task.lead if name in task.responsible or name in task.cooperating]
    if twice:
        found.append(("unit_in_two_roles", f"同一单位兼有两种角色：{'、'.join(twice)}"))
    return found


def _deadline_doubts(task: Task, deadline: Deadline | None) -> list[tuple[str, str]]:
    if deadline is None:
        return []
    found = []
    if deadline.doubt:
        found.append(("ambiguous_date", f"{deadline.doubt}，按 {deadline.day} 计"))
    if task.deadline_source == "text":
        found.append(("deadline_from_text", f"时限取自正文：{deadline.raw}"))
    if task.deadline_source == "heading":
        found.append(("deadline_from_heading", f"时限取自上级标题：{deadline.raw}"))
    if deadline.day is None and not deadline.ongoing:
        found.append(("unread_deadline", f"时限未能识别：{deadline.raw or '（空）'}"))
    return found


def left_out(item: Item) -> list[Doubt]:
    """Say that a numbered item was not taken: among tasks without units or a deadline, or a requirement with units."""
    if item.in_requirements and item.fields.named:
        message = f"属保障措施、工作要求，列有单位，未作为任务：{item.node.prefix}{item.title.text}"
        return [Doubt(code="requirement_with_units", message=message, lines=_own(item))]
    if (
        item.children
        or item.role != "tasks"
        or item.node.back
        or (item.parent is not None and item.parent.is_task)
    ):
        return []
    message = f"编号项未列单位和时限，未作为任务：{item.node.prefix}{item.title.text}"
    return [Doubt(code="item_without_units", message=message, lines=_own(item))]


def numbering_broken(item: Item) -> list[Doubt]:
    """Say that a number does not follow the one before it."""
    if not item.node.out_of_order or item.node.back:
        return []
    return [Doubt(code="numbering", message=f"编号不连续：{item.node.prefix.strip()}", lines=_own(item))]


def _own(item: Item) -> Lines:
    return item.node.lines[0].number, item.node.last
