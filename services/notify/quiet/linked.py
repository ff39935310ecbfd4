"""A personal channel whose messages carry signed links; what a group reads never does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notify.domain import Outcome
from services.notify.domain_parcels import Letter
from services.notify.ports import Limited, Parcel
from services.notify.quiet.domain import OF_CLOCKS, Answer
from services.notify.quiet.domain_links import Link, sign_link

WORDS = {Answer.ACKNOWLEDGED: "知悉", Answer.SNOOZED: "稍后提醒"}


@dataclass(frozen=True, slots=True)
class Links:
    """What links are made with.

    Attributes:
        url: Public address of the gateway, without a slash at its end.
        lifetime: Real time for which a link holds.
    """

    url: str
    secret: str
    lifetime: timedelta
    real_now: Callable[[], datetime]

    def of(self, parcel: Parcel) -> str:
        """Write the links of a message, a line for each notice in its order."""
        lines = [
            f"{number}. {'　'.join(self._of(one, parcel))}" for number, one in enumerate(parcel.letters, 1)
        ]
        return "\n".join([f"直接回复（无须登录，{self.lifetime.days}天内有效，请勿转发）：", *lines])

    def _of(self, letter: Letter, parcel: Parcel) -> Iterator[str]:
        until = self.real_now() + self.lifetime
        for answer, word in WORDS.items():
            if answer is Answer.ACKNOWLEDGED or letter.rung in OF_CLOCKS:
                link = Link(notice_id=letter.notice_id, mailbox=parcel.recipient, answer=answer)
                yield f"{word}：{self.url}/n/{sign_link(link, self.secret, until=until)}"


class Linked:
    """Sends through another channel, with the links under the text."""

    def __init__(self, channel: Limited, links: Links) -> None:
        self.name = channel.name
        self.per_minute = channel.per_minute
        self.needs_address = channel.needs_address
        self._channel = channel
        self._links = links

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message."""
        return await self._channel.send(replace(parcel, text=f"{parcel.text}\n\n{self._links.of(parcel)}"))
