"""飞书自定义机器人: signed in the body; a message has at most 20 KB."""

import re
from datetime import datetime, timedelta
from typing import Any

from services.notify.channels.config import FeishuRobot
from services.notify.channels.domain import Codes
from services.notify.channels.domain_signing import feishu_signature
from services.notify.channels.robots import Vendor, with_json
from shared.calling import Call

LIMIT = 19_000  # Of the 20 KB some are JSON around the text.
CODES = Codes(
    path=("code",),
    sent=(0,),
    later={11232: timedelta(minutes=1)},  # More than 100 a minute or 5 a second.
    # 9499 and 19002: we wrote nonsense; 19001 wrong token; 19021 wrong signature; 19022 address not allowed;
    # 19024 keyword missing.
    never=frozenset({9499, 19001, 19002, 19021, 19022, 19024}),
)
_PERSON = re.compile(r"@(ou_[0-9A-Za-z]+)")  # The open id; 飞书 mentions nobody by mobile number.


def feishu(config: FeishuRobot) -> Vendor:
    """Give what its robots have of their own."""
    url = f"{config.base_url.rstrip('/')}/open-apis/bot/v2/hook/{config.token.get_secret_value()}"

    def call(text: str, to: str, real_now: datetime) -> Call:
        person = _PERSON.fullmatch(to)
        said = f'{text}\n<at user_id="{person[1]}"></at>' if person else text
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": said}}
        if config.secret:
            stamp = int(real_now.timestamp())
            body |= {
                "timestamp": str(stamp),
                "sign": feishu_signature(config.secret.get_secret_value(), stamp),
            }
        return with_json(url, body)

    return Vendor(LIMIT, CODES, call)
