"""The limits of findings that hold here: those of the file, or a later version that a supervisor set and said why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from services.metrics.findings.domain import FindingRules, changed, finding_rules
from services.metrics.models import FindingLimitRow
from services.metrics.repository import table_of
from shared.database import Tx

Changes = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """A version of the limits, and who set it when and why; of the file's own nobody did."""

    rules: FindingRules
    set_by: str = ""
    set_at: datetime | None = None
    why: str = ""


def versions(connection: Connection) -> list[LimitsInForce]:
    """List all versions, the newest first; the last is that of the file."""
    shipped, table = finding_rules(), table_of(FindingLimitRow)
    rows = connection.execute(select(table).order_by(table.c.version.desc()))
    own = [
        LimitsInForce(changed(shipped, row.changes, version=row.version), row.set_by, row.set_at, row.why)
        for row in rows
    ]
    return [*own, LimitsInForce(shipped)]


async def set_limits(tx: Tx, changes: Changes, *, by: str, why: str) -> LimitsInForce:
    """Set what a place has otherwise than the file, whole, as a new version from now on.

    Raises:
        Invalid: There is no such limit, or it can't be.
    """
    connection = await tx.session.connection()
    version = (await connection.run_sync(versions))[0].rules.version + 1
    made = changed(finding_rules(), changes, version=version)
    row = {"version": version, "changes": {rule: dict(own) for rule, own in changes.items()}}
    stated = insert(FindingLimitRow).values(**row, set_at=tx.now, set_by=by, why=why)
    await tx.session.execute(stated)
    return LimitsInForce(made, by, tx.now, why)
