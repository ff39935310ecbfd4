"""Tasks without a deadline, over the whole document: without a date there is no clock and no overdue."""

from collections import Counter
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, percent, plan_name, references, spans


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for the document, with the count of each plan."""
    tasks = source.parsed.tasks
    undated = [task for task in tasks if task.deadline is None]
    if not undated:
        return
    counts = Counter(task.plan_id for task in undated)
    parts = "，".join(
        f"{plan_name(source.plans[plan_id])}{count}项（共{len(source.tasks_of[plan_id])}项）"
        for plan_id, count in counts.items()
    )
    standing = sum(task.ongoing for task in undated)
    also = f"；其中{standing}项只写“持续推进”一类" if standing else ""
    yield Sighting(
        lines=spans(task.lines for task in undated),
        tasks=references(undated),
        message=f"全文{len(tasks)}项任务中{len(undated)}项（{percent(len(undated), len(tasks))}）"
        f"没有完成时限：{parts}{also}",
        ask="这些任务何时完成？是否以年底为限，或按季度、月份分别设定？属于常年工作的请注明。",
    )
