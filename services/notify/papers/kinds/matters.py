"""Passages that several kinds of papers have: what is blocked, which goals are in danger, what waits for a decision."""

from collections.abc import Sequence

from services.notify.papers.domain_content import Line
from services.notify.papers.domain_words import MEASURES, READINGS, Names, chinese_date, plain, quoted, short
from shared.events.summaries import SummaryCompiled

TITLE = 40  # Characters of a plan's title within a sentence.


def blocked_lines(summary: SummaryCompiled, names: Names, most: int) -> list[Line]:
    """Say what is held up by what."""
    said = [
        f"{quoted(names.task(one.task_id))}自{chinese_date(one.since)}起受阻于{quoted(names.task(one.by))}。"
        for one in summary.blocked
    ]
    return numbered(said, most, "项受阻事项")


def goal_lines(summary: SummaryCompiled, most: int) -> list[Line]:
    """Say which stage goals are missed or in danger, with their numbers."""
    titles = {one.plan_id: short(plain(one.title), TITLE) for one in summary.plans}
    said = [
        f"《{titles.get(one.plan_id, one.plan_id)}》{chinese_date(one.due_on)}阶段目标{one.value:g}%"
        f"（需{one.needed}项，共{one.total}项），已完成{one.done}项、{one.done_share:.1f}%，"
        f"{READINGS.get(one.reading, one.reading)}。"
        for one in summary.goals
    ]
    return numbered(said, most, "个阶段目标")


def decision_lines(summary: SummaryCompiled, names: Names, most: int) -> list[Line]:
    """Say what waits for a decision: requests for an extension, and measures that are proposed."""
    said = [
        f"{quoted(names.task(one.task_id))}申请延期至{chinese_date(one.wanted_on)}，请研究是否同意。"
        for one in summary.extensions
    ]
    measures: dict[str, list[str]] = {}
    for proposed in summary.proposed:
        word = MEASURES.get(proposed.measure, proposed.measure)
        measures.setdefault(proposed.task_id, []).append(word)
    said += [
        f"{quoted(names.task(task_id))}建议{'、'.join(words)}，请研究是否采取。"
        for task_id, words in measures.items()
    ]
    return numbered(said, most, "项待决定事项")


def numbered(said: Sequence[str], most: int, what: str) -> list[Line]:
    """Number sentences; those beyond `most` are counted, and stand in the annex or the ledger."""
    lines = [Line(kind="h3", text=f"{number}. {text}") for number, text in enumerate(said[:most], 1)]
    if len(said) > most:
        lines.append(Line(text=f"其余{len(said) - most}{what}见台账。"))
    return lines
