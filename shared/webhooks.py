"""Signatures of Standard Webhooks 1.0.0; pure, the time is an argument (real time, since receivers check it)."""

import base64
import binascii
import hashlib
import hmac


def webhook_key(secret: str) -> bytes:
    """Read the key in a secret of Standard Webhooks 1.0.0: `whsec_` and 24 to 64 bytes as Base64.

    Raises:
        ValueError: It is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("不是 Base64") from error
    if not 24 <= len(key) <= 64:
        raise ValueError(f"长度是{len(key)}字节，应为24至64字节")
    return key


def webhook_signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """Sign a call of a webhook (Standard Webhooks 1.0.0, `v1`)."""
    message = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(webhook_key(secret), message, hashlib.sha256)).decode()
