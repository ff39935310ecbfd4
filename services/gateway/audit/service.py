"""Use cases of the audit: put deeds down, in the transaction of what was done."""

from datetime import datetime

from services.gateway.audit.domain import Deed, Entry, hash_of, written
from services.gateway.audit.models import AuditEntry
from services.gateway.audit.repository import locked_head
from shared.database import Tx

_LONGEST = {"what": 40, "by": 64, "about": 200, "address": 64}


async def record(tx: Tx, *deeds: Deed, at: datetime) -> None:
    """Put `deeds` down at the instant `at` (real time), behind all that was before.

    The head is held until the transaction ends, so this comes last in it.
    """
    if not deeds:
        return
    await tx.session.flush()
    head = await locked_head(tx.session)
    for deed in deeds:
        cut = {name: getattr(deed, name)[:most] for name, most in _LONGEST.items()}
        entry = Entry(id=head.last_id + 1, at=at, times=deed.times, detail=written(deed), **cut)
        head.hash = hash_of(entry, head.hash)
        head.last_id = entry.id
        tx.session.add(AuditEntry(**entry._asdict(), hash=head.hash))
    await tx.session.flush()
