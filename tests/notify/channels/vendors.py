"""What each vendor checks and answers, written from its documents and not from our senders."""

import base64
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

WECOM_KEY = "wecom-key"
DINGTALK_TOKEN, DINGTALK_SECRET = "ding-token", "SECding"
FEISHU_TOKEN, FEISHU_SECRET = "fei-token", "fei-secret"
WEBHOOK_KEY = base64.b64encode(b"0123456789abcdef01234567").decode()
SMS_KEY = "sms-key"
APPRISE_USER, APPRISE_PASSWORD = "duban", "apprise-key"
APPRISE_LOGIN = base64.b64encode(f"{APPRISE_USER}:{APPRISE_PASSWORD}".encode()).decode()

Reply = tuple[int, Any]  # HTTP status, JSON; a code other than `taken` says no.


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the double got it."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass(frozen=True, slots=True)
class Vendor(ABC):
    """A vendor: what it answers to a request, and how it says that it took one, refuses, throttles and lies."""

    taken: Reply
    refuses: Reply
    throttles: Reply
    lies: Reply

    @abstractmethod
    def answer(self, asked: Asked) -> Reply: ...


def _signed(key: str | bytes, message: str | bytes) -> str:
    key, message = (one.encode() if isinstance(one, str) else one for one in (key, message))
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


class Wecom(Vendor):
    def answer(self, asked: Asked) -> Reply:
        if asked.query.get("key") != WECOM_KEY:
            return self.refuses
        too_long = len(asked.json["text"]["content"].encode()) > 2048
        return (200, {"errcode": 45002, "errmsg": "content size out of limit"}) if too_long else self.taken


class Dingtalk(Vendor):
    def answer(self, asked: Asked) -> Reply:
        query = asked.query
        expected = _signed(DINGTALK_SECRET, f"{query.get('timestamp')}\n{DINGTALK_SECRET}")
        known = query.get("access_token") == DINGTALK_TOKEN and query.get("sign") == expected
        return self.taken if known and len(asked.body) <= 20 * 1024 else self.refuses


class Feishu(Vendor):
    def answer(self, asked: Asked) -> Reply:
        known = urlsplit(asked.path).path.endswith(f"/open-apis/bot/v2/hook/{FEISHU_TOKEN}")
        expected = _signed(f"{asked.json.get('timestamp')}\n{FEISHU_SECRET}", "")
        return self.taken if known and asked.json.get("sign") == expected else self.refuses


class SmsGateway(Vendor):
    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != SMS_KEY:
            return self.refuses
        return self.taken if asked.json["mobile"].isdigit() else self.lies


class Receiver(Vendor):
    """Of Standard Webhooks, with a code of its own in the body."""

    def answer(self, asked: Asked) -> Reply:
        found, stamp = asked.headers.get("webhook-id"), asked.headers.get("webhook-timestamp")
        expected = _signed(base64.b64decode(WEBHOOK_KEY), f"{found}.{stamp}.".encode() + asked.body)
        return self.taken if asked.headers.get("webhook-signature") == f"v1,{expected}" else self.refuses


class JsonReceiver(Vendor):
    """Of Apprise's `json://`, whose protocol has no more than the HTTP status."""

    def answer(self, asked: Asked) -> Reply:
        known = asked.headers.get("authorization") == f"Basic {APPRISE_LOGIN}"
        return self.taken if known and asked.json["message"] else self.refuses


def _says(code: object, name: str = "errcode") -> Reply:
    return 200, {name: code, "errmsg": "as the double says"}


VENDORS: Mapping[str, Vendor] = {
    "wecom_robot": Wecom(_says(0), _says(93000), _says(45009), _says(777)),
    "dingtalk_robot": Dingtalk(_says(0), _says(310000), _says(130101), _says("0")),
    "feishu_robot": Feishu(
        _says(0, "code"),
        (400, {"code": 19021}),
        _says(11232, "code"),
        _says(False, "code"),  # noqa: FBT003
    ),
    "sms_http": SmsGateway(
        _says("OK", "code"), _says("DENIED", "code"), _says("LIMIT", "code"), _says("ok", "code")
    ),
    "webhook": Receiver(_says(0, "code"), (403, {}), (429, {}), _says(500, "code")),
}
# What is called through Apprise, which says yes or no and nothing more.
THROUGH_APPRISE: Mapping[str, Vendor] = {"apprise": JsonReceiver((200, {}), (403, {}), (429, {}), (500, {}))}
