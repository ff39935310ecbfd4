"""Signatures that receivers ask for; pure, the time is an argument (real time, since they check it)."""

import base64
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
