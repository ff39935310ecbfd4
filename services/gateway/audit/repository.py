"""Rows of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.audit.domain import Broken, Chain, Entry
from services.gateway.audit.models import HEAD, AuditEntry, AuditHead

_AT_ONCE = 1000
_COLUMNS = [AuditEntry.__table__.c[name] for name in (*Entry._fields, "hash")]


async def locked_head(session: AsyncSession) -> AuditHead:
    """Give the head of the chain, ours until the transaction ends."""
    found = select(AuditHead).where(AuditHead.id == HEAD).with_for_update()
    return (await session.scalars(found.execution_options(populate_existing=True))).one()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody wants; what is empty does not narrow them."""

    by: str = ""
    what: str = ""
    about: str = ""
    before: int | None = None
    limit: int = 100


async def list_entries(session: AsyncSession, wanted: Wanted) -> Sequence[AuditEntry]:
    """Give entries, the latest first."""
    found = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(wanted.limit)
    if wanted.before is not None:
        found = found.where(AuditEntry.id < wanted.before)
    for column, value in (
        (AuditEntry.by, wanted.by),
        (AuditEntry.what, wanted.what),
        (AuditEntry.about, wanted.about),
    ):
        if value:
            found = found.where(column == value)
    return (await session.scalars(found)).all()


def verify_chain(connection: Connection) -> tuple[int, Broken | None]:
    """Read all entries of one snapshot; give how many are right, and where the chain is broken first."""
    chain = Chain()
    entries = select(*_COLUMNS).order_by(AuditEntry.id)
    with connection.execution_options(yield_per=_AT_ONCE).execute(entries) as rows:
        for row in rows:
            if broken := chain.check(Entry(*row[:-1]), row[-1]):
                return chain.count, broken
    head = connection.execute(select(AuditHead.last_id, AuditHead.hash).where(AuditHead.id == HEAD)).one()
    return chain.count, chain.end(head.last_id, head.hash)
