"""A channel to one person or program whose messages carry signed links; what a group reads never does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notify.domain import Outcome
from services.notify.domain_parcels import Letter
from services.notify.ports import Group, Limited, Parcel
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

    def text_of(self, parcel: Parcel) -> str:
        """Write the links of a message, a line for each notice in its order."""
        lines = [
            f"{number}. {'　'.join(f'{WORDS[answer]}：{link}' for answer, link in self._of(one, parcel))}"
            for number, one in enumerate(parcel.letters, 1)
        ]
        return "\n".join([f"直接回复（无须登录，{self.lifetime.days}天内有效，请勿转发）：", *lines])

    def answers_of(self, parcel: Parcel) -> Mapping[str, Mapping[str, str]]:
        """Give the links of a message: for each notice, by its id, one for each answer that it takes."""
        return {one.notice_id: dict(self._of(one, parcel)) for one in parcel.letters}

    def _of(self, letter: Letter, parcel: Parcel) -> Iterator[tuple[Answer, str]]:
        until = self.real_now() + self.lifetime
        for answer in WORDS:
            if answer is Answer.ACKNOWLEDGED or letter.rung in OF_CLOCKS:
                link = Link(notice_id=letter.notice_id, mailbox=parcel.recipient, answer=answer)
                yield answer, f"{self.url}/n/{sign_link(link, self.secret, until=until)}"


def in_text(parcel: Parcel, links: Links) -> Parcel:
    """Put the links under the text, for a person to read."""
    return replace(parcel, text=f"{parcel.text}\n\n{links.text_of(parcel)}")


def in_fields(parcel: Parcel, links: Links) -> Parcel:
    """Put the links beside the notices, for a program to read."""
    return replace(parcel, answers=links.answers_of(parcel))


class Linked:
    """Sends through another channel, with the links where `put` puts them."""

    def __init__(self, channel: Limited, links: Links, put: Callable[[Parcel, Links], Parcel]) -> None:
        self.name = channel.name
        self.per_minute = channel.per_minute
        self.needs_address = channel.needs_address
        self._channel = channel
        self._links = links
        self._put = put

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message."""
        return await self._channel.send(self._put(parcel, self._links))


class LinkedGroup(Linked):
    """The same for a channel that may tell several parcels in one message, each with its own links."""

    def __init__(self, channel: Group, links: Links, put: Callable[[Parcel, Links], Parcel]) -> None:
        super().__init__(channel, links, put)
        self._group = channel
        self.messages = channel.messages
        self.pack = channel.pack

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        """Send the one message of a shipment."""
        return await self._group.send_together([self._put(one, self._links) for one in parcels])
