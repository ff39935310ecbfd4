"""What loading a list of units would change; decided from the names that the ledger knows.

Invariant: nothing is taken from a unit, renamed or merged by a list: those are orders of people. What a list says
otherwise than the ledger is told, and names of other units keep the list from being loaded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.tasks.domain_ids import short_hash, unique
from services.tasks.units.domain import NewUnit, Resolution


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as a list has it: its name, the kind of body, and the other names that documents print for it."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, its own first."""
        return (self.name, *self.aliases)


class KnownUnit(NamedTuple):
    """A unit as the ledger has it."""

    name: str
    kind: str


class OtherName(NamedTuple):
    """A name that means another unit to the ledger than to the list."""

    name: str
    listed: str
    unit_id: str
    unit: str


@dataclass(slots=True)
class Loading:
    """What a list of units would change.

    Attributes:
        found: New units, and the names that are new to the ledger.
        kinds: New kind by id of a known unit.
        differing: Listed units that the ledger calls otherwise; it keeps its own name for them.
        conflicts: Names that belong to other units; they have to be settled before the list is loaded.
    """

    found: Resolution = field(default_factory=Resolution)
    kinds: dict[str, str] = field(default_factory=dict)
    differing: list[OtherName] = field(default_factory=list)
    conflicts: list[OtherName] = field(default_factory=list)


def plan_loading(
    listed: Sequence[ListedUnit], units: Mapping[str, KnownUnit], aliases: Mapping[str, str]
) -> Loading:
    """Find the unit of each entry by its name, else by one of its aliases, else propose a new one.

    Args:
        listed: The list; no name stands for two units in it.
        units: What the ledger knows, by id.
        aliases: Unit id by every name that the ledger knows.
    """
    loading, ids = Loading(), list(units)
    named = {aliases[one.name] for one in listed if one.name in aliases}
    for one in listed:
        unit_id = _known(one, aliases, named)
        if unit_id is None:
            unit_id = unique([*ids, f"u{short_hash(one.name)}"])[-1]
            ids.append(unit_id)
            loading.found.new_units.append(NewUnit(unit_id, one.name, one.kind))
        else:
            named.add(unit_id)
            _compare(loading, one, unit_id, units[unit_id])
        _add_names(loading, one, unit_id, aliases, units)
    return loading


def _known(one: ListedUnit, aliases: Mapping[str, str], named: set[str]) -> str | None:
    """Give the unit that the ledger has for an entry, if any; not by an alias where another entry names that unit."""
    if one.name in aliases:
        return aliases[one.name]
    owners = (aliases[name] for name in one.aliases if name in aliases)
    return next((owner for owner in owners if owner not in named), None)


def _compare(loading: Loading, one: ListedUnit, unit_id: str, known: KnownUnit) -> None:
    if known.name != one.name:
        loading.differing.append(OtherName(one.name, one.name, unit_id, known.name))
    elif known.kind != one.kind:
        loading.kinds[unit_id] = one.kind


def _add_names(
    loading: Loading,
    one: ListedUnit,
    unit_id: str,
    aliases: Mapping[str, str],
    units: Mapping[str, KnownUnit],
) -> None:
    for name in one.names:
        owner = aliases.get(name)
        if owner is None:
            loading.found.new_aliases[name] = unit_id
        elif owner != unit_id:
            loading.conflicts.append(OtherName(name, one.name, owner, units[owner].name))
