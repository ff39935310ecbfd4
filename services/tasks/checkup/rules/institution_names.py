"""Institutions outside (courts, governments) whose names differ by one character within the document: misprints."""

import re
from collections import Counter
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, references, spans, words_of
from services.tasks.importer.records import Lines

_NAMED = re.compile(
    r"(?:配合|协同|会同|对接)(?P<name>[\u4e00-\u9fff]{2,6}(?:县|市|区|旗)(?:人民法院|人民检察院|人民政府|管委会))"
)
_FEWEST = 3
"""Mentions of the whole family; below, two neighbouring places may well be meant."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each family of names that are one character apart."""
    texts = [paragraph.text for paragraph in source.paragraphs]
    names = Counter(name for text in texts for name in _NAMED.findall(text))
    counts = Counter({name: sum(text.count(name) for text in texts) for name in names})
    for family in _families(list(names)):
        if len(family) > 1 and sum(counts[name] for name in family) >= _FEWEST:
            yield _sighting(source, sorted(family, key=lambda name: -counts[name]), counts)


def _families(names: list[str]) -> list[list[str]]:
    families: list[list[str]] = []
    for name in names:
        near = [family for family in families if any(_one_apart(name, other) for other in family)]
        families = [family for family in families if family not in near]
        families.append([*(other for family in near for other in family), name])
    return families


def _one_apart(one: str, other: str) -> bool:
    """Say whether one character is exchanged or left out."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _sighting(source: Source, family: list[str], counts: Counter[str]) -> Sighting:
    tasks = [task for task in source.parsed.tasks if any(name in words_of(task) for name in family)]
    said = "、".join(f"“{name}”{counts[name]}处" for name in family)
    return Sighting(
        lines=spans(_places(source, family)),
        tasks=references(tasks),
        message=f"疑为同一机构而写法不一：{said}",
        ask="应为哪个机构？请统一更正。",
    )


def _places(source: Source, family: list[str]) -> Iterator[Lines]:
    for paragraph in source.paragraphs:
        for name in family:
            for found in re.finditer(name, paragraph.text):
                yield paragraph.span(found.start(), found.end())
