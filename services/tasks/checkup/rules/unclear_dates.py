"""Deadlines that can be read in two ways or not at all (2023年10前): what the importer doubted, gathered by wording."""

from collections import defaultdict
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, references, spans
from services.tasks.importer.records import Task

_DOUBTS = frozenset({"ambiguous_date", "unread_deadline"})


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each wording of each plan."""
    doubted = {doubt.task_id for doubt in source.parsed.doubts if doubt.code in _DOUBTS}
    groups: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in source.parsed.tasks:
        if task.id in doubted and task.deadline_raw:
            groups[task.plan_id, task.deadline_raw].append(task)
    for (_, raw), tasks in groups.items():
        yield _sighting(source, raw, tasks)


def _sighting(source: Source, raw: str, tasks: list[Task]) -> Sighting:
    read = f"暂按{tasks[0].deadline}计" if tasks[0].deadline else "未能识别出日期"
    return Sighting(
        lines=spans(source.place(task, raw) for task in tasks),
        tasks=references(tasks),
        message=f"{source.names(tasks)}的完成时限写作“{raw}”，日期有歧义（{len(tasks)}处），{read}",
        ask="这里的完成时限具体到哪一天？是该月之前，还是该月底之前？",
    )
