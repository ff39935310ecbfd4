"""企业微信群机器人 and 政务微信: the key in the address is the secret; texts have at most 2,048 bytes."""

from datetime import datetime, timedelta
from typing import Any

from services.notify.channels.config import WecomRobot
from services.notify.channels.domain import Codes
from services.notify.channels.robots import Vendor, mobile_in, with_json
from shared.calling import Call

LIMIT = 2048
CODES = Codes(
    path=("errcode",),
    sent=(0,),
    # -1 busy; 45009 too fast; 45033 too many calls at once.
    later={-1: None, 45009: timedelta(minutes=1), 45033: None},
    # 40008, 44004: we wrote nonsense; 45002 too long; 93000 wrong key, or the robot is gone; 93004 it is switched
    # off; 93008 it is in no group.
    never=frozenset({40008, 44004, 45002, 93000, 93004, 93008}),
)


def wecom(config: WecomRobot) -> Vendor:
    """Give what its robots have of their own."""
    url = f"{config.base_url.rstrip('/')}/cgi-bin/webhook/send"

    def call(text: str, to: str, _: datetime) -> Call:
        said: dict[str, Any] = {"content": text}
        if mobile := mobile_in(to):
            said["mentioned_mobile_list"] = [mobile]
        return with_json(url, {"msgtype": "text", "text": said}, {"key": config.key.get_secret_value()})

    return Vendor(LIMIT, CODES, call)
