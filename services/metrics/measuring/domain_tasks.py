"""Measures of tasks: what each says of a task; numerators, denominators and values follow from that alone.

Invariant: pure: a measure looks at one task and the scope, so what it answers does not hang on the order of anything.
The docstring of each is what people read: 分子, 分母, 剔除, 取整, 依据.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from services.metrics.domain import on_time_sort
from services.metrics.measuring.domain import Scope
from services.metrics.measuring.domain_history import History, Step
from shared.clock import end_of_day, local_date

Part = Literal["numerator", "denominator", "excluded"]
# Ratings and orders have rates of their own; what they count would count twice here.
SUPERVISED = ("action", "instruction", "project", "problem", "request", "arrears", "duty", "promise")
INSTRUCTIONS = ("instruction",)


class Finding(NamedTuple):
    """What a measure says of a task: the part it stands in, why it is left out, and the step that says so."""

    part: Part
    step: Step
    reason: str = ""


Judge = Callable[[History, Scope], Iterator[Finding]]


def on_time(task: History, scope: Scope) -> Iterator[Finding]:
    """按期办结率.

    分子：到期日（含经批准的延期）前报审并办结的事项。分母：已办结的事项，和到期仍未办结的事项。
    剔除：未定时限（undated）、未到期（not_due）、按期报审待审核（handed_in）、撤销（cancelled）。
    期间：按到期日（所在日，上海时间）归期；单位：按答复全案的单位。
    依据：“三个年”方案任务的“完成时限”，和月调度、季考核、年总评机制（原文第957行）。
    """
    yield from _on_time(task, scope, late=task.late)


def on_time_original(task: History, scope: Scope) -> Iterator[Finding]:
    """按原定期限办结率.

    与按期办结率相同，但以延期批准前的期限判定已办结的事项是否按期。
    依据：“三个年”方案任务的“完成时限”；延期不改变方案本身。
    """
    yield from _on_time(task, scope, late=task.late_by_original)


def completed(task: History, scope: Scope) -> Iterator[Finding]:
    """完成率.

    分子：已办结或转常态化的事项。分母：全部事项（按到期日归期时只计有期限的）。
    剔除：撤销（cancelled）；按期间统计时未定时限的（undated）。
    依据：“三个年”方案的月调度、季考核、年总评机制（原文第957行）。
    """
    if not _is_within(task, scope):
        return
    if task.is_cancelled:
        yield Finding("excluded", task.last, "cancelled")
    elif task.due_at is None and (scope.first or scope.last):
        yield Finding("excluded", task.last, "undated")
    else:
        yield Finding("numerator" if task.is_done else "denominator", task.last)


def overdue(task: History, scope: Scope) -> Iterator[Finding]:
    """逾期未办结件数.

    计数：到期（含延期）仍未办结的事项。查看：全部未办结、有期限的事项。
    不计：按期报审、待审核的；撤销的（cancelled）。期间：按到期日归期。
    依据：“三个年”方案任务的“完成时限”。
    """
    if not _is_within(task, scope) or task.due_at is None or task.is_done:
        return
    if task.is_cancelled:
        yield Finding("excluded", task.last, "cancelled")
    else:
        yield Finding("numerator" if task.cell.overdue(scope.as_of) else "denominator", task.last)


def done_late(task: History, scope: Scope) -> Iterator[Finding]:
    """逾期办结件数.

    计数：到期（含延期）后才报审办结的事项。查看：全部已办结、有期限的事项。期间：按到期日归期。
    依据：“三个年”方案任务的“完成时限”。
    """
    if _is_within(task, scope) and task.due_at is not None and task.is_done:
        yield Finding("numerator" if task.late else "denominator", task.last)


def returned(task: History, scope: Scope) -> Iterator[Finding]:
    """退回次数.

    计数：退回重办的次数，按退回日归期，算在当时答复全案的单位。查看：全部事项。剔除：撤销（cancelled）。
    依据：“三个年”方案“从严督导检查”（原文第3847行：督查、限期整改）。
    """
    yield from _steps(task, scope, lambda step: step.kind == "returned")


def extended(task: History, scope: Scope) -> Iterator[Finding]:
    """延期次数.

    计数：批准延期（办结期限）的次数，按批准日归期，算在当时答复全案的单位。查看：全部事项。剔除：撤销（cancelled）。
    依据：“三个年”方案任务的“完成时限”；延期须经批准。
    """
    yield from _steps(task, scope, lambda step: step.kind == "extension_granted" and step.word == "finish")


def measures_taken(task: History, scope: Scope) -> Iterator[Finding]:
    """督办措施次数（催办、约谈、书面通报、挂牌督办）.

    计数：采取督办措施的次数，按采取日归期，算在当时答复全案的单位。查看：全部事项。剔除：撤销（cancelled）。
    依据：“三个年”方案“从严督导检查”（原文第3847行：督查、限期整改）；措施种类按本地督办规则。
    """
    yield from _steps(task, scope, lambda step: step.kind == "measure_taken")


def urged(task: History, scope: Scope) -> Iterator[Finding]:
    """催办次数：与督办措施次数相同，只计催办（可由规则自动发出）."""
    yield from _steps(task, scope, lambda step: step.kind == "measure_taken" and step.word == "urge")


def talked(task: History, scope: Scope) -> Iterator[Finding]:
    """约谈次数：与督办措施次数相同，只计约谈."""
    yield from _steps(task, scope, lambda step: step.kind == "measure_taken" and step.word == "talk")


def circulated(task: History, scope: Scope) -> Iterator[Finding]:
    """书面通报次数：与督办措施次数相同，只计书面通报."""
    yield from _steps(task, scope, lambda step: step.kind == "measure_taken" and step.word == "circular")


def plated(task: History, scope: Scope) -> Iterator[Finding]:
    """挂牌督办次数：与督办措施次数相同，只计挂牌督办."""
    yield from _steps(task, scope, lambda step: step.kind == "measure_taken" and step.word == "plate")


def goal_progress(task: History, scope: Scope) -> Iterator[Finding]:
    """阶段目标完成比例.

    分子：在阶段目标日（scope.last 当日 24 时，不晚于统计时点）前办结并至统计时点仍为办结的事项。
    分母：列入年度目标的全部事项。剔除：撤销（cancelled）、不列入年度目标（out_of_scope）。scope.first 不起作用。
    依据：方案“总体目标”（6月底前完成 60% 等）。
    """
    if not _is_about(task, scope):
        return
    if task.is_cancelled:
        yield Finding("excluded", task.last, "cancelled")
    elif task.registration is not None and not task.registration.in_year_scope:
        yield Finding("excluded", task.last, "out_of_scope")
    else:
        limit = min(end_of_day(scope.last), scope.as_of) if scope.last else scope.as_of
        is_done = task.done_at is not None and task.done_at <= limit
        yield Finding("numerator" if is_done else "denominator", task.last)


def _on_time(task: History, scope: Scope, *, late: bool) -> Iterator[Finding]:
    if not _is_within(task, scope):
        return
    cell = replace(task.cell, late=late)
    sort = on_time_sort(cell, scope.as_of)
    if sort == "on_time":
        yield Finding("numerator", task.last)
    elif sort in {"late", "overdue"}:
        yield Finding("denominator", task.last, sort)
    else:
        yield Finding("excluded", task.last, sort)


def _steps(task: History, scope: Scope, wanted: Callable[[Step], bool]) -> Iterator[Finding]:
    if not _is_planned(task, scope):
        return
    own = [one for one in task.steps if wanted(one) and _counts(task, one, scope)]
    if not own and not _is_about(task, scope):
        return
    if task.is_cancelled:
        yield Finding("excluded", task.last, "cancelled")
    elif own:
        yield from (Finding("numerator", one) for one in own)
    else:
        yield Finding("denominator", task.last)


def _counts(task: History, step: Step, scope: Scope) -> bool:
    if scope.unit_id is not None and task.unit_at(step.sequence) != scope.unit_id:
        return False
    day = local_date(step.told_at)
    return (scope.first is None or day >= scope.first) and (scope.last is None or day <= scope.last)


def _is_planned(task: History, scope: Scope) -> bool:
    return task.registration is not None and scope.plan_id in {None, task.plan_id}


def _is_about(task: History, scope: Scope) -> bool:
    return _is_planned(task, scope) and scope.unit_id in {None, task.unit_id}


def _is_within(task: History, scope: Scope) -> bool:
    """Tell whether a task is the scope's, and due in its span; one without a due instant is in every span."""
    if not _is_about(task, scope) or task.due_at is None:
        return _is_about(task, scope)
    day = local_date(task.due_at)
    return (scope.first is None or day >= scope.first) and (scope.last is None or day <= scope.last)
