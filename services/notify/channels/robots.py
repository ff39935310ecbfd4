"""A group robot: one address that a whole group reads, which therefore gets numbers and the link only."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.channels.domain import Codes, partly, read_answer
from services.notify.channels.domain_pieces import pieces
from services.notify.channels.posting import Poster
from services.notify.channels.window import Window
from services.notify.channels.wording import MOST_NUMBERS, robot_text, shipment_text, short_text
from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel
from shared.answers import Answer
from shared.calling import Call


@dataclass(frozen=True, slots=True)
class Vendor:
    """What one vendor's robots have of their own.

    Attributes:
        limit: Bytes of UTF-8 that one text may have.
        codes: What the codes in its answers mean.
        call: Writes the request for a text, for whom it is (or nobody), at a real time.
    """

    limit: int
    codes: Codes
    call: Callable[[str, str, datetime], Call]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a robot shares with the channels beside it: the link in its messages, and the real time."""

    link: str
    real_now: Callable[[], datetime]


class Robot:
    """Sends to one group."""

    needs_address = False

    def __init__(self, name: str, vendor: Vendor, poster: Poster, *, per_minute: int, terms: Terms) -> None:
        self.name = name
        self.per_minute = per_minute
        self._vendor = vendor
        self._poster = poster
        self._terms = terms
        self._window = Window(per_minute, terms.real_now)

    async def close(self) -> None:
        """Close what is open."""
        await self._poster.close()

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message, in up to three pieces; one that gets stuck between them is of unknown outcome."""
        texts = self._pieces(parcel)
        if held := self._window.held(len(texts)):
            return held
        outcome = Outcome(Result.SENT)
        for sent, text in enumerate(texts):
            to = parcel.to if sent == len(texts) - 1 else ""
            outcome = await self._send_one(parcel.id, text, to)
            if outcome.result is not Result.SENT:
                return partly(outcome, sent=sent, of=len(texts))
        return outcome

    def messages(self, parcel: Parcel) -> int:
        """Say how many pieces a parcel takes."""
        return len(self._pieces(parcel))

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """Split parcels into as few parts as fit into one message each, without leaving out a number."""
        parts: list[list[Parcel]] = []
        for parcel in parcels:
            if parts and self._fit([*parts[-1], parcel]):
                parts[-1].append(parcel)
            else:
                parts.append([parcel])
        return parts

    def _fit(self, parcels: Sequence[Parcel]) -> bool:
        if sum(len(one.letters) for one in parcels) > MOST_NUMBERS:
            return False
        return len(shipment_text(parcels, self._terms.link).encode()) <= self._vendor.limit

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        """Send the one message of a shipment; it mentions nobody, since too many are concerned."""
        if held := self._window.held():
            return held
        return await self._send_one(parcels[0].shipment, shipment_text(parcels, self._terms.link))

    def _pieces(self, parcel: Parcel) -> Sequence[str]:
        link = self._terms.link
        return pieces(robot_text(parcel, link), short_text(parcel, link), limit=self._vendor.limit)

    async def _send_one(self, id_: str, text: str, to: str = "") -> Outcome:
        call = self._vendor.call(text, to, self._terms.real_now())
        headers = {**call.headers, "idempotency-key": id_, "content-type": "application/json"}
        answer = await self._poster.post(Call(call.url, call.content, call.query, headers))
        return read_answer(answer, self._vendor.codes) if isinstance(answer, Answer) else answer


def mobile_in(to: str) -> str:
    """Give the number of `@13800000000`; an empty string when the address names nobody in the group."""
    number = to.removeprefix("@")
    return number if to.startswith("@") and number.isascii() and number.isdigit() else ""


def with_json(url: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None) -> Call:
    """Write a request with a JSON body, in UTF-8 as it is counted."""
    return Call(url, json.dumps(body, ensure_ascii=False).encode(), query or {})
