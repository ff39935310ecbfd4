"""Use cases of the dispatch directory 派单目录: find a unit, add rows, end one."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.dispatch import repository
from services.tasks.dispatch.domain import SERVICE, Found, Rule, Wanted, check_rule, choose, cut_short
from services.tasks.domain_ids import short_hash
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.repository import known_units
from services.tasks.models import DispatchRuleRow
from services.tasks.units.repository import unit_of_code
from shared.database import Tx
from shared.errors import Conflict, Invalid


async def find_unit(session: AsyncSession, wanted: Wanted) -> Found:
    """Find the unit that answers for what a feed brought; a merged one has its successor."""
    rules = await repository.rules_for(session, wanted)
    found = choose(rules, wanted, await unit_of_code(session, wanted.unit_code))
    living = await repository.living_unit(session, found.unit_id)
    return Found(living, found.by if living else "")


async def add_rules(tx: Tx, rules: Sequence[Rule], act: Act) -> list[DispatchRuleRow]:
    """Add rows, all or none; an older row about the same ends the day before the new one begins.

    Raises:
        Conflict: A row about the same begins on the same day for another unit, or later.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A row makes no sense, or its unit is unknown or a collective.
    """
    check_supervisor(act.actor, word="维护派单目录")
    return [await _add(tx, place, check_rule(rule), act) for place, rule in enumerate(rules, 1)]


async def _add(tx: Tx, place: int, rule: Rule, act: Act) -> DispatchRuleRow:
    [unit] = await known_units(tx.session, [("lead", rule.unit_id)])
    if unit.collective:
        message = f"第 {place} 行：{rule.unit_id} 是统称，不能承办，请填具体单位"
        raise Invalid(message, code="dispatch.collective", field="unit_id", row=place)
    for row in await repository.rows_about(tx.session, rule):
        if (row.starts_on, row.unit_id) == (rule.starts_on, rule.unit_id):
            row.ends_on = rule.ends_on or row.ends_on
            return row
        if row.starts_on >= rule.starts_on and (rule.ends_on is None or row.starts_on <= rule.ends_on):
            since = f"自 {row.starts_on} 起派给 {row.unit_id}"
            message = f"第 {place} 行：同一事项、代码、区划已{since}，请先终止该行"
            raise Conflict(message, code="dispatch.taken", field="starts_on", row=place, id=row.id)
        row.ends_on = cut_short(repository.rule_of(row), rule) or row.ends_on
    about = rule.key if rule.purpose == SERVICE else (rule.purpose, *rule.key)  # Ids from before stay.
    said = "|".join((*about, rule.starts_on.isoformat(), rule.unit_id))
    row = DispatchRuleRow(
        id=f"dr{short_hash(said, 12)}",
        purpose=rule.purpose,
        item=rule.item,
        unit_code=rule.unit_code,
        region=rule.region,
        unit_id=rule.unit_id,
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
    )
    row.set_by, row.set_at = act.actor.id, act.at
    tx.session.add(row)
    await tx.session.flush()
    return row


async def end_rule(tx: Tx, rule_id: str, on: date, act: Act) -> DispatchRuleRow:
    """End a row with a day.

    Raises:
        NotFound: There is no such row.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The day is before its first.
    """
    check_supervisor(act.actor, word="维护派单目录")
    row = await repository.get_row(tx.session, rule_id)
    if on < row.starts_on:
        message = f"终止日 {on} 早于起始日 {row.starts_on}，请核对"
        raise Invalid(message, code="dispatch.dates", field="on")
    row.ends_on = on
    return row
