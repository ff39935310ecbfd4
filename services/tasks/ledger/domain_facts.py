"""What a document or a person says of a task, apart from how far it is; two readings of it can be compared.

Invariant: a task that only moved to other lines of its file has not changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from services.tasks.ledger.domain import RoleName


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a document says of one task; two imports are compared by it. `units` are (role, unit id) in order."""

    number: str
    title: str
    section: str | None
    body: str
    lines: tuple[int, int]
    units: tuple[tuple[RoleName, str], ...]
    deadline: date | None
    deadline_raw: str | None
    ongoing: bool
    follow_up: str | None
    stage_note: str | None
    in_year_scope: bool


# A task that only moved to other lines of the file has not changed.
SILENT_FIELDS = frozenset({"lines"})


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import changes, by task id."""

    added: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    moved: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that people care for changes."""
        return not (self.added or self.changed or self.removed)


def compare(old: Mapping[str, TaskFacts], new: Mapping[str, TaskFacts]) -> Difference:
    """Compare the tasks of the ledger with those of a document; `moved` ones differ in their lines alone."""
    differing = {
        key: changed_fields(old[key], new[key]) for key in new if key in old and old[key] != new[key]
    }
    return Difference(
        added=tuple(key for key in new if key not in old),
        changed={key: names for key, names in differing.items() if not SILENT_FIELDS.issuperset(names)},
        moved=tuple(key for key, names in differing.items() if SILENT_FIELDS.issuperset(names)),
        removed=tuple(key for key in old if key not in new),
    )


def changed_fields(old: TaskFacts, new: TaskFacts) -> tuple[str, ...]:
    """Name the fields in which two readings of a task differ."""
    names = [one.name for one in fields(TaskFacts)]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
