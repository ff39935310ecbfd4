"""Short messages through an HTTP interface: a template with named variables, and a test of what came back."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from services.notify.channels.config import AnswerTest, SmsHttp
from services.notify.channels.domain import Codes, read_answer
from services.notify.channels.domain_template import filled
from services.notify.channels.posting import Poster
from services.notify.channels.robots import Terms
from services.notify.channels.together import as_one, by_address
from services.notify.channels.window import Window
from services.notify.channels.wording import variables
from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel
from shared.answers import Answer
from shared.calling import Call


def codes_of(test: AnswerTest) -> Codes:
    """Give what the configuration says of the codes: what is neither sent nor to be retried is refused for good."""
    later = {code: None for code in test.retry if not isinstance(code, dict | list)}
    return Codes(tuple(test.path.split(".")), test.sent, later, unlisted=Result.REFUSED)


class Sms:
    """Sends to one mobile number."""

    needs_address = True

    def __init__(self, config: SmsHttp, poster: Poster, *, terms: Terms) -> None:
        self.name = config.name
        self.per_minute = config.per_minute
        self._config = config
        self._codes = codes_of(config.answer)
        self._poster = poster
        self._terms = terms
        self._window = Window(config.per_minute, terms.real_now)

    async def close(self) -> None:
        """Close what is open."""
        await self._poster.close()

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message."""
        number = parcel.to.removeprefix("+")
        if not (number.isascii() and number.isdigit()):
            return Outcome(Result.REFUSED, "the address is no mobile number")
        if held := self._window.held():
            return held
        answer = await self._poster.post(self._call(parcel))
        return read_answer(answer, self._codes) if isinstance(answer, Answer) else answer

    def messages(self, _: Parcel) -> int:
        """Say that a parcel takes one."""
        return 1

    def pack(self, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """Put together what goes to the same number, unless the one link in a message leads to one parcel."""
        return [[one] for one in parcels] if "{parcel}" in self._terms.link else by_address(parcels)

    async def send_together(self, parcels: Sequence[Parcel]) -> Outcome:
        """Send the one message of a shipment, to a person who reads several mailboxes."""
        return await self.send(as_one(parcels))

    def _call(self, parcel: Parcel) -> Call:
        config = self._config
        body = filled(config.body, variables(parcel, self._terms.link))
        headers = {name: value.get_secret_value() for name, value in config.headers.items()}
        headers["idempotency-key"] = parcel.id
        if config.method == "GET":
            return Call(
                config.url,
                query={key: str(value) for key, value in body.items()},
                headers=headers,
                method="GET",
            )
        as_json = config.format == "json"
        headers["content-type"] = "application/json" if as_json else "application/x-www-form-urlencoded"
        content = json.dumps(body, ensure_ascii=False) if as_json else urlencode(body)
        return Call(config.url, content.encode(), headers=headers, method=config.method)
