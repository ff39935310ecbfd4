"""Reads and keeps the rules of rates that this place set."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from services.metrics.models import RateRuleRow
from services.metrics.rates.domain import RuleInForce
from services.metrics.rates.functions import changed, rule_of_file


def rule_in_force(connection: Connection, rate: str, at: datetime) -> RuleInForce:
    """Give the rule of a rate that held at an instant.

    Raises:
        NotFound: There is no such rate.
    """
    held = (one for one in versions(connection, rate) if one.set_at is None or one.set_at <= at)
    return next(held)


def versions(connection: Connection, rate: str) -> list[RuleInForce]:
    """List all versions of a rate's rule, the newest first; the last is that of the file.

    Raises:
        NotFound: There is no such rate.
    """
    shipped = rule_of_file(rate)
    query = select(RateRuleRow.__table__).where(RateRuleRow.rate == rate).order_by(RateRuleRow.version.desc())
    own = [
        RuleInForce(changed(shipped, row.changes, version=row.version), row.set_by, row.set_at, row.why)
        for row in connection.execute(query)
    ]
    return [*own, RuleInForce(shipped)]


def add(connection: Connection, in_force: RuleInForce, changes: dict[str, object]) -> None:
    """Keep a new version."""
    rule = in_force.rule
    connection.execute(
        insert(RateRuleRow).values(
            rate=rule.rate,
            version=rule.version,
            changes=changes,
            set_at=in_force.set_at,
            set_by=in_force.set_by,
            why=in_force.why,
        )
    )
