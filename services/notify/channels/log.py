"""The log as a channel: always there, needs no address and no configuration."""

import logging

from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel

log = logging.getLogger("duban.notices")


class LogChannel:
    """Writes each message as one line of the service's JSON log, where log shippers pick it up."""

    name = "log"

    async def send(self, parcel: Parcel) -> Outcome:
        """Write the line."""
        ids = [letter.notice_id for letter in parcel.letters]
        about = {"parcel_id": parcel.id, "recipient": parcel.recipient, "notice_ids": ids}
        log.info("%s", parcel.text, extra={**about, "urgent": parcel.urgent, "attempt": parcel.number})
        return Outcome(Result.SENT)
