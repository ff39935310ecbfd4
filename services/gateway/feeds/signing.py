"""The signature of a source's request: HMAC-SHA256 over `<timestamp>.<body>`, beside its API key; real time.

Headers: `X-Duban-Timestamp` in seconds since 1970, `X-Duban-Signature` in hexadecimal.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.errors import Unauthorized

TOLERANCE = timedelta(minutes=5)


def signature_of(secret: bytes, timestamp: str, body: bytes) -> str:
    """Sign a body that is sent at `timestamp`."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_signature(headers: Mapping[str, str], body: bytes, secret: bytes, *, real_now: datetime) -> None:
    """Pass for a body that is signed with `secret` within five minutes.

    Raises:
        Unauthorized: The signature is missing, wrong or old.
    """
    timestamp, shown = headers.get("x-duban-timestamp", ""), headers.get("x-duban-signature", "")
    if not timestamp or not shown:
        message = "该来源要求签名：请带上 X-Duban-Timestamp 和 X-Duban-Signature"
        raise Unauthorized(message, code="signature.missing", field="X-Duban-Signature")
    seconds = int(timestamp) if timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12 else 0
    if abs(real_now.timestamp() - seconds) > TOLERANCE.total_seconds():
        message = "签名时间与本平台相差超过 5 分钟，请校准报送系统的时钟（X-Duban-Timestamp 为秒）"
        raise Unauthorized(message, code="signature.old", field="X-Duban-Timestamp")
    if not hmac.compare_digest(signature_of(secret, timestamp, body).encode(), shown.lower().encode()):
        message = '签名不符：应为 HMAC-SHA256(密钥, 时间戳 + "." + 正文) 的十六进制'
        raise Unauthorized(message, code="signature.wrong", field="X-Duban-Signature")
