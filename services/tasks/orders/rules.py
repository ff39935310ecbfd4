"""Use case of the rules of orders: a place sets them, as a new version; orders keep those that they came in under."""

from collections.abc import Mapping

from services.tasks.acts import Act
from services.tasks.dispatch.domain import region_prefix
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import OrderRuleRow, UnitRow
from services.tasks.orders import repository
from services.tasks.orders.domain import check_text
from services.tasks.orders.domain_rules import Rules, read_rules
from shared.database import Tx
from shared.errors import Invalid


async def set_rules(tx: Tx, region: str, said: Mapping[str, object], reason: str, act: Act) -> OrderRuleRow:
    """Set the rules of a place (region prefix, empty for everywhere) from now on; the same again changes nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A value makes no sense, a unit is unknown, or there is no reason.
    """
    check_supervisor(act.actor, word="设置工单规则")
    place = region_prefix(region)
    if place and not place.isdigit():
        raise Invalid(f"区划 {region} 无效，请填数字或留空", code="order_rules.region", field="region")
    rules = read_rules(said)
    await _check_units(tx, rules)
    known = (await repository.latest_rules(tx.session)).get(place)
    version, last = known or (0, None)
    if last == rules:
        return await tx.session.get_one(OrderRuleRow, (place, version))
    row = OrderRuleRow(region=place, version=version + 1, rules=rules.model_dump(mode="json"))
    row.set_by, row.set_at, row.entered_at = act.actor.id, act.at, act.entered_at
    row.reason = check_text(reason, what="修改理由", field="reason")
    tx.session.add(row)
    repository.forget_rules(tx.session)
    return row


async def _check_units(tx: Tx, rules: Rules) -> None:
    for field, unit_id in (
        ("enterprise_unit", rules.enterprise_unit),
        ("organisation_unit", rules.organisation_unit),
    ):
        if unit_id is not None and await tx.session.get(UnitRow, unit_id) is None:
            message = f"工单规则的 {field}：没有编号为 {unit_id} 的单位，请核对"
            raise Invalid(message, code="order_rules.unit", field=field)
