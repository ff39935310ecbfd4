"""Names that the document announces in a counted list (18个指标：…) of which some have no plan of their own."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.lists import AnnouncedList, announced_lists, is_within
from services.tasks.checkup.source import Source, bare, subject_of

_ENOUGH = 3
"""Names of a list that must have a plan of exactly that name, and be half of the list, before others are missed."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each such list."""
    subjects = [bare(subject) for plan in source.parsed.plans if (subject := subject_of(plan.title))]
    for announced in announced_lists(source):
        exact = [item for item in announced.items if bare(item) in subjects]
        if len(exact) >= _ENOUGH and 2 * len(exact) >= len(announced.items):
            missing = _without_plan(announced, subjects)
            if missing:
                yield _sighting(announced, missing)


def _without_plan(announced: AnnouncedList, subjects: list[str]) -> list[str]:
    """Give the names without a plan; one name may be split over plans that no other name claims."""
    names = {bare(item): item for item in announced.items}
    left = [subject for subject in subjects if subject not in names]
    return [item for name, item in names.items() if name not in subjects and not _split_over(name, left)]


def _split_over(name: str, left: list[str]) -> bool:
    """Say whether a plan's subject has its characters in the name, in their order (获得用气 in 获得用水用气)."""
    return any(is_within(subject, name) for subject in left)


def _sighting(announced: AnnouncedList, missing: list[str]) -> Sighting:
    return Sighting(
        lines=(announced.lines,),
        message=f"所列“{announced.said}”中，{len(missing)}个没有对应的方案：{'、'.join(missing)}",
        ask="这些指标是另行制定方案，还是由哪个方案、哪个单位一并负责？",
    )
