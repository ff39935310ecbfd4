"""Lets a message that finally failed on one route go over the recipient's next one, once.

Invariant: no route carries a message twice; what leaves there is an attempt of its own that says what it stands for.
"""

from collections.abc import Mapping
from datetime import datetime

from services.notify import repository_attempts
from services.notify.contacts.domain import next_route
from services.notify.contacts.repository import routes
from services.notify.models import ParcelRow
from services.notify.ports import Limited
from shared.database import Tx


async def go_on(
    tx: Tx, parcel: ParcelRow, number: int, *, real_now: datetime, channels: Mapping[str, Limited]
) -> None:
    """Queue the letters of a parcel, whose last attempt was `number`, for the next route; nothing without one.

    Who reads the mailbox, and on which routes, is looked up now.
    """
    found = (await routes(tx.session, {parcel.recipient}, tx.now)).get(parcel.recipient)
    if not found:
        return
    tried = await repository_attempts.tried_on(tx.session, parcel.id)
    given_up = {
        channel: await tx.session.get_one(ParcelRow, attempt[0])
        for channel, attempt in tried.items()
        if attempt and channel in channels and channels[channel].needs_address
    }
    ways = {channel: given_up[channel].way if channel in given_up else None for channel in tried}
    follows = next_route(found, ways)
    if follows is None:
        return
    last = tried.get(follows.channel)
    if last is None:
        await repository_attempts.queue_elsewhere(tx.session, (parcel.id, number), follows.channel, real_now)
        return
    again = given_up[follows.channel]
    # Those that it was told with may have no other address, or another one.
    again.way, again.tried_before, again.shipment = again.way + 1, last[1], None
    await repository_attempts.queue_again(tx.session, last, real_now)
    await repository_attempts.mark_instead(tx.session, (again.id, last[1] + 1), parcel.channel)
