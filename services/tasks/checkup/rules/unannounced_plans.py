"""Plans whose subject stands in none of the lists that announce the subjects of the other plans."""

from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.lists import AnnouncedList, announced_lists, is_within
from services.tasks.checkup.source import Source, bare, plan_name, subject_of

_ENOUGH = 3
"""Names of a list that must be plans of the document before a plan that is on no list is told."""


def find(source: Source) -> Iterator[Sighting]:
    """Give one sighting for each such plan."""
    subjects = {plan.id: bare(subject) for plan in source.parsed.plans if (subject := subject_of(plan.title))}
    lists = [found for found in announced_lists(source) if _is_of_plans(found, set(subjects.values()))]
    if not lists:
        return
    names = "".join(bare(item) for found in lists for item in found.items)
    for plan in source.parsed.plans:
        if plan.id in subjects and not _is_named(subjects[plan.id], names, lists):
            yield Sighting(
                lines=(*(found.lines for found in lists), (plan.lines[0], plan.lines[0])),
                message=f"{plan_name(plan)}不在所列的{sum(len(found.items) for found in lists)}个名称之中",
                ask="这个方案对应哪个指标？是否应补入名单？",
            )


def _is_of_plans(found: AnnouncedList, subjects: set[str]) -> bool:
    return len(subjects.intersection(map(bare, found.items))) >= _ENOUGH


def _is_named(subject: str, names: str, lists: list[AnnouncedList]) -> bool:
    return subject in names or any(is_within(subject, bare(item)) for found in lists for item in found.items)
