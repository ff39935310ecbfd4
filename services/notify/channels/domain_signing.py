"""Signatures that receivers ask for; pure, the time is an argument (real time, since they check it)."""

import base64
import binascii
import hashlib
import hmac


def _signature(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


def dingtalk_signature(secret: str, timestamp_ms: int) -> str:
    """Sign for 钉钉: the secret is the key; it goes into the query, encoded once."""
    return _signature(secret.encode(), f"{timestamp_ms}\n{secret}".encode())


def feishu_signature(secret: str, timestamp_s: int) -> str:
    """Sign for 飞书: time and secret are the key, of an empty message; it goes into the body."""
    return _signature(f"{timestamp_s}\n{secret}".encode(), b"")


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
    return "v1," + _signature(webhook_key(secret), f"{message_id}.{timestamp_s}.".encode() + body)
