"""The long tail of services, through Apprise, which only says whether it failed.

Apprise looks at the HTTP status for most services. Those that are known to refuse with HTTP 200 are refused at
configuration (`config.LYING_SCHEMAS`); for the others its word is as good as the service's status.
"""

from apprise import Apprise, AppriseAsset
from apprise.result import AppriseResultStatus

from services.notify.channels import config
from services.notify.channels.robots import Terms
from services.notify.channels.window import Window
from services.notify.channels.wording import robot_text
from services.notify.domain import Outcome, Result
from services.notify.ports import Parcel
from shared.errors import Invalid

LONGEST = 30.0  # Real seconds for one message.


class LongTail:
    """Sends to one service; it may be a group, so it gets numbers and the link only."""

    needs_address = False

    def __init__(self, config: config.Apprise, *, terms: Terms) -> None:
        self.name = config.name
        self.per_minute = config.per_minute
        self._terms = terms
        self._window = Window(config.per_minute, terms.real_now)
        self._apprise = Apprise(asset=AppriseAsset(http_redirects=False))
        if not self._apprise.add(config.url.get_secret_value()):
            message = f"渠道 {config.name} 的 url 不是 Apprise 认识的网址，请照 Apprise 文档填写"
            raise Invalid(message, code="channels.invalid", field="url")
        for service in self._apprise:
            service.redirects = False  # Even where the address asks for it.
            service.socket_connect_timeout = service.socket_read_timeout = config.timeout

    async def close(self) -> None:
        """Do nothing: Apprise keeps nothing open."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the message; it ends with its id, since Apprise carries none."""
        if held := self._window.held():
            return held
        text = f"{robot_text(parcel, self._terms.link)}\n消息编号 {parcel.id}"
        answer = await self._apprise.async_notify(body=text, title="督办提醒", timeout=LONGEST)
        if answer.status is AppriseResultStatus.SUCCESS:
            return Outcome(Result.SENT, "Apprise reports success")
        # It does not say whether it failed before or after the service had it.
        return Outcome(Result.UNKNOWN, f"Apprise reports {answer.status.name}")
