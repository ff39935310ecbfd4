"""Another system's address, called as Standard Webhooks 1.0.0 says; thin: ids, numbers and links, no texts."""

import json

from services.notify.channels.config import Webhook
from services.notify.channels.domain import read_answer, read_status
from services.notify.channels.posting import Poster
from services.notify.channels.robots import Terms
from services.notify.channels.sms import codes_of
from services.notify.channels.window import Window
from services.notify.channels.wording import link_of
from services.notify.domain import Outcome
from services.notify.ports import Parcel
from shared.answers import Answer
from shared.calling import Call
from shared.webhooks import webhook_signature

TYPE = "cn.duban.notice.parcel.v1"


class WebhookChannel:
    """Calls one address, which gets the messages to everybody who is routed there."""

    needs_address = False

    def __init__(self, config: Webhook, poster: Poster, *, terms: Terms) -> None:
        self.name = config.name
        self.per_minute = config.per_minute
        self._config = config
        self._codes = codes_of(config.answer) if config.answer else None
        self._poster = poster
        self._terms = terms
        self._window = Window(config.per_minute, terms.real_now)

    async def close(self) -> None:
        """Close what is open."""
        await self._poster.close()

    async def send(self, parcel: Parcel) -> Outcome:
        """Call the address; a repeat has the same `webhook-id` and body, but for the links, which are signed anew."""
        if held := self._window.held():
            return held
        body = json.dumps(_content(parcel, self._terms.link), ensure_ascii=False).encode()
        stamp = int(self._terms.real_now().timestamp())
        secret = self._config.secret.get_secret_value()
        headers = {
            "content-type": "application/json",
            "webhook-id": parcel.id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": webhook_signature(secret, parcel.id, stamp, body),
        }
        answer = await self._poster.post(Call(self._config.url, body, headers=headers))
        if not isinstance(answer, Answer):
            return answer
        return read_answer(answer, self._codes) if self._codes else read_status(answer)


def _content(parcel: Parcel, link: str) -> dict[str, object]:
    notices = [
        {
            "notice_id": one.notice_id,
            "task_id": one.task_id,
            "number": one.number,
            "rung": one.rung,
            "due_at": one.due_at.isoformat(),
            **({"answers": dict(parcel.answers[one.notice_id])} if one.notice_id in parcel.answers else {}),
        }
        for one in parcel.letters
    ]
    said = {"recipient": parcel.recipient, "urgent": parcel.urgent, "notices": notices}
    return {"type": TYPE, "data": {"parcel_id": parcel.id, **said, "link": link_of(parcel, link)}}
