"""Units that the document prints under several names: duties and counts of one body fall apart."""

from collections import defaultdict
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.source import Source, references, spans
from services.tasks.importer.records import Unit

_ENDINGS = frozenset("部局办委处科室队")
_SELDOM = 5
"""Times; a name that another one outnumbers so often, and that differs in its last character, may be a slip."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each body with more than one name."""
    groups: dict[str, list[Unit]] = defaultdict(list)
    for unit in source.parsed.units:
        if unit.kind != "collective":
            groups[unit.canonical].append(unit)
    for slip, meant in _slips(source.parsed.units):
        if (
            slip in groups.get(slip.canonical, ())
            and len(groups[slip.canonical]) == 1
            and slip.canonical != meant.canonical
        ):
            groups[meant.canonical].append(slip)
            del groups[slip.canonical]
    for names in groups.values():
        if len(names) > 1:
            yield _sighting(source, sorted(names, key=lambda unit: (-unit.mentions, unit.lines)))


def _slips(units: tuple[Unit, ...]) -> Iterator[tuple[Unit, Unit]]:
    """Give pairs of a rare name and a common one that differ in the last character alone."""
    by_stem: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_stem[unit.name[:-1] if unit.name[-1:] in _ENDINGS else unit.name].append(unit)
    for alike in by_stem.values():
        meant = max(alike, key=lambda unit: unit.mentions)
        yield from ((unit, meant) for unit in alike if unit.mentions * _SELDOM <= meant.mentions)


def _sighting(source: Source, names: list[Unit]) -> Sighting:
    rarer = {unit.name for unit in names[1:]}
    tasks = [
        task
        for task in source.parsed.tasks
        if rarer.intersection((*task.lead, *task.responsible, *task.cooperating))
    ]
    said = "、".join(f"“{unit.name}”{unit.mentions}处" for unit in names)
    return Sighting(
        lines=spans(unit.lines for unit in names),
        tasks=references(tasks),
        about="、".join(unit.name for unit in names),
        message=f"疑为同一单位而名称不一：{said}",
        ask="是否同一单位？以哪个名称为准？",
    )
