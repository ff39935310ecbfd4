"""Brings all data keys under the wrapping key of the environment: from the command line, beside the service or not."""

from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.service import bring_over
from shared.clock import LiveClock
from shared.database import Database


async def rotate_offline(url: str, *, key: str, old_key: str) -> int:
    """Rewrap what `old_key` wraps with `key`, and give how many data keys that were; safe to repeat.

    Raises:
        Invalid: A key is no key.
        Unavailable: A data key is wrapped by neither.
    """
    keys, count = WrappingKeys(key, old_key), 0
    db = Database(url, service="gateway", clock=LiveClock())
    try:
        while moved := await db.run_sync(lambda tx: bring_over(tx, keys)):
            count += moved
    finally:
        await db.close()
    return count
