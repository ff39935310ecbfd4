"""All lights anew, when a day begins or another rule is chosen: some in each transaction, so that others may write.

What ends in between is not lost: the lights that are still the old ones are found at the next start or daybreak.
"""

from services.tasks.ledger.lights import relight_those, stale_lights
from shared.database import Database


async def relight_open(db: Database, *, at_once: int = 200) -> int:
    """Compute the lights of all open tasks at business time; give how many changed.

    Args:
        db: The ledger.
        at_once: Lights that change in one transaction; after a week of many orders there are tens of thousands.
    """
    async with db.reading() as session:
        stale = await stale_lights(session, db.clock.now())
    changed = 0
    for begin in range(0, len(stale), at_once):
        async with db.transaction() as tx:
            changed += await relight_those(tx, stale[begin : begin + at_once])
    return changed
