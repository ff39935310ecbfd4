"""Use cases of a list of units with their aliases: what it would change, and loading it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.importer import read_directory
from services.tasks.units import repository
from services.tasks.units.domain import is_collective
from services.tasks.units.domain_loading import KnownUnit, ListedUnit, Loading, plan_loading
from services.tasks.units.service import register_units
from services.tasks.units.succession import publish_unit
from shared.database import Tx
from shared.errors import Conflict, Invalid

LONGEST_NAME = 200


def read_list(text: str) -> list[ListedUnit]:
    """Read a list of units: JSON as in `deploy/catalogue/units.json`.

    Raises:
        Invalid: It is no such list, one name stands for two units, or a name is too long.
    """
    directory = read_directory("units.json", text)
    if long := next((name for name in directory.aliases if len(name) > LONGEST_NAME), ""):
        message = f"单位名称“{long[:20]}…”超过 {LONGEST_NAME} 字，请缩短"
        raise Invalid(message, code="unit.name_too_long", field="aliases")
    names: dict[str, list[str]] = {canonical: [] for canonical in directory.kinds}
    for alias, canonical in directory.aliases.items():
        if alias != canonical:
            names[canonical].append(alias)
    return [ListedUnit(name, directory.kinds[name], tuple(aliases)) for name, aliases in names.items()]


async def preview_units(session: AsyncSession, listed: Sequence[ListedUnit]) -> Loading:
    """Say what loading a list would change."""
    units = {unit.id: KnownUnit(unit.name, unit.kind) for unit in await repository.all_units(session)}
    return plan_loading(listed, units, await repository.all_aliases(session))


async def load_units(tx: Tx, listed: Sequence[ListedUnit], act: Act) -> Loading:
    """Load a list of units; loaded twice, it changes nothing more.

    Raises:
        Conflict: A name belongs to another unit; nothing was loaded.
    """
    loading = await preview_units(tx.session, listed)
    if loading.conflicts:
        first, count = loading.conflicts[0], len(loading.conflicts)
        message = (
            f"“{first.name}”在清单中属于“{first.listed}”，在台账中是单位 {first.unit}（{first.unit_id}）的名称"
            f"（共 {count} 处）：请先合并单位，或修改该单位的别名"
        )
        raise Conflict(message, code="unit.alias_taken", field="aliases", name=first.name, unit=first.unit_id)
    await register_units(tx, loading.found, act)
    for unit_id, kind in loading.kinds.items():
        unit = await repository.get_unit(tx.session, unit_id)
        unit.kind, unit.collective = kind, is_collective(unit.name, kind)
        publish_unit(tx, unit, act, codes=await repository.codes_of(tx.session, unit_id))
    return loading
