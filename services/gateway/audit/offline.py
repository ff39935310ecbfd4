"""The audit without the service: verified on the machine."""

from services.gateway.audit.domain import Broken
from services.gateway.audit.repository import verify_chain
from shared.clock import LiveClock
from shared.database import Database


async def verify_offline(database_url: str) -> tuple[int, Broken | None]:
    """Verify the audit in the database at `database_url`; gives how many entries are right, and the first break."""
    db = Database(database_url, service="gateway", clock=LiveClock())
    try:
        return await db.look(verify_chain)
    finally:
        await db.close()
