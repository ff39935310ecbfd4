"""A date or season in a task's own text that doesn't agree with the deadline printed below it."""

import re
from collections.abc import Iterator
from datetime import date

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, reference, words_of
from services.tasks.importer.dates import Calendar, find_dates
from services.tasks.importer.records import Task

_QUOTED = re.compile(r"《[^》]{0,200}》")
_RECURRING = re.compile(r"每年|每月|每季|每半年|逐年|每周|每日|每天|按月|按季")
_SENTENCE = re.compile(r"[。；]")
_WINTER = re.compile(r"分季度|寒冬|冬季|冬春")
"""Words that reach to the end of the year; 冬奥 and 冬令营 are none."""
_BEFORE_WINTER = 11
_WITHIN = "年内"
"""Any date of the year is within it: that contradicts no deadline."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each task whose text ends earlier or later than its deadline field says."""
    for task in source.parsed.tasks:
        if task.deadline is None or task.deadline_source == "text":
            continue
        last = max(_dates(task, task.deadline, source.parsed.issued_on), default=None)
        if last is not None and last[0] != task.deadline:
            yield _sighting(source, task, task.deadline, last)


def _dates(task: Task, deadline: date, issued: date | None) -> Iterator[tuple[date, str]]:
    calendar = Calendar(deadline.year, issued)
    for sentence in _SENTENCE.split(_QUOTED.sub("", words_of(task))):
        winter = _WINTER.search(sentence)
        if winter and deadline.month < _BEFORE_WINTER:
            yield date(deadline.year, 12, 31), winter[0]
        hits = [] if _RECURRING.search(sentence) else find_dates(sentence, calendar)
        words = ((hit.day, sentence[hit.start : hit.end]) for hit in hits)
        yield from ((day, said) for day, said in words if _WITHIN not in said)


def _sighting(source: Source, task: Task, deadline: date, last: tuple[date, str]) -> Sighting:
    day, words = last
    order = "早于" if day < deadline else "晚于"
    return Sighting(
        lines=(source.place(task, words), source.place(task, task.deadline_raw or "")),
        tasks=(reference(task),),
        message=f"{source.name(task)}正文写“{words}”（到{day}），{order}完成时限{deadline}",
        ask="以正文的日期为准，还是以完成时限为准？如是两个节点，各要完成什么？",
    )
