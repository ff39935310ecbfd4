"""Titles in the list of annexes that differ from the headings over the annexes themselves."""

import re
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, bare
from services.tasks.importer.records import Plan
from services.tasks.importer.soft_lines import Line
from services.tasks.importer.text import CHINESE_NUMBER, squeeze

_ENTRY = re.compile(
    rf"^(?P<label>(?:方案|附件|附)(?:{CHINESE_NUMBER}|\d{{1,2}}))[：.、](?P<title>.{{4,80}})$"
)


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for the document: all entries whose annex has another title."""
    plans = _labelled(source)
    differing = [
        (line, found["label"], plans[found["label"]])
        for line in source.lines
        if (found := _ENTRY.match(squeeze(line.shadow))) and found["label"] in plans
        if not bare(plans[found["label"]].title).endswith(bare(found["title"]))
    ]
    if differing:
        yield _sighting(differing)


def _labelled(source: Source) -> dict[str, Plan]:
    """Give the plans that stand under a label of their own (方案十八), by that label."""
    first = {plan.lines[0]: plan for plan in source.parsed.plans}
    return {squeeze(line.shadow): first[line.number] for line in source.lines if line.number in first}


def _sighting(differing: list[tuple[Line, str, Plan]]) -> Sighting:
    labels = "、".join(label for _, label, _ in differing)
    places = [(line.number, line.number) for line, _, _ in differing]
    headings = [(plan.lines[0], plan.lines[0] + 2) for _, _, plan in differing]
    return Sighting(
        lines=(*places, *headings),
        message=f"附件目录与正文标题不一致（{len(differing)}个）：{labels}",
        ask="以目录的名称还是以正文标题为准？引用这些方案时用哪个名称？",
    )
