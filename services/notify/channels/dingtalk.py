"""钉钉自定义机器人 and 专有钉钉: signed in the query; a message has at most 20 KB.

A robot that is held to a keyword 关键词 takes ours when the keyword is 督办.
"""

from datetime import datetime, timedelta
from typing import Any

from services.notify.channels.config import DingtalkRobot
from services.notify.channels.domain import Codes
from services.notify.channels.domain_signing import dingtalk_signature
from services.notify.channels.robots import Vendor, mobile_in, with_json
from shared.calling import Call

LIMIT = 19_000  # Of the 20 KB some are JSON around the text.
CODES = Codes(
    path=("errcode",),
    sent=(0,),
    # -1 busy; 130101 more than 20 a minute, which blocks the robot for ten; 410100 too fast.
    later={-1: None, 130101: timedelta(minutes=10), 410100: timedelta(minutes=1)},
    # 300001, 400101 wrong token; 310000 keyword, signature or address does not fit; 400102 the robot is switched off;
    # 400106 it is no more.
    never=frozenset({300001, 310000, 400101, 400102, 400106}),
)


def dingtalk(config: DingtalkRobot) -> Vendor:
    """Give what its robots have of their own."""
    url = f"{config.base_url.rstrip('/')}/robot/send"

    def call(text: str, to: str, real_now: datetime) -> Call:
        query = {"access_token": config.token.get_secret_value()}
        if config.secret:
            stamp = int(real_now.timestamp() * 1000)
            # The client encodes the query, once: twice is answered with 310000.
            query |= {
                "timestamp": str(stamp),
                "sign": dingtalk_signature(config.secret.get_secret_value(), stamp),
            }
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if mobile := mobile_in(to):
            body["at"] = {"atMobiles": [mobile], "isAtAll": False}
        return with_json(url, body, query)

    return Vendor(LIMIT, CODES, call)
