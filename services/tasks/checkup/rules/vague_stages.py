"""Deadlines that ask for 阶段性成果 and the like where no number says when that is reached."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, references, spans


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for the document: tasks due with a stage result, and no target in them."""
    measured = {target.task_id for target in source.parsed.targets}
    staged = [task for task in source.parsed.tasks if task.stage_note]
    vague = [task for task in staged if task.id not in measured]
    if not vague:
        return
    words = "、".join(f"“{word}”" for word in dict.fromkeys(task.stage_note or "" for task in vague))
    yield Sighting(
        lines=spans(source.place(task, task.deadline_raw or "") for task in vague),
        tasks=references(vague),
        message=f"{len(staged)}项任务到期只要求{words}，其中{len(vague)}项正文没有可量化的目标，到期难以判断是否完成",
        ask="“阶段性成果”以什么为准？请逐项明确到期时应拿出的成果（文件、数量、比例或系统上线）。",
    )
