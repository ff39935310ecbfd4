"""Which unit a printed name means, decided from the aliases that people edit; nothing is merged by guessing.

Invariant: what people said of a name wins over what a document's reader thinks of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.tasks.domain_ids import short_hash, unique

COLLECTIVE = "collective"


def is_collective(name: str, kind: str) -> bool:
    """Tell whether a name stands for several bodies (各相关部门, 各直属国有企业), whatever kind of bodies they are."""
    return kind == COLLECTIVE or name.startswith("各")


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """A name as printed, the canonical name that its reader proposes, and the kind of body."""

    name: str
    canonical: str
    kind: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that the ledger does not know yet."""

    id: str
    name: str
    kind: str

    @property
    def collective(self) -> bool:
        """Whether it stands for several bodies that are not named."""
        return is_collective(self.name, self.kind)


@dataclass(slots=True)
class Resolution:
    """What every printed name means, and what has to be written so that it does.

    Attributes:
        meaning: Unit id by printed name.
    """

    meaning: dict[str, str] = field(default_factory=dict)
    new_units: list[NewUnit] = field(default_factory=list)
    new_aliases: dict[str, str] = field(default_factory=dict)


def resolve(
    printed: Iterable[PrintedUnit], aliases: Mapping[str, str], taken_ids: Iterable[str]
) -> Resolution:
    """Find the unit of each name: by its alias, else by its canonical name's, else a new unit is proposed.

    Args:
        printed: The names of a document.
        aliases: Unit id by known name, canonical names among them.
        taken_ids: Ids of all units, which a new one must not get.
    """
    found = Resolution()
    known, taken = dict(aliases), list(taken_ids)
    for one in printed:
        unit_id = known.get(one.name) or known.get(one.canonical)
        if unit_id is None:
            unit_id = unique([*taken, f"u{short_hash(one.canonical)}"])[-1]
            found.new_units.append(NewUnit(unit_id, one.canonical, one.kind))
            taken.append(unit_id)
        for name in (one.canonical, one.name):
            if name not in known:
                known[name] = found.new_aliases[name] = unit_id
        found.meaning[one.name] = unit_id
    return found
