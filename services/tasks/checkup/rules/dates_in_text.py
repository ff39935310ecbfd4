"""Dates in the text of a task that has no deadline: they are easily overlooked, and nobody says what they bind."""

import re
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, reference, spans, words_of
from services.tasks.importer.dates import Calendar, find_dates
from services.tasks.importer.records import Task

_QUOTED = re.compile(r"《[^》]{0,200}》")


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each task without a deadline whose text sets one (6月底前)."""
    issued = source.parsed.issued_on
    calendar = Calendar(issued.year if issued else None, issued)
    for task in source.parsed.tasks:
        if task.deadline is not None:
            continue
        text = _QUOTED.sub("", words_of(task))
        words = [text[hit.start : hit.end] for hit in find_dates(text, calendar) if hit.firm]
        if words:
            yield _sighting(source, task, list(dict.fromkeys(words)))


def _sighting(source: Source, task: Task, words: list[str]) -> Sighting:
    return Sighting(
        lines=spans(source.place(task, word) for word in words),
        tasks=(reference(task),),
        message=f"{source.name(task)}没有完成时限，正文却写有“{'”“'.join(words)}”",
        ask="正文的日期是否就是这项任务的完成时限？是每年都要做到，还是只指当年？",
    )
