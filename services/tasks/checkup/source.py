"""A document under check-up: what the importer read of it beside the text itself, and how its parts are called.

Invariant: nothing is read again that the importer has read; the text is only searched for where words stand.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from services.tasks.importer.dense import Dense
from services.tasks.importer.numbering import read_marker
from services.tasks.importer.records import Document, Lines, Parsed, Plan, Task
from services.tasks.importer.soft_lines import Line, soft_lines
from services.tasks.importer.tables import unfold_tables
from services.tasks.importer.text import shadow, squeeze

_QUOTED = re.compile(r"“(.+)”")
_NOT_WORD = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_PARAGRAPH_END = frozenset("。；：！？”）")
_FULL_LINE = 20
"""Characters; a shorter line is a heading or a field and goes on with nothing."""


@dataclass(frozen=True)
class Source:
    """What was read, and the soft lines of the text in order."""

    parsed: Parsed
    lines: tuple[Line, ...]

    @cached_property
    def paragraphs(self) -> tuple[Dense, ...]:
        """Give the text as paragraphs: wrapped lines run together again."""
        groups: list[list[Line]] = []
        for line in self.lines:
            if groups and _goes_on(groups[-1][-1], line):
                groups[-1].append(line)
            else:
                groups.append([line])
        return tuple(Dense(group) for group in groups)

    @cached_property
    def tasks_of(self) -> dict[str, tuple[Task, ...]]:
        """Give the tasks of each plan that has any, by plan id."""
        found: dict[str, list[Task]] = defaultdict(list)
        for task in self.parsed.tasks:
            found[task.plan_id].append(task)
        return {plan_id: tuple(tasks) for plan_id, tasks in found.items()}

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """Give the plans by id."""
        return {plan.id: plan for plan in self.parsed.plans}

    @cached_property
    def task(self) -> dict[str, Task]:
        """Give the tasks by id."""
        return {task.id: task for task in self.parsed.tasks}

    def between(self, lines: Lines) -> list[Line]:
        """Give the soft lines from the first to the last of some lines of the file."""
        first = bisect_left(self.lines, lines[0], key=lambda line: line.number)
        last = bisect_right(self.lines, lines[1], key=lambda line: line.number)
        return list(self.lines[first:last])

    def printed(self, task: Task) -> Dense:
        """Give all that is printed on the lines of a task, fields and all."""
        return Dense(self.between(task.lines))

    def place(self, task: Task, words: str) -> Lines:
        """Give the lines of a task on which these words stand; all its lines where they can't be found."""
        wanted = squeeze(shadow(words))
        printed = self.printed(task)
        at = printed.text.find(wanted) if wanted else -1
        return printed.span(at, at + len(wanted)) if at >= 0 else task.lines

    def name(self, task: Task) -> str:
        """Give what people call a task: “办理建筑许可”第12项."""
        number = task.number.strip("（）")
        return f"{plan_name(self.plans[task.plan_id])}第{number}项"

    def names(self, tasks: Iterable[Task], most: int = 4) -> str:
        """Name some tasks, the first few by themselves."""
        listed = [self.name(task) for task in tasks]
        more = f"等{len(listed)}项" if len(listed) > most else ""
        return "、".join(listed[:most]) + more


def source_of(document: Document, parsed: Parsed) -> Source:
    """Set a document beside what was read of it."""
    return Source(parsed, tuple(soft_lines(unfold_tables(document.lines))))


def reference(task: Task) -> str:
    """Give the reference `<plan>/<number>`, unique in its document."""
    return f"{task.plan_id}/{task.id.removeprefix(f'{task.plan_id}-')}"


def references(tasks: Iterable[Task]) -> tuple[str, ...]:
    """Give the references of tasks in their order."""
    return tuple(reference(task) for task in tasks)


def subject_of(title: str) -> str | None:
    """Give what a plan's title puts in quotation marks (“开办企业”指标…方案)."""
    found = _QUOTED.search(squeeze(title))
    return found[1] if found else None


def plan_name(plan: Plan) -> str:
    """Give the short name of a plan: its subject in quotation marks, or its title."""
    subject = subject_of(plan.title)
    return f"“{subject}”方案" if subject else f"《{squeeze(plan.title)}》"


def bare(text: str) -> str:
    """Drop everything but letters, digits and characters: for comparing names."""
    return _NOT_WORD.sub("", shadow(text))


def words_of(task: Task) -> str:
    """Give the body of a task in one shape, without white space."""
    return squeeze(shadow(task.body))


def spans(places: Iterable[Lines]) -> tuple[Lines, ...]:
    """Join places that touch, one empty line between them or none."""
    joined: list[Lines] = []
    for first, last in sorted(set(places)):
        if joined and first <= joined[-1][1] + 2:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


def percent(part: int, whole: int) -> str:
    """Write a share with one decimal: 21.4%."""
    return f"{100 * part / whole:.1f}%"


def _goes_on(line: Line, following: Line) -> bool:
    """Say whether a line is wrapped and goes on with the one that follows."""
    ended = line.shadow[-1:] in _PARAGRAPH_END or len(line.text) < _FULL_LINE
    return not ended and read_marker(following.shadow) is None
