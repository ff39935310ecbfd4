"""What one rulebook says otherwise than another: pure functions over two of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.notify.rules import Rule, Rulebook

SCOPE = {"kind", "plan", "level", "unit"}
Json = Any


class Change(StrEnum):
    """What becomes of a rule."""

    ADDED = "added"
    DROPPED = "dropped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field says before and after, as in JSON; None where it is not there."""

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of the rule for some tasks; the fields of one that is added or dropped are not listed."""

    change: Change
    kind: str
    plan: str | None
    level: str | None
    unit: str | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes: the rules, in the order of the new book, then those that go; and when messages leave."""

    rules: tuple[RuleChange, ...]
    parcels: tuple[FieldChange, ...]


def difference(before: Rulebook, after: Rulebook) -> Difference:
    """Compare two rulebooks: rules for the same tasks with each other, in whatever order they stand."""
    old = {rule.wanted: rule for rule in before.rules}
    new = {rule.wanted: rule for rule in after.rules}
    changes = [
        _changed(old[wanted], rule) if wanted in old else _of(Change.ADDED, rule)
        for wanted, rule in new.items()
        if old.get(wanted) != rule
    ]
    changes += [_of(Change.DROPPED, rule) for wanted, rule in old.items() if wanted not in new]
    parcels = fields(before.parcels.model_dump(mode="json"), after.parcels.model_dump(mode="json"))
    return Difference(tuple(changes), tuple(parcels))


def _of(change: Change, rule: Rule, changed: tuple[FieldChange, ...] = ()) -> RuleChange:
    return RuleChange(change, rule.kind, rule.plan, rule.level, rule.unit, changed)


def _changed(before: Rule, after: Rule) -> RuleChange:
    old, new = (one.model_dump(mode="json", exclude=SCOPE) for one in (before, after))
    return _of(Change.CHANGED, after, tuple(fields(old, new)))


def fields(before: Mapping[str, Json], after: Mapping[str, Json], within: str = "") -> Iterator[FieldChange]:
    """Give the fields in which two objects differ, with the path to each; lists are compared as a whole."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from fields(old, new, f"{within}{name}.")
        elif old != new:
            yield FieldChange(f"{within}{name}", old, new)
