"""Pairs of tasks that say the same: the same work printed in two plans, word for word or nearly.

Invariant: the answer depends on the texts alone, not on the order in which the tasks come.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from services.tasks.importer.text import shadow

LIKENESS = 0.5
"""Share of common four-character runs among all of both texts; in the 2023 plans pairs have 0.56 and more, the
next ones under 0.3."""
_RUN = 4
_SHORTEST = 20
"""Characters without punctuation; less says too little to be compared."""
_COMMON = 12
"""Tasks; a run that stands in more is a set phrase and brings no pair together."""
_QUOTED = re.compile(r"“(.+)”")
_NOT_WORD = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")


class Comparable(Protocol):
    """What must be known of a task; the importer's records and the ledger's tasks both do."""

    @property
    def id(self) -> str:
        """Give the id, unique among the tasks compared."""

    @property
    def plan(self) -> str:
        """Give the title of the plan."""

    @property
    def title(self) -> str:
        """Give the title."""

    @property
    def body(self) -> str:
        """Give the text below the title."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tasks, by id in the order given, and how alike they are: 1 is word for word, bodies compared."""

    first: str
    second: str
    likeness: float


def find_pairs(tasks: Iterable[Comparable], *, likeness: float = LIKENESS) -> list[Pair]:
    """Find the tasks that say the same, most alike first.

    Two tasks of a shared template whose titles each name their own plan's subject (开办企业 here, 市场监管 there)
    are different work and no pair.
    """
    known = {task.id: task for task in tasks}
    order = {task_id: at for at, task_id in enumerate(known)}
    runs = {task_id: found for task_id, task in known.items() if (found := _runs(task.body))}
    pairs = []
    for one, other in _candidates(runs):
        first, second = sorted((one, other), key=order.__getitem__)
        score = len(runs[first] & runs[second]) / len(runs[first] | runs[second])
        if score >= likeness and not _own_subjects(known[first], known[second]):
            pairs.append(Pair(first, second, round(score, 2)))
    return sorted(pairs, key=lambda pair: (-pair.likeness, order[pair.first], order[pair.second]))


def _runs(body: str) -> frozenset[str]:
    """Give the runs of four characters, punctuation and white space left out."""
    flat = _NOT_WORD.sub("", shadow(body))
    if len(flat) < _SHORTEST:
        return frozenset()
    return frozenset(flat[at : at + _RUN] for at in range(len(flat) - _RUN + 1))


def _candidates(runs: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    """Give the pairs that share at least one run that is no set phrase."""
    holders: dict[str, list[str]] = defaultdict(list)
    for task_id, found in runs.items():
        for run in found:
            holders[run].append(task_id)
    return set(_held_together(holders))


def _held_together(holders: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for ids in holders.values():
        if len(ids) <= _COMMON:
            yield from combinations(ids, 2)


def _own_subjects(first: Comparable, second: Comparable) -> bool:
    """Say whether each title names the subject of its own plan, and these differ."""
    one, other = _subject(first.plan), _subject(second.plan)
    return (
        one is not None
        and other is not None
        and one != other
        and one in first.title
        and other in second.title
    )


def _subject(plan: str) -> str | None:
    found = _QUOTED.search(plan)
    return found[1] if found else None
