"""Which unit an order goes to: the platform's own, or the directory's; and why it goes to none."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.dispatch.domain import region_prefix
from services.tasks.models import UnitRow
from services.tasks.orders import repository_directory as directory
from services.tasks.orders.domain_directory import Row, check_grass_roots, choose
from services.tasks.orders.domain_rules import Rules
from services.tasks.orders.repository_directory import Candidates
from shared.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an order is about, as far as it decides who deals with it; `on` is the Shanghai day of the dispatch."""

    category: str
    region_code: str
    unit_code: str = ""
    enterprise: bool = False
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A unit with those that cooperate, and how it was found (`HOW_WORDS`); without one, why (`BLOCKED_WORDS`)."""

    unit_id: str | None = None
    cooperating: tuple[str, ...] = ()
    how: str = ""
    rule_id: str | None = None
    blocked: str = ""


async def choose_unit(session: AsyncSession, rules: Rules, matter: Matter) -> Choice:
    """Find the unit that an order is dispatched to."""
    if matter.unit_code and rules.unit_code_first:
        named = await directory.living(session, await directory.unit_of_code(session, matter.unit_code))
        if named is not None:
            return await _of_platform(session, rules, matter, named)
    found = await directory.candidates(session, matter.category, matter.on)
    row = _row(found, matter)
    if row is None:
        return Choice(blocked="no_row")
    unit = await directory.living(session, found.units[row.unit_id])
    if unit is None:
        return Choice(blocked="unit_ended")
    if rules.is_grass_roots(unit.kind, unit.name) and not row.delegated:
        return Choice(blocked="grass_roots")
    return await _with_others(session, rules, matter, unit, row, how="directory")


async def _of_platform(session: AsyncSession, rules: Rules, matter: Matter, unit: UnitRow) -> Choice:
    """Take the platform's unit, unless it is of the grass roots and no row delegates the matter to it."""
    if rules.is_grass_roots(unit.kind, unit.name) and not await is_delegated(session, matter, unit.id):
        return Choice(blocked="grass_roots")
    return await _with_others(session, rules, matter, unit, None, how="code")


async def _with_others(  # noqa: PLR0913 - what was found, and how.
    session: AsyncSession, rules: Rules, matter: Matter, unit: UnitRow, row: Row | None, *, how: str
) -> Choice:
    others = cooperating(rules, matter, row.cooperating if row else ())
    living = await directory.living_ids(session, others)
    return Choice(
        unit_id=unit.id,
        cooperating=tuple(one for one in living if one != unit.id),
        how=how,
        rule_id=row.id if row else None,
    )


def cooperating(rules: Rules, matter: Matter, named: tuple[str, ...]) -> tuple[str, ...]:
    """Give the cooperating units: those that are named, and 营商办 on every 涉企工单."""
    also = (rules.enterprise_unit,) if matter.enterprise and rules.enterprise_unit else ()
    return tuple(dict.fromkeys((*named, *also)))


def _row(found: Candidates, matter: Matter) -> Row | None:
    return choose(found.rows, matter.category, region_prefix(matter.region_code), matter.on)


async def is_delegated(session: AsyncSession, matter: Matter, unit_id: str) -> bool:
    """Tell whether a row that fits a matter delegates it to this very unit."""
    found = await directory.candidates(session, matter.category, matter.on)
    region = region_prefix(matter.region_code)
    return any(
        row.delegated and row.unit_id == unit_id and row.fits(matter.category, region, matter.on)
        for row in found.rows
    )


async def check_unit(session: AsyncSession, rules: Rules, matter: Matter, unit_id: str) -> None:
    """Pass when a person may hand a matter to a unit.

    Raises:
        NotFound: There is no such unit that lives.
        Conflict: It is of the grass roots, and the matter was not delegated to it.
    """
    unit = await session.get(UnitRow, unit_id)
    if unit is None or unit.collective or unit.ended_on is not None:
        message = f"没有编号为 {unit_id} 的在册单位（或已撤并、为统称），请核对"
        raise NotFound(message, code="unit.not_found", field="unit_id")
    below = rules.is_grass_roots(unit.kind, unit.name)
    delegated = below and await is_delegated(session, matter, unit_id)
    check_grass_roots(unit.name, grass_roots=below, delegated=delegated)
