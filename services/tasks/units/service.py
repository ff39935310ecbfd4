"""Use cases of units: registering those of a document, and editing a unit's name and aliases."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.models import AliasRow, UnitNameRow, UnitRow
from services.tasks.units import repository
from services.tasks.units.domain import Resolution
from services.tasks.units.succession import publish_unit, rename
from shared.database import Tx
from shared.errors import Conflict, Invalid


async def register_units(tx: Tx, found: Resolution, act: Act) -> None:
    """Write the units and aliases that a document brings."""
    for new in found.new_units:
        unit = UnitRow(id=new.id, name=new.name, kind=new.kind, collective=new.collective, revision=0)
        tx.session.add(unit)
        publish_unit(tx, unit, act, codes=())
    await tx.session.flush()  # Aliases and names refer to units.
    tx.session.add_all(UnitNameRow(unit_id=new.id, since=act.at, name=new.name) for new in found.new_units)
    tx.session.add_all(AliasRow(alias=name, unit_id=unit_id) for name, unit_id in found.new_aliases.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEdit:
    """How a unit is to be called.

    Attributes:
        name: Its new name; None keeps it.
        aliases: All names that documents print for it; its own name is one of them in any case.
        take_over: Take names that belong to other units now, which merges them at the next import.
    """

    unit_id: str
    name: str | None = None
    aliases: Sequence[str] = ()
    take_over: bool = False


async def edit_unit(tx: Tx, edit: UnitEdit, act: Act) -> UnitRow:
    """Set a unit's name and aliases; tasks that name it follow when their document is confirmed again.

    Raises:
        NotFound: There is no such unit.
        Conflict: A name belongs to another unit.
        Invalid: A name is empty.
    """
    unit = await repository.get_unit(tx.session, edit.unit_id)
    chosen = unit.name if edit.name is None else edit.name.strip()
    names = list(dict.fromkeys([chosen, *(alias.strip() for alias in edit.aliases)]))
    if not all(names):
        raise Invalid("单位名称和别名不能为空", code="unit.name_empty", field="aliases")
    await _check_free(tx, unit, names, take_over=edit.take_over)
    await repository.replace_aliases(tx.session, unit.id, names)
    await tx.session.flush()  # The aliases are there when the name looks for its own.
    await rename(tx, unit, chosen, act)
    return unit


async def _check_free(tx: Tx, unit: UnitRow, names: Sequence[str], *, take_over: bool) -> None:
    others = {other.name: other.id for other in await repository.all_units(tx.session) if other is not unit}
    if names[0] in others:  # Two units of one name could not be told apart, so this is refused in any case.
        message = f"已有名为“{names[0]}”的单位（{others[names[0]]}），请改用其他名称"
        raise Conflict(message, code="unit.name_taken", field="name", unit=others[names[0]])
    owners = await repository.all_aliases(tx.session)
    for name in names:
        owner = owners.get(name, unit.id)
        if owner != unit.id and not take_over:
            message = f"“{name}”已是单位 {owner} 的名称；确认改归本单位请设 take_over 为 true"
            raise Conflict(message, code="unit.alias_taken", field="aliases", name=name, unit=owner)
